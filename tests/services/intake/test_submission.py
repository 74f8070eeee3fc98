from uuid import uuid5

import pytest

from services.intake.domain.company import Company, CompanyCommand, CompanyFact, decider
from services.intake.domain.company.completion import completion
from services.intake.domain.company.state import ApplicationOutcome
from services.intake.domain.company.submission import Submit, drafted_bytes
from shared.contracts.catalogue import binding
from shared.contracts.intake import ApplicationSubmitted
from shared.errors import Refused
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPANIES,
    LIMIT,
    OFFER_DAYS,
    answer_with,
    change_profile,
    company_after,
    company_in,
    consent,
    days_later,
    file,
    note_approval,
    note_denial,
    note_membership,
    reply,
    submit,
)
from tests.support.builders.packages import COMPANY, YARD, document, documents, package

SPARE = document(uuid5(COMPANY, "spare"), "evidence")
LETTER = document(uuid5(COMPANY, "letter"), "evidence")


def message(facts: tuple[CompanyFact, ...], before: Company) -> ApplicationSubmitted:
    """The package that these facts publish, read as its subscribers read it."""
    outgoing = COMPANIES.publish(facts[0], COMPANIES.evolve(before, facts[0]))
    assert outgoing is not None
    assert (outgoing.topic, outgoing.type, outgoing.key) == (
        "pip.application",
        "pip.ApplicationSubmitted.v2",
        str(COMPANY),
    )
    return ApplicationSubmitted.read(outgoing.body or "")


def replied() -> Company:
    """Returned, and every question answered."""
    return company_after([file(LETTER), reply("The president did.", LETTER.document_id)], company_in("returned"))[0]


def test_the_whole_package_leaves_as_it_was_prepared() -> None:
    before = company_in("complete")
    published = message(COMPANIES.decide(submit(), before), before)
    assert published == package()


def test_the_package_holds_required_documents_and_evidence_and_no_others() -> None:
    before, _ = company_after([file(SPARE)], company_in("complete"))
    published = message(COMPANIES.decide(submit(), before), before)
    assert [document.document_id for document in published.documents] == [
        document.document_id for document in documents()
    ]


def test_each_division_answers_exactly_what_binds_it_in_the_order_of_the_catalogue() -> None:
    bound = [requirement.id for requirement in binding(CATALOGUE, ("highway_carrier",))]
    division = company_in("complete").division(YARD)
    assert division is not None
    again = answer_with(division.answers[0].model_copy(update={"text": "Signed again."}))
    before, _ = company_after([again], company_in("complete"))
    for each in message(COMPANIES.decide(submit(), before), before).divisions:
        assert [answer.requirement_id for answer in each.answers] == bound


def test_an_answer_to_a_requirement_that_the_catalogue_dropped_stays_behind() -> None:
    dropped = CATALOGUE.requirements[0]
    newer = decider(CATALOGUE.model_copy(update={"requirements": CATALOGUE.requirements[1:]}), LIMIT, OFFER_DAYS)
    before = company_in("complete")
    facts = newer.decide(submit(), before)
    outgoing = newer.publish(facts[0], newer.evolve(before, facts[0]))
    assert outgoing is not None
    published = ApplicationSubmitted.read(outgoing.body or "")
    assert dropped.id not in {answer.requirement_id for division in published.divisions for answer in division.answers}


def test_a_resubmission_carries_the_replies_and_the_documents_they_name() -> None:
    before = replied()
    published = message(COMPANIES.decide(submit(at=days_later(9)), before), before)
    assert (published.application_id, published.submission) == (package().application_id, 2)
    assert [reply.text for reply in published.replies] == ["The president did."]
    assert LETTER in published.documents
    after, _ = company_after([submit()], before)
    assert (after.application.status, after.applications, after.submission) == ("under_review", 1, 2)
    assert after.progress == before.progress


def test_a_second_application_has_its_own_id_and_forgets_the_first_ones_course() -> None:
    before = company_in("denied")
    published = message(COMPANIES.decide(submit(), before), before)
    assert (published.application_id, published.submission) == (uuid5(COMPANY, "application/2"), 1)
    after, _ = company_after([submit()], before)
    assert (after.outcome, after.progress, after.application.status) == (None, None, "under_review")


@pytest.mark.parametrize(
    ("life", "code"),
    [
        ("registered", "incomplete"),
        ("complete", ""),
        ("under_review", "application_open"),
        ("returned", "incomplete"),
        ("withdrawing", "withdrawal_pending"),
        ("denied", ""),
        ("approved", "already_member"),
        ("member", "already_member"),
        ("suspended", "already_member"),
        ("left", ""),
    ],
)
def test_when_a_company_may_submit(life: str, code: str) -> None:
    assert refusal(COMPANIES, submit(), company_in(life)) == code


def test_an_approval_of_another_application_than_the_membership_names_is_a_membership_to_come() -> None:
    second = uuid5(COMPANY, "application/2")
    approved, _ = company_after([submit(), note_approval(application=second)], company_in("left"))
    assert refusal(COMPANIES, submit(), approved) == "already_member"
    ended, _ = company_after([note_membership("active", second), note_membership("withdrawn", second)], approved)
    assert refusal(COMPANIES, submit(), ended) == ""
    denied, _ = company_after([submit(), note_denial(application=second)], company_in("left"))
    assert isinstance(denied.outcome, ApplicationOutcome)
    assert refusal(COMPANIES, submit(), denied) == ""


def test_what_is_missing_is_listed_with_its_path() -> None:
    with pytest.raises(Refused) as refused:
        COMPANIES.decide(submit(), company_in("registered"))
    missing = [(detail["where"], detail["code"]) for detail in refused.value.details]
    assert missing == [
        (lack.where, lack.code) for lack in completion(company_in("registered"), CATALOGUE, AT.date()).missing
    ]
    assert {
        ("profile/contact", "field_required"),
        ("users/read_only_user", "role_open"),
        ("divisions", "division_required"),
    } <= set(missing)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (submit(attests_truth=False), "attestation_required"),
        (
            submit(attestation=package().attestation.model_copy(update={"text_version": "1999-01"})),
            "text_version_outdated",
        ),
        (submit(terms_version="1999-01"), "text_version_outdated"),
    ],
)
def test_the_owner_signs_todays_texts(command: Submit, code: str) -> None:
    assert refusal(COMPANIES, command, company_in("complete")) == code


# --- the bound of a package ---------------------------------------------------------------------------------


def bounded(limit: int, command: CompanyCommand, state: Company) -> str:
    return refusal(decider(CATALOGUE, limit, OFFER_DAYS), command, state)


def test_a_package_over_the_bound_is_refused_at_submit() -> None:
    before = company_in("complete")
    assert bounded(drafted_bytes(before), submit(), before) == ""
    assert bounded(drafted_bytes(before) - 1, submit(), before) == "package_too_large"


def test_an_edit_that_goes_over_the_bound_is_refused_and_what_adds_nothing_is_not() -> None:
    before = company_in("complete")
    size = drafted_bytes(before)
    longer, shorter = change_profile(operating_name="Boreal and Sons"), change_profile(operating_name=None)
    assert bounded(size, longer, before) == "package_too_large"
    assert bounded(size + len(" and Sons"), longer, before) == ""
    assert bounded(size // 2, shorter, before) == ""
    assert bounded(size // 2, consent("US"), before) == ""


def test_the_message_never_exceeds_what_the_draft_was_measured_at() -> None:
    for before in (company_in("complete"), replied()):
        published = message(COMPANIES.decide(submit(), before), before)
        assert len(published.model_dump_json().encode()) + 2_048 < drafted_bytes(before)


def test_each_section_shows_how_complete_it_is() -> None:
    assert percents("registered") == [42, 25, 0, 0]
    assert percents("complete") == [100, 100, 100, 100]


def percents(life: str) -> list[int]:
    done = completion(company_in(life), CATALOGUE, AT.date())
    return [
        section.percent
        for section in (done.company_profile, done.users, done.application_profile, done.security_profile)
    ]
