"""The invented candidates of the demo: names, languages and wishes, drawn with a seed from short lists."""

import re
from collections.abc import Iterator
from random import Random

from services.registration.candidates.names import readable_name
from services.registration.candidates.rules import Profile
from shared.events import Languages

WOMEN = (
    "Оксана", "Олена", "Ірина", "Наталія", "Тетяна", "Юлія", "Марія", "Світлана", "Ганна", "Катерина", "Людмила",
    "Вікторія", "Галина", "Надія", "Лариса", "Дарина", "Софія", "Анастасія", "Любов", "Валентина", "Зоряна", "Інна",
    "Соломія", "Раїса", "Алла", "Жанна",
)  # fmt: skip
MEN = (
    "Микола", "Андрій", "Сергій", "Олександр", "Дмитро", "Іван", "Василь", "Тарас", "Богдан", "Юрій", "Петро", "Максим",
    "Степан", "Роман", "Григорій", "Євген", "Остап", "Ярослав",
)  # fmt: skip
FAMILIES = (
    "Гриценко", "Бондаренко", "Ткаченко", "Поліщук", "Мороз", "Кравець", "Шевчук", "Лисенко", "Їжакевич-Ґалаґан",
    "Романюк", "Савченко", "Коваль", "Мельник", "Іваненко", "Гончар", "Дорошенко", "Захарчук", "Руденко", "Панасюк",
    "Яременко", "Олійник", "Бойко", "Клименко", "Щербань", "Приходько", "Заєць", "Стець", "Ющук", "Цимбал", "Хоменко",
    "Дяченко", "Гайдук", "Кушнір", "Федорук", "Чорновіл", "Білик", "Ляшенко", "Науменко", "Островська-Вовк", "Таран",
    "Вдовиченко", "Журба", "Ковтун", "Супрун",
)  # fmt: skip
RUSSIAN_SPEAKERS = (
    "Наталья Чернышёва", "Елена Щукина", "Марина Соколова", "Людмила Юрьева", "Ирина Жукова", "Ольга Ефимова",
    "Светлана Цветкова", "Татьяна Хабарова", "Алексей Семёнов", "Виктор Ершов", "Павел Зимин", "Игорь Воробьёв",
    "Руслан Алиев", "Тимур Каримов",
)  # fmt: skip
OTHERS = (("李 文", "en", {"zh": "C2", "en": "B2"}), ("Selam Tesfaye O'Brien", "en", {"en": "C1", "nl": "A2"}))
SECTORS = (
    "care", "cleaning", "hospitality", "food", "logistics", "production", "engineering", "construction", "green",
    "childcare", "laundry", "retail",
)  # fmt: skip
DID = {
    "uk": {
        "care": "Доглядала за літніми людьми", "cleaning": "Прибирання в лікарні", "hospitality": "Кухня в кафе",
        "food": "Пекарня, нічні зміни", "logistics": "Склад, комплектування", "production": "Завод, складальна лінія",
        "engineering": "Електрик, 8 років", "construction": "Ремонт квартир", "green": "Теплиці та сад",
        "childcare": "Вихователька в дитячому садку", "laundry": "Швачка", "retail": "Продаж у магазині",
    },
    "ru": {
        "care": "Уход за пожилыми людьми", "cleaning": "Уборка в больнице", "hospitality": "Кухня в кафе",
        "food": "Пекарня, ночные смены", "logistics": "Склад, комплектация", "production": "Завод, сборочная линия",
        "engineering": "Электрик, 8 лет", "construction": "Ремонт квартир", "green": "Теплицы и сад",
        "childcare": "Воспитатель в детском саду", "laundry": "Швея", "retail": "Продажи в магазине",
    },
}  # fmt: skip
WITHOUT_EMAIL = 4
"""One in so many has no e-mail address: in turn a text message reaches them, and only paper."""


def draw_profiles(random: Random, count: int) -> list[Profile]:
    """That many different people: most speak Ukrainian, one in four Russian, two something else."""
    others = [Profile(name, language, languages=languages, sectors=("hospitality", "retail"), hours=32)
              for name, language, languages in OTHERS]  # fmt: skip
    russian = [_profile(random, name, "ru") for name in RUSSIAN_SPEAKERS]
    names = _ukrainian_names(random)
    ukrainian = [_profile(random, next(names), "uk") for _ in range(count - len(others) - len(russian))]
    people = [*others, *russian, *ukrainian]
    random.shuffle(people)
    return [_with_address(person, number) for number, person in enumerate(people)]


def _ukrainian_names(random: Random) -> Iterator[str]:
    families = random.sample(FAMILIES, len(FAMILIES))
    given = random.sample(WOMEN + MEN, len(WOMEN + MEN))
    return (f"{first} {family}" for first, family in zip(given, families, strict=True))


def _profile(random: Random, name: str, language: str) -> Profile:
    sectors = tuple(random.sample(SECTORS, random.randint(1, 3)))
    languages, done = _languages(random, language), random.choice(sectors)
    return Profile(
        name,
        language,
        languages=languages,
        did=DID[language][done],
        did_sectors=(done,),
        sectors=sectors,
        hours=random.choice((16, 20, 24, 24, 28, 32, 32, 36, 40)),
        school_hours=random.random() < 0.25,
    )


def _languages(random: Random, language: str) -> Languages:
    found = {language: "C2"}
    if language == "uk" and random.random() < 0.6:
        found["ru"] = random.choice(("B2", "C1", "C2"))
    dutch = random.choice(("", "A1", "A1", "A2", "A2", "B1"))
    english = random.choice(("", "", "A2", "B1", "B2"))
    return found | ({"nl": dutch} if dutch else {}) | ({"en": english} if english else {})


def _with_address(person: Profile, number: int) -> Profile:
    if number % WITHOUT_EMAIL == WITHOUT_EMAIL - 1:
        has_mobile = number // WITHOUT_EMAIL % 2 == 0
        return Profile(**{**vars(person), "mobile": f"06{12345600 + number}"}) if has_mobile else person
    readable = re.sub(r"[^a-z]+", ".", readable_name(person.name).lower()).strip(".")
    return Profile(**{**vars(person), "email": f"{readable or 'gast'}{number}@post.example"})
