"""The companies of the demo as data, and what is particular to each."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from deploy.demo.cast import Json
from shared.contracts.intake import Contact
from shared.contracts.types import Address, Administration, CarrierCodes, LineOfBusiness
from shared.i18n import Language
from shared.model import Model


class Firm(Model):
    """A company in one line of business, its divisions in one town. `declares`: what is adverse, explained."""

    legal_name: str
    operating_name: str
    business_number: str
    line: LineOfBusiness
    carrier_codes: CarrierCodes = CarrierCodes()
    language: Language
    address: Address
    contact: Contact
    divisions: tuple[str, ...]
    declares: Mapping[str, str] = {}

    def registration(self, owner: str) -> Json:
        known = self.model_dump(mode="json", include={"legal_name", "business_number", "address", "language"})
        named = {"family_name": owner.rsplit(maxsplit=1)[-1], "email": "owner@example.com"}
        return {**known, "owner": named, "attests_signing_authority": True}

    def profile(self) -> Json:
        known = self.model_dump(mode="json", exclude={"line", "divisions", "declares"})
        return {**known, "headquarters_country": self.address.country, "lines_of_business": [self.line]}

    def answer(self, question: Json, today: date) -> Json:
        """The answer to a question about the company: the best, unless the company declares otherwise and explains."""
        best = {
            "countries": [self.address.country],
            "count": 310,
            "day": (today - timedelta(days=3)).isoformat(),
            "yes_no": not question["adverse"],
        }
        if explanation := self.declares.get(question["id"]):
            return {"value": True, "explanation": explanation}
        return {"value": best[question["kind"]]}


class People(Model):
    """Who works for a company, by name."""

    owner: str
    proxy: str
    assistant: str


class ReviewQuestion(Model):
    """A reviewer's question about one answer, the company's reply, and the improved answer."""

    requirement: str
    text: str
    reply: str
    answer: str


class SiteFinding(Model):
    """What an officer finds wrong on site, and how the company responds."""

    requirement: str
    text: str
    response: str


class Suspension(Model):
    """Why a member is suspended, and why the suspension is lifted."""

    message: str
    lifted: str


class Life(Model):
    """One company's life; absent parts do not happen. `ruling`: why a risk officer accepts a referred risk."""

    firm: Firm
    people: People
    informs: tuple[Administration, ...]
    question: ReviewQuestion | None = None
    ruling: str | None = None
    finding: SiteFinding | None = None
    suspension: Suspension | None = None
    withdraws: Administration | None = None


@cache
def lives() -> tuple[Life, ...]:
    """The highway carrier, the importer and the customs broker."""
    text = Path(__file__).with_name("lives.yaml").read_text("utf-8")
    return TypeAdapter(tuple[Life, ...]).validate_python(yaml.safe_load(text))
