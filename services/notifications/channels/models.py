"""Tables of the channels."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.base import Base


class ChannelPace(Base):
    """When a channel's provider takes the next letter. Everybody's: it belongs to no organisation."""

    __tablename__ = "channel_pace"

    channel: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
