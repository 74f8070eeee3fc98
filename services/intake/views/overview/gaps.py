"""What is missing, as a list of links: what each is called, where it belongs, and where it is put right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs
from uuid import UUID

from services.intake.domain.company import Company
from services.intake.domain.company.state import Returned
from services.intake.views.dashboard import Lack, SectionView
from services.intake.views.overview.places import Place, place_of
from shared.contracts.catalogue import Catalogue
from shared.i18n import Text

PAGES: Mapping[str, str] = {
    "company_profile": "profile",
    "users": "people",
    "application_profile": "application",
    "security_profile": "security",
    "documents": "documents",
}  # of the sections


@dataclass(frozen=True)
class Gap:
    """One thing that is missing. `key` names the words for it, and `name` what the catalogue calls it.

    `code` goes before the name, as CS-01; `division` and `line` are what it is about, where it is not the company.
    """

    lack: Lack
    place: Place
    key: str = ""
    name: Text | None = None
    code: str = ""
    division: str | None = None
    line: Text | None = None


@dataclass(frozen=True)
class SectionGaps:
    """A section with what is missing there; `page` is where it is filled in."""

    section: SectionView
    page: str
    gaps: tuple[Gap, ...]

    @property
    def alike(self) -> tuple[tuple[Text, tuple[Gap, ...]], ...]:
        """The gaps of which the same sentence is true, under that sentence."""
        sentences = {gap.lack.code: gap.lack.text for gap in self.gaps}
        return tuple(
            (text, tuple(gap for gap in self.gaps if gap.lack.code == code)) for code, text in sentences.items()
        )


def section_gaps(section: SectionView, company: Company, catalogue: Catalogue) -> SectionGaps:
    return SectionGaps(section, PAGES[section.name], gaps(section.missing, company, catalogue))


def gaps(lacks: Iterable[Lack], company: Company, catalogue: Catalogue) -> tuple[Gap, ...]:
    return tuple(_gap(lack, company, catalogue) for lack in lacks)


def _gap(lack: Lack, company: Company, catalogue: Catalogue) -> Gap:
    place, (path, _, query) = place_of(lack), lack.where.partition("?")
    about = {name: values[0] for name, values in parse_qs(query).items()}
    match path.split("/"):
        case ["profile", *within]:
            return Gap(lack, place, within[-1], line=line_name(about.get("line"), catalogue))
        case ["users", role]:
            return Gap(lack, place, name=_role_name(role, catalogue))
        case ["eligibility", *_]:
            texts = {question.id: question.text for question in catalogue.questions}
            return Gap(lack, place, name=texts[place.ids["question_id"]])
        case ["divisions", division, "answers", requirement]:
            texts = {known.id: known.text for known in catalogue.requirements}
            named = division_name(division, company)
            return Gap(lack, place, name=texts[requirement], code=requirement, division=named)
        case ["documents"]:
            texts = {kind.id: kind.name for kind in catalogue.documents.kinds}
            named = division_name(about.get("division_id"), company)
            line = line_name(about.get("line_of_business"), catalogue)
            return Gap(lack, place, name=texts[about["kind"]], division=named, line=line)
        case ["questions", question]:
            return _of_question(lack, place, question, company)
        case ["divisions"]:
            return Gap(lack, place, "divisions", line=line_name(about.get("line"), catalogue))
    raise ValueError(lack.where)


def _of_question(lack: Lack, place: Place, question_id: str, company: Company) -> Gap:
    """A question without a reply; an officer may ask about one answer of a division."""
    questions = company.application.questions if isinstance(company.application, Returned) else ()
    asked = next(question for question in questions if str(question.question_id) == question_id)
    division = division_name(str(asked.division_id) if asked.division_id else None, company)
    return Gap(lack, place, "question", code=asked.requirement_id or "", division=division)


def division_name(division_id: str | None, company: Company) -> str | None:
    """What the company calls one of its divisions."""
    division = company.division(UUID(division_id)) if division_id else None
    return division.name if division else None


def _role_name(role: str, catalogue: Catalogue) -> Text:
    return next(name for known, name in catalogue.labels.roles.items() if known == role)


def line_name(line_id: str | None, catalogue: Catalogue) -> Text | None:
    """What a line of business is called."""
    return next((line.name for line in catalogue.lines_of_business if line.id == line_id), None)
