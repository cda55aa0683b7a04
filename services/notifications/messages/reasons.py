"""What went wrong with a message, or what came of it: a code for each, and the sentence that an organiser reads."""

from flask_babel import LazyString, lazy_gettext

Sentences = dict[str, str | LazyString]
RETURNED: Sentences = {
    "address_refused": lazy_gettext("The mail server refuses the address. Check it with the person."),
    "mailbox_full": lazy_gettext("The person's mailbox is full. Try again in a few days, or tell them in another way."),
    "taken_for_spam": lazy_gettext("The person's mail server takes our mail for spam. Tell them in another way."),
    "came_back": lazy_gettext("The message came back, and the mail server does not say clearly why."),
    "complained": lazy_gettext("The person called our mail spam. Nothing more is sent to this address."),
}
"""What a letter that came back says; the inbox shows the same."""
REASONS: Sentences = {
    **RETURNED,
    "address_closed": lazy_gettext(
        "Nothing is sent to this address any more. Mend it, or tell the person in another way."
    ),
    "number_unreachable": lazy_gettext("Nothing reaches this telephone number any more. Check it with the person."),
    "not_delivered": lazy_gettext("The telephone did not take the message. Try again, or tell the person yourself."),
    "not_arrived": lazy_gettext("The letter did not arrive. Tell the person in another way."),
    "not_wanted": lazy_gettext("This person wants no invitations and reminders. Ask them in another way, if you must."),
    "no_address": lazy_gettext("We have no e-mail address of this person."),
    "attempts_used_up": lazy_gettext("All attempts were used up."),
    "template_unknown": lazy_gettext("There is no text for this message. Tell your administrator."),
    "told_otherwise": lazy_gettext("You told the person in another way."),
    "erased": lazy_gettext("The person was erased before it was sent."),
    "overtaken": lazy_gettext("A newer message took its place."),
    "event_cancelled": lazy_gettext("The event was cancelled before it was sent."),
    "event_over": lazy_gettext("The event was over before it was sent."),
    "nothing_new": lazy_gettext("It had nothing to say that the person did not know already."),
    "in_hand": lazy_gettext("The person has it on paper already."),
    "not_on_paper": lazy_gettext("Only paper reaches this person, and this is not worth a letter."),
    "not_coming": lazy_gettext("The person does not come any more."),
    "too_late": lazy_gettext("The moment for this reminder had passed."),
    "never_told": lazy_gettext("The person never heard of what it takes back."),
    "away": lazy_gettext("The mail server cannot be reached. We try again."),
    "later": lazy_gettext("The mail server asks us to come back later. We try again."),
    "lost": lazy_gettext("The connection broke. We try again."),
    "unreadable": lazy_gettext("The text could not be made. We try again; tell your administrator."),
}
"""Why a message failed, was dropped, or waits."""
OUTCOMES: Sentences = {
    "accepted": lazy_gettext("Accepted by the mail server"),
    "away": lazy_gettext("Mail server not reached"),
    "later": lazy_gettext("Asked to come back later"),
    "lost": lazy_gettext("Connection broken"),
    "refused": lazy_gettext("Refused"),
    "unreadable": lazy_gettext("Text could not be made"),
}
"""What came of an attempt."""
