"""The application profile: answers about the company, and which of them stop a submission (programme 1.4, 1.5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.intake.domain.company.profile import HOME_COUNTRIES
from services.intake.domain.company.rights import PersonalCommand
from services.intake.domain.company.section import Section, measured
from services.intake.domain.company.state import Company
from shared.contracts.intake import Eligibility, Profile
from shared.decider import Fact

RECENT = timedelta(days=90)
ADVERSE = ("insolvent", "crown_debt", "bankruptcy", "convictions", "foreign_convictions", "contraventions")


class AnswerApplication(PersonalCommand):
    kind: Literal["answer_application"] = "answer_application"
    eligibility: Eligibility


class ApplicationAnswered(Fact):
    kind: Literal["application_answered"] = "application_answered"
    eligibility: Eligibility


def answer(command: AnswerApplication, company: Company) -> tuple[ApplicationAnswered, ...]:
    return () if command.eligibility == company.eligibility else (ApplicationAnswered(eligibility=command.eligibility),)


def evolve(company: Company, fact: ApplicationAnswered) -> Company:
    return company.model_copy(update={"eligibility": fact.eligibility})


def section(answers: Eligibility | None) -> Section:
    """The application profile: every answer, and an explanation where one is adverse."""
    questions = [name for name in Eligibility.model_fields if name != "explanation"]
    required = [(f"eligibility/{name}", None if answers else "answer_required") for name in questions]
    if answers and any(getattr(answers, name) for name in ADVERSE):
        required.append(("eligibility/explanation", None if answers.explanation else "explanation_required"))
    return measured(required)


@dataclass(frozen=True)
class Applicant:
    """Who applies on which day, with a complete profile and all answers."""

    profile: Profile
    answers: Eligibility
    day: date
    carries: bool


NOT_ELIGIBLE: Mapping[str, Callable[[Applicant], bool]] = {
    "no_facilities": lambda applicant: HOME_COUNTRIES.isdisjoint(applicant.answers.facilities_in),
    "no_movement": lambda applicant: applicant.answers.movements_12_months == 0,
    "last_movement_too_old": lambda applicant: applicant.day - applicant.answers.last_movement_on > RECENT,
    "not_in_carm": lambda applicant: not applicant.answers.carm_registered,
    "line_not_eligible_in_us": lambda applicant: (
        applicant.profile.address.country == "US"
        and not applicant.carries
        and "importer" not in applicant.profile.lines_of_business
    ),
}
