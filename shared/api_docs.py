"""What a service's OpenAPI document says beside its operations: where it stands, and groups in the field's words."""

from collections.abc import Sequence
from typing import Any

from apispec import BasePlugin
from flask import Flask
from flask_smorest import Api, Blueprint

from shared.settings import Service

PREFIXES: dict[Service, str] = {
    "registration": "/",
    "scheduling": "/scheduling",
    "notifications": "/notifications",
}
"""Where the gateway puts each service (deploy/servers/prefixes.py); the paths of the document begin behind it."""


class _Groups(BasePlugin):
    """Blueprints have names for the code; who reads the document reads their descriptions."""

    def __init__(self, api: Sequence[Blueprint]) -> None:
        super().__init__()
        self._words = {blueprint.name: blueprint.description for blueprint in api}

    def operation_helper(self, path: str | None = None, operations: Any = None, **_: Any) -> None:  # noqa: ARG002 (apispec's)
        """Put each operation in the group of its blueprint's description."""
        for operation in (operations or {}).values():
            operation["tags"] = [self._words[name] for name in operation["tags"]]


def install_api(app: Flask, service: Service, api: Sequence[Blueprint]) -> Api:
    """The floor on which the service registers its API, and the document that describes it."""
    app.config.update(
        API_TITLE=f"Handdruk {service}",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "servers": [{"url": PREFIXES[service]}],
            "tags": [{"name": blueprint.description} for blueprint in api],
        },
    )
    return Api(app, spec_kwargs={"extra_plugins": [_Groups(api)]})
