"""What phones and organisers send to the door, and what they get."""

from marshmallow import fields
from marshmallow.validate import Length

from shared.schemas import Schema, text

LONGEST_CODE = 4000
"""A QR code holds at most 4296 letters and digits (ISO/IEC 18004); our own passes have under 150."""


class ScanSchema(Schema):
    """A scan. The phone makes the id and sends the same scan until it gets an answer; times are on its own clock."""

    client_id = fields.UUID(required=True)
    text = fields.String(required=True, validate=Length(max=LONGEST_CODE))
    scanned_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True)


class VerdictSchema(Schema):
    """What the phone shows. Name, language, number and stop are there for those who belong here, else null."""

    client_id = fields.UUID()
    verdict = fields.String()
    number = fields.Integer(allow_none=True)
    name = fields.String(allow_none=True)
    readable_name = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    stop = fields.String(allow_none=True)
    stop_at = fields.AwareDateTime(allow_none=True)
    inside_since = fields.AwareDateTime(allow_none=True)
    gate = fields.String(allow_none=True)


class ArrivalsSchema(Schema):
    """How many of those who said yes are inside."""

    inside = fields.Integer()
    not_yet = fields.Integer()
    expected = fields.Integer()


class DoorEventSchema(Schema):
    """What a phone knows of its event."""

    event_id = fields.UUID()
    name = fields.String()
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    time_zone = fields.String()
    venue = fields.String()
    gate = fields.String()
    expires_at = fields.AwareDateTime()


class NewDeviceSchema(Schema):
    """Where a phone will stand."""

    gate = text(100)


class DeviceSchema(Schema):
    """A phone as the organiser sees it."""

    id = fields.UUID()
    gate = fields.String()
    name = fields.String()
    created_at = fields.AwareDateTime()
    enrolled_at = fields.AwareDateTime(allow_none=True)
    expires_at = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime(allow_none=True)


class NewDeviceAnswerSchema(DeviceSchema):
    """A place for a phone, with the address that its QR code says: shown now and never again."""

    address = fields.String()
    code_expires_at = fields.AwareDateTime()
