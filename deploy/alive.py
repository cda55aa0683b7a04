"""`handdruk alive …`: the health check of one container, by its role."""

import http.client
import socket

import click

from shared.settings import SERVICES, Settings, SettingsError, load_settings


@click.group()
def alive() -> None:
    """Whether this container does its work; exits 1 when it does not."""


@alive.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def web(port: int) -> None:
    """The web service here answers, and its database is there and migrated."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as fault:
        raise click.ClickException(f"no answer: {fault}") from None
    finally:
        connection.close()
    if status != 200:
        raise click.ClickException(f"it answers {status}")


@alive.command()
@click.argument("queue")
def worker(queue: str) -> None:
    """The worker of QUEUE on this machine answers a ping."""
    from shared.worker import make_celery

    name = f"{queue}@{socket.gethostname()}"
    answers = make_celery(_settings()).control.ping(destination=[name], timeout=5, limit=1)
    if not answers:
        raise click.ClickException(f"{name} does not answer")


@alive.command()
def beat() -> None:
    """Beat gave a sign of life within the last half minute."""
    from redis import Redis, RedisError

    from deploy.beat import HEARTBEAT

    try:
        with Redis.from_url(_settings().redis_url, socket_timeout=3, socket_connect_timeout=3) as client:
            if client.exists(HEARTBEAT):
                return
    except RedisError as fault:
        raise click.ClickException(f"Redis: {fault}") from None
    raise click.ClickException("no sign of life")


def _settings() -> Settings:
    """Settings of whichever service this container has: the broker is the same. Raises SettingsError for none."""
    for service in SERVICES[:-1]:
        try:
            return load_settings(service)
        except SettingsError:
            continue
    return load_settings(SERVICES[-1])
