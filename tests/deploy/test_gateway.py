"""The gateway of `make run`: one origin, no token in a log, a readable page while a service starts."""

import http.client
import json
import socket
import subprocess
from pathlib import Path

import pytest

from deploy.installation import Ports
from deploy.servers import nginx
from deploy.servers.ports import LOOPBACK
from tests.stack import Stack


def _get(stack: Stack, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(LOOPBACK, stack.ports["gateway"], timeout=10)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, answer.read().decode(errors="replace")
    finally:
        connection.close()


def test_services_answer_below_their_prefix(stack: Stack) -> None:
    for prefix in ("", "/scheduling", "/notifications"):
        assert _get(stack, f"{prefix}/readyz")[0] == 200
        assert _get(stack, f"{prefix}/api/openapi.json")[0] == 200
    title = json.loads(_get(stack, "/scheduling/api/openapi.json")[2])["info"]["title"]
    assert title == "Handdruk scheduling"


def test_bare_prefix_leads_to_the_service(stack: Stack) -> None:
    status, headers, _ = _get(stack, "/scheduling?language=uk")
    assert (status, headers["location"]) == (308, f"{stack.base_url}/scheduling/?language=uk")


def test_figures_are_not_for_visitors(stack: Stack) -> None:
    for prefix in ("", "/scheduling", "/notifications"):
        assert _get(stack, f"{prefix}/metrics")[0] == 404


def test_request_id_travels_when_it_looks_like_one(stack: Stack) -> None:
    assert _get(stack, "/healthz", X_Request_Id="abc-12345678")[1]["x-request-id"] == "abc-12345678"
    made = _get(stack, "/healthz", X_Request_Id="<script>alert(1)</script>")[1]["x-request-id"]
    assert len(made) == 32
    assert made.isalnum()


def test_other_names_for_this_machine_get_nothing(stack: Stack) -> None:
    assert _get(stack, "/healthz", Host="attacker.example")[0] == 421


def _raw(stack: Stack, request_line: str, host: str) -> str:
    """The answer to a request that is written by hand."""
    with socket.create_connection((LOOPBACK, stack.ports["gateway"]), timeout=10) as connection:
        connection.sendall(f"{request_line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace")


@pytest.mark.parametrize("prefix", ["", "/scheduling", "/notifications"])
def test_host_header_that_differs_from_the_request_line_gets_nowhere(stack: Stack, prefix: str) -> None:
    """RFC 9112 §3.2.2: the host of the request line counts. A path with // is what a service redirects with a host."""
    for path in (f"{prefix}/api//docs", f"{prefix}/no-such-page", f"{prefix}/look?lang=uk", prefix):
        answer = _raw(stack, f"GET {stack.base_url}{path}", "attacker.example")
        assert answer.startswith("HTTP/1.1 ")
        assert "attacker" not in answer, path


def test_redirect_of_a_service_keeps_the_port_of_the_gateway(stack: Stack) -> None:
    host = stack.base_url.removeprefix("http://")
    assert f"\r\nlocation: {stack.base_url}/api/docs\r\n" in _raw(stack, "GET /api//docs", host).lower()


def test_stopped_service_gets_a_readable_page_and_json_for_programs(faulty_stack: Stack) -> None:
    faulty_stack.stop("web-scheduling")
    status, headers, page = _get(faulty_stack, "/scheduling/anything")
    assert (status, headers["content-type"], headers["retry-after"]) == (503, "text/html", "5")
    assert "Even geduld" in page
    assert headers["cache-control"] == "no-store"
    status, headers, body = _get(faulty_stack, "/scheduling/api/anything")
    assert (status, headers["content-type"]) == (503, "application/json")
    assert json.loads(body)["code"] == "starting"
    # The other services go on.
    assert _get(faulty_stack, "/readyz")[0] == 200


def test_built_files_are_kept_by_browsers_by_their_hash(stack: Stack) -> None:
    folder = Path(stack.settings.get("HANDDRUK_STATIC_FOLDER", nginx.SOURCE.parents[1] / "shared/ui/static"))
    hashed = json.loads((folder / "manifest.json").read_text())["app.css"]
    status, headers, _ = _get(stack, f"/static/{hashed}", Accept_Encoding="gzip")
    assert (status, headers["content-type"], headers["content-encoding"]) == (200, "text/css", "gzip")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert _get(stack, "/static/manifest.json")[1]["cache-control"] == "no-cache"


def test_no_token_of_an_address_reaches_a_log(faulty_stack: Stack) -> None:
    token = "Zq7TokenThatNobodyMayRead"
    _get(faulty_stack, f"/{token}?key={token}")
    faulty_stack.stop("web-registration")
    # Here nginx itself would complain, and quote the address.
    assert _get(faulty_stack, f"/{token}?key={token}")[0] == 503
    faulty_stack.resume("web-registration")
    faulty_stack.mend()
    written = [file for file in faulty_stack.folder.rglob("*.log*") if token in file.read_text(errors="replace")]
    assert written == []


def test_nginx_accepts_the_local_configuration_and_refuses_a_broken_one(tmp_path: Path) -> None:
    nginx.write_local_configuration(tmp_path, Ports(), tmp_path, "handdruk.example")
    folder = nginx.local_folder(tmp_path)
    text = (folder / "nginx.conf").read_text()
    assert "server_name 127.0.0.1 handdruk.example localhost;" in text
    (folder / "nginx.conf").write_text(text.replace("listen", "lissen"))
    done = subprocess.run([*nginx.command(folder), "-t"], capture_output=True, text=True, check=False)
    assert 'unknown directive "lissen"' in done.stderr
