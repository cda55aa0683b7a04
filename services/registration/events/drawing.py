"""A floor plan as the macros of `ui/plan.html` draw it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from services.registration.events.models import FloorPlan, Stand


def draw_hall(plan: FloorPlan) -> dict[str, Any]:
    """The hall without its stands: size, areas, desks and doors, with labels in the reader's language."""
    kinds: dict[str, list[dict[str, Any]]] = {"area": [], "desk": [], "entrance": []}
    for feature in plan.features:
        kinds[feature["kind"]].append({**feature, "label": _label(feature["label"])})
    return {
        "width": plan.width,
        "height": plan.height,
        "areas": kinds["area"],
        "desks": kinds["desk"],
        "doors": kinds["entrance"],
    }


def draw_stand(stand: Stand, state: str = "free", **more: object) -> dict[str, Any]:
    """One stand in a state (free, held, taken, mine); `more`: name, note, url, flag, picked, facts."""
    place = {name: getattr(stand, name) for name in ("label", "x", "y", "width", "height")}
    return {**place, "state": state, "facts": stand_facts(stand), **more}


def draw_stands(stands: Sequence[Stand]) -> list[dict[str, Any]]:
    """The stands of an empty hall."""
    return [draw_stand(stand) for stand in stands]


def stand_facts(stand: Stand) -> str:
    """What a stand has, as a reader wants to know: seats, power, wheelchair access."""
    facts = [gettext("%(seats)s conversations at the same time", seats=stand.seats) if stand.seats > 1 else ""]
    facts.append(gettext("with power") if stand.power else gettext("no power"))
    facts.append("" if stand.wheelchair else gettext("no room for a wheelchair"))
    return ", ".join(fact for fact in facts if fact)


def _label(label: str) -> str:
    known = {"waiting": gettext("Waiting"), "interpreters": gettext("Interpreters"), "desk": gettext("Desk")}
    return str(known.get(label, label))
