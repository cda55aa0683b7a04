"""The words of the scanner: rendered by the server in the reader's language, shown by a script without connection."""

from flask_babel import force_locale, gettext

from shared.i18n import LANGUAGES, language_name


def scanner_words() -> dict[str, object]:
    """Every text that the script shows, by its key."""
    return {
        "verdicts": _verdicts(),
        "welcome": {language: _welcome(language) for language in LANGUAGES},
        "languages": {language: language_name(language) for language in LANGUAGES},
        "says": {
            "since": gettext("since {time}, {gate}"),
            "stop": gettext("First to stand {stop} at {time}"),
            "number": gettext("Number {number}"),
            "offline": gettext("Offline, scans are kept"),
            "waiting": gettext("{count} waiting to be sent"),
            "hold": gettext("Hold the code before the camera"),
            "take_away": gettext("Take the code away"),
            "next": gettext("Scan the next one"),
            "no_camera": gettext("The camera does not start. Allow this page to use it, then try again."),
            "no_space": gettext("This phone cannot keep scans. Do not use a private window, and free some space."),
            "code_invalid": gettext("This code does not work any more. Ask the organiser for a new one."),
            "no_connection": gettext("There is no connection. Setting up a phone needs one; try again."),
            "revoked": gettext("This phone may scan no more. Ask the organiser for a new code."),
            "phone": gettext("Phone"),
        },
    }


def _verdicts() -> dict[str, dict[str, str]]:
    return {
        "admitted": {"word": gettext("Welcome"), "what": ""},
        "already_in": {"word": gettext("Already inside"), "what": gettext("Ask whether somebody else used this code.")},
        "over_capacity": {
            "word": gettext("Full"),
            "what": gettext("There is no place at the moment. Ask the organiser."),
        },
        "void": {"word": gettext("Not valid"), "what": gettext("There is a newer code. Ask for the newest message.")},
        "wrong_event": {"word": gettext("Other event"), "what": gettext("This code is for another event.")},
        "unknown": {"word": gettext("Unknown"), "what": gettext("This is not a code of ours.")},
        "not_today": {"word": gettext("Not today"), "what": gettext("The event is on another day.")},
        "kept": {
            "word": gettext("Offline"),
            "what": gettext(
                "There is no connection, so this code could not be checked. The scan is kept and sent later."
                " Ask the organiser whether this person may come in."
            ),
        },
    }


def _welcome(language: str) -> str:
    with force_locale(language):
        return gettext("Welcome")
