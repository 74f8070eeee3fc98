"""Who may ask what of intake: everybody, a company's people by their role, and no stranger anything."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.builders.applicant import (
    CATALOGUE,
    consent,
    joined,
    newcomer,
    numbers,
    particulars,
    profile,
    reference,
    registered,
    signature,
    signed,
    site,
)
from tests.support.servers.served import ANYBODY, Served

COMPANY = "/companies/{company_id}"
UPLOAD = f"POST {COMPANY}/documents"
SUBMIT = f"POST {COMPANY}/submission"
CONSENT = f"PUT {COMPANY}/consents/{{administration}}"
WITHDRAW_CONSENT = f"DELETE {COMPANY}/consents/{{administration}}"
MARK_UNUSED = f"PUT {COMPANY}/unused-roles/{{role}}"
CHANGE_ROLE = f"PUT {COMPANY}/users/{{urn}}/role"
REMOVE_USER = f"DELETE {COMPANY}/users/{{urn}}"
OFFER = f"POST {COMPANY}/ownership-offer"
REVOKE = f"DELETE {COMPANY}/ownership-offer"
ACCEPT, DECLINE = (f"POST {COMPANY}/ownership-offer/{answer}" for answer in ("acceptance", "refusal"))
RECOVER = f"POST {COMPANY}/ownership-recovery"
WITHDRAW, LEAVE = (f"POST {COMPANY}/{end}" for end in ("withdrawal", "departure"))
READING = dict.fromkeys((f"GET {COMPANY}", f"GET {COMPANY}/dashboard", f"GET {COMPANY}/consents"))
CHANGING: dict[str, dict[str, Any] | None] = {
    f"PUT {COMPANY}/profile": profile(),
    f"PUT {COMPANY}/particulars": particulars(),
    f"PUT {COMPANY}/numbers": numbers(),
    f"PUT {COMPANY}/contact": profile()["contact"],
    f"POST {COMPANY}/users": newcomer(reference()),
    MARK_UNUSED: None,
    CHANGE_ROLE: {"role": "read_only_user"},
    REMOVE_USER: None,
    OFFER: {"urn": reference()},
    REVOKE: None,
    ACCEPT: signature(CATALOGUE.ownership),
    DECLINE: None,
    f"PUT {COMPANY}/eligibility/{{question_id}}": {"value": False},
    f"POST {COMPANY}/divisions": site(),
    f"PUT {COMPANY}/divisions/{{division_id}}": site(),
    f"PUT {COMPANY}/divisions/{{division_id}}/answers/{{requirement_id}}": {
        "response": "described",
        "text": "Signed in 2024.",
    },
    f"DELETE {COMPANY}/divisions/{{division_id}}": None,
    f"DELETE {COMPANY}/documents/{{document_id}}": None,
    f"PUT {COMPANY}/questions/{{question_id}}/reply": {"text": "The president did."},
    SUBMIT: signed(),
    WITHDRAW: None,
    LEAVE: None,
    CONSENT: consent(),
    WITHDRAW_CONSENT: None,
}
OWNER_ONLY = dict.fromkeys((OFFER, REVOKE, SUBMIT, WITHDRAW, LEAVE, CONSENT), "owner_only")
MANAGERS_ONLY = dict.fromkeys((MARK_UNUSED, CHANGE_ROLE, REMOVE_USER, WITHDRAW_CONSENT), "role_not_allowed")
BARRED = {
    "account_owner": {},
    "proxy_account_owner": OWNER_ONLY,
    "full_access_user": OWNER_ONLY | MANAGERS_ONLY,
    "read_only_user": dict.fromkeys(CHANGING.keys() - {ACCEPT, DECLINE}, "role_not_allowed") | OWNER_ONLY,
}


def at(request: str, company: UUID, division: str) -> str:
    """The request of a route, to this company and division."""
    names = {"requirement_id": "CS-01", "role": "full_access_user", "administration": "US", "urn": "U123"}
    return request.format(company_id=company, division_id=division, document_id=uuid4(), question_id=uuid4(), **names)


@pytest.mark.parametrize("role", BARRED)
async def test_what_a_role_may_not_do(intake: Served, role: str) -> None:
    company = await registered(intake)
    person = company.owner if role == "account_owner" else await joined(intake, company, role)
    division = await company.owner.does(f"POST {company.path}/divisions", site())
    barred = {}
    for request, body in (READING | CHANGING).items():
        answer = await person.asks(at(request, company.id, division["id"]), body)
        if answer.status_code in {403, 404}:
            barred[request] = answer.json()["code"]
    assert barred == BARRED[role]


async def test_only_owner_and_proxy_add_a_proxy(intake: Served) -> None:
    company = await registered(intake)
    full = await joined(intake, company, "full_access_user")
    another = newcomer(reference(), "proxy_account_owner")
    assert await full.refused(f"POST {company.path}/users", another) == "403 role_not_yours"
    proxy = await joined(intake, company, "proxy_account_owner")
    await proxy.does(f"POST {company.path}/users", another)


async def test_what_a_role_may_not_do_is_explained_in_both_languages(intake: Served) -> None:
    company = await registered(intake)
    reader = await joined(intake, company, "read_only_user")
    assert await reader.refused(f"PUT {company.path}/eligibility/insolvent", {"value": False}) == "403 role_not_allowed"
    assert await reader.refused(f"POST {company.path}/submission", signed()) == "403 owner_only"


async def test_nothing_of_a_company_is_there_for_a_stranger_whatever_the_token_claims(intake: Served) -> None:
    company = await registered(intake)
    division = await company.owner.does(f"POST {company.path}/divisions", site())
    before = await company.owner.does(f"GET {company.path}")
    strangers = (
        intake.person("zoe"),
        intake.person("noor", "review_officer", "trader"),
        (await registered(intake)).owner,
    )
    for request, body in (READING | CHANGING | {f"{UPLOAD}?kind=evidence&name=it": None}).items():
        for stranger in strangers:
            assert await stranger.refused(at(request, company.id, division["id"]), body) == "404 not_found"
    assert await company.owner.does(f"GET {company.path}") == before


async def test_a_company_that_nobody_registered(intake: Served) -> None:
    for request, body in (READING | CHANGING).items():
        assert await intake.person("zoe").refused(at(request, uuid4(), str(uuid4())), body) == "404 not_found"


async def test_who_is_admitted(intake: Served) -> None:
    admitted = await intake.admits()
    assert {route for route, callers in admitted.items() if "nobody" in callers} == {
        "GET /catalogue",
        "GET /service-standard",
    }
    assert admitted.pop(RECOVER) == {"decision_officer"}
    assert {frozenset(callers - {"nobody"}) for callers in admitted.values()} == {frozenset(ANYBODY)}
    assert {route for route in admitted if COMPANY in route} == {*READING, *CHANGING, UPLOAD}
    assert await intake.nobody.refused("GET /me") == "401 unauthorised"
