"""The page that shows every part of the look, empty, full and with errors."""

from flask import Blueprint, render_template


def gallery_blueprint() -> Blueprint:
    """`/look`."""
    blueprint = Blueprint("look", __name__)

    @blueprint.get("/look")
    def gallery() -> str:
        return render_template("ui/gallery.html")

    return blueprint
