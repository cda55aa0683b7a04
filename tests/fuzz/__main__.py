"""Feeds each reader for a while: with atheris, which follows what they cover, or else with mutations by chance.

    python -m tests.fuzz --seconds 60 [--reader mail] [--seed 1]

Each reader has its own process. What breaks one is kept as a file in the present folder and named.
"""

import argparse
import importlib.util
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NAMES = ("mail", "calendar", "return", "fields", "sms")
MOST_BYTES = 20_000


def main() -> int:
    """Every reader in turn, or the one that is named."""
    options = _options()
    if options.reader:
        has_atheris = importlib.util.find_spec("atheris") is not None
        (_follow_coverage if has_atheris else _mutate)(options.reader, options.seconds, options.seed)
        return 0
    each = max(options.seconds // len(NAMES), 1)
    broken = [name for name in NAMES if _in_a_process(name, each, options.seed) != 0]
    print(f"{len(NAMES) - len(broken)} of {len(NAMES)} readers held" + (f"; broken: {broken}" if broken else ""))
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--reader", choices=NAMES)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 2**31))
    return parser.parse_args()


def _in_a_process(name: str, seconds: int, seed: int) -> int:
    words = [sys.executable, "-m", "tests.fuzz", "--reader", name, "--seconds", str(seconds), "--seed", str(seed)]
    return subprocess.run(words, check=False).returncode


def _follow_coverage(name: str, seconds: int, seed: int) -> None:
    """libFuzzer through atheris; it ends the process itself."""
    import atheris

    # Imported here and nowhere above: only what is loaded inside is followed.
    with atheris.instrument_imports(include=["services.notifications.inbox.reading"]):
        from tests.fuzz.readers import READERS
    from tests.fuzz.guard import only_reading
    from tests.fuzz.seeds import DICTIONARY, SEEDS

    def read(raw: bytes) -> None:
        with only_reading():
            READERS[name](raw)

    with tempfile.TemporaryDirectory() as folder:
        words = Path(folder, "words")
        words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in DICTIONARY))
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, seed_mail in enumerate(SEEDS[name]):
            Path(corpus, str(number)).write_bytes(seed_mail)
        limits = [f"-max_total_time={seconds}", f"-max_len={MOST_BYTES}", "-timeout=20", "-rss_limit_mb=1024"]
        atheris.Setup([name, str(corpus), f"-dict={words}", f"-seed={seed}", "-print_final_stats=1", *limits], read)
        atheris.Fuzz()


def _mutate(name: str, seconds: int, seed: int) -> None:
    """Seeds cut, doubled and mixed by chance."""
    from tests.fuzz.guard import only_reading
    from tests.fuzz.mutating import mutated
    from tests.fuzz.readers import READERS
    from tests.fuzz.seeds import SEEDS

    chance, until, count = random.Random(seed), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        raw = mutated(chance, SEEDS[name])
        try:
            with only_reading():
                READERS[name](raw)
        except Exception:
            kept = Path(f"crash-{name}-{seed}-{count}")
            kept.write_bytes(raw)
            print(f"{name}: broken by {kept}")
            raise
        count += 1
    print(f"{name}: {count} inputs, seed {seed}")


if __name__ == "__main__":
    sys.exit(main())
