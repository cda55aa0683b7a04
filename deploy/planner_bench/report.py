"""What the trials say: a table to print, and charts of how each planner comes closer to the bound."""

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.planner_bench.trials import OURS, RIVALS, Trial

MOMENTS = (2.0, 5.0, 10.0, 60.0)
"""Seconds after which the gap is looked at."""
LEAST_GAP = 1e-5
"""The lowest line of a chart: a hundredth of a thousandth counts as nothing."""
SOONEST = 0.1
"""Seconds at which a chart begins."""
HEADS = ("problem", "planner", "trials", *(f"gap {moment:g} s" for moment in MOMENTS), "worst", "proven",
         "idle", "its bound", "moves", "its bound", "seconds", "MB")  # fmt: skip


def best_bounds(trials: Sequence[Trial]) -> dict[object, int]:
    """The smallest bound that anybody proved for each problem: what every planner is held against."""
    found: dict[object, int] = {}
    for trial in trials:
        bound = trial.bound()
        if bound is not None:
            found[trial.case] = min(bound, found.get(trial.case, bound))
    return found


def gap(value: int, bound: int) -> float:
    """The part of the bound that is missing."""
    return (bound - value) / bound if bound else 0.0


def write_table(trials: Sequence[Trial]) -> list[tuple[str, ...]]:
    """A line for each kind of problem and planner, medians over the trials; `worst` is the largest last gap."""
    bounds = best_bounds(trials)
    lines: list[tuple[str, ...]] = [HEADS]
    for kind in dict.fromkeys(trial.case.kind for trial in trials):
        for planner in dict.fromkeys(trial.planner for trial in trials):
            own = [one for one in trials if (one.case.kind, one.planner) == (kind, planner)]
            done = [one for one in own if one.points and one.case in bounds]
            name = RIVALS.get(planner, planner)
            if not done:
                fault = next((one.fault for one in own if one.fault), "nothing found")
                lines.append((kind, name, str(len(own)), fault[:60], *[""] * (len(HEADS) - 4)))
                continue
            lines.append((kind, name, str(len(own)), *_figures(done, bounds)))
    return lines


def _figures(done: Sequence[Trial], bounds: dict[object, int]) -> list[str]:
    at_moments = [
        statistics.median(gap(one.value_after(moment), bounds[one.case]) for one in done) for moment in MOMENTS
    ]
    last = [gap(one.value, bounds[one.case]) for one in done]
    proven = sum(one.bound() == one.value for one in done)
    return [
        *(f"{100 * one:.4f} %" for one in at_moments),
        f"{100 * max(last):.4f} %",
        f"{proven} of {len(done)}",
        *(_median_of(done, key) for key in ("idle_rounds", "idle_bound", "interpreter_moves", "moves_bound")),
        f"{statistics.median(one.seconds for one in done):.1f}",
        f"{max(one.megabytes for one in done):.0f}",
    ]


def _median_of(done: Sequence[Trial], key: str) -> str:
    known = [one.plan[key] for one in done if one.plan.get(key) is not None]
    return f"{statistics.median(number for number in known if number is not None):g}" if known else ""


def pyplot() -> Any:
    """What draws charts, loaded late because only charts need it; the same chart gives the same file."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "handdruk"
    from matplotlib import pyplot

    return pyplot


def draw_charts(trials: Sequence[Trial], folder: Path) -> list[Path]:
    """A chart for each kind of problem, both axes in tenfold steps: how far value and bound are from the best bound.

    A value (a full line) comes from below and a bound (a dashed one) from above; where both are at the foot of the
    chart, the plan is proven to be the best.
    """
    plots = pyplot()
    bounds = best_bounds(trials)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for kind in dict.fromkeys(trial.case.kind for trial in trials):
        figure, axes = plots.subplots(figsize=(8, 4.5))
        for place, planner in enumerate([OURS, *RIVALS]):
            own = [one for one in trials if (one.case.kind, one.planner) == (kind, planner) and one.points]
            for number, trial in enumerate(one for one in own if one.case in bounds):
                label = RIVALS.get(planner, planner) if number == 0 else None
                _draw_trial(axes, trial, bounds[trial.case], f"C{place}", label)
        axes.set(xscale="log", yscale="log", ylim=(LEAST_GAP * 0.8, 1.5), xlabel="seconds")
        axes.set(ylabel="distance to the best bound, as a part of it")
        axes.set_title(f"{kind}: value (full) and bound (dashed)")
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=4, frameon=False)
        file = folder / f"planner-{kind.replace(' ', '-')}.svg"
        figure.savefig(file, metadata={"Date": None}, bbox_inches="tight")
        plots.close(figure)
        files.append(file)
    return files


def _draw_trial(axes: Any, trial: Trial, best: int, color: str, label: str | None) -> None:
    end = max(trial.seconds, SOONEST)
    times = [max(point.seconds, SOONEST) for point in trial.points] + [end]
    gaps = [max(gap(point.value, best), LEAST_GAP) for point in trial.points]
    axes.step(times, [*gaps, gaps[-1]], where="post", color=color, alpha=0.7, label=label)
    proven = [(max(one.seconds, SOONEST), one.bound) for one in trial.points if one.bound is not None]
    if proven:
        above = [max(-gap(bound, best), LEAST_GAP) for _, bound in proven]
        moments = [moment for moment, _ in proven]
        axes.step([*moments, end], [*above, above[-1]], where="post", color=color, alpha=0.7, linestyle="--")
