"""Languages: which there are, which one the reader wants, and dates and numbers as the reader writes them."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from flask import Flask, Response, g, has_request_context, redirect, request
from flask_babel import Babel, get_locale, get_translations
from jinja2 import pass_context
from jinja2.runtime import Context

LANGUAGES = {"nl": "Nederlands", "en": "English", "uk": "Українська", "ru": "Русский"}
"""Code → name in the language itself, in the order in which they are offered."""
DEFAULT_LANGUAGE = "nl"
COOKIE = "language"
CEFR_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
SPOKEN_LANGUAGES = (*LANGUAGES, "ar", "de", "es", "fr", "hu", "pl", "ro", "tr")
"""Codes of the languages that people can say they speak; the four of our screens first."""


def choose_language() -> str:
    """The reader's language: chosen on this browser, else the link's person's, else what the browser asks for."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    chosen = getattr(g, "language", None) or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT_LANGUAGE


def remember_language(response: Response, language: str) -> Response:
    """Keep the choice on this browser for a year."""
    response.set_cookie(COOKIE, language, max_age=365 * 24 * 3600, path="/", samesite="Lax", httponly=True)
    return response


def switch_language() -> Response | None:
    """`?lang=uk` on any page switches to Ukrainian and shows the same page."""
    wanted = request.args.get("lang")
    if request.method != "GET" or wanted not in LANGUAGES:
        return None
    response = redirect(_address_without_lang(), Response=Response)
    assert isinstance(response, Response)
    return remember_language(response, str(wanted))


def _address_without_lang() -> str:
    return _address([(key, value) for key, value in request.args.items(multi=True) if key != "lang"])


def _address(arguments: list[tuple[str, str]]) -> str:
    # Two slashes in front would make it another host's address.
    path = "/" + quote((request.script_root + request.path).lstrip("/"))
    return f"{path}?{urlencode(arguments)}" if arguments else path


def language_choices() -> list[tuple[str, str, str]]:
    """(code, own name, address of the present page in that language)."""
    rest = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return [(code, name, _address([*rest, ("lang", code)])) for code, name in LANGUAGES.items()]


def date_long(moment: datetime, time_zone: str, language: str | None = None) -> str:
    """'donderdag 10 december 2026' in the reader's language (or the one given), on the event's clock."""
    code = language or _code()
    pattern = {"en": "EEEE d MMMM y", "uk": "EEEE, d MMMM y", "ru": "EEEE, d MMMM y"}.get(code, "EEEE d MMMM y")
    return format_date(_local(moment, time_zone).date(), pattern, locale=code)


def date_short(moment: datetime, time_zone: str, language: str | None = None) -> str:
    """'do 10 dec'."""
    return format_date(_local(moment, time_zone).date(), "EEE d MMM", locale=language or _code())


def time_of(moment: datetime, time_zone: str, language: str | None = None) -> str:
    """'13:00': four digits in every language that we speak."""
    return format_time(_local(moment, time_zone).time(), "HH:mm", locale=language or _code())


def date_time(moment: datetime, time_zone: str, language: str | None = None) -> str:
    """'do 10 dec 13:00'."""
    return format_datetime(_local(moment, time_zone), "EEE d MMM HH:mm", locale=language or _code())


def percent(share: float) -> str:
    """0.998 → '99,8 %' as the reader's language writes it. Never rounds up to a hundred."""
    floored = int(share * 1000) / 1000
    return format_percent(floored, format="#,##0.#\u00a0%" if _code() != "en" else "#,##0.#%", locale=_code())


def number(figure: float) -> str:
    """1234 → '1.234' as the reader's language writes it."""
    return format_decimal(figure, locale=_code())


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The sentence for this many, with %(num)s as the reader's language writes figures."""
    sentence: str = get_translations().ungettext(one, many, count)
    return sentence % {"num": number(count), **values}


def _local(moment: datetime, time_zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(time_zone))


def _code() -> str:
    locale = get_locale()
    return locale.language if locale else DEFAULT_LANGUAGE


def language_name(code: str, language: str | None = None) -> str:
    """The name of a language in the reader's language: 'Oekraïens' for uk on a Dutch page."""
    return str(Locale.parse(language or _code()).languages.get(code, code))


def install_languages(app: Flask) -> None:
    """Set up Flask-Babel and the filters that pages use."""
    Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_translation_directories=str(__path__[0]),
        locale_selector=choose_language,
    )
    filters: dict[str, Callable[..., str]] = {
        "date_long": date_long,
        "date_short": date_short,
        "time_of": time_of,
        "date_time": date_time,
        "percent": percent,
        "number": number,
        "language_name": language_name,
    }
    for name, filter_ in filters.items():
        app.add_template_filter(filter_, name)
    _write_figures_in_sentences(app)


def _write_figures_in_sentences(app: Flask) -> None:
    """`ngettext` in templates writes %(num)s as `ngettext` above does."""
    plain = app.jinja_env.globals["ngettext"]
    assert callable(plain)

    @pass_context
    def with_figures(context: Context, one: str, many: str, count: int, /, **values: object) -> str:
        said: str = plain(context, one, many, count, **{"num": number(count), **values})
        return said

    app.jinja_env.globals["ngettext"] = with_figures
