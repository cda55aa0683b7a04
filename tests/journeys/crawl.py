"""Somebody who follows every link that they are shown, and judges each kind of page that they come to."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Response
from werkzeug.exceptions import HTTPException

from tests.browser import follow, judge
from tests.journeys.people import Visitor
from tests.stack import Stack

LINKS = """[...document.querySelectorAll('a[href], [data-keep]')]
    .map(link => new URL(link.getAttribute('href') ?? link.dataset.keep, document.baseURI))
    .filter(one => one.origin === location.origin).map(one => one.pathname + one.search)"""
"""Where a page leads, and what it keeps for when there is no network: that link is replaced as soon as it is there."""
SWITCHES_LANGUAGE = "lang="
FILES = frozenset({"printing.preview", "printing.sample", "printing.file"})
"""What a link leads to and is no page: it is fetched, and the browser's own viewer is not judged."""
EACH = 2
"""How many pages of one kind are visited: the second is often another state of the same thing, with other links."""


@dataclass(frozen=True)
class Kind:
    """A kind of page: one route of one service."""

    service: str
    endpoint: str

    def __str__(self) -> str:
        return f"{self.service} {self.endpoint}"


class Routes:
    """The routes of all services, as the gateway puts them together."""

    def __init__(self, apps: Sequence[Flask]) -> None:
        self.apps = {app.name: app for app in apps}

    def kind_of(self, address: str) -> Kind | None:
        """What kind of page an address leads to; None when it leads nowhere."""
        path = urlsplit(address).path
        service = next((name for name in self.apps if path.startswith(f"/{name}/")), "registration")
        try:
            below = path.removeprefix(f"/{service}")
            endpoint, _ = self.apps[service].url_map.bind("").match(below, method="GET")
        except HTTPException:
            return None
        return Kind(service, endpoint)

    def pages(self) -> set[Kind]:
        """Every route that a browser can ask for, without the JSON API."""
        return {
            Kind(name, rule.endpoint)
            for name, app in self.apps.items()
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api")
        }


@dataclass
class Findings:
    """What all readers found so far."""

    kinds: set[Kind] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    judged: set[tuple[str, Kind, str]] = field(default_factory=set)
    """(frame, kind, state) of the pages that were judged; organisers, the desk and the door read the same pages"""


class Reader(Visitor):
    """Somebody with a browser who reads everything they may, first in Dutch, then in Ukrainian."""

    def __init__(
        self, browser: Browser, stack: Stack, routes: Routes, findings: Findings, name: str, widths: Collection[int]
    ) -> None:
        super().__init__(browser, stack, "nl", width=min(widths))
        self.routes, self.findings, self.name, self.widths = routes, findings, name, tuple(widths)
        self.frame = "staff" if len(self.widths) > 1 else name
        self.page.on("console", self._hear)
        self.page.on("response", self._see)

    def read(self, address: str) -> None:
        """Everything that can be reached from here by links."""
        waiting, seen, visits = [address], {address}, Counter[Kind]()
        while waiting:
            address = waiting.pop(0)
            kind = self.routes.kind_of(address)
            if kind is None:
                self.findings.faults.append(f"{self.name}: {address} leads nowhere")
                continue
            if visits[kind] < EACH:
                visits[kind] += 1
                self.findings.kinds.add(kind)
                if kind.endpoint in FILES:
                    self.fetch(address)
                    continue
                new = [one for one in self.look_at(address) if one not in seen]
                seen.update(new)
                waiting.extend(new)

    def look_at(self, address: str, state: str = "") -> list[str]:
        """Open a page and judge it; the addresses that it links to, each once."""
        self.speak("nl")
        answer = self.page.goto(address)
        if answer is None or not answer.ok:
            return []
        links: list[str] = [one for one in self.page.evaluate(LINKS) if SWITCHES_LANGUAGE not in one]
        if answer.request.redirected_from and urlsplit(self.page.url).query:
            # Led on to another page that shows something more: which, the query says.
            state = "-more"
        self.judge_here(state)
        return list(dict.fromkeys(links))

    def fetch(self, address: str) -> None:
        """Fetch a file, which must be there."""
        answer = self.context.request.get(address)
        if not answer.ok:
            self.findings.faults.append(f"{self.name}: {address} answers {answer.status}")

    def judge_here(self, state: str = "") -> None:
        """Judge the page on the screen: the first of its kind, and the first in each `state` that the caller names."""
        kind = self.routes.kind_of(self.page.url)
        assert kind is not None, self.page.url
        self.findings.kinds.add(kind)
        if (self.frame, kind, state) not in self.findings.judged:
            self.findings.judged.add((self.frame, kind, state))
            self._judge(f"{self.name}-{kind.endpoint}{state}".replace(".", "-"))

    def submit(self) -> None:
        """Send the form on the page, and come to the next."""
        follow(self.page.locator("main form [type=submit]").first)

    def _judge(self, name: str) -> None:
        """In Dutch at all widths, then in Ukrainian on a phone."""
        self.findings.faults += judge(self.page, f"{name}-nl", *self.widths)
        self.speak("uk")
        self.page.reload()
        self.findings.faults += judge(self.page, f"{name}-uk", min(self.widths))

    def speak(self, language: str) -> None:
        """Read the next page in this language."""
        self.context.add_cookies([{"name": "language", "value": language, "url": self.stack.base_url}])

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.findings.faults.append(f"{self.name} at {self.page.url}: {line.text}")

    def _see(self, answer: Response) -> None:
        if answer.status >= 400:
            self.findings.faults.append(f"{self.name} at {self.page.url}: {answer.url} answers {answer.status}")
