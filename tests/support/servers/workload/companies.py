"""What a company of the workload is and declares of itself; invented from beginning to end."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import get_args

from stdnum import luhn

from shared.clock import now
from shared.contracts.catalogue import binding, load, required_documents
from shared.contracts.types import MODES, Administration, CompanyRole, LineOfBusiness
from shared.programme.calendar import today
from tests.support.builders.uploads import PDF, TYPES
from tests.support.servers.workload import forms
from tests.support.servers.workload.people import Json, Person, Society

CATALOGUE = load()
DECLARED = {  # answers about the company, by the band of risk in which they put it
    "low": {},
    "medium": {"crown_debt": True},
    "high": {"convictions": True},
}
SIGNER, TITLE, EMAIL = "Marguerite Sainte-Croix", "Keeper of the seals", "sainte-croix@example.com"
ADMINISTRATIONS: tuple[Administration, ...] = get_args(Administration)
EDITORS: tuple[CompanyRole, ...] = ("account_owner", "proxy_account_owner", "full_access_user")


@dataclass
class Company:
    """One company as its own people know it. Acts of its owner, and changes of owner, hold its `seal` meanwhile.

    The founder is never removed and always one of its editors, so that every service knows this person as such.
    The company never consents to one administration, which must never get a record of it.
    """

    number: int
    line: LineOfBusiness
    profile: Json
    founder: Person
    id: str = ""
    users: dict[Person, CompanyRole] = field(default_factory=dict)
    consents: set[str] = field(default_factory=set)
    seal: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def path(self) -> str:
        return f"intake/companies/{self.id}"

    @property
    def never_consented(self) -> Administration:
        return ADMINISTRATIONS[self.number % len(ADMINISTRATIONS)]

    @property
    def owner(self) -> Person:
        return next(person for person, role in self.users.items() if role == "account_owner")

    def having(self, *roles: CompanyRole) -> list[Person]:
        """Those of its people who have one of these roles."""
        return [person for person, role in self.users.items() if role in roles]


async def registered(society: Society, number: int, chance: Random) -> Company:
    """A company, with a person in each role; companies that follow each other are in different lines of business."""
    line = CATALOGUE.lines_of_business[(society.seed + number) % len(CATALOGUE.lines_of_business)].id
    founder = await society.person(f"Founder {number}")
    company = Company(number, line, _profile(number, line, chance), founder)
    given = {name: company.profile[name] for name in ("legal_name", "business_number", "address")}
    company.id = (await founder.does("POST intake/companies", registration(given)))["id"]
    company.users[founder] = "account_owner"
    added: tuple[CompanyRole, ...] = ("proxy_account_owner", "full_access_user", "read_only_user")
    for role in added:
        await join(company, founder, await society.person(f"{role} {number}"), role)
    return company


def registration(given: Json) -> Json:
    """By somebody whose name and e-mail no partner gets."""
    return {**given, "owner": {"family_name": SIGNER, "email": EMAIL}, "attests_signing_authority": True}


async def join(company: Company, by: Person, newcomer: Person, role: CompanyRole) -> None:
    """One of the company's people adds another."""
    user = {"urn": newcomer.urn, "family_name": "Castellan", "email": "people@example.com", "role": role}
    await by.does(f"POST {company.path}/users", user)
    company.users[newcomer] = role


async def prepare(company: Company) -> None:
    """Everything that an application needs, but for what is answered anew with each."""
    founder, path = company.founder, company.path
    await founder.does(f"PUT {path}/profile", company.profile)
    site = {"name": "Main site", "lines_of_business": [company.line], "address": company.profile["address"]}
    division = (await founder.does(f"POST {path}/divisions", site))["id"]
    about = {
        "company": "",
        "division": f"&division_id={division}",
        "line_of_business": f"&line_of_business={company.line}",
    }
    for kind in required_documents(CATALOGUE, [company.line], "CA"):
        await upload(company, kind.id, about[kind.scope])
    evidence = await upload(company, "evidence")
    for requirement in binding(CATALOGUE, [company.line]):
        statement = {
            "response": "described",
            "text": f"In place since 2024: {requirement.text.en}",
            "evidence": [evidence],
        }
        await founder.may_do(
            f"PUT {path}/divisions/{division}/answers/{requirement.id}", "requirement_not_binding", body=statement
        )


async def upload(company: Company, kind: str, about: str = "") -> str:
    """The id of a document that the founder files."""
    request = f"POST {company.path}/documents?kind={kind}&name={kind}.pdf{about}"
    return str((await company.founder.does(request, content=TYPES[PDF], headers={"Content-Type": PDF}))["id"])


async def sign_and_submit(company: Company) -> None:
    """By the present owner, whose seal the caller holds, once the profile says all that is asked by now."""
    await company.owner.does(f"PUT {company.path}/profile", company.profile, changes=False)
    for section in (await company.owner.sees(f"{company.path}/dashboard"))["sections"]:
        for lack in section["missing"]:
            if "/answers/" in lack["where"]:  # a requirement that a release has added meanwhile
                statement = {"response": "not_applicable", "text": "It was not asked before."}
                await company.owner.does(f"PUT {company.path}/{lack['where']}", statement)
    submitted = False
    while not submitted:
        texts = await company.owner.sees("intake/catalogue")
        version, terms = (texts[form]["version"] for form in ("attestation", "terms"))
        attestation = {"name": "Maren Halloway", "title": "Director", "text_version": version, "language": "en"}
        signed = {"attests_truth": True, "attestation": attestation, "terms_version": terms}
        submitted = await company.owner.may_do(f"POST {company.path}/submission", "text_version_outdated", body=signed)


def eligibility(chance: Random, band: str) -> dict[str, Json]:
    """Answers about the company that lead to this band; the first is new every time."""
    best = {
        "movements_12_months": chance.randrange(100, 1_000_000),
        "facilities_in": ["CA"],
        "last_movement_on": (today(now()) - timedelta(days=3)).isoformat(),
        "carm_registered": True,
        **{question.id: False for question in CATALOGUE.questions if question.adverse},
    }
    answers = {**best, **DECLARED[band]}
    return {
        question: {"value": value, "explanation": "As agreed with the authorities."}
        for question, value in answers.items()
    }


async def answer(company: Company, eligibility: dict[str, Json]) -> None:
    """By the owner, question by question; all at once while a release serves that does not know them one by one."""
    path, owner = f"PUT {company.path}/eligibility", company.owner
    first, *others = eligibility
    while not await owner.may_do(f"{path}/{first}", "not_found", body=eligibility[first]):
        if await owner.may_do(path, "not_found", body=forms.answers(eligibility)):
            return
    for question in others:
        await owner.does(f"{path}/{question}", eligibility[question], changes=False)


async def sign(person: Person, request: str, form: str, *, changes: bool = True) -> None:
    """Signs the text of this form that is read at that moment; again if a release replaces the text meanwhile."""
    signed = False
    while not signed:
        version = (await person.sees("intake/catalogue"))[form]["version"]
        body = consent(version) if form == "consent" else signature(version)
        signed = await person.may_do(request, "text_version_outdated", body=body, changes=changes)


def signature(version: str) -> Json:
    return {"attests": True, "text_version": version, "language": "fr"}


def consent(version: str) -> Json:
    """Signed by somebody whose name no partner gets."""
    return {**signature(version), "name": SIGNER, "title": TITLE}


def new_address(chance: Random) -> Json:
    street = f"{chance.randrange(1, 1_000_000)} Aurora Road"
    return {"lines": [street], "city": "Thunder Bay", "region": "ON", "postal_code": "P7B 5E1", "country": "CA"}


def _profile(number: int, line: LineOfBusiness, chance: Random) -> Json:
    business_number = f"9{chance.randrange(10**7):07}"
    return {
        "legal_name": f"Kestrel {line.replace('_', ' ').title()} {number} Ltd.",
        "operating_name": f"Kestrel {number}",
        "business_number": f"{business_number}{luhn.calc_check_digit(business_number)}",
        "carrier_codes": {MODES.get(line, "highway"): {"code": f"K{number % 1000:03}", "bonded": True}},
        "address": new_address(chance),
        "headquarters_country": "CA",
        "lines_of_business": [line],
        "language": "en",
        "contact": {
            "name": "Inga Sorley",
            "title": "Security lead",
            "email": "inga.sorley@example.com",
            "phone": "+1 807 555 0142",
        },
    }
