"""Calendar files as khal reads them: a calendar program of its own, on a folder as vdirsyncer leaves it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FIELDS = ("uid", "start-long", "end-long", "title", "location", "status", "alarm-symbol")
CONFIG = """[calendars]
[[here]]
path = {folder}/here
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
default_calendar = here
[sqlite]
path = {folder}/khal.db
"""


@dataclass(frozen=True)
class Khal:
    """khal with one empty calendar, in a folder of its own, on the clock of `zone`."""

    folder: Path
    zone: str

    def read(self, files: dict[str, bytes]) -> dict[str, dict[str, str]]:
        """What khal shows in 2027 of a calendar that holds these files (UID → file), by UID."""
        for uid, file in files.items():
            (self._calendar() / f"{uid}.ics").write_bytes(file)
        return self._list()

    def read_feed(self, feed: bytes) -> dict[str, dict[str, str]]:
        """What khal shows in 2027 once it took in a whole feed, by UID."""
        self._calendar()
        file = self.folder / "feed.ics"
        file.write_bytes(feed)
        self._run("import", "--batch", "-a", "here", str(file))
        return self._list()

    def _list(self) -> dict[str, dict[str, str]]:
        line = "\x1f".join(f"{{{field}}}" for field in FIELDS) + "\x1e"
        said = self._run("list", "--once", "--day-format", "", "--format", line, "2027-01-01", "365d")
        shown = [part.strip("\n").split("\x1f") for part in said.split("\x1e") if "\x1f" in part]
        return {fields[0]: dict(zip(FIELDS, fields, strict=True)) for fields in shown}

    def _calendar(self) -> Path:
        calendar = self.folder / "here"
        calendar.mkdir(parents=True, exist_ok=True)
        return calendar

    def _run(self, *words: str) -> str:
        config = self.folder / "config"
        config.write_text(CONFIG.format(folder=self.folder, zone=self.zone))
        command = [Path(sys.executable).with_name("khal"), "-c", config, "--no-color", *words]
        home = str(self.folder)
        environ = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "TZ": "America/New_York"}
        done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout
