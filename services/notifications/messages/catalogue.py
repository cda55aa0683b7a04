"""Every message there is: what it needs, and when it is no longer worth sending. The words stand in `templates/`."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask_babel import LazyString, lazy_gettext

WORDS = Path(__file__).parent / "templates"
FRAME = "frame"
"""The words below every message: who it is from. An organisation can word them."""
WHY = "why"
"""What follows them: why somebody gets it, and where they say what they want. It stays ours, whatever is worded."""
MERGED = "merged"
"""The words above several messages in one letter."""
NEWS_SETTLES = timedelta(minutes=5)
"""An organiser who moves an event often has more to change."""


@dataclass(frozen=True)
class Template:
    """A message that can be sent. To add one: a line here, and a file for each language."""

    name: str
    title: str | LazyString
    """what an organiser calls it"""
    cause: str | LazyString
    """why somebody gets it"""
    kinds: tuple[str, ...]
    values: tuple[str, ...] = ()
    """what a command must bring, and may bring with a question mark behind it"""
    carries: tuple[str, ...] = ()
    """link, pass, calendar"""
    survives_cancelling: bool = False
    """still worth saying when the event is cancelled"""
    needs_entry: bool = False
    """worth saying only to somebody whose calendar has the entry"""
    needs_visit: bool = False
    """worth saying only to somebody who comes: whose calendar has something for the event"""
    ends_with_visit: bool = False
    """not worth saying any more to somebody who took their part back after it was asked for"""
    overtakes: tuple[str, ...] = ()
    """messages to the same person about the same event that need not be sent any more, beside older ones of its own"""
    apart: tuple[str, ...] = ()
    """values that tell two messages of this template apart, so that the newer does not overtake the older"""
    settles: timedelta = timedelta(0)
    """how long it may wait for other news to be merged with (HANDDRUK_MERGE_SECONDS when that is less); 0 for what
    answers a person's own click"""
    urgent: bool = False
    """of several in one letter, this one gives the subject"""
    essential: bool = True
    """also for somebody who wants no invitations and reminders: it is about what they take part in already"""

    headed: bool = True
    """with a subject of its own: a message, and not a part of every one"""

    on_paper: bool = True
    """also for candidates whom only paper reaches; a reminder would be one more letter with what they hold already"""

    @property
    def fits_paper(self) -> bool:
        """Is it worth a letter? To candidates: the pass, and what they cannot do without."""
        matters = self.essential or "pass" in self.carries
        return self.headed and self.on_paper and "candidate" in self.kinds and matters


TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        Template(
            "employer_invited",
            lazy_gettext("Invitation to book a stand"),
            lazy_gettext("You invited this employer."),
            ("contact",),
            ("employer",),
            ("link",),
            essential=False,
        ),
        Template(
            "stand_confirmed",
            lazy_gettext("Stand confirmed"),
            lazy_gettext("The employer booked a stand, or changed the booking."),
            ("contact",),
            ("employer", "stand", "vacancies"),
            ("link", "calendar"),
            overtakes=("employer_invited",),
        ),
        Template(
            "stand_cancelled",
            lazy_gettext("Stand cancelled"),
            lazy_gettext("The booking of the stand was cancelled."),
            ("contact",),
            ("stand",),
            ("calendar",),
            survives_cancelling=True,
        ),
        Template(
            "candidate_invited",
            lazy_gettext("Invitation to a candidate"),
            lazy_gettext("You invited this candidate."),
            ("candidate",),
            ("number", "readable_name"),
            ("link", "pass"),
            essential=False,
        ),
        Template(
            "invitation_answered",
            lazy_gettext("Answer received"),
            lazy_gettext("The candidate answered the invitation."),
            ("candidate",),
            ("answer", "number?"),
            ("link", "pass", "calendar"),
            overtakes=("candidate_invited",),
        ),
        Template(
            "event_moved",
            lazy_gettext("Other time or place"),
            lazy_gettext("The event got another time or place."),
            ("contact", "candidate", "interpreter"),
            ("old_starts_at?", "old_place?"),
            ("link", "calendar"),
            settles=NEWS_SETTLES,
            urgent=True,
        ),
        Template(
            "event_cancelled",
            lazy_gettext("Event cancelled"),
            lazy_gettext("The event was cancelled."),
            ("contact", "candidate", "interpreter"),
            ("blocks?",),
            ("calendar",),
            survives_cancelling=True,
            overtakes=("event_moved",),
            urgent=True,
        ),
        Template(
            "interpreter_invited",
            lazy_gettext("Question to an interpreter"),
            lazy_gettext("You asked this interpreter to come."),
            ("interpreter",),
            (),
            ("link",),
            essential=False,
        ),
        Template(
            "interpreter_roster",
            lazy_gettext("Roster of an interpreter"),
            lazy_gettext("The plan was published."),
            ("interpreter",),
            ("blocks",),
            ("link", "calendar"),
            settles=NEWS_SETTLES,
        ),
        Template(
            "interpreter_free",
            lazy_gettext("Interpreter not needed after all"),
            lazy_gettext("The new plan does without this part of the interpreter's day."),
            ("interpreter",),
            ("blocks?",),
            ("calendar",),
            needs_entry=True,
            settles=NEWS_SETTLES,
        ),
        Template(
            "interpreter_readdressed",
            lazy_gettext("Interpreter at another address"),
            lazy_gettext("You changed the e-mail address of this interpreter; this goes to the old one."),
            ("interpreter",),
            ("blocks?",),
            ("calendar",),
            needs_entry=True,
            overtakes=("interpreter_invited",),
        ),
        Template(
            "timetable_candidate",
            lazy_gettext("Timetable of a candidate"),
            lazy_gettext("The plan was published."),
            ("candidate",),
            ("stops",),
            ("link",),
            ends_with_visit=True,
            settles=NEWS_SETTLES,
        ),
        Template(
            "timetable_employer",
            lazy_gettext("Timetable of an employer"),
            lazy_gettext("The plan was published."),
            ("contact",),
            ("stops", "stand?"),
            ("link",),
            ends_with_visit=True,
            apart=("stand",),
            settles=NEWS_SETTLES,
        ),
        Template(
            "candidate_reminder",
            lazy_gettext("Reminder to a candidate"),
            lazy_gettext("The candidate said yes, and the event is tomorrow."),
            ("candidate",),
            ("number",),
            ("link", "pass"),
            needs_visit=True,
            essential=False,
            on_paper=False,
        ),
        Template(
            "employer_reminder",
            lazy_gettext("Reminder to an employer"),
            lazy_gettext("The employer has a stand, and the event is in two days."),
            ("contact",),
            ("stand?",),
            ("link",),
            needs_visit=True,
            essential=False,
        ),
        Template(
            "interpreter_reminder",
            lazy_gettext("Reminder to an interpreter"),
            lazy_gettext("The interpreter has a roster, and the event is tomorrow."),
            ("interpreter",),
            ("blocks?",),
            ("link",),
            needs_visit=True,
            essential=False,
        ),
        Template(
            "candidate_waits",
            lazy_gettext("Place given up, on the waiting list"),
            lazy_gettext("You moved this candidate to the waiting list."),
            ("candidate",),
            (),
            ("link", "calendar"),
        ),
    )
}
FOOTER = Template(
    FRAME,
    lazy_gettext("Below every message"),
    lazy_gettext(
        "It stands below every message by e-mail. Why somebody gets the message, and the link to what they want to "
        "receive, always follow it: you cannot leave those out."
    ),
    ("candidate",),
    headed=False,
)
TEXTS: dict[str, Template] = {**TEMPLATES, FRAME: FOOTER}
"""Everything that organisations can word."""
