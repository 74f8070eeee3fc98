"""What risk keeps of the messages that it consumes: what is weighed, and what officers see besides."""

from datetime import date

from shared.contracts.earlier import eligibility_2
from shared.contracts.types import CalendarDay, Code, Count, Country, FreeText, LineOfBusiness, Name, Verdict, YesNo
from shared.decider import Upcasters
from shared.model import Json, Model

AnswerValue = YesNo | Count | CalendarDay | tuple[Country, ...]


class EligibilityAnswer(Model):
    """The answer to one question about the company (programme 1.5), and its explanation."""

    question_id: Code
    value: AnswerValue
    explanation: FreeText | None = None


class DeclaredFacts(Model):
    """What a company declares and risk weighs: no person, and no text of a security profile."""

    legal_name: Name
    lines_of_business: tuple[LineOfBusiness, ...]
    submitted_on: date
    eligibility: tuple[EligibilityAnswer, ...]
    divisions: int
    answers: int
    not_applicable: int

    def to(self, question_id: str) -> AnswerValue | None:
        """The answer to a question about the company; None if it was not asked."""
        return next((given.value for given in self.eligibility if given.question_id == question_id), None)


class Judgement(Model):
    """One answer, judged."""

    requirement_id: Code
    verdict: Verdict


class Review(Model):
    """How the answers of a security profile were judged: no advice, and no document."""

    judgements: tuple[Judgement, ...]


def _review(message: Json) -> Json:
    return {
        "judgements": [
            {"requirement_id": judged["requirement_id"], "verdict": judged["verdict"]}
            for judged in message["judgements"]
        ]
    }


def _review_noted_2(fact: Json) -> Json:
    """Version 1 kept the whole message of review, and in it the application."""
    message = fact["review"]
    application = {name: message[name] for name in ("company_id", "application_id", "submission")}
    return {**fact, "application": application, "review": _review(message)}


def _collecting_2(state: Json) -> Json:
    """Version 1 kept the whole message of review."""
    return {**state, "review": state["review"] and _review(state["review"])}


def _declared(state: Json) -> Json:
    """Until then all answers about the company had one explanation."""
    declared = state["declared"]
    return {**state, "declared": declared and {**declared, "eligibility": eligibility_2(declared["eligibility"])}}


FACT_UPCASTERS: Upcasters = {("review_noted", 1): _review_noted_2, ("facts_collected", 1): _declared}
STATE_UPCASTERS: Upcasters = {
    ("collecting", 1): _collecting_2,
    ("collecting", 2): _declared,
    ("referred", 1): _declared,
    ("assessed", 1): _declared,
}
