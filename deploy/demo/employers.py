"""The invented employers of the demo, with the work they offer and the interpreters who help."""

from dataclasses import dataclass

from services.registration.stands.work import Work
from services.scheduling.interpreters.rules import Pair
from shared.events import Languages


@dataclass(frozen=True)
class Firm:
    """An employer: who is written to, what the staff at the stand speaks, and which work there is."""

    name: str
    contact: str
    email: str
    languages: Languages
    work: tuple[Work, ...]


@dataclass(frozen=True)
class Helper:
    """An interpreter."""

    name: str
    email: str
    language: str
    pairs: tuple[Pair, ...]


DUTCH: Languages = {"nl": "C2"}
DUTCH_ENGLISH: Languages = {"nl": "C2", "en": "B2"}

FIRMS = (
    Firm(
        "Bakkerij Van Loenen", "Hans van Loenen", "hans@bakkerijvanloenen.example", DUTCH,
        (
            Work("Bakker in de nacht, leerplek", "food", 32, languages={"nl": "A1"}, openings=2),
            Work("Verkoop in de winkel", "retail", 20, True, {"nl": "A2"}, reachable_without_car=True),
        ),
    ),
    Firm(
        "Kwekerij Zonneveld", "Marijke Zonneveld", "marijke@kwekerijzonneveld.example", {"nl": "C2", "pl": "B2"},
        (Work("Medewerker kas", "green", 24, openings=6), Work("Tuinman", "green", 32, languages={"nl": "A1"})),
    ),
    Firm(
        "Harmsen Techniek", "Joost Harmsen", "joost@harmsentechniek.example", DUTCH_ENGLISH,
        (
            Work("Elektromonteur in opleiding", "engineering", 36, languages={"en": "B1"}, openings=3),
            Work(
                "Monteur zonnepanelen", "construction", 40, languages={"nl": "A2"}, openings=2,
                wanted_experience=["construction", "engineering"],
            ),
        ),
    ),
    Firm(
        "Zorggroep De Lindehof", "Fatima el Amrani", "fatima@delindehof.example", {"nl": "C2", "en": "B1", "ar": "C2"},
        (
            Work("Woonhulp", "care", 20, True, {"nl": "A2"}, 4, True, ["care", "childcare"]),
            Work("Keukenhulp", "hospitality", 16, True, {"nl": "A1"}, reachable_without_car=True),
        ),
    ),
    Firm(
        "Helder Facilitair", "Peter Bos", "peter@helderfacilitair.example", {"nl": "C2", "en": "B1", "tr": "C1"},
        (Work("Schoonmaker kantoren, ochtend", "cleaning", 16, True, openings=8, reachable_without_car=True),),
    ),
    Firm(
        "Lagewei Logistiek", "Sanne de Wit", "sanne@lageweilogistiek.example", {"nl": "C2", "en": "C1", "pl": "C2"},
        (
            Work("Orderpicker", "logistics", 32, openings=10),
            Work("Heftruckchauffeur", "logistics", 38, False, {"en": "A2"}, 2, wanted_experience=["logistics"]),
            Work("Planner vervoer", "transport", 32, languages={"en": "B2"}),
        ),
    ),
    Firm(
        "Hotel De Waterpoort", "Claire Dubois", "claire@dewaterpoort.example", {"nl": "C2", "en": "C2", "fr": "C2"},
        (
            Work("Kamerdienst", "hospitality", 24, True, openings=5, reachable_without_car=True),
            Work("Gastvrouw of gastheer ontbijt", "hospitality", 20, languages={"en": "B1"}, openings=2),
        ),
    ),
    Firm(
        "Rijnkade Metaal", "Ben Jacobs", "ben@rijnkademetaal.example", {"nl": "C2", "de": "B2"},
        (
            Work("Lasser", "production", 38, openings=2, wanted_experience=["engineering", "production"]),
            Work("Medewerker montage", "production", 36, openings=3),
        ),
    ),
    Firm(
        "Fietsenfabriek Vos", "Els Vos", "els@fietsenfabriekvos.example", DUTCH_ENGLISH,
        (
            Work("Fietsmonteur, leerplek", "engineering", 32, languages={"nl": "A1"}, reachable_without_car=True),
            Work("Medewerker lakstraat", "production", 36, openings=2),
        ),
    ),
    Firm(
        "Kinderopvang Pluim", "Noor Pluim", "noor@kinderopvangpluim.example", {"nl": "C2", "en": "B2"},
        (Work("Groepshulp", "childcare", 20, True, {"nl": "A2"}, 3, True, ["childcare", "education"]),),
    ),
    Firm(
        "Bouwbedrijf Kortland", "Wim Kortland", "wim@bouwbedrijfkortland.example", {"nl": "C2", "ro": "B1"},
        (Work("Timmerman", "construction", 40, openings=4), Work("Schilder", "construction", 36, openings=2)),
    ),
    Firm(
        "Wasserij Blauwborg", "Ria Blauw", "ria@wasserijblauwborg.example", {"nl": "C2", "uk": "B2"},
        (Work("Medewerker wasserij", "laundry", 28, True, openings=5, reachable_without_car=True),),
    ),
)  # fmt: skip
"""In the order of the stands in the standard hall."""

HELPERS = (
    Helper("Olena Marchenko", "olena@tolken.example", "uk", (("uk", "nl", "C1"), ("ru", "nl", "C1"))),
    Helper("Marta Lewicka", "marta@tolken.example", "nl", (("uk", "nl", "C1"), ("pl", "nl", "C2"))),
    Helper("Katja Vermeer", "katja@tolken.example", "nl", (("ru", "nl", "C2"),)),
    Helper("Borys Hnatiuk", "borys@tolken.example", "uk", (("uk", "nl", "B2"), ("uk", "en", "C1"))),
    Helper("Lesia de Jong-Koval", "lesia@tolken.example", "nl", (("uk", "nl", "C2"), ("ru", "nl", "C1"))),
    Helper("Дмитро Савчук", "dmytro@tolken.example", "uk", (("uk", "nl", "C1"), ("ru", "nl", "B2"))),
)
