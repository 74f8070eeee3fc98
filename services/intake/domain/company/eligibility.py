"""The application profile: questions about the company, and which answers stop a submission (programme 1.4, 1.5)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.intake.domain.company.profile import HOME_COUNTRIES
from services.intake.domain.company.rights import DraftingCommand
from services.intake.domain.company.section import Item, Missing, Section, measured
from services.intake.domain.company.state import Company
from shared.contracts.catalogue import AnswerKind, Catalogue, Question, concerning
from shared.contracts.intake import AnswerValue, EligibilityAnswer, Profile
from shared.contracts.types import MODES, Code, FreeText, LineOfBusiness
from shared.decider import Fact, Refusals
from shared.errors import Refused
from shared.model import Model

RECENT = timedelta(days=90)
KINDS: Mapping[AnswerKind, type] = {"yes_no": bool, "count": int, "day": date, "countries": tuple}


class GivenAnswer(Model):
    """The answer to a question, of the kind that it asks for, and an explanation, which an adverse answer needs."""

    value: AnswerValue
    explanation: FreeText | None = None


class AnswerQuestion(DraftingCommand):
    kind: Literal["answer_question"] = "answer_question"
    question_id: Code
    given: GivenAnswer


class ApplicationAnswered(Fact):
    """Each answer replaces the one that there was to its question."""

    v: int = 2
    kind: Literal["application_answered"] = "application_answered"
    eligibility: tuple[EligibilityAnswer, ...]


REFUSES: Refusals = {AnswerQuestion: ("answer_unfitting", "question_unknown")}


def answer(command: AnswerQuestion, company: Company, catalogue: Catalogue) -> tuple[ApplicationAnswered, ...]:
    question = next((known for known in catalogue.questions if known.id == command.question_id), None)
    if question is None:
        raise Refused("question_unknown", field="question_id")
    if type(command.given.value) is not KINDS[question.kind]:
        raise Refused("answer_unfitting", field="value")
    given = EligibilityAnswer(question_id=command.question_id, **dict(command.given))
    return () if given in company.eligibility else (ApplicationAnswered(eligibility=(given,)),)


def evolve(company: Company, fact: ApplicationAnswered) -> Company:
    answers = {given.question_id: given for given in (*company.eligibility, *fact.eligibility)}
    return company.model_copy(update={"eligibility": tuple(answers.values())})


def asked(company: Company, catalogue: Catalogue) -> Iterator[tuple[Question, EligibilityAnswer | None]]:
    """The questions that concern the company, each with its answer."""
    answers = {given.question_id: given for given in company.eligibility}
    for question in concerning(catalogue, company.profile.lines_of_business):
        followed = answers.get(question.follows) if question.follows else None
        if followed is None or followed.value != 0:
            yield question, answers.get(question.id)


def section(company: Company, catalogue: Catalogue) -> Section:
    """Every question that is asked: an answer, and an explanation where it is adverse."""
    return measured(_item(question, given) for question, given in asked(company, catalogue))


def _item(question: Question, given: EligibilityAnswer | None) -> Item:
    where = f"eligibility/{question.id}"
    if given is None:
        return where, "answer_required"
    unexplained = question.adverse and given.value is True and not given.explanation
    return where, "explanation_required" if unexplained else None


def answered(company: Company, catalogue: Catalogue) -> tuple[EligibilityAnswer, ...]:
    """The answers to the questions that concern the company, in the order of the catalogue."""
    return tuple(given for _, given in asked(company, catalogue) if given)


@dataclass(frozen=True)
class Applicant:
    """Who applies on which day, with a complete profile and all answers."""

    profile: Profile
    answers: tuple[EligibilityAnswer, ...]
    day: date

    def to(self, question_id: str) -> AnswerValue | None:
        """The answer to a question."""
        return next((given.value for given in self.answers if given.question_id == question_id), None)


def no_facilities(applicant: Applicant) -> bool:
    countries = applicant.to("facilities_in")
    return not isinstance(countries, tuple) or HOME_COUNTRIES.isdisjoint(countries)


def last_movement_too_old(applicant: Applicant) -> bool:
    day = applicant.to("last_movement_on")
    return isinstance(day, date) and applicant.day - day > RECENT


NOT_ELIGIBLE: Mapping[str, Callable[[Applicant], bool]] = {
    "no_facilities": no_facilities,
    "no_movement": lambda applicant: applicant.to("movements_12_months") == 0,
    "last_movement_too_old": last_movement_too_old,
    "not_in_carm": lambda applicant: applicant.to("carm_registered") is not True,
}
LINE_NOT_ELIGIBLE = "line_not_eligible_in_us"


def against(applicant: Applicant) -> tuple[Missing, ...]:
    """What stands against a submission: the answers, and each line that may not apply from where the company is."""
    answers = (Missing(where="eligibility", code=code) for code, stops in NOT_ELIGIBLE.items() if stops(applicant))
    lines = (
        Missing(where=f"profile/lines_of_business?line={line}", code=LINE_NOT_ELIGIBLE)
        for line in applicant.profile.lines_of_business
        if applicant.profile.address.country == "US" and not _eligible_in_us(line, applicant.profile)
    )
    return (*answers, *lines)


def _eligible_in_us(line: LineOfBusiness, profile: Profile) -> bool:
    """A carrier with a Canadian carrier code in its mode, or an importer; every company has a business number."""
    return MODES[line] in profile.carrier_codes.by_mode if line in MODES else line == "importer"
