"""Codes and values that several contracts share (programme 1.2 and 2.2)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, Strict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from stdnum import luhn

from shared.model import Model

LineOfBusiness = Literal[
    "highway_carrier",
    "rail_carrier",
    "marine_carrier",
    "air_carrier",
    "importer",
    "exporter",
    "warehouse_operator",
    "freight_forwarder",
    "shipping_agent",
    "customs_broker",
]
Mode = Literal["highway", "rail", "marine", "air"]
MODES: Mapping[LineOfBusiness, Mode] = {
    "highway_carrier": "highway",
    "rail_carrier": "rail",
    "marine_carrier": "marine",
    "air_carrier": "air",
}
Administration = Literal["US", "JP", "KR", "SG", "MX", "IL", "AU", "HK", "NZ", "PE", "EU"]
Stage = Literal[
    "under_review", "returned", "risk_assessment", "site_validation", "decision", "approved", "denied", "withdrawn"
]
CompanyRole = Literal["account_owner", "proxy_account_owner", "full_access_user", "read_only_user"]
Ground = Literal["profile", "risk", "site_validation", "eligibility", "no_answer"]
PauseCode = Literal["returned", "awaiting_company", "awaiting_other_authority"]
Verdict = Literal["met", "not_met", "not_applicable"]
MembershipStatus = Literal["active", "suspended", "cancelled", "withdrawn"]
RiskOutcome = Literal["acceptable", "unacceptable"]
Band = Literal["low", "medium", "high"]
ValidationOutcome = Literal["passed", "failed", "waived"]
Language = Literal["en", "fr"]
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def _luhn(number: str) -> str:
    if not luhn.is_valid(number):
        raise ValueError("business_number_invalid")
    return number


def _written_out(day: object) -> object:
    if isinstance(day, date) or (isinstance(day, str) and _DAY.match(day)):
        return day
    raise PydanticCustomError("day_expected", "a day is written as 2026-11-25")


YesNo = Annotated[bool, Strict()]
Count = Annotated[int, Strict()]
CalendarDay = Annotated[date, BeforeValidator(_written_out)]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    Field(examples=["Nipigon Cartage Ltd."]),
]
Urn = Annotated[
    Name,
    Field(description="a person, as `GET /me` of intake shows it", examples=["UKZ3J5DMNQ7X2A4VOTB6LCWEYH"]),
]
FreeText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    Field(examples=["The yard is fenced, and its gate is watched around the clock."]),
]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,60}$"), Field(examples=["CS-01"])]
DocumentKind = Annotated[Code, Field(examples=["site_plan"])]
TextVersion = Annotated[Code, Field(description="of a text in the catalogue", examples=["2026-01"])]
PipId = Annotated[Code, Field(description="the PIP number", examples=["CAPIPCKAF0C74V3GW"])]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(examples=["CA"])]
BusinessNumber = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{9}$"), AfterValidator(_luhn), Field(examples=["910000017"])
]
RmAccount = Annotated[
    str,
    StringConstraints(pattern=r"^RM[0-9]{4}$"),
    Field(description="the program account under the business number", examples=["RM0001"]),
]
CarrierCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{4}$"), Field(examples=["7NIP"])]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["9f86d081" * 8])]


SubmissionKind = Annotated[Code, Field(description="initial, update or revalidation", examples=["initial"])]


class ModeCode(Model):
    """A Canadian carrier code in one mode, and whether the carrier is bonded; None where it was not asked yet."""

    code: CarrierCode
    bonded: YesNo | None = None


class CarrierCodes(Model):
    """A company has at most one carrier code in each mode of transport."""

    highway: ModeCode | None = None
    rail: ModeCode | None = None
    marine: ModeCode | None = None
    air: ModeCode | None = None

    @property
    def by_mode(self) -> Mapping[Mode, ModeCode]:
        """The codes that there are."""
        every: dict[Mode, ModeCode | None] = {
            "highway": self.highway,
            "rail": self.rail,
            "marine": self.marine,
            "air": self.air,
        }
        return {mode: coded for mode, coded in every.items() if coded}


class Address(Model):
    """A business address; region and postal code are required in Canada and the United States."""

    lines: Annotated[tuple[Name, ...], Field(min_length=1, max_length=3, examples=[["12 Dock Road"]])]
    city: Annotated[Name, Field(examples=["Thunder Bay"])]
    region: Annotated[Name, Field(examples=["ON"])] | None = None
    postal_code: Annotated[str, StringConstraints(min_length=1, max_length=20), Field(examples=["P7B 5E1"])] | None = (
        None
    )
    country: Country

    @model_validator(mode="after")
    def complete_in_north_america(self) -> Self:
        if self.country in {"CA", "US"} and not (self.region and self.postal_code):
            raise ValueError("region_and_postal_code_required")
        return self


VisitState = Literal["planned", "confirmed", "another_day_asked", "held", "cancelled"]
