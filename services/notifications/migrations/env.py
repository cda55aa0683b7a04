"""Alembic's entry for the notifications service."""

from services.notifications.base import Base
from services.notifications.calendar import models as calendar
from services.notifications.channels import models as channels
from services.notifications.events import models as events
from services.notifications.messages import models as messages
from services.notifications.people import models as people
from services.notifications.printing import models as printing
from services.notifications.wording import models as wording
from shared.migration import run_migrations

TABLES = (events, wording, channels, calendar, people, messages, printing)
"""The rooms with tables, named so that Base knows them."""

run_migrations(Base.metadata)
