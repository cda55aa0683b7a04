"""What the door says no to."""

from flask_babel import lazy_gettext

from shared.errors import Refusal


class DeviceExpired(Refusal):
    """The day of the device's event is over; only scans that it made before are still taken."""

    status = 403
    sentence = lazy_gettext("This phone was set up for an event that is over. Ask the organiser for a new code.")


class EventClosedForPhones(Refusal):
    """A phone that is set up now would be of no use."""

    sentence = lazy_gettext("This event is over or cancelled, so no phone can be set up for it any more.")
