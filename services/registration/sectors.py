"""The closed list of sectors that vacancies are in and that candidates look for work in."""

from flask_babel import LazyString, lazy_gettext

SECTORS: dict[str, LazyString] = {
    "care": lazy_gettext("Care"),
    "childcare": lazy_gettext("Childcare"),
    "cleaning": lazy_gettext("Cleaning"),
    "construction": lazy_gettext("Construction"),
    "education": lazy_gettext("Education"),
    "engineering": lazy_gettext("Engineering"),
    "food": lazy_gettext("Food production"),
    "green": lazy_gettext("Gardening and horticulture"),
    "hospitality": lazy_gettext("Hotels and restaurants"),
    "it": lazy_gettext("IT"),
    "laundry": lazy_gettext("Laundry and textiles"),
    "logistics": lazy_gettext("Logistics"),
    "office": lazy_gettext("Office work"),
    "production": lazy_gettext("Production"),
    "retail": lazy_gettext("Shops"),
    "transport": lazy_gettext("Transport"),
}
"""Code → name in the reader's language, in alphabetical order of the codes."""
