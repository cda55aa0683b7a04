"""A CalDAV server (RFC 4791) in a process of its own: radicale, as a person's own server would be."""

import base64
import subprocess
import sys
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.servers.ports import LOOPBACK, choose_free
from deploy.servers.waiting import wait_for

CONFIG = """[server]
hosts = {host}:{port}
[auth]
type = none
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/collections
[logging]
level = error
"""
MAKE_CALENDAR = b'<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav"/>'
QUERY = """<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
<C:time-range start="{start}" end="{end}"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""
DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"


@dataclass
class CalDav:
    """What a calendar program does with the server."""

    url: str

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request as Olena; status, headers and body."""
        signed = base64.b64encode(b"olena:x").decode()
        kind = "application/xml" if body.startswith(b"<") else "text/calendar; charset=utf-8"
        every = {"Authorization": f"Basic {signed}", "Content-Type": kind, "Depth": "1"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body or None, {**every, **named}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, dict(refused.headers), refused.read()

    def query(self, path: str, start: str, end: str) -> list[bytes]:
        """The files with an event in this time (UTC, as in calendar files)."""
        status, _, answer = self.ask("REPORT", path, QUERY.format(start=start, end=end).encode())
        assert status == 207, answer
        return [(one.text or "").encode() for one in ET.fromstring(answer).iter(DATA)]


@contextmanager
def caldav_server(folder: Path) -> Iterator[CalDav]:
    """The server, while the block runs."""
    [port] = choose_free(1)
    config = folder / "radicale.conf"
    config.write_text(CONFIG.format(host=LOOPBACK, port=port, folder=folder))
    server = subprocess.Popen([sys.executable, "-m", "radicale", "--config", str(config)], stderr=subprocess.DEVNULL)
    try:
        dav = CalDav(f"http://{LOOPBACK}:{port}")
        assert wait_for(lambda: _answers(dav), 30), "radicale does not answer"
        yield dav
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(dav: CalDav) -> bool:
    try:
        return dav.ask("OPTIONS", "/")[0] == 200
    except OSError:
        return False
