"""What `handdruk plan bench` says: figures that hold together, whatever machine it runs on."""

from pathlib import Path

from click.testing import CliRunner

from deploy.command import handdruk
from deploy.planner_bench.growth import HEADS as GROWTH
from deploy.planner_bench.growth import measure_growth, write_growth
from deploy.planner_bench.replanning import replan_days
from deploy.planner_bench.trials import Case, run_trial
from services.scheduling.planning import to_json


def test_table_of_sizes_tells_what_was_proven() -> None:
    words = ["plan", "bench", "--part", "sizes", "--size", "S", "--seeds", "1", "--rival-seeds", "0", "--seconds", "30"]
    said = CliRunner().invoke(handdruk, words, catch_exceptions=False)
    assert said.exit_code == 0, said.output
    lines = [line for line in said.stdout.splitlines() if line.startswith("S ")]
    assert [line.split()[1] for line in lines] == ["plentiful", "scarce"]
    assert all("1 of 1" in line and "0.0000 %" in line for line in lines)


def test_who_finds_nothing_does_not_get_the_plan_of_the_one_before(tmp_path: Path) -> None:
    case, file = Case("S", 1, False, (20, 4, 2)), tmp_path / "1.json"
    file.write_text(to_json(case.make()))
    assert run_trial("greedy", case, file, 5).plan["value"]
    nothing = run_trial("highs", case, file, 0)
    assert (nothing.points, nothing.plan, nothing.fault) == ([], {}, "")


def test_growth_counts_pairs_time_and_memory() -> None:
    [step] = measure_growth(30, [("S", (40, 8, 4))])
    assert step.pairs == len(step.trial.case.make().pairs) > 40
    assert step.nearly is not None
    assert 0 < step.nearly <= step.best <= step.trial.seconds
    assert step.gap == 0
    heads, line = write_growth([step])
    assert heads == GROWTH
    assert line[:3] == ("40", "8", "4")
    assert float(line[-1]) > 20


def test_days_planned_anew_keep_what_was_announced() -> None:
    [answer] = replan_days([Case("S", 2, False)], 5)
    assert answer.broken is None
    assert answer.kept == answer.announced > 0
    assert 0 < answer.first <= answer.last
    assert 0 <= answer.last_gap <= answer.first_gap < 0.05
