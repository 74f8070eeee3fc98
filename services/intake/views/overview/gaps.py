"""What is missing, as a list of links: what each is called, where it belongs, and where it is put right."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qs

from services.intake.domain.company import Company
from services.intake.domain.company.state import Returned
from services.intake.views.dashboard import Lack, SectionView
from services.intake.views.overview.places import Place, division_of_answer, place_of
from shared.contracts.catalogue import Catalogue
from shared.i18n import Text

PAGES: Mapping[str, str] = {
    "company_profile": "profile",
    "users": "people",
    "application_profile": "application",
    "security_profile": "security",
    "documents": "documents",
}  # of the sections
MOST_LISTED = 100


@dataclass(frozen=True)
class Gap:
    """One thing that is missing. `key` names the words for it, and `name` what the catalogue calls it.

    `code` goes before the name, as CS-01; `division` and `line` are what it is about, where it is not the company.
    `count`: how many answers of its division it stands for.
    """

    lack: Lack
    place: Place
    key: str = ""
    name: Text | None = None
    code: str = ""
    division: str | None = None
    line: Text | None = None
    count: int = 1


@dataclass(frozen=True)
class SectionGaps:
    """A section with what is missing there; `place` is where it is filled in.

    `alike`: the gaps of which the same sentence is true, under that sentence.
    """

    section: SectionView
    place: Place
    alike: tuple[tuple[Text, tuple[Gap, ...]], ...]

    @property
    def begins_at(self) -> Place:
        """Where the first of what is missing is put right."""
        return place_of(self.section.missing[0])


@dataclass(frozen=True)
class Namer:
    """Finds what the catalogue and the company call whatever may be missing."""

    company: Company
    catalogue: Catalogue

    def section(self, section: SectionView) -> SectionGaps:
        alike: dict[str, list[Lack]] = {}
        for lack in section.missing:
            alike.setdefault(lack.code, []).append(lack)
        listed = tuple((lacks[0].text, self._listed(lacks)) for lacks in alike.values())
        return SectionGaps(section, self._place_of(section.name), listed)

    def _place_of(self, section: str) -> Place:
        """Its page; of the divisions, if there is but one, that division."""
        divisions = self.company.divisions
        if section == "security_profile" and len(divisions) == 1:
            return Place("division", ids={"division_id": str(divisions[0].division_id)})
        return Place(PAGES[section])

    def _listed(self, lacks: Sequence[Lack]) -> tuple[Gap, ...]:
        """One by one; very many answers division by division, for its own page lists them."""
        divisions = list(map(division_of_answer, lacks))
        if len(lacks) <= MOST_LISTED or None in divisions:
            return self.gaps(lacks)
        firsts = dict(zip(reversed(divisions), reversed(lacks), strict=True))
        return tuple(
            replace(self._gap(firsts[division]), place=Place("division", ids={"division_id": division}), count=count)
            for division, count in Counter(filter(None, divisions)).items()
        )

    def gaps(self, lacks: Iterable[Lack]) -> tuple[Gap, ...]:
        return tuple(map(self._gap, lacks))

    def _gap(self, lack: Lack) -> Gap:
        place, (path, _, query) = place_of(lack), lack.where.partition("?")
        about = {name: values[0] for name, values in parse_qs(query).items()} if query else {}
        division = self._divisions.get(about.get("division_id", ""))
        line = self._lines.get(about.get("line") or about.get("line_of_business", ""))
        match path.split("/"):
            case ["profile", *within]:
                return Gap(lack, place, within[-1], line=line)
            case ["users", role]:
                return Gap(lack, place, name=self._roles[role])
            case ["eligibility", *_]:
                return Gap(lack, place, name=self._questions[place.ids["question_id"]])
            case ["divisions", of, "answers", requirement]:
                return Gap(
                    lack, place, name=self._requirements[requirement], code=requirement, division=self._divisions[of]
                )
            case ["documents"]:
                return Gap(lack, place, name=self._kinds[about["kind"]], division=division, line=line)
            case ["questions", question]:
                return Gap(lack, place, "question", code=self._asked_about[question])
            case [first]:
                return Gap(lack, place, first, line=line)
        raise ValueError(lack.where)

    @cached_property
    def _roles(self) -> Mapping[str, Text]:
        return dict(self.catalogue.labels.roles.items())

    @cached_property
    def _questions(self) -> Mapping[str, Text]:
        return {question.id: question.text for question in self.catalogue.questions}

    @cached_property
    def _requirements(self) -> Mapping[str, Text]:
        return {requirement.id: requirement.text for requirement in self.catalogue.requirements}

    @cached_property
    def _kinds(self) -> Mapping[str, Text]:
        return {kind.id: kind.name for kind in self.catalogue.documents.kinds}

    @cached_property
    def _lines(self) -> Mapping[str, Text]:
        return {line.id: line.name for line in self.catalogue.lines_of_business}

    @cached_property
    def _divisions(self) -> Mapping[str, str]:
        return {str(division.division_id): division.name for division in self.company.divisions}

    @cached_property
    def _asked_about(self) -> Mapping[str, str]:
        """The requirement about which an officer asks, if it is about one."""
        questions = self.company.application.questions if isinstance(self.company.application, Returned) else ()
        return {str(question.question_id): question.requirement_id or "" for question in questions}
