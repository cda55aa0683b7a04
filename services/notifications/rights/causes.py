"""Why somebody got a message, said to that person. What an organiser reads stands in messages/catalogue.py."""

from flask_babel import LazyString, lazy_gettext

OTHER = lazy_gettext("You take part in %(event)s, or were invited to it.")
CAUSES: dict[str, LazyString] = {
    "employer_invited": lazy_gettext("You were invited to book a stand at %(event)s."),
    "stand_confirmed": lazy_gettext("You booked a stand at %(event)s, or something about your stand changed."),
    "stand_cancelled": lazy_gettext("The booking of your stand at %(event)s was cancelled."),
    "candidate_invited": lazy_gettext("You were invited to %(event)s."),
    "invitation_answered": lazy_gettext("You answered your invitation to %(event)s."),
    "event_moved": lazy_gettext("You know %(event)s from us, and it got another time or place."),
    "event_cancelled": lazy_gettext("You know %(event)s from us, and it will not take place."),
    "interpreter_invited": lazy_gettext("You were asked to interpret at %(event)s."),
    "interpreter_roster": lazy_gettext("You interpret at %(event)s, and your hours are known."),
    "interpreter_free": lazy_gettext("You were to interpret at %(event)s, and a part of it is not needed any more."),
    "interpreter_readdressed": lazy_gettext("You interpret at %(event)s, and we now use another address for you."),
    "timetable_candidate": lazy_gettext("You come to %(event)s, and your timetable is ready or has changed."),
    "timetable_employer": lazy_gettext("You have a stand at %(event)s, and your timetable is ready or has changed."),
    "candidate_reminder": lazy_gettext("You said that you come to %(event)s."),
    "employer_reminder": lazy_gettext("You have a stand at %(event)s, which takes place soon."),
    "interpreter_reminder": lazy_gettext("You interpret at %(event)s, which takes place soon."),
    "candidate_waits": lazy_gettext("Your place at %(event)s went to the waiting list."),
}


def cause_of(template: str, event: str) -> str:
    """The sentence in the language of the present reader. `event`: its name."""
    return str(CAUSES.get(template, OTHER)) % {"event": event}
