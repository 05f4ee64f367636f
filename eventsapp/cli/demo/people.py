"""Made-up people for the demonstration: names, workplaces and jobs as they might be in Västerbotten.

No name is taken from a list of real people; every address is under example.se (RFC 2606), where no mail is delivered.
"""

import json
import random
import unicodedata
from dataclasses import dataclass
from typing import Self

from eventsapp.cli.demo.texts import DATA
from eventsapp.registrations.models import Profession

MOST_PEOPLE = 440
REUSED = 0.28
"""How often a place goes to someone who already comes to another activity."""

SECTORS_OF_TARGET_GROUP = {
    "socialtjanst": ("social",),
    "forskola-skola": ("school",),
    "elevhalsa": ("school",),
    "halso-sjukvard": ("health",),
    "rattsvasende": ("justice",),
    "ideburna": ("civil_society",),
    "beredskap": ("preparedness",),
    "samhallsplanering-miljo": ("planning",),
    "kultur-bibliotek-fritid": ("culture",),
    "myndigheter": ("agency", "planning"),
    "natverk": ("strategy", "agency"),
}
"""Who comes to what; every other target group draws people who work with strategy and administration."""


@dataclass(frozen=True)
class Workplace:
    """Where somebody works, and how likely it is. `organisation` is an official name, or "" for free text."""

    name: str
    weight: int
    is_official: bool


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    sector: str
    workplace: str
    works_at_official: bool
    job_title: str
    profession: Profession


@dataclass(frozen=True)
class _Sector:
    profession: Profession
    workplaces: tuple[Workplace, ...]
    job_titles: tuple[str, ...]


@dataclass(frozen=True)
class _Names:
    """First and family names that go together, and how usual the group is."""

    weight: int
    first: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True)
class _Source:
    names: tuple[_Names, ...]
    sectors: dict[str, _Sector]

    @classmethod
    def read(cls) -> Self:
        raw = json.loads((DATA / "people.json").read_text(encoding="utf-8"))
        municipalities = tuple(
            Workplace(name, weight, True) for name, weight in raw["municipalities"].items()
        )
        return cls(
            names=tuple(
                _Names(group["weight"], tuple(group["first"]), tuple(group["family"]))
                for group in raw["names"]
            ),
            sectors={
                code: _Sector(
                    Profession(sector["profession"]),
                    (municipalities if sector["in_municipalities"] else ())
                    + tuple(Workplace(name, weight, True) for name, weight in sector["official"].items())
                    + tuple(Workplace(name, weight, False) for name, weight in sector["other"].items()),
                    tuple(sector["job_titles"]),
                )
                for code, sector in raw["sectors"].items()
            },
        )


class Crowd:
    """People who come to activities. The same seed makes the same people."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 (made-up people, not secrets)
        self._source = _Source.read()
        self._addresses: set[str] = set()
        self.people: list[Person] = []

    def add(self, person: Person) -> Person:
        """Let a certain person be one of the crowd."""
        self.people.append(person)
        self._addresses.add(person.email)
        return person

    def gather(self, number: int, target_groups: tuple[str, ...], present: list[Person]) -> list[Person]:
        """`number` people whom the target groups speak to, none of them `present` already."""
        sectors = [
            sector for group in target_groups for sector in SECTORS_OF_TARGET_GROUP.get(group, ("strategy",))
        ]
        there = {person.email for person in present}
        gathered: list[Person] = []
        for _ in range(number):
            person = self._someone(sectors, there)
            there.add(person.email)
            gathered.append(person)
        return gathered

    def _someone(self, sectors: list[str], there: set[str]) -> Person:
        if len(self.people) >= MOST_PEOPLE or self._random.random() < REUSED:
            free = [person for person in self.people if person.email not in there]
            fitting = [person for person in free if person.sector in sectors] or (
                free if len(self.people) >= MOST_PEOPLE else []
            )
            if fitting:
                return self._random.choice(fitting)
        return self._new_person(self._random.choice(sectors))

    def _new_person(self, sector_code: str) -> Person:
        sector = self._source.sectors[sector_code]
        names = self._random.choices(self._source.names, [group.weight for group in self._source.names])[0]
        name = f"{self._random.choice(names.first)} {self._random.choice(names.family)}"
        workplace = self._random.choices(sector.workplaces, [place.weight for place in sector.workplaces])[0]
        return self.add(
            Person(
                name=name,
                email=self._new_address(name),
                sector=sector_code,
                workplace=workplace.name,
                works_at_official=workplace.is_official,
                job_title=self._random.choice(sector.job_titles),
                profession=sector.profession,
            )
        )

    def _new_address(self, name: str) -> str:
        base = mail_name(name)
        address, number = f"{base}@example.se", 2
        while address in self._addresses:
            address, number = f"{base}{number}@example.se", number + 1
        return address


def mail_name(name: str) -> str:
    """Åsa Ahlström → asa.ahlstrom, as workplaces make addresses."""
    letters = name.lower().translate(str.maketrans("đŋøł", "dnol"))
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    return ".".join(plain.replace("-", "").split())
