"""The application profile as a company's people work through it: the questions that concern it, one after the other."""

from dataclasses import dataclass

from services.intake.domain.company import Company
from services.intake.domain.company.eligibility import asked, section
from shared.contracts.catalogue import Catalogue, Question
from shared.contracts.intake import EligibilityAnswer
from shared.errors import Refused

UNEXPLAINED = "explanation_required"


@dataclass(frozen=True)
class Asked:
    """One question: its place among them from 1 on, the answer, and the code of what that lacks."""

    number: int
    question: Question
    answer: EligibilityAnswer | None
    lack: str | None


@dataclass(frozen=True)
class ApplicationProfile:
    """All questions that concern the company, in the order of the catalogue."""

    asked: tuple[Asked, ...]
    percent: int

    @property
    def lacking(self) -> tuple[Asked, ...]:
        return tuple(asked for asked in self.asked if asked.lack)

    def question(self, question_id: str) -> Asked:
        """Raises Refused("not_found") for what the company is not asked."""
        for each in self.asked:
            if each.question.id == question_id:
                return each
        raise Refused("not_found")

    def beside(self, number: int) -> Asked | None:
        """The question at this place, if there is one."""
        return next((each for each in self.asked if each.number == number), None)

    def next_to_answer(self, after: Asked) -> Asked | None:
        """The same one if it lacks its explanation; else what lacks something next, once round."""
        same = [each for each in self.lacking if each.number == after.number and each.lack == UNEXPLAINED]
        later = [each for each in self.lacking if each.number > after.number]
        return next(iter((*same, *later, *self.lacking)), None)


def application_profile(company: Company, catalogue: Catalogue) -> ApplicationProfile:
    measured = section(company, catalogue)
    lacks = {missing.where: missing.code for missing in measured.missing}
    return ApplicationProfile(
        tuple(
            Asked(number, question, answer, lacks.get(f"eligibility/{question.id}"))
            for number, (question, answer) in enumerate(asked(company, catalogue), start=1)
        ),
        measured.percent,
    )
