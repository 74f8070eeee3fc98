"""A review officer at work: a case arrives, is taken in hand, judged and returned."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.clock import now
from shared.contracts.mra_exchange import PartnerRecord
from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.review import small_package
from tests.support.servers.browser import Shown
from tests.support.servers.served import Person, Served, application_of

MET = {"verdict": "met"}
ACCEPTED = {"accepted": True}


def address(company: UUID) -> str:
    return f"/cases/{application_of(company)}"


def page(company: UUID, name: str, language: Language = "fr", **ids: object) -> str:
    """The address of a page of its case."""
    return addresses()[name].path(language, application_id=application_of(company), **ids)


def record_on(shown: Shown) -> PartnerRecord:
    """The record for partners, as a page has it."""
    code = shown.html.select_one("pre.code")
    assert code
    return PartnerRecord.model_validate_json(code.get_text())


async def opened(review: Served, officer: Person, company: UUID, assignee: str | None = None, **changes: Any) -> str:
    """The address of a case that has just arrived over the bus, assigned to the officer or to `assignee`."""
    await review.consumes(company, small_package(**{"submitted_at": now(), **changes}))
    await officer.sees(address(company), status="under_review", assignee=None)
    await officer.does(f"PUT {address(company)}/assignment", {"officer": assignee or officer.urn})
    return address(company)


async def judged(
    officer: Person, case: str, *, answer: Mapping[str, Any] = MET, document: Mapping[str, Any] = ACCEPTED
) -> None:
    """Everything that is still to judge is judged alike."""
    read = await officer.does(f"GET {case}")
    for unjudged in read["answers_to_judge"]:
        await officer.does(f"PUT {case}/judgements/{unjudged['division_id']}/{unjudged['requirement_id']}", answer)
    for document_id in read["documents_to_judge"]:
        await officer.does(f"PUT {case}/documents/{document_id}/judgement", document)


async def returned(officer: Person, case: str, **about: str) -> str:
    """The case is returned with one question; its id."""
    asked = await officer.does(f"POST {case}/questions", {"text": "Who holds the keys of the gate?", **about})
    await officer.does(f"POST {case}/return", {})
    await officer.sees(case, status="returned")
    return str(asked["id"])


async def resubmitted(review: Served, officer: Person, company: UUID, text: str, **changes: Any) -> None:
    """The company submits again; the yard's first answer is now another."""
    yard, *others = small_package().divisions
    first, *rest = yard.answers
    changed = yard.model_copy(update={"answers": (first.model_copy(update={"text": text}), *rest)})
    again = {"submission": 2, "submitted_at": now(), "divisions": (changed, *others), **changes}
    await review.consumes(company, small_package(**again))
    await officer.sees(address(company), status="under_review", submission=2)
