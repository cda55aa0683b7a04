"""How the time and the memory of the planner grow with the size of the problem: a table and a chart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.planner_bench.report import gap, pyplot
from deploy.planner_bench.trials import OURS, Case, Trial, run_trials
from services.scheduling.planning.generate import Size

Shape = tuple[Size, tuple[int, int, int]]
SHAPES: tuple[Shape, ...] = (
    ("S", (60, 12, 6)),
    ("M", (300, 40, 20)),
    ("L", (1_000, 90, 40)),
    ("L", (3_000, 150, 120)),
    ("L", (10_000, 300, 400)),
    ("L", (30_000, 600, 1_200)),
)
"""The rounds and habits of a size, with so many candidates, stands and interpreters; the last is ten times L."""
NEARLY = 0.001
HEADS = ("candidates", "stands", "interpreters", "pairs", "gap 0.1 % after", "best after", "gap", "seconds", "MB")


@dataclass(frozen=True, slots=True)
class Step:
    """A problem of one shape, and how the planner did. Moments in seconds, None when they never came."""

    shape: tuple[int, int, int]
    pairs: int
    nearly: float | None
    best: float
    trial: Trial

    @property
    def gap(self) -> float:
        """The part of the bound that is missing in the end."""
        return gap(self.trial.value, self.trial.bound() or 0)


def measure_growth(seconds: float, shapes: Sequence[Shape] = SHAPES) -> Iterator[Step]:
    """Solve a problem of each shape, once, in so much time each."""
    for size, shape in shapes:
        case = Case(size, 1, False, shape)
        for trial in run_trials([case], [OURS], seconds):
            bound = trial.bound() or 0
            near = [one.seconds for one in trial.points if bound and gap(one.value, bound) <= NEARLY]
            best = min((one.seconds for one in trial.points if one.value == trial.value), default=trial.seconds)
            yield Step(shape, len(case.make().pairs), min(near, default=None), best, trial)


def write_growth(steps: Sequence[Step]) -> list[tuple[str, ...]]:
    """A line for each size; seconds are wall time from the start of the command."""
    return [HEADS] + [
        (
            *(f"{number:,}" for number in (*step.shape, step.pairs)),
            "never" if step.nearly is None else f"{step.nearly:.1f} s",
            f"{step.best:.1f} s",
            f"{100 * step.gap:.4f} %",
            f"{step.trial.seconds:.1f}",
            f"{step.trial.megabytes:.0f}",
        )
        for step in steps
    ]


def draw_growth(steps: Sequence[Step], folder: Path) -> Path:
    """Seconds until the best value, and memory, against the number of pairs; all axes in tenfold steps."""
    figure, (times, memory) = pyplot().subplots(1, 2, figsize=(9, 3.8))
    pairs = [step.pairs for step in steps]
    times.plot(pairs, [step.best for step in steps], marker="o", label="best value reached")
    near = [(step.pairs, step.nearly) for step in steps if step.nearly is not None]
    times.plot([one for one, _ in near], [one for _, one in near], marker="s", label="within 0.1 % of the bound")
    times.set(xscale="log", yscale="log", xlabel="pairs that may talk", ylabel="seconds")
    times.legend(loc="upper left")
    memory.plot(pairs, [step.trial.megabytes for step in steps], marker="o", color="C2")
    memory.set(xscale="log", yscale="log", xlabel="pairs that may talk", ylabel="megabytes, largest process")
    for axes in (times, memory):
        axes.grid(visible=True, which="major", alpha=0.3)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "planner-growth.svg"
    figure.savefig(file, metadata={"Date": None}, bbox_inches="tight")
    return file
