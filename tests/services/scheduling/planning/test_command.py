"""`handdruk plan`: files in, files out, and a sentence where something is wrong."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.plan import plan as command
from services.scheduling.planning import (
    Changes,
    Fixed,
    Plan,
    Problem,
    change_problem,
    check,
    from_json,
    generate,
    solve_greedily,
    to_json,
)
from services.scheduling.planning.generate_changes import change_of_the_day
from services.scheduling.planning.solver import make_plan
from tests.services.scheduling.planning.problems import (
    UKRAINIAN,
    candidate,
    crowded_problem,
    everybody_may_talk,
    interpreter,
    stand,
)
from tests.services.scheduling.planning.processes import children_of

ROOT = Path(__file__).parents[4]
SMALL = everybody_may_talk(
    Problem(3, stands=(stand(),), candidates=(candidate("Їжакевич-Ґалаґан", UKRAINIAN), candidate("O'Brien")))
)


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=stdin)


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def start(*arguments: str | Path, seed: str = "0") -> subprocess.Popen[bytes]:
    """The command in a process of its own, with its own order of sets, in a locale without Unicode."""
    environ = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "POSIX", "PYTHONPATH": str(ROOT)}
    program = "from deploy.plan import plan; plan()"
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def in_a_shell(streams: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command with its streams as a shell lays them."""
    words = [sys.executable, "-c", "from deploy.plan import plan; plan()", *map(str, arguments)]
    line = f"{shlex.join(words)} {streams}"
    return subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_generate_solve_and_check_in_files(tmp_path: Path) -> None:
    problem, out = tmp_path / "problem.json", tmp_path / "plan.json"
    assert run("generate", "--size", "S", "--seed", "3", "--scarce", "--out", problem).exit_code == 0
    assert from_json(Problem, problem.read_bytes()) == generate("S", 3, scarce=True)
    solved = run("solve", problem, "--out", out, "--seed", "2", "--time-limit", "10")
    assert solved.exit_code == 0
    found = from_json(Plan, out.read_bytes())
    assert f"{len(found.conversations)} conversations worth {found.value} of at most {found.bound}" in solved.stderr
    judged = run("check", problem, out)
    assert judged.exit_code == 0
    assert "Every rule is kept." in judged.stdout
    figures = dict(re.findall(r"^(\w[\w ]*?) {2,}(\S+)", judged.stdout, re.M))
    assert figures == {
        "value": str(found.value),
        "bound": str(found.bound),
        "gap": f"{100 * found.gap:.4f}",
        "idle rounds": str(found.idle_rounds),
        "interpreter moves": str(found.interpreter_moves),
    }


def test_one_conversation_is_told_as_one() -> None:
    alone = replace(SMALL, candidates=SMALL.candidates[1:], pairs=SMALL.pairs[1:])
    summary = run("solve", "-", stdin=to_json(alone)).stderr.splitlines()[-1]
    assert summary.startswith("1 conversation worth 1050 of at most 1050 ")


def test_standard_streams_stand_in_for_files(tmp_path: Path) -> None:
    solved = run("solve", "-", stdin=to_json(SMALL))
    assert solved.exit_code == 0
    assert check(SMALL, from_json(Plan, solved.stdout)).broken is None
    judged = run("check", write(tmp_path, "problem.json", to_json(SMALL)), "-", stdin=solved.stdout)
    assert judged.exit_code == 0


def test_check_names_the_first_broken_rule(tmp_path: Path) -> None:
    problem = write(tmp_path, "problem.json", to_json(SMALL))
    bad = '{"candidate": "O\'Brien", "stand": "S1", "round": 9, "interpreter": null}'
    rest = '"value": 0, "bound": 9, "idle_rounds": 0, "interpreter_moves": 0, "seconds": 0, "status": "optimal"'
    judged = run("check", problem, write(tmp_path, "plan.json", f'{{"conversations": [{bad}], {rest}}}'))
    assert judged.exit_code == 1
    first, *figures = judged.stdout.splitlines()
    assert first == "Conversation of O'Brien at S1 in round 9: there is no such round; the rounds are 0 to 2."
    assert figures[0].split() == ["value", "1050"]


def test_check_does_not_round_a_small_gap_to_none(tmp_path: Path) -> None:
    people = tuple(candidate(f"C{number}", rounds=(0, 0)) for number in range(40))
    problem = everybody_may_talk(Problem(1, stands=(stand(seats=(40,)),), candidates=people))
    plan = make_plan(problem, time_limit=10)
    nearly = replace(plan, bound=plan.value + 1, status="within_gap")
    files = write(tmp_path, "problem.json", to_json(problem)), write(tmp_path, "plan.json", to_json(nearly))
    assert re.search(r"^gap +0\.00\d*[1-9]\d* %$", run("check", *files).stdout, re.M)


def test_clashing_fixed_conversations_are_told(tmp_path: Path) -> None:
    fixed = (Fixed("O'Brien", "S1", 0), Fixed("O'Brien", "S1", 1))
    problem = Problem(3, stands=SMALL.stands, candidates=SMALL.candidates, pairs=SMALL.pairs, fixed=fixed)
    out = tmp_path / "plan.json"
    solved = run("solve", write(tmp_path, "problem.json", to_json(problem)), "--out", out)
    assert solved.exit_code == 1
    assert solved.stderr == (
        "The fixed conversations clash: O'Brien at S1 in round 0; O'Brien at S1 in round 1:"
        " one candidate, twice at the same stand.\n"
    )
    assert from_json(Plan, out.read_bytes()).status == "infeasible"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (to_json(SMALL).replace('"C2"', '"B7"', 2), 'stands[0].languages.nl: unknown level "B7"'),
        (to_json(SMALL).replace('"rounds": 3', '"rounds": "3"'), "rounds: must be a whole number, not a text"),
        (to_json(SMALL).replace('"pairs"', '"couples"'), '"pairs" is missing'),
        ("{", "not JSON: "),
    ],
)
def test_wrong_problem_is_refused_with_its_field(tmp_path: Path, text: str, sentence: str) -> None:
    file = write(tmp_path, "problem.json", text)
    for arguments in (("solve", file), ("check", file, file)):
        refused = run(*arguments)
        assert refused.exit_code == 2
        assert refused.stderr.startswith(f"{file}: {sentence}")
        assert refused.stdout == ""


def test_wrong_plan_is_refused_with_its_field(tmp_path: Path) -> None:
    problem = write(tmp_path, "problem.json", to_json(SMALL))
    text = to_json(make_plan(SMALL)).replace('"optimal"', '"fine"')
    refused = run("check", problem, write(tmp_path, "plan.json", text))
    assert refused.exit_code == 2
    assert refused.stderr == f'{tmp_path / "plan.json"}: status: unknown status "fine"\n'


def test_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    for file in (tmp_path / "none.json", tmp_path):
        refused = run("solve", file)
        assert refused.exit_code == 2
        assert refused.stderr.startswith(f"{file} cannot be read: ")


def test_place_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    problem = write(tmp_path, "problem.json", to_json(SMALL))
    refused = run("solve", problem, "--out", tmp_path / "none" / "plan.json")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "there is no such folder" in refused.stderr
    assert run("solve", problem, "--out", tmp_path).exit_code == 2


@pytest.mark.parametrize("name", ["", ".", "{folder}"])
def test_place_that_is_no_file_is_told_before_the_work(tmp_path: Path, name: str) -> None:
    refused = run("solve", write(tmp_path, "p.json", to_json(SMALL)), "--out", name.format(folder=tmp_path))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "conversations worth" not in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("generate", "--size", "XL"), "'XL' is not one of"),
        (("generate", "--size", "S", "--candidates", "1000000001"), "1000000001 is not in the range"),
        (("solve", "-", "--time-limit", "-1"), "-1.0 is not in the range"),
        (("solve", "-", "--time-limit", "nan"), "nan is not a number of seconds"),
        (("bench", "--seconds", "nan"), "nan is not a number of seconds"),
        (("replan", "-", "p", "c", "--from-round", str(10**20)), "is not in the range"),
        (("replan", "-", "-", "c", "--from-round", "1"), "Only one file can be read from standard input."),
        (("check", "-", "-"), "Only one file can be read from standard input."),
        (("replan", "-", "p", "c", "--from-round", "1", "--out", "x", "--changed-out", "x"), "name the same file"),
        (("bench", "--out", "/none/trials.json"), "/none/trials.json cannot be written: there is no such folder."),
    ],
)
def test_wrong_options_are_refused(arguments: tuple[str, ...], sentence: str) -> None:
    refused = run(*arguments)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert sentence in refused.stderr


@pytest.mark.parametrize(
    "arguments", [("generate", "--size", "S"), ("check",), ("explain",), ("solve", "--no-progress")]
)
@pytest.mark.parametrize(
    ("streams", "sentence"),
    [
        ("> /dev/full", "Standard output cannot be written: No space left on device.\n"),
        (">&-", "Standard output cannot be written: Bad file descriptor.\n"),
    ],
)
def test_output_that_takes_nothing_is_no_broken_rule(
    tmp_path: Path, arguments: tuple[str, ...], streams: str, sentence: str
) -> None:
    files = [
        str(write(tmp_path, name, to_json(thing)))
        for name, thing in (("problem.json", SMALL), ("plan.json", make_plan(SMALL, time_limit=10)))
    ]
    many = {"check": 2, "explain": 2, "solve": 1}.get(arguments[0], 0)
    done = in_a_shell(streams, *arguments, *files[:many])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == sentence


def test_reader_who_goes_away_is_no_broken_rule(tmp_path: Path) -> None:
    done = in_a_shell("| true; exit ${PIPESTATUS[0]}", "generate", "--size", "M")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_closed_streams_are_told_or_done_without(tmp_path: Path) -> None:
    done = in_a_shell("<&-", "solve", "-")
    assert (done.returncode, done.stderr) == (2, "- cannot be read: Bad file descriptor.\n")
    problem, out = write(tmp_path, "problem.json", to_json(SMALL)), tmp_path / "plan.json"
    assert in_a_shell("2>&-", "solve", problem, "--out", out).returncode == 0
    assert check(SMALL, from_json(Plan, out.read_bytes())).broken is None


def test_planner_that_cannot_be_started_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "none"))
    done = run("solve", write(tmp_path, "problem.json", to_json(SMALL)))
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == "There is no plan: the planner cannot be started: No such file or directory.\n"


def test_progress_in_a_pipe_is_a_line_of_json_a_step() -> None:
    solved = run("solve", "-", "--time-limit", "600", stdin=to_json(generate("S", 1)))
    *lines, summary = solved.stderr.splitlines()
    steps = [json.loads(line) for line in lines]
    assert set(steps[0]) == {"stage", "done", "total", "value", "bound", "gap"}
    assert list(dict.fromkeys(step["stage"] for step in steps)) == [
        "selecting", "timing", "improving", "waiting", "walking"
    ]  # fmt: skip
    assert "conversations worth" in summary
    last = steps[-1]
    assert from_json(Plan, solved.stdout).value == last["value"]
    assert last["gap"] == round((last["bound"] - last["value"]) / last["bound"], 6)


@pytest.mark.parametrize(("options", "bar"), [([], True), (["--progress"], True), (["--no-progress"], False)])
def test_progress_on_a_terminal_is_a_bar(tmp_path: Path, options: list[str], bar: bool) -> None:
    primary, secondary = os.openpty()
    problem = write(tmp_path, "problem.json", to_json(SMALL))
    program = "from deploy.plan import plan; plan()"
    process = subprocess.run(
        [sys.executable, "-c", program, "solve", str(problem), *options, "--out", str(tmp_path / "plan.json")],
        cwd=ROOT,
        stderr=secondary,
        check=False,
        timeout=120,
    )
    os.close(secondary)
    shown = os.read(primary, 100_000).decode()
    os.close(primary)
    assert process.returncode == 0
    drawn = re.search(r"\rwalking +\[#+ *\] +100 % +[\d.]+ s +(\d+) of at most (\d+), gap 0.0000 %", shown)
    assert (drawn is not None) == bar


def test_same_seed_gives_the_same_bytes_in_every_process() -> None:
    problem = to_json(crowded_problem(7, candidates=25, stands=6, rounds=8, interpreters=5)).encode()
    results = []
    for seed in ("1", "2"):
        out, err = start("solve", "-", "--time-limit", "600", seed=seed).communicate(problem, timeout=300)
        assert b"conversations worth" in err
        results.append(re.sub(rb'"seconds": [\d.]+', b"", out))
    assert results[0] == results[1]


def test_same_seed_gives_the_same_bytes_in_every_process_on_the_day(tmp_path: Path) -> None:
    problem = crowded_problem(7, candidates=25, stands=6, rounds=8, interpreters=5)
    before = solve_greedily(problem, time_limit=600)
    changes = change_of_the_day(problem, before, 3, seed=2, ill=0.3)
    files = [
        write(tmp_path, name, to_json(thing))
        for name, thing in (("problem.json", problem), ("plan.json", before), ("changes.json", changes))
    ]
    results = []
    for seed in ("1", "2"):
        process = start("replan", *files, "--from-round", "3", "--time-limit", "600", "--seed", "5", seed=seed)
        out, err = process.communicate(timeout=300)
        assert b"From round 3 on" in err
        results.append(re.sub(rb'"seconds": [\d.]+', b"", out))
    assert results[0] == results[1]


def test_names_pass_through_a_process_without_a_unicode_locale() -> None:
    helped = everybody_may_talk(
        Problem(3, SMALL.rules, SMALL.stands, SMALL.candidates, (interpreter("Їжак", (("uk", "nl"),)),))
    )
    out, _ = start("solve", "-").communicate(to_json(helped).encode(), timeout=120)
    assert check(helped, from_json(Plan, out)).broken is None
    assert "Їжакевич-Ґалаґан".encode() in out


def test_wrong_file_ends_without_a_traceback_in_a_process() -> None:
    process = start("solve", "-")
    out, err = process.communicate(b'{"rounds": 1}', timeout=120)
    assert (process.returncode, out, err) == (2, b"", b'-: "rules" is missing\n')


def test_file_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.plan_files.MOST_BYTES", 3 << 20)
    for words in (["check", "/dev/zero", "-"], ["check", "-", write(tmp_path, "plan.json", "{}")]):
        done = run(*words, stdin=" " * (4 << 20))
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr == f"{words[1]}: not a file of ours: larger than 3 MB\n"


def test_plan_can_come_through_a_pipe_with_a_name(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = start("check", write(tmp_path, "problem.json", to_json(SMALL)), pipe)
    pipe.write_text(to_json(make_plan(SMALL, time_limit=10)), encoding="utf-8")
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"Every rule is kept.")


def test_interrupt_while_a_file_is_awaited_is_not_taken_for_a_broken_rule(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = start("check", pipe, pipe)
    with pipe.open("wb"):  # opens once the command reads
        err = press_until_it_ends(process)
    assert process.returncode == 130
    assert b"Traceback" not in err


def press_until_it_ends(process: subprocess.Popen[bytes]) -> bytes:
    """Press Ctrl-C; what the command says then. Between opening a pipe and waiting for it one press goes unheard."""
    while True:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=20)[1]


def test_number_too_large_for_the_planner_is_refused(tmp_path: Path) -> None:
    problem = write(tmp_path, "problem.json", to_json(SMALL))
    whole = json.loads(to_json(make_plan(SMALL, time_limit=10))) | {"bound": 10**400}
    plan = write(tmp_path, "plan.json", json.dumps(whole))
    done = run("replan", problem, plan, write(tmp_path, "changes.json", "{}"), "--from-round", "1")
    assert (done.exit_code, done.stderr) == (2, f"{plan}: bound: is too large a number\n")


def test_interrupt_keeps_the_plan_made_so_far(tmp_path: Path) -> None:
    problem = generate("M", 1)
    file, out = write(tmp_path, "problem.json", to_json(problem)), tmp_path / "plan.json"
    process = start("solve", file, "--out", out, "--time-limit", "600")
    assert process.stderr is not None
    for line in process.stderr:
        if b'"improving"' in line or b"conversations worth" in line:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    found = from_json(Plan, out.read_bytes())
    assert check(problem, found).broken is None
    assert len(found.conversations) > 300


def test_what_changed_on_the_day_is_planned_anew(tmp_path: Path) -> None:
    problem = generate("S", 4)
    before = make_plan(problem, time_limit=10)
    changes = Changes(absent_candidates=tuple(one.id for one in problem.candidates[:7]))
    files = [
        write(tmp_path, name, to_json(thing))
        for name, thing in (("problem.json", problem), ("plan.json", before), ("changes.json", changes))
    ]
    out, changed = tmp_path / "new.json", tmp_path / "changed.json"
    done = run("replan", *files, "--from-round", "3", "--time-limit", "10", "--out", out, "--changed-out", changed)
    assert done.exit_code == 0, done.stderr
    assert from_json(Problem, changed.read_bytes()) == change_problem(problem, before, changes, 3)
    after = from_json(Plan, out.read_bytes())
    assert run("check", changed, out).exit_code == 0

    def past(plan: Plan) -> set[tuple[str, str, int]]:
        return {(one.candidate, one.stand, one.round) for one in plan.conversations if one.round < 3}

    assert past(after) == past(before)
    figures = re.search(r"From round 3 on: (\d+) kept, (\d+) moved, (\d+) dropped, (\d+) new", done.stderr)
    assert figures is not None
    kept, moved, dropped, new = map(int, figures.groups())
    assert kept + moved + dropped == len(before.conversations) - len(past(before))
    assert kept + moved + new == len(after.conversations) - len(past(after))


@pytest.mark.parametrize(
    ("changes", "from_round", "sentence"),
    [
        ('{"absent_candidates": ["nobody"]}', "1", "absent_candidates[0]: "),
        ('{"absent": []}', "1", "{file}: absent: unknown key"),
        ("{}", "9", "from_round: 9 is not between 0 and 3"),
    ],
)
def test_changes_that_cannot_be_made_are_refused(tmp_path: Path, changes: str, from_round: str, sentence: str) -> None:
    problem, plan = (
        write(tmp_path, name, to_json(thing))
        for name, thing in (("problem.json", SMALL), ("plan.json", make_plan(SMALL)))
    )
    file, out = write(tmp_path, "changes.json", changes), tmp_path / "new.json"
    refused = run("replan", problem, plan, file, "--from-round", from_round, "--out", out)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(sentence.format(file=file))
    assert not out.exists()


@pytest.mark.parametrize("number", [-1, 3])
def test_plan_of_another_day_is_not_planned_anew(tmp_path: Path, number: int) -> None:
    before = make_plan(SMALL)
    before = replace(before, conversations=(replace(before.conversations[0], round=number),))
    files = [
        write(tmp_path, name, text)
        for name, text in (("problem.json", to_json(SMALL)), ("plan.json", to_json(before)), ("changes.json", "{}"))
    ]
    process = start("replan", *files, "--from-round", "1")
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (2, b"")
    assert err.startswith(b"the plan to be changed breaks a rule of its problem: ")
    assert b"there is no such round; the rounds are 0 to 2." in err
    assert b"Traceback" not in err


def test_planner_that_dies_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = write(tmp_path, "problem.json", to_json(generate("L", 1, candidates=900)))
    process = start("solve", file, "--out", tmp_path / "plan.json", "--time-limit", "600")
    assert process.stderr is not None
    assert b'"selecting"' in process.stderr.readline()
    (child,) = children_of(process.pid)
    os.kill(child, signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 3
    assert b"There is no plan: the planner's process was ended by signal SIGKILL" in err
    assert b"Traceback" not in err


@pytest.mark.parametrize("command", ["solve", "check", "replan", "generate"])
def test_help_says_what_the_exit_status_means(command: str) -> None:
    shown = " ".join(run(command, "--help").stdout.split())
    assert "0 all is well, 1 a rule is broken" in shown
    assert "2 a file or an option cannot be used" in shown
