"""A page that shows every part of the look, in its empty, full and faulty states. Public; invented data only."""

from flask import Blueprint, abort, render_template, request

from shared.forms import Form
from shared.ui import samples
from shared.ui.qr import draw_path

FRAMES = ("parts", "form", "plan", "grid", "phone", "pass", "stand", "hall", "door", "error")


def gallery_blueprint() -> Blueprint:
    """`/look` and a page for each frame below it."""
    blueprint = Blueprint("look", __name__)

    @blueprint.get("/look")
    @blueprint.get("/look/<frame>")
    def gallery(frame: str = "parts") -> str:
        if frame not in FRAMES:
            abort(404)
        return render_template(f"ui/gallery/{frame}.html", frames=FRAMES, frame=frame, **_values(frame))

    return blueprint


def _values(frame: str) -> dict[str, object]:
    values: dict[str, object] = {"samples": samples, "identity": samples.IDENTITY, "event": samples.EVENT}
    if frame == "pass":
        return values | {"draw_path": draw_path}
    if frame == "form":
        return values | {"form": Form() if "empty" in request.args else samples.faulty_form()}
    if frame == "grid":
        return values | {"chosen": request.args.get("stand", "4"), "why": request.args.get("why", "")}
    if frame == "error":
        return values | {
            "status": request.args.get("status", 404, type=int),
            "message": samples.REFUSAL,
            "identity": None,
        }
    return values | {"until": samples.until()}
