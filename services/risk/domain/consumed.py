"""What risk keeps of what it hears: what is weighed, and what officers see besides. Pure: no clock, no ids, no I/O."""

from datetime import date

from shared.contracts.types import CalendarDay, Code, Count, Country, FreeText, LineOfBusiness, Name, Verdict, YesNo
from shared.decider import Upcasters
from shared.model import Json, Model


class Eligibility(Model):
    """The answers about the company (programme 1.5)."""

    facilities_in: tuple[Country, ...]
    movements_12_months: Count
    last_movement_on: CalendarDay
    carm_registered: YesNo
    insolvent: YesNo
    crown_debt: YesNo
    bankruptcy: YesNo
    convictions: YesNo
    foreign_convictions: YesNo
    contraventions: YesNo
    explanation: FreeText | None = None


class Declared(Model):
    """What a company declares and risk weighs: no person, and no text of a security profile."""

    legal_name: Name
    lines_of_business: tuple[LineOfBusiness, ...]
    submitted_on: date
    eligibility: Eligibility
    divisions: int
    answers: int
    not_applicable: int


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
            {"requirement_id": one["requirement_id"], "verdict": one["verdict"]} for one in message["judgements"]
        ]
    }


def _review_noted_2(fact: Json) -> Json:
    """Version 1 kept a review as review had said it, and in it the application."""
    message = fact["review"]
    application = {name: message[name] for name in ("company_id", "application_id", "submission")}
    return {**fact, "application": application, "review": _review(message)}


def _collecting_2(state: Json) -> Json:
    """Version 1 kept a review as review had said it."""
    return {**state, "review": state["review"] and _review(state["review"])}


FACT_UPCASTERS: Upcasters = {("review_noted", 1): _review_noted_2}
STATE_UPCASTERS: Upcasters = {("collecting", 1): _collecting_2}
