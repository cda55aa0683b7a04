"""How the API tells of plans and timetables."""

from typing import Any

from marshmallow import fields

from services.scheduling.timetable.outcome import tell_outcome
from services.scheduling.timetable.progress import describe_run
from services.scheduling.timetable.scores import HEAVIEST
from shared.schemas import Schema, count


def _moment(description: str) -> fields.String:
    """A moment that is text already, as messages carry it."""
    return fields.String(metadata={"format": "date-time", "description": description})


def _sentences(description: str) -> fields.List[Any]:
    return fields.List(fields.String(), metadata={"description": f"{description}, in the reader's language"})


def _made(make: Any, kind: str, description: str) -> fields.Function:
    """What is made when it is asked for."""
    return fields.Function(make, metadata={"type": kind, "description": description})


class ConversationAnswer(Schema):
    """A candidate at a stand in a round."""

    id = fields.UUID(metadata={"description": "Of the conversation in this plan"})
    invitation_id = fields.UUID(metadata={"description": "The candidate's invitation"})
    booking_id = fields.UUID(metadata={"description": "The booking of the stand"})
    round = fields.Integer(metadata={"description": "Counted from 0"})
    seat = fields.Integer(metadata={"description": "Of the stand, counted from 1"})
    interpreter_id = fields.UUID(allow_none=True, metadata={"description": "Null when they talk directly"})
    language = fields.String(metadata={"description": "What the candidate speaks in it, ISO 639-1"})


class PlanAnswer(Schema):
    """A plan with its conversations."""

    id = fields.UUID(metadata={"description": "Of the plan"})
    number = fields.Integer(metadata={"description": "1, 2, 3 … within the event"})
    state = fields.String(metadata={"description": "draft, published or superseded"})
    value = fields.Integer(metadata={"description": "What the plan is worth"})
    bound = fields.Integer(metadata={"description": "What no plan can exceed"})
    sentence = _made(tell_outcome, "string", "What it is worth and who has no conversation, in the reader's language")
    from_round = fields.Integer(
        allow_none=True, metadata={"description": "Of a re-plan: the first round that was planned anew; else null"}
    )
    idle_rounds = fields.Integer(metadata={"description": "Rounds that candidates wait between conversations"})
    interpreter_moves = fields.Integer(metadata={"description": "How often interpreters change stands"})
    idle_bound = fields.Integer(
        allow_none=True,
        metadata={"description": "The fewest with these conversations in any rounds; null if not proven"},
    )
    moves_bound = fields.Integer(
        allow_none=True,
        metadata={"description": "The fewest with these conversations in these rounds; null if not proven"},
    )
    made_at = fields.AwareDateTime(metadata={"description": "When the planner was done"})
    published_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Null for a draft"})
    conversations = fields.List(
        fields.Nested(ConversationAnswer), metadata={"description": "All conversations, by round"}
    )


class PlanningRunAnswer(Schema):
    """How far the making of a plan is."""

    id = fields.UUID(metadata={"description": "Of the run"})
    kind = fields.String(metadata={"description": "plan, or replan: from the first round that has not begun"})
    state = fields.String(metadata={"description": "queued, running, done, stopped or failed"})
    stage = fields.String(metadata={"description": "What the planner is at; empty while it waits"})
    done = fields.Integer(metadata={"description": "Steps of this stage that are done"})
    total = fields.Integer(metadata={"description": "Steps of this stage; 0 while it is not known"})
    value = fields.Integer(metadata={"description": "What the best plan so far is worth"})
    bound = fields.Integer(metadata={"description": "What no plan can exceed, as far as known; 0 while it is not"})
    seconds = _made(lambda run: describe_run(run).seconds, "integer", "Since it began, or waits")
    sentence = _made(lambda run: describe_run(run).sentence, "string", "How far it is, in the reader's language")
    broken = _made(lambda run: describe_run(run).broken, "boolean", "Whether its worker died: it can be started again")
    asked_at = fields.AwareDateTime(metadata={"description": "When somebody asked for it"})
    begun_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When a worker took it"})
    ended_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Null while it waits or is at work"})
    stop_asked = fields.Boolean(metadata={"description": "Whether it was asked to stop with the best so far"})
    plan_id = fields.UUID(allow_none=True, metadata={"description": "The plan that came of it"})


class ChangeAnswer(Schema):
    """What becomes of a conversation of somebody."""

    state = fields.String(metadata={"description": "moved, interpreter, new or dropped"})
    booking_id = fields.UUID(attribute="stand.id", metadata={"description": "The booking of the stand"})
    stand = fields.String(attribute="stand.label", metadata={"description": "Label of the stand"})
    round_before = fields.Integer(
        attribute="before.round", metadata={"description": "Counted from 0; left out where there was none"}
    )
    round_after = fields.Integer(
        attribute="after.round", metadata={"description": "Counted from 0; left out where there is none"}
    )


class PersonsChangesAnswer(Schema):
    """What another plan means for a candidate."""

    invitation_id = fields.UUID(attribute="attendee.id", metadata={"description": "The candidate's invitation"})
    number = fields.Integer(attribute="attendee.number", metadata={"description": "The candidate's number"})
    name = fields.String(attribute="attendee.readable_name", metadata={"description": "In Latin letters"})
    changes = fields.List(fields.Nested(ChangeAnswer), metadata={"description": "What is otherwise"})


class CountsAnswer(Schema):
    """Conversations of rounds that were planned anew, by what becomes of them."""

    kept = fields.Integer(metadata={"description": "The same two in the same round, with the same interpreter"})
    moved = fields.Integer(metadata={"description": "The same two in another round"})
    interpreter = fields.Integer(metadata={"description": "The same two in the same round, with another interpreter"})
    new = fields.Integer(metadata={"description": "These two were not to talk before"})
    dropped = fields.Integer(metadata={"description": "These two were to talk before"})


class DifferenceAnswer(Schema):
    """What a plan does otherwise than the one before it."""

    plan_id = fields.UUID(attribute="before.id", metadata={"description": "The plan that it is compared with"})
    sentence = fields.String(metadata={"description": "The difference in the reader's language"})
    counts = fields.Nested(CountsAnswer, metadata={"description": "Conversations"})
    wishes = fields.List(fields.Integer(), metadata={"description": "Wishes that are met, before and after"})
    without = fields.List(fields.Integer(), metadata={"description": "People without a conversation, before and after"})
    people = fields.List(
        fields.Nested(PersonsChangesAnswer), metadata={"description": "For whom something is otherwise"}
    )


class ReasonAnswer(Schema):
    """Why something in a plan is as it is."""

    title = fields.String(metadata={"description": "Number and name of the candidate, or that a seat is free"})
    where = fields.String(metadata={"description": "Round and stand in words"})
    language = fields.String(metadata={"description": "What is spoken, ISO 639-1; empty for a free seat"})
    sentences = _sentences("The reasons")


class MissingAnswer(Schema):
    """A candidate without a conversation."""

    invitation_id = fields.UUID(attribute="attendee.id", metadata={"description": "The candidate's invitation"})
    number = fields.Integer(attribute="attendee.number", metadata={"description": "The candidate's number"})
    name = fields.String(attribute="attendee.readable_name", metadata={"description": "In Latin letters"})
    reason = fields.String(metadata={"description": "The rule that stands in the way, as a code"})
    sentence = fields.String(metadata={"description": "The same in the reader's language"})


class UnmetWishAnswer(MissingAnswer):
    """An employer whom a candidate with conversations asked to meet and does not meet."""

    booking_id = fields.UUID(attribute="stand.id", metadata={"description": "The booking of the employer's stand"})
    employer = fields.String(attribute="stand.employer", metadata={"description": "Whom they asked to meet"})


class FreeSeatsAnswer(Schema):
    """Seats of a stand that nobody takes in a round."""

    booking_id = fields.UUID(attribute="stand.id", metadata={"description": "The booking of the stand"})
    stand = fields.String(attribute="stand.label", metadata={"description": "Label of the stand"})
    round = fields.Integer(metadata={"description": "Counted from 0"})
    seats = fields.Integer(metadata={"description": "How many are free"})
    reason = fields.String(metadata={"description": "What keeps away most candidates, as a code"})
    sentences = _sentences("Everything that keeps candidates away")


class IdleInterpreterAnswer(Schema):
    """An interpreter who has rounds without work."""

    interpreter_id = fields.UUID(attribute="id", metadata={"description": "Of the interpreter"})
    name = fields.String(metadata={"description": "Of the interpreter"})
    rounds = fields.List(fields.Integer(), metadata={"description": "Those without work, counted from 0"})
    reason = fields.String(metadata={"description": "What keeps away most candidates, as a code"})
    sentences = _sentences("The rounds, and everything that stands in the way")


class _StopAnswer(Schema):
    starts_at = _moment("When the round begins")
    language = fields.String(metadata={"description": "What the candidate speaks, ISO 639-1"})
    interpreter = fields.String(allow_none=True, metadata={"description": "Name; null when they talk directly"})


class CandidateStopAnswer(_StopAnswer):
    """A conversation as its candidate sees it."""

    stand = fields.String(metadata={"description": "Label of the stand"})
    employer = fields.String(metadata={"description": "Who is there"})


class CandidateDayAnswer(Schema):
    """A candidate's own timetable."""

    coming = fields.Boolean(metadata={"description": "Whether the candidate said yes"})
    stops = fields.List(
        fields.Nested(CandidateStopAnswer), metadata={"description": "In order; empty until a plan is published"}
    )


class StandStopAnswer(_StopAnswer):
    """A conversation as the employer sees it: a number and languages, no name."""

    number = fields.Integer(metadata={"description": "The candidate's number"})
    languages = fields.List(fields.String(), metadata={"description": "What the candidate speaks, ISO 639-1"})


class StandDayAnswer(Schema):
    """Who comes to one of the employer's stands."""

    booking_id = fields.UUID(attribute="stand.id", metadata={"description": "The booking of the stand"})
    stand = fields.String(attribute="stand.label", metadata={"description": "Label of the stand"})
    stops = fields.List(
        fields.Nested(StandStopAnswer), metadata={"description": "In order; empty until a plan is published"}
    )


class InterpreterWorkAnswer(Schema):
    """A conversation as its interpreter sees it."""

    round = fields.Integer(metadata={"description": "Counted from 0"})
    starts_at = fields.AwareDateTime(metadata={"description": "When the round begins"})
    stand = fields.String(metadata={"description": "Label of the stand"})
    employer = fields.String(metadata={"description": "Who is there"})
    language = fields.String(metadata={"description": "What the candidate speaks, ISO 639-1"})


class InterpreterDayAnswer(Schema):
    """An interpreter's own day: what they answered, and where they are needed."""

    answer = fields.String(
        attribute="engagement.answer", metadata={"description": "needs_action, accepted or declined"}
    )
    rounds = fields.List(
        fields.Integer(),
        attribute="engagement.rounds",
        metadata={"description": "The rounds in which the interpreter is there, counted from 0"},
    )
    work = fields.List(
        fields.Nested(InterpreterWorkAnswer), metadata={"description": "In order; empty until a plan is published"}
    )


def _weight(description: str) -> fields.Integer:
    return count(0, HEAVIEST, metadata={"description": description})


class WeightsSchema(Schema):
    """What counts how much at an event; only the proportion matters, and 0 leaves something out."""

    wish = _weight("That the candidate asked to meet the employer")
    sector = _weight("That the work is of a kind that the candidate looks for")
    languages = _weight("That the candidate speaks what the work asks for")
    hours = _weight("That the hours a week fit")
    school_hours = _weight("That the work fits school hours, for candidates who need that")
    reachable = _weight("That the work can be reached without a car; alike for everybody")
    employer_wish = _weight("That the candidate has the experience that the employer wishes for")


class BandAnswer(Schema):
    """How many pairs of candidate and stand have a score in a band."""

    lowest = fields.Integer(metadata={"description": "Lowest score of the band, 10 to 100"})
    highest = fields.Integer(metadata={"description": "Highest score of the band, 10 to 100"})
    before = fields.Integer(metadata={"description": "Pairs with the weights that count now"})
    after = fields.Integer(metadata={"description": "Pairs with the weights that were sent"})


class EffectAnswer(Schema):
    """What other weights would do to the scores."""

    bands = fields.List(fields.Nested(BandAnswer), metadata={"description": "From low to high"})
    pairs = fields.Integer(metadata={"description": "Pairs of a candidate and a stand"})
    changed = fields.Integer(metadata={"description": "Those with another score than now"})


class ReplanSchema(Schema):
    """What becomes of those who should be here and have not come."""

    leave_out_absent = fields.Boolean(
        required=True, metadata={"description": "Whether their seats go to others; otherwise they keep them"}
    )


class PresenceAnswer(Schema):
    """Who is there, as the door knows it, and what can still be planned."""

    from_round = fields.Integer(metadata={"description": "The first round that has not begun, counted from 0"})
    rounds_left = fields.Integer(metadata={"description": "Rounds that have not begun"})
    coming = fields.Integer(metadata={"description": "Candidates who said yes, walk-ins among them"})
    arrived = fields.Integer(metadata={"description": "Those who were admitted at the door"})
    absent = fields.List(
        fields.UUID(), metadata={"description": "Invitations of those who should be here and have not come"}
    )
    walk_ins = fields.Integer(metadata={"description": "Those who have no place in the published plan yet"})
    leaves_out = fields.Boolean(metadata={"description": "What the page proposes for those who have not come"})
