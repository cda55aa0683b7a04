"""A real IMAP server for tests: dovecot on high ports, without privileges, which takes mail over LMTP.

dovecot.deliver("region@example.org", raw)            # as a mail server brings it
dovecot.url("region@example.org")                     # as HANDDRUK_IMAP_URLS names the mailbox
dovecot.open("region@example.org")                    # as a mail program reads it
"""

import grp
import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from imap_tools import BaseMailBox, MailBoxUnencrypted

from deploy.servers.ports import LOOPBACK, choose_free
from deploy.servers.prefixes import not_as_root
from deploy.servers.waiting import wait_for
from tests.certificate import Certificate, make_certificate

PASSWORD = "a-word"
CONFIGURATION = """
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = {host}
ssl = yes
ssl_cert = <{folder}/chain.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """The running server. Every mailbox that is named is there."""

    imap: int
    imaps: int
    lmtp: int
    certificate: Certificate

    def url(self, address: str, security: str = "none") -> str:
        """The mailbox as the setting names it; security as `Place.security` names it."""
        scheme, port = ("imaps", self.imaps) if security == "tls" else ("imap", self.imap)
        wish = "?starttls=no" if security == "none" else ""
        return f"{scheme}://{quote(address)}:{quote(PASSWORD)}@{LOOPBACK}:{port}/INBOX{wish}"

    def deliver(self, address: str, raw: bytes, sender: str = "somebody@example.org") -> None:
        """Hand a mail over (RFC 2033)."""
        with smtplib.LMTP(LOOPBACK, self.lmtp) as server:
            server.sendmail(sender, [address], raw)

    def open(self, address: str) -> BaseMailBox:
        """The mailbox, signed in."""
        return MailBoxUnencrypted(LOOPBACK, self.imap).login(address, PASSWORD)

    def answers(self) -> bool:
        try:
            self.open("nobody@example.org").logout()
        except OSError:
            return False
        return True


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """The server of this test process."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    server = Dovecot(*choose_free(3), make_certificate(folder))
    as_nobody = os.geteuid() == 0
    (folder / "dovecot.conf").write_text(_configuration(folder, server, as_nobody))
    prefix = not_as_root(folder)
    program = shutil.which("dovecot") or "/usr/sbin/dovecot"
    process = subprocess.Popen([*prefix, program, "-F", "-c", str(folder / "dovecot.conf")], start_new_session=True)
    try:
        if not wait_for(server.answers, 20):
            log = folder / "dovecot.log"
            raise AssertionError(f"dovecot did not start: {log.read_text() if log.exists() else ''}")
        yield server
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _configuration(folder: Path, server: Dovecot, as_nobody: bool) -> str:
    user = pwd.getpwnam("nobody") if as_nobody else pwd.getpwuid(os.getuid())
    return CONFIGURATION.format(
        folder=folder,
        host=LOOPBACK,
        imap=server.imap,
        imaps=server.imaps,
        lmtp=server.lmtp,
        user=user.pw_name,
        group=grp.getgrgid(user.pw_gid).gr_name,
        uid=user.pw_uid,
        gid=user.pw_gid,
        password=PASSWORD,
    )
