"""Figures on pages, as the reader's language writes them."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from shared.i18n import ngettext
from tests.service_under_test import ServiceUnderTest

WRITTEN = {"nl": "12.345", "en": "12,345", "uk": "12\N{NO-BREAK SPACE}345", "ru": "12\N{NO-BREAK SPACE}345"}


@pytest.fixture
def app(notifications: ServiceUnderTest) -> Flask:
    return notifications.app


@pytest.mark.parametrize(("language", "written"), WRITTEN.items())
def test_thousands_have_the_sign_of_the_language(app: Flask, language: str, written: str) -> None:
    drawn = (
        "{{ n|number }}",
        "{{ ngettext('%(num)s letter', '%(num)s letters', n) }}",
        "{% import 'ui/parts.html' as ui with context %}{{ ui.pages(26, 50, n) }}",
        "{% import 'ui/parts.html' as ui with context %}{{ ui.tabs([{'label': 'x', 'url': '', 'count': n}], 'y') }}",
        "{% import 'ui/chart.html' as chart with context %}{{ chart.rows('x', [('y', n)], 'z', 'z') }}",
    )
    with app.test_request_context(), force_locale(language):
        assert written in ngettext("%(num)s letter", "%(num)s letters", 12345)
        for source in drawn:
            assert written in render_template_string(source, n=12345), source


def test_sentence_for_a_number_keeps_its_other_values_and_hides_their_signs(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        source = "{{ ngettext('%(num)s of %(who)s', '%(num)s of %(who)s', 1, who='<b>') }}"
        assert render_template_string(source) == "1 of &lt;b&gt;"
        assert ngettext("%(num)s of %(who)s", "%(num)s of %(who)s", 2, who="x") == "2 of x"
