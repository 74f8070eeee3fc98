from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid5

import pytest

from services.intake.domain.company.divisions import RemoveDivision
from services.intake.domain.company.documents import (
    MOST_FILINGS,
    DocumentAdded,
    DocumentRemoved,
    RemoveDocument,
    section,
)
from services.intake.domain.company.state import Company
from shared.contracts.catalogue import DocumentKind, Scope
from shared.contracts.intake import Document
from shared.model import Json
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPANIES,
    asked,
    change_profile,
    company_after,
    company_in,
    days_later,
    file,
    submit,
)
from tests.support.builders.packages import COMPANY, LINES, TERMINAL, YARD, document, documents, evidence_of

SPARE = document(uuid5(COMPANY, "spare"), "evidence")
REQUIRED = documents()[0]
TODAY = AT.date()
IN_DETROIT = {"lines": ("9 Pier Avenue",), "city": "Detroit", "region": "MI", "postal_code": "48226", "country": "US"}


def removing(document: Document) -> RemoveDocument:
    return asked(RemoveDocument, document_id=document.document_id)


def changed(**changes: object) -> Document:
    return SPARE.model_copy(update=changes)


def test_a_document_is_filed_once_and_not_yet_released() -> None:
    after, facts = company_after([file(SPARE), file(SPARE)], company_in("registered"))
    assert [type(fact) for fact in facts] == [DocumentAdded]
    filing = after.filing(SPARE.document_id)
    assert filing is not None
    assert (filing.document, filing.released, filing.hidden) == (SPARE, False, False)
    assert COMPANIES.publish(facts[0], after) is None


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        (changed(kind="holiday_photograph"), "kind_unknown"),
        (changed(media_type="text/html"), "type_not_allowed"),
        (changed(size=CATALOGUE.documents.max_file_bytes + 1), "too_large"),
        (changed(size=CATALOGUE.documents.max_file_bytes), ""),
    ],
)
def test_what_may_be_filed(spoiled: Document, code: str) -> None:
    assert refusal(COMPANIES, file(spoiled), company_in("registered")) == code


@pytest.mark.parametrize("kind", CATALOGUE.documents.kinds, ids=lambda kind: kind.id)
@pytest.mark.parametrize("media_type", CATALOGUE.documents.media_types)
def test_every_kind_may_be_of_every_type(kind: DocumentKind, media_type: str) -> None:
    company = company_in("complete")
    about: Mapping[Scope, Mapping[str, Any]] = {
        "company": {},
        "division": {"division_id": company.divisions[0].division_id},
        "line_of_business": {"line_of_business": company.profile.lines_of_business[0]},
    }
    filed = changed(kind=kind.id, media_type=media_type, **about[kind.scope])
    assert refusal(COMPANIES, file(filed), company) == ""


def test_a_company_files_at_most_five_hundred_documents() -> None:
    spare = (document(uuid5(COMPANY, f"spare/{n}"), "evidence") for n in range(CATALOGUE.documents.max_files))
    full, facts = company_after([file(spared) for spared in spare], company_in("registered"))
    assert len(facts) == CATALOGUE.documents.max_files
    assert refusal(COMPANIES, file(SPARE), full) == "too_many_documents"
    assert refusal(COMPANIES, file(SPARE), company_after([removing(full.drafted[0])], full)[0]) == ""


def test_what_officers_keep_is_bounded_too() -> None:
    (filing,) = company_after([file(SPARE)], company_in("registered"))[0].documents
    kept = filing.model_copy(update={"released": True, "hidden": True})
    assert refusal(
        COMPANIES, file(REQUIRED), company_in("registered").model_copy(update={"documents": (kept,) * MOST_FILINGS})
    ) == ("too_many_documents")


def test_a_removed_document_leaves_nothing_behind() -> None:
    after, facts = company_after([file(SPARE), removing(SPARE)], company_in("complete"))
    assert facts[-1] == DocumentRemoved(document_id=SPARE.document_id)
    assert after == company_in("complete")


def test_a_document_that_an_answer_names_stays() -> None:
    evidence = asked(RemoveDocument, document_id=evidence_of(YARD))
    assert refusal(COMPANIES, evidence, company_in("complete")) == "document_in_use"
    without, _ = company_after([asked(RemoveDivision, division_id=YARD)], company_in("complete"))
    assert refusal(COMPANIES, evidence, without) == ""


def test_a_document_is_removed_once() -> None:
    assert refusal(COMPANIES, removing(SPARE), company_in("complete")) == "unknown_document"
    hidden, _ = company_after([removing(REQUIRED)], company_in("under_review"))
    assert refusal(COMPANIES, removing(REQUIRED), hidden) == "unknown_document"


def test_officers_are_given_what_is_submitted_and_keep_it_when_the_company_removes_it() -> None:
    before, _ = company_after([file(SPARE)], company_in("complete"))
    assert not any(filing.released for filing in before.documents)
    submitted = company_in("under_review")
    assert all(filing.released for filing in submitted.documents)
    after, _ = company_after([removing(REQUIRED)], submitted)
    filing = after.filing(REQUIRED.document_id)
    assert filing is not None
    assert (filing.released, filing.hidden) == (True, True)
    assert REQUIRED not in after.drafted


def test_a_response_to_a_finding_is_released_at_once() -> None:
    response = changed(kind="finding_response")
    after, _ = company_after([file(response)], company_in("under_review"))
    filing = after.filing(response.document_id)
    assert filing is not None
    assert filing.released


def test_each_required_kind_counts_once() -> None:
    complete = section(company_in("complete"), CATALOGUE, TODAY)
    assert (complete.missing, complete.percent) == ((), 100)
    after, _ = company_after([removing(REQUIRED)], company_in("complete"))
    lacking = section(after, CATALOGUE, TODAY)
    assert [(lack.where, lack.code) for lack in lacking.missing] == [
        (f"documents?kind={REQUIRED.kind}", "document_required")
    ]
    assert lacking.percent == 100 * (complete.required - 1) // complete.required


def test_the_lines_and_the_address_decide_what_is_required() -> None:
    after, _ = company_after(
        [change_profile(lines_of_business=("customs_broker",), carrier_codes={})], company_in("complete")
    )
    assert missing(after) == {
        "documents?kind=customs_broker_licence&line_of_business=customs_broker": "document_required"
    }


def missing(company: Company, on: date = TODAY) -> dict[str, str]:
    return {lack.where: lack.code for lack in section(company, CATALOGUE, on).missing}


def test_a_kind_for_divisions_is_needed_for_each_and_a_kind_for_lines_for_each() -> None:
    plans = [filing for filing in company_in("complete").drafted if filing.kind == "site_plan"]
    assert [plan.division_id for plan in plans] == [YARD, TERMINAL]
    without, _ = company_after([removing(plans[0])], company_in("complete"))
    assert missing(without) == {f"documents?kind=site_plan&division_id={YARD}": "document_required"}
    in_detroit, _ = company_after(
        [change_profile(address=IN_DETROIT, lines_of_business=("highway_carrier", "rail_carrier"))], without
    )
    kind = "documents?kind=carrier_code_confirmation"
    assert {f"{kind}&line_of_business=highway_carrier", f"{kind}&line_of_business=rail_carrier"} < missing(
        in_detroit
    ).keys()
    rail = document(uuid5(COMPANY, "rail"), "carrier_code_confirmation", line_of_business="rail_carrier")
    filed, _ = company_after([file(rail)], in_detroit)
    assert missing(in_detroit).keys() - missing(filed).keys() == {f"{kind}&line_of_business=rail_carrier"}


def test_a_plan_that_was_filed_before_it_named_a_division_is_about_every_one() -> None:
    documents = tuple(
        filing.model_copy(update={"document": filing.document.model_copy(update={"division_id": None})})
        for filing in company_in("complete").documents
    )
    assert missing(company_in("complete").model_copy(update={"documents": documents})) == {}


@pytest.mark.parametrize(
    ("kind", "about", "code"),
    [
        ("site_plan", {}, "scope_unfitting"),
        ("site_plan", {"division_id": YARD}, ""),
        ("site_plan", {"division_id": COMPANY}, "unknown_division"),
        ("site_plan", {"division_id": YARD, "line_of_business": "highway_carrier"}, "scope_unfitting"),
        ("seal_procedure", {"division_id": YARD}, "scope_unfitting"),
        ("evidence", {"line_of_business": "highway_carrier"}, "scope_unfitting"),
        ("carrier_code_confirmation", {"line_of_business": "highway_carrier"}, ""),
        ("carrier_code_confirmation", {"line_of_business": "importer"}, "scope_unfitting"),
        ("carrier_code_confirmation", {}, "scope_unfitting"),
    ],
)
def test_a_document_names_what_its_kind_is_about_and_nothing_else(kind: str, about: Json, code: str) -> None:
    described = document(uuid5(COMPANY, "described"), kind, **about)
    assert refusal(COMPANIES, file(described), company_in("complete")) == code


def test_every_kind_is_filed_under_its_own_scope_and_no_other() -> None:
    about: dict[str, Json] = {
        "company": {},
        "division": {"division_id": YARD},
        "line_of_business": {"line_of_business": LINES[0]},
    }
    taken = {
        (kind.id, scope)
        for kind in CATALOGUE.documents.kinds
        for scope, named in about.items()
        if not refusal(COMPANIES, file(document(uuid5(COMPANY, kind.id), kind.id, **named)), company_in("complete"))
    }
    assert taken == {(kind.id, kind.scope) for kind in CATALOGUE.documents.kinds}


def test_a_document_counts_until_its_last_day() -> None:
    expiring = document(uuid5(COMPANY, "plan"), "continuity_plan", valid_until=TODAY)
    [standing] = [filing for filing in company_in("complete").drafted if filing.kind == "continuity_plan"]
    company, _ = company_after([removing(standing), file(expiring)], company_in("complete"))
    assert missing(company) == {}
    assert missing(company, TODAY + timedelta(days=1)) == {"documents?kind=continuity_plan": "document_expired"}
    assert refusal(COMPANIES, submit(at=days_later(1)), company) == "incomplete"


def test_evidence_of_both_divisions_is_on_file() -> None:
    filed = {document.document_id for document in company_in("complete").drafted}
    assert {evidence_of(YARD), evidence_of(TERMINAL)} <= filed
