"""A company at intake, over HTTP: the carrier of `packages`, under a business number of its own."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
from stdnum import luhn

from services.intake.domain.company.state import Numbers, Particulars
from shared.clock import now
from shared.contracts.catalogue import Declaration, load
from shared.http import identity
from shared.programme.calendar import today
from tests.support.builders import packages
from tests.support.builders.uploads import PDF, TYPES
from tests.support.servers.served import Headers, Person, Served

Json = dict[str, Any]
NUMBERS = count()
CATALOGUE = load()
KINDS = tuple(dict.fromkeys(document.kind for document in packages.documents()))
OF_DIVISIONS = tuple(kind.id for kind in CATALOGUE.documents.kinds if kind.scope == "division")
OWNER = {"family_name": "Tremblay-Ostrander", "email": "maude@boreal-drayage.example"}


@dataclass(frozen=True)
class Applicant:
    """A registered company and its owner; `profile` is the complete profile that it may then have."""

    id: UUID
    owner: Person
    profile: Json

    @property
    def path(self) -> str:
        return f"/companies/{self.id}"


def business_number() -> str:
    """One that no other company has; numbers that begin with 9 are not issued."""
    number = f"9{next(NUMBERS):07}"
    return f"{number}{luhn.calc_check_digit(number)}"


def profile(**changes: Any) -> Json:
    return packages.profile(business_number=business_number()).model_dump(mode="json") | changes


def particulars(**changes: Any) -> Json:
    return {name: value for name, value in profile(**changes).items() if name in Particulars.model_fields}


def numbers(**changes: Any) -> Json:
    return {name: value for name, value in profile(**changes).items() if name in Numbers.model_fields}


def registration(**changes: Any) -> Json:
    given = {
        field: value for field, value in profile().items() if field in {"legal_name", "business_number", "address"}
    }
    return {**given, "owner": OWNER, "attests_signing_authority": True, **changes}


def eligibility(**changes: Any) -> list[Json]:
    """The answers as a company gives them; those of the changes as they are, without an explanation."""
    answers = packages.eligibility(last_movement_on=today(now()) - timedelta(days=3))
    given = {answer.question_id: answer.model_dump(mode="json") for answer in answers}
    given |= {name: {"question_id": name, "value": value, "explanation": None} for name, value in changes.items()}
    return [*given.values()]


async def answer(person: Person, path: str, *answers: Json) -> None:
    """Answers questions about the company, one after the other."""
    for given in answers:
        await person.does(
            f"PUT {path}/eligibility/{given['question_id']}",
            {name: given[name] for name in ("value", "explanation")},
        )


def site(**changes: Any) -> Json:
    yard = packages.divisions()[0].model_dump(mode="json", include={"name", "lines_of_business", "address"})
    return yard | changes


def signed(**changes: Any) -> Json:
    """What the owner signs to submit."""
    attestation = packages.package().attestation.model_dump(mode="json")
    return {"attests_truth": True, "attestation": attestation, "terms_version": CATALOGUE.terms.version, **changes}


async def registered(intake: Served, owner: Person | None = None) -> Applicant:
    """A company that nobody else has anything to do with."""
    person = owner or intake.person(f"owner of {uuid4()}")
    whole = profile()
    body = registration(business_number=whole["business_number"])
    return Applicant(UUID((await person.does("POST /companies", body))["id"]), person, whole)


async def joined(intake: Served, company: Applicant, role: str) -> Person:
    """Somebody whom the owner adds in this role."""
    person = intake.person(f"{role} of {company.id}")
    await company.owner.does(f"POST {company.path}/users", newcomer(person.urn, role))
    return person


def signature(text: Declaration, **changes: Any) -> Json:
    """A hand under one of the texts of the catalogue."""
    return {"attests": True, "text_version": text.version, "language": "en", **changes}


def consent(**changes: Any) -> Json:
    """A consent, signed with name and title."""
    return signature(CATALOGUE.consent, name="Maude Tremblay-Ostrander", title="Director of operations", **changes)


def reference(name: str = "a stranger") -> str:
    """The reference number of somebody who has never called."""
    return identity.urn("https://issuer.example", name)


def newcomer(urn: str, role: str = "full_access_user") -> Json:
    return {"urn": urn, "family_name": "Okoro", "email": "okoro@boreal-drayage.example", "role": role}


async def completed(intake: Served, divisions: int = 1) -> Applicant:
    """A company of one division or two that lacks nothing to submit."""
    company = await registered(intake)
    owner, path = company.owner, company.path
    await owner.does(f"PUT {path}/profile", company.profile)
    await answer(owner, path, *eligibility())
    for role in ("proxy_account_owner", "full_access_user", "read_only_user"):
        await owner.does(f"PUT {path}/unused-roles/{role}")
    filed = {kind: (await upload(owner, path, kind=kind)).json()["id"] for kind in KINDS if kind not in OF_DIVISIONS}
    for division in packages.divisions()[:divisions]:
        added = await owner.does(f"POST {path}/divisions", site(name=division.name))
        for kind in OF_DIVISIONS:
            await upload(owner, path, kind=kind, division_id=added["id"])
        for described in division.answers:
            given = {
                "response": "described",
                "text": described.text,
                "evidence": [filed["evidence"]] if described.evidence else [],
            }
            await owner.does(f"PUT {path}/divisions/{added['id']}/answers/{described.requirement_id}", given)
    return company


async def submitted(intake: Served) -> Applicant:
    """A company whose first application is under review."""
    company = await completed(intake)
    await company.owner.does(f"POST {company.path}/submission", signed())
    return company


async def upload(
    person: Person, path: str, content: bytes = TYPES[PDF], *, headers: Headers | None = None, **given: str
) -> httpx.Response:
    """A file is sent: evidence, and a PDF, unless kind, name and headers say otherwise."""
    params = {"kind": "evidence", "name": f"{given.get('kind', 'evidence')}.pdf", **given}
    sent_with = {"Content-Type": PDF, **person.headers, **(headers or {})}
    return await person.client.post(f"{path}/documents", params=params, content=content, headers=sent_with)
