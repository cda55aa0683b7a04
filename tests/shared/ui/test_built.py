"""What is built and what templates may hold: nothing inline, no other host, every icon and file there."""

import gzip
import json
import re
from pathlib import Path

import pytest
from jinja2 import Environment

from shared.settings import STATIC_FOLDER
from shared.ui.qr import draw_path

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted([*ROOT.glob("shared/ui/templates/**/*.html"), *ROOT.glob("services/*/*/templates/**/*.html")])
MAIL_FOLDERS = {"messages", "channels", "calendar"}
PAGES = [path for path in TEMPLATES if MAIL_FOLDERS.isdisjoint(path.parts)]


def short_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_manifest_names_files_that_are_there() -> None:
    manifest = json.loads((STATIC_FOLDER / "manifest.json").read_text())
    assert {"app.css", "app.js", "sprite.svg", "icon.svg", "noto-sans-cyrillic-400.woff2"} <= manifest.keys()
    assert [name for name in manifest.values() if not (STATIC_FOLDER / name).is_file()] == []


def test_styles_are_small_and_name_no_other_host() -> None:
    manifest = json.loads((STATIC_FOLDER / "manifest.json").read_text())
    styles = (STATIC_FOLDER / manifest["app.css"]).read_text()
    addresses = set(re.findall(r"https?://[^\s'\")]+", styles))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert len(gzip.compress(styles.encode())) < 20_000


def test_npm_lock_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize("path", PAGES, ids=short_name)
def test_template_holds_nothing_inline(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    assert re.findall(r"\sstyle\s*=\s*[\"']", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    scripts = re.findall(r"<script[^>]*>", text)
    assert [tag for tag in scripts if "src=" not in tag and "application/json" not in tag] == []
    assert re.findall(r"<style", text) == []


@pytest.mark.parametrize("path", PAGES, ids=short_name)
def test_template_names_only_icons_that_are_there(path: Path) -> None:
    known = set((ROOT / "shared/ui/icons.txt").read_text().split())
    named = set(re.findall(r"\bicon\('([a-z0-9-]+)'", path.read_text()))
    named |= set(re.findall(r"\bsign=(?:_)?'([a-z0-9-]+)'", path.read_text()))
    assert named <= known


@pytest.mark.parametrize("path", PAGES, ids=short_name)
def test_template_is_well_formed(path: Path) -> None:
    Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text())


def test_path_of_a_code_has_a_run_for_each_dark_stretch() -> None:
    modules = [[True, True, False, True], [False, False, False, False], [False, True, True, True]]
    assert draw_path(modules) == "M0 0.5h2M3 0.5h1M1 2.5h3"


def test_path_of_an_empty_code_is_empty() -> None:
    assert draw_path([]) == ""
