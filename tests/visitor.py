"""Somebody with a browser, without the browser: signed in on a running system, sending forms through the gateway."""

import re
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface

from deploy.servers.ports import LOOPBACK
from shared.identity.sessions import start_session
from tests.service_under_test import ORGANISATION_ID, ORGANISATION_NAME
from tests.stack import Stack

PATIENCE = 30
"""Seconds to wait for an answer before the test fails: far more than any answer takes, far less than hanging."""


class Visitor:
    """A signed-in visitor of a stack."""

    def __init__(self, stack: Stack, *roles: str, kind: str = "staff", subject_id: uuid.UUID | None = None) -> None:
        self.base_url = stack.base_url
        self._http = requests.Session()
        cookie = make_cookie(stack, roles or ("organiser",), kind, subject_id)
        # With its host, so that the server's own cookie replaces it and does not stand beside it.
        self._http.cookies.set("handdruk", cookie, domain=LOOPBACK, path="/")
        self._http.cookies.set("language", "en", domain=LOOPBACK, path="/")

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        return self._http.get(self.base_url + path, timeout=PATIENCE, allow_redirects=False)

    def post(self, path: str, values: Mapping[str, Any], page: str) -> requests.Response:
        """Send a form that stands on `page`."""
        html = self.get(page).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
        assert found, f"no form on {page}: {html[:300]}"
        return self._http.post(
            self.base_url + path,
            data={"csrf_token": found.group(1), **values},
            timeout=PATIENCE,
            allow_redirects=False,
        )


def make_cookie(stack: Stack, roles: tuple[str, ...], kind: str = "staff", subject_id: uuid.UUID | None = None) -> str:
    """The session cookie that the system would have set, signed with the system's own key."""
    app = Flask("cookie")
    app.secret_key = stack.settings["HANDDRUK_SECRET_KEY"].split(",")[0]
    with app.test_request_context():
        start_session(
            kind,
            subject_id or uuid.uuid4(),
            ORGANISATION_ID,
            ORGANISATION_NAME,
            "Test Person",
            roles,
            timedelta(hours=1),
        )
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer is not None
        return str(serializer.dumps(dict(session)))
