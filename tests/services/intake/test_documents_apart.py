"""One person files for two companies under one key: each has its own document, and nobody is shown the other's."""

from uuid import UUID, uuid5

import pytest

from services.intake.domain.company import Company
from services.intake.domain.company.state import Filing
from shared.http.identity import Caller
from tests.support.builders.applicant import registered, upload
from tests.support.builders.intake import company_in
from tests.support.builders.packages import COMPANY, document
from tests.support.builders.uploads import PDF, TYPES
from tests.support.servers.edges import edge_of
from tests.support.servers.served import Served

ONE_KEY = {"Idempotency-Key": "site_plan-1"}
OURS, THEIRS, STORED_TWICE = (uuid5(COMPANY, name) for name in ("ours", "theirs", "document"))


async def test_two_companies_one_person_one_key(intake: Served) -> None:
    ours = await registered(intake)
    theirs = await registered(intake, ours.owner)
    contents = (TYPES[PDF], TYPES[PDF] + b"% of the other company\n")
    filed = [
        (await upload(ours.owner, company.path, content, headers=ONE_KEY)).json()["id"]
        for company, content in zip((ours, theirs), contents, strict=True)
    ]
    opened = [(await ours.owner.asks(f"GET /documents/{document_id}")).content for document_id in filed]
    assert tuple(opened) == contents


def holding(company_id: UUID, owner: str, *, released: bool = False) -> Company:
    """A company of an earlier release, with a document under an id that another company has too."""
    company = company_in("registered")
    people = tuple(user.model_copy(update={"subject": owner}) for user in company.users)
    filing = Filing(document=document(STORED_TWICE, "evidence"), file_id=company_id, released=released)
    return company.model_copy(update={"users": people, "documents": (filing,)})


@pytest.mark.parametrize(
    ("subject", "opens"),
    [("maude", OURS), ("idris", THEIRS), ("olga", THEIRS), ("zoe", "not_found"), ("consultant", "document_ambiguous")],
)
async def test_of_two_that_were_stored_under_one_id_none_is_taken_for_the_other(subject: str, opens: object) -> None:
    """Officers were given one of the two; the consultant files for both."""
    consultant = subject == "consultant"
    ours = holding(OURS, subject if consultant else "maude")
    theirs = holding(THEIRS, subject if consultant else "idris", released=True)
    caller = Caller(subject, frozenset({"review_officer"} if subject == "olga" else ()))
    with edge_of("intake", caller) as edge:
        edge.set({("companies", str(OURS)): ours, ("companies", str(THEIRS)): theirs})
        answer = await edge.asks({"method": "GET", "url": f"/documents/{STORED_TWICE}", "headers": {}}, key="open")
    assert (answer.text if answer.is_success else answer.json()["code"]) == str(opens)
