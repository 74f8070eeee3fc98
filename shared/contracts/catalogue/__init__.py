"""The reference data that services must agree on. What one service uses alone is in its own catalogue."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Annotated, Literal, Protocol

from pydantic import Field

from shared import yaml_text
from shared.contracts import types
from shared.contracts.mra_exchange import StatusWord
from shared.contracts.review import Benefit
from shared.contracts.types import MembershipStatus
from shared.i18n import Text
from shared.model import Model

EDITION = "2026-12"

Area = Literal["corporate", "cargo_conveyance", "physical", "partners"]
Measure = Literal["physical", "infrastructure", "procedural"]
Level = Literal["must", "should"]
Section = Literal["company_profile", "users", "application_profile", "security_profile", "documents"]
Scope = Literal["company", "division", "line_of_business"]
AnswerKind = Literal["yes_no", "count", "day", "countries"]
Lines = Literal["all"] | tuple[types.LineOfBusiness, ...]
Countries = Literal["all"] | tuple[Literal["CA", "US"], ...]


class Requirement(Model):
    """One minimum security requirement; `ctpat` is the category of the US criteria to which it maps."""

    id: types.Code
    area: Area
    measure: Measure
    level: Level
    lines: Lines
    ctpat: Annotated[int, Field(ge=1, le=12)]
    text: Text
    guidance: Text


class Question(Model):
    """A question about the company, and whom it concerns.

    `adverse`: a yes counts against the company; `follows`: asked only if the number asked for there is not zero.
    """

    id: types.Code
    kind: AnswerKind
    lines: Lines
    adverse: bool = False
    follows: types.Code | None = None
    text: Text
    help: Text


class DocumentKind(Model):
    """A kind of document, and who must provide it: nobody where it has no lines.

    `scope`: whether one is needed for the company, each division or each line; `of_owner`: a new owner files it anew.
    """

    id: types.Code
    name: Text
    scope: Scope
    of_owner: bool = False
    lines: Lines
    countries: Countries


class Documents(Model):
    """What may be uploaded."""

    media_types: tuple[str, ...]
    max_file_bytes: int
    max_files: int
    kinds: tuple[DocumentKind, ...]


class LineOfBusiness(Model):
    """One line of business; a carrier declares its carrier code."""

    id: types.LineOfBusiness
    name: Text
    carrier: bool


class Entitlement(Model):
    """A benefit of membership, and whom it is for: members with one of these lines, or only couriers among them."""

    code: types.Code
    lines: Lines
    couriers_only: bool


class DescribedEntitlement(Entitlement):
    """An entitlement as people read it."""

    name: Text
    text: Text


class Granted(Protocol):
    """A benefit that is on, in any service."""

    @property
    def code(self) -> str: ...
    @property
    def since(self) -> date: ...


class NamedBenefit(Benefit):
    """A benefit that is on, as people read it."""

    name: Text
    text: Text


class Period(Model):
    """Days from `since` to the day before `until`."""

    since: Annotated[date, Field(alias="from")]
    until: date | None


class Administration(Model):
    """A foreign customs administration, and when its arrangement with Canada is in force."""

    code: types.Administration
    name: Text
    programme: str
    programme_name: Text
    in_force: Period
    source: str
    tag: Literal["official", "secondary"]


class Declaration(Model):
    """What somebody signs; the version is kept with the signature."""

    version: types.Code
    title: Text
    text: Text


class ConsentForm(Declaration):
    """The declaration by which a company consents to inform one administration."""

    elements: Literal["five-v1"]


class Labels(Model):
    """How the terms of the programme read."""

    areas: Mapping[Area, Text]
    measures: Mapping[Measure, Text]
    levels: Mapping[Level, Text]
    sections: Mapping[Section, Text]
    roles: Mapping[types.CompanyRole, Text]
    stages: Mapping[types.Stage, Text]
    grounds: Mapping[types.Ground, Text]
    pauses: Mapping[types.PauseCode, Text]
    memberships: Mapping[MembershipStatus, Text]
    partner_statuses: Mapping[StatusWord, Text]
    elements: Mapping[str, Text]


class Catalogue(Model):
    """The whole catalogue; `version` changes with every byte of it."""

    version: types.Code
    requirements: tuple[Requirement, ...]
    questions: tuple[Question, ...]
    documents: Documents
    lines_of_business: tuple[LineOfBusiness, ...]
    administrations: tuple[Administration, ...]
    benefits: tuple[DescribedEntitlement, ...]
    consent: ConsentForm
    attestation: Declaration
    terms: Declaration
    ownership: Declaration
    labels: Labels


@cache
def load() -> Catalogue:
    """The catalogue of this release; a file that is wrong raises pydantic's ValidationError."""
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".yaml"))
    contents = [file.read_bytes() for file in sorted(files, key=lambda file: file.name)]
    version = f"{EDITION}-{sha256(b''.join(contents)).hexdigest()[:8]}"
    return Catalogue.model_validate(
        {"version": version} | {key: part for content in contents for key, part in yaml_text.values(content).items()}
    )


def binding(catalogue: Catalogue, lines: Iterable[types.LineOfBusiness]) -> tuple[Requirement, ...]:
    """The requirements that bind at least one of the lines, in the order of the catalogue."""
    declared = frozenset(lines)
    return tuple(requirement for requirement in catalogue.requirements if _covers(requirement.lines, declared))


def concerning(catalogue: Catalogue, lines: Iterable[types.LineOfBusiness]) -> tuple[Question, ...]:
    """The questions that concern a company with these lines, in the order of the catalogue."""
    declared = frozenset(lines)
    return tuple(question for question in catalogue.questions if _covers(question.lines, declared))


def required_documents(
    catalogue: Catalogue, lines: Iterable[types.LineOfBusiness], country: str
) -> tuple[DocumentKind, ...]:
    """The kinds of document that a company with these lines and an address in this country must provide."""
    declared = frozenset(lines)
    return tuple(
        kind
        for kind in catalogue.documents.kinds
        if _covers(kind.lines, declared) and _covers(kind.countries, {country})
    )


def in_force(catalogue: Catalogue, day: date) -> frozenset[types.Administration]:
    """The administrations whose arrangement is in force on a day."""
    return frozenset(
        each.code
        for each in catalogue.administrations
        if each.in_force.since <= day and (each.in_force.until is None or day < each.in_force.until)
    )


def named(catalogue: Catalogue, benefits: Iterable[Granted]) -> tuple[NamedBenefit, ...]:
    """These benefits with name and text, in the order of the catalogue."""
    since = {benefit.code: benefit.since for benefit in benefits}
    return tuple(
        NamedBenefit(code=benefit.code, since=since[benefit.code], name=benefit.name, text=benefit.text)
        for benefit in catalogue.benefits
        if benefit.code in since
    )


def _covers(scope: Lines | Countries, values: Iterable[str]) -> bool:
    return scope == "all" or not frozenset[str](scope).isdisjoint(values)
