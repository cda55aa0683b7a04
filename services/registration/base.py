"""The base of the tables of the registration service."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.database import COLUMN_TYPES, NAMING


class Base(DeclarativeBase):
    """Every table of this service hangs here; no other service reads them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = COLUMN_TYPES
