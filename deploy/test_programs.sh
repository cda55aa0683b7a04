#!/bin/sh
# What `make test` needs beside Python and node: present, or installed from Debian when that is possible, or a sentence.
set -eu
missing=""
has() { for name in "$@"; do if command -v "$name" >/dev/null 2>&1; then return 0; fi; done; return 1; }
has chromium chromium-browser google-chrome || missing="$missing chromium"
has dovecot /usr/sbin/dovecot || missing="$missing dovecot-imapd dovecot-lmtpd"
ldconfig -p 2>/dev/null | grep -q 'libical\.so\.3' || /sbin/ldconfig -p 2>/dev/null | grep -q 'libical\.so\.3' || missing="$missing libical3"
if [ -z "$missing" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # Debian would start a mail server for everybody; the tests start one of their own.
    # shellcheck disable=SC2086
    RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi
echo "The tests need programs that are not here, and only root can install them: apt-get install$missing" >&2
exit 1
