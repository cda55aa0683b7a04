#!/bin/sh
# The container's entry point: a role and its options, such as `web registration` or `worker scheduling`.
set -eu

case "${1:-}" in
web)
    # Nothing outside the container reaches the loopback address. Later words win, so a --host given here stays.
    shift
    service=${1:?which service: registration, scheduling or notifications}
    shift
    # One set of figures for all processes of this server.
    PROMETHEUS_MULTIPROC_DIR=$(mktemp -d)
    export PROMETHEUS_MULTIPROC_DIR
    exec python -m deploy.command web "$service" --host 0.0.0.0 --port 8000 "$@"
    ;;
*)
    exec python -m deploy.command "$@"
    ;;
esac
