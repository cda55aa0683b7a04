"""deploy/compose.yaml as compose sees it: variables filled in from an environment file, anchors and merges resolved."""

import base64
import re
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
SETTING_LINE = re.compile(r"^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$")
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?:(:-|:\?)([^}]*))?\}")


FILLING = base64.b64encode(b"as long as an Ed25519 seed is...").decode()


class VariableMissing(Exception):
    """The file asks for a variable that is not set."""


def read_example(*, commented: bool) -> dict[str, str]:
    """The settings of .env.example; those that stand there as a comment too when asked."""
    found = {}
    for line in (DEPLOY / ".env.example").read_text().splitlines():
        match = SETTING_LINE.match(line)
        if match and (commented or not line.startswith("#")):
            found[match.group(1)] = match.group(2)
    return found


def filled_in() -> dict[str, str]:
    """The example with every empty value filled in, as an operator does; references resolved."""
    given = {name: value or FILLING for name, value in read_example(commented=False).items()}
    return {name: interpolate(value, given) for name, value in given.items()}


def interpolate(text: str, variables: dict[str, str]) -> str:
    """Fill in ${NAME}, ${NAME:-default} and ${NAME:?message}. Raises VariableMissing."""

    def value(match: re.Match[str]) -> str:
        name, operator, rest = match.groups()
        if variables.get(name):
            return variables[name]
        if operator == ":-":
            return str(rest)
        raise VariableMissing(name)

    return VARIABLE.sub(value, text)


def read_compose(variables: dict[str, str]) -> dict[str, Any]:
    """The compose file with these variables."""
    text = interpolate((DEPLOY / "compose.yaml").read_text(), variables)
    found: dict[str, Any] = yaml.safe_load(text)
    return found
