"""A phone at the door: Chromium whose camera films what the test holds before it, and a server that can go away."""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from werkzeug.serving import BaseWSGIServer, make_server

from shared.limits import limiter
from tests.browser import FLAGS, find_chromium
from tests.journeys.camera import film_code
from tests.service_under_test import ServiceUnderTest
from tests.services.registration.door.verdict_log import next_verdict, watch_verdicts


class Gateway:
    """The server that the phone talks to; while it is away, connections are refused."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.withheld = "nothing"
        """Addresses that end so are answered with 503."""
        self._server: BaseWSGIServer | None = None
        self._port = 0
        self.come()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def come(self) -> None:
        self._server = make_server("127.0.0.1", self._port, self._answer, threaded=True)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith(self.withheld):
            start_response("503 Service Unavailable", [])
            return []
        return cast(Iterable[bytes], self._app(environ, start_response))

    def go(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Phone:
    """What a volunteer does with the phone."""

    def __init__(self, context: BrowserContext, address: str, film: Path) -> None:
        self.context, self.address, self.film = context, address, film
        self.faults: list[str] = []
        self.page = self.new_page()

    def new_page(self) -> Page:
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda line: self.faults.append(line.text) if "Security" in line.text else None)
        return self.page

    def open(self, path: str = "/door") -> None:
        self.page.goto(f"{self.address}{path}")

    def enrol(self, code: str) -> None:
        self.open(f"/door#{code}")
        expect(self.page.locator("#door-gate")).not_to_be_empty()
        self.expect_ready()

    def expect_ready(self) -> None:
        """The camera films, the reader of codes is here, and the server has been asked for everything once."""
        expect(self.page.locator("#door-hint")).to_have_text("Hold the code before the camera")
        expect(self.page.locator("#door-expected")).not_to_have_text("–")

    def hold(self, text: str) -> None:
        film_code(text, self.film)

    def expect_verdict(self, verdict: str) -> str:
        """The next verdict, its words; green may be gone by now."""
        shown, words = next_verdict(self.page)
        assert shown == verdict, words
        return words

    def expect_camera(self) -> None:
        expect(self.page.locator("#door-verdict section")).to_have_count(0)

    def next(self) -> None:
        """Take the code away, and tap an amber or red verdict away."""
        self.hold("")
        key = self.page.locator("#door-verdict button")
        if key.count():
            key.click()
        self.expect_camera()


@pytest.fixture(autouse=True)
def _no_attempts_yet(registration: ServiceUnderTest) -> None:
    limiter.reset()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_code("", tmp_path_factory.mktemp("camera") / "camera.y4m")


@pytest.fixture(scope="module")
def filming_browser(playwright: Playwright, film: Path) -> Iterator[Browser]:
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
             f"--use-file-for-fake-video-capture={film}"]  # fmt: skip
    chromium = playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *flags])
    yield chromium
    chromium.close()


@pytest.fixture
def gateway(registration: ServiceUnderTest) -> Iterator[Gateway]:
    gateway = Gateway(registration.app)
    yield gateway
    gateway.go()


@pytest.fixture
def take_phone(filming_browser: Browser, gateway: Gateway, film: Path) -> Iterator[Callable[..., Phone]]:
    """`take_phone(width=320)`: a phone of its own, in English unless told otherwise."""
    taken: list[Phone] = []

    def take(width: int = 390, height: int = 844, language: str = "en") -> Phone:
        context = filming_browser.new_context(
            viewport={"width": width, "height": height}, permissions=["camera"], locale="en-GB"
        )
        watch_verdicts(context)
        context.add_cookies([{"name": "language", "value": language, "url": gateway.address}])
        taken.append(Phone(context, gateway.address, film))
        return taken[-1]

    film_code("", film)
    yield take
    for phone in taken:
        phone.context.close()
        assert phone.faults == []
