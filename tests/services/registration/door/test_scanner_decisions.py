"""Runs the tests of the scanner's decisions (scanner.test.mjs) in Node."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
SCANNER = ROOT / "services" / "registration" / "door" / "scanner"


def test_decisions_of_the_scanner(tmp_path: Path) -> None:
    entry = tmp_path / "entry.ts"
    entry.write_text(f'export * from "{SCANNER}/verdicts";\nexport * from "{SCANNER}/delivery";\n')
    built = run(
        "node_modules/.bin/esbuild", str(entry), "--bundle", "--format=esm", f"--outfile={tmp_path}/scanner.mjs"
    )
    assert built.returncode == 0, built.stderr
    shutil.copy(HERE / "scanner.test.mjs", tmp_path)
    done = run("node", "--test", "--test-reporter=tap", str(tmp_path / "scanner.test.mjs"))
    assert done.returncode == 0, done.stdout
    assert "# fail 0" in done.stdout
    assert "# pass 0" not in done.stdout


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    """Run in a shell that has Node, the machine's own or the wheel's."""
    script = '. deploy/node.sh && exec "$@"'
    return subprocess.run(
        ["sh", "-c", script, "sh", *command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
