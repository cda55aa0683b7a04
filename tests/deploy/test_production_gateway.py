"""The gateway of a server, run for real: TLS in front of the services of the stack."""

import datetime
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.servers.nginx import SOURCE, find_program
from deploy.servers.ports import LOOPBACK, accepts, choose_free
from deploy.servers.waiting import wait_for
from tests.stack import Stack

NAME = "handdruk.example.org"


@dataclass(frozen=True)
class Gateway:
    """A running gateway and the certificate to trust."""

    http_port: int
    https_port: int
    certificate: Path

    def get(self, path: str, host: str = NAME, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask over TLS. Raises ssl.SSLError when the handshake is refused."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        with socket.create_connection((LOOPBACK, self.https_port), 10) as plain:
            connection = http.client.HTTPSConnection(host, context=context)
            connection.sock = context.wrap_socket(plain, server_hostname=host)
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.fixture(scope="module")
def gateway(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    made = Gateway(*choose_free(2), folder / "tls" / "fullchain.pem")
    _lay_out(folder, made, stack)
    command = [str(find_program()), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    server = subprocess.Popen([*command, "-g", "daemon off;"], start_new_session=True)
    assert wait_for(lambda: accepts(made.https_port), 20)
    yield made
    server.terminate()
    assert server.wait(20) == 0


def _lay_out(folder: Path, made: Gateway, stack: Stack) -> None:
    """What the image holds, with the places that differ on this machine."""
    for name in ("http.conf", "locations.conf", "tls.conf", "mime.types"):
        shutil.copy(SOURCE / name, folder / name)
    shutil.copytree(SOURCE / "pages", folder / "pages")
    (folder / "static").symlink_to(SOURCE.parents[1] / "shared" / "ui" / "static")
    (folder / "acme" / ".well-known" / "acme-challenge").mkdir(parents=True)
    (folder / "acme" / ".well-known" / "acme-challenge" / "token").write_text("answer")
    _make_certificate(made.certificate)
    template = (SOURCE / "server_name.conf.template").read_text()
    (folder / "server_name.conf").write_text(template.replace("${SERVER_NAME}", NAME))
    text = (SOURCE / "nginx.conf").read_text().replace("/tmp/", f"{folder}/")
    text = text.replace("listen 8080", f"listen {LOOPBACK}:{made.http_port}")
    text = text.replace("listen 8443", f"listen {LOOPBACK}:{made.https_port}")
    for service in ("registration", "scheduling", "notifications"):
        # There is no resolver of a container engine here.
        text, count = re.subn(rf"web-{service}:8000 resolve", f"{LOOPBACK}:{stack.ports[service]}", text)
        assert count == 1
    # This test may run as root, whose nginx would not be let into the folders of the test.
    (folder / "nginx.conf").write_text(f"user root root;\n{text}" if os.geteuid() == 0 else text)


def _make_certificate(file: Path) -> None:
    file.parent.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    file.with_name("privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def test_services_answer_over_tls(gateway: Gateway) -> None:
    for prefix in ("", "/scheduling", "/notifications"):
        assert gateway.get(f"{prefix}/readyz")[0] == 200
        assert gateway.get(f"{prefix}/metrics")[0] == 404


def test_plain_http_leads_to_https(gateway: Gateway) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, gateway.http_port, timeout=10)
    connection.request("GET", "/events?language=uk", headers={"Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (308, f"https://{NAME}/events?language=uk")


def test_answers_for_certificates_go_over_plain_http(gateway: Gateway) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, gateway.http_port, timeout=10)
    connection.request("GET", "/.well-known/acme-challenge/token", headers={"Host": NAME})
    assert connection.getresponse().read() == b"answer"


def test_another_name_gets_no_certificate_and_no_answer(gateway: Gateway) -> None:
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"):
        gateway.get("/", host="attacker.example")
    connection = http.client.HTTPConnection(LOOPBACK, gateway.http_port, timeout=10)
    connection.request("GET", "/", headers={"Host": "attacker.example"})
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()


def test_old_tls_is_refused(gateway: Gateway) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection((LOOPBACK, gateway.https_port), 10) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname=NAME)


def test_browsers_are_told_to_stay_with_tls(gateway: Gateway) -> None:
    status, headers, _ = gateway.get("/static/manifest.json")
    assert (status, headers["strict-transport-security"]) == (200, "max-age=31536000")


def test_service_learns_who_asked_from_the_gateway_alone(gateway: Gateway) -> None:
    """What a visitor claims about proxies is overwritten: the redirect below the prefix keeps to the real name."""
    forged = {"X_Forwarded_Host": "attacker.example", "X_Forwarded_Prefix": "/forged", "X_Forwarded_Proto": "http"}
    status, headers, body = gateway.get("/scheduling/api/openapi.json", **forged)
    assert status == 200
    assert b"attacker.example" not in body
    assert b"/forged" not in body
    assert "attacker.example" not in str(headers)
