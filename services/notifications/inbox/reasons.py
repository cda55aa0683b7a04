"""What came in and why it is shown: a code for each, and what an organiser reads."""

from flask_babel import lazy_gettext

from services.notifications.messages.reasons import RETURNED, Sentences

KINDS: Sentences = {
    "calendar_answer": lazy_gettext("Answer from a calendar"),
    "calendar_other": lazy_gettext("Calendar file"),
    "delivered": lazy_gettext("Receipt"),
    "delayed": lazy_gettext("Delay"),
    "bounced": lazy_gettext("Returned message"),
    "complaint": lazy_gettext("Complaint"),
    "automatic": lazy_gettext("Automatic reply"),
    "unsubscribe": lazy_gettext("Request to stop"),
    "reply": lazy_gettext("Message"),
    "short_answer": lazy_gettext("Text message"),
    "unreadable": lazy_gettext("Unreadable"),
}
REASONS: Sentences = {
    **RETURNED,
    "": "",
    "accepted": lazy_gettext("The calendar says yes."),
    "declined": lazy_gettext("The calendar says no."),
    "tentative": lazy_gettext("The calendar says perhaps."),
    "repeated": lazy_gettext("The same answer once more."),
    "old_sequence": lazy_gettext("An answer to an older time or place: it does not count."),
    "out_of_order": lazy_gettext("A newer answer was here before."),
    "cancelled": lazy_gettext("An answer to something that was cancelled."),
    "over": lazy_gettext("An answer to something that is over."),
    "countered": lazy_gettext("The person asks for another time. Decide, and tell them."),
    "stranger": lazy_gettext("Somebody else answered this entry. Ask whether the answer is meant."),
    "other_sender": lazy_gettext("The answer comes from an address that we do not know. Ask whether it is theirs."),
    "delegated": lazy_gettext("The person wants somebody else to come. Decide, and tell them."),
    "says_nothing": lazy_gettext("The calendar file does not say yes or no."),
    "part_of_series": lazy_gettext("The answer is about a part of the entry only."),
    "several_entries": lazy_gettext("The message answers more than one entry. Read it in the mailbox."),
    "sequence_unknown": lazy_gettext("The answer is to a version that we have not sent yet. Look at it."),
    "unknown_entry": lazy_gettext("The answer is to an entry that is not ours."),
    "asks_for_file": lazy_gettext("The person's calendar asks for the newest times. Send the message again."),
    "declines_counter": lazy_gettext("The person takes a proposal for another time back."),
    "calendar_not_understood": lazy_gettext("A calendar file that is no answer to one of ours."),
    "winmail": lazy_gettext("The message is wrapped by Outlook so that only Outlook can read it. Ask the person."),
    "too_large": lazy_gettext("The message is too large to be read here. Read it in the mailbox."),
    "unreadable": lazy_gettext("We could not read this message. Read it in the mailbox."),
    "return_unknown": lazy_gettext("A returned message, and we cannot tell which one it was."),
    "return_other_address": lazy_gettext("One of our messages came back from an address that we did not write to."),
    "complaint_unknown": lazy_gettext("A complaint that we cannot match to a message of ours."),
    "asks_to_stop": lazy_gettext("Somebody wants no more messages, and we cannot be sure who."),
    "stopped": lazy_gettext("The person wants no invitations any more. That was kept."),
    "delivered": lazy_gettext("The message arrived."),
    "delayed": lazy_gettext("The message is delayed. The mail server keeps trying."),
    "automatic": lazy_gettext("A machine answered."),
    "reply": lazy_gettext("Somebody wrote to you."),
    "several_questions": lazy_gettext("More than one question is open for this number. Choose what is meant."),
    "no_question": lazy_gettext("No question is open for this number."),
    "not_understood": lazy_gettext("We do not understand this as yes or no."),
}
"""Why something is shown, or what came of it."""
