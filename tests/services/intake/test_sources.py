"""What the two source documents say that intake builds, sentence by sentence (programme 6)."""

from datetime import date

import pytest

from services.intake.catalogue import Notice, banners, lacks, notices
from services.intake.domain.company.completion import completion
from services.intake.domain.company.divisions import AddDivision
from services.intake.domain.company.leaving import LeaveProgramme
from services.intake.domain.company.submission import ApplicationSubmitted
from services.intake.views.dashboard import Dashboard, ReferenceData, dashboard
from services.intake.views.programme import current
from shared.contracts.intake import CompanyProfileUpdated
from shared.errors import Refused
from shared.i18n import Text
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPANIES,
    OWNER,
    ROLES,
    asked,
    change_profile,
    company_after,
    company_in,
    consent,
    note_advice,
    site_of,
    submit,
)
from tests.support.builders.packages import COMPANY, TERMINAL, YARD, division, documents, profile

TODAY = AT.date()
WORDS = ReferenceData(catalogue=CATALOGUE, lacks=lacks(), banners=banners(), notices=notices())


def on(day: date, life: str = "complete") -> Dashboard:
    return dashboard(company_in(life), OWNER.subject, day, WORDS)


def test_6_2_the_dashboard_has_four_sections() -> None:
    assert [section.name for section in on(AT.date()).sections] == [
        "company_profile",
        "users",
        "application_profile",
        "security_profile",
    ]


def test_6_2_submit_shows_only_when_every_section_is_complete() -> None:
    for life in ("registered", "complete"):
        page = on(AT.date(), life)
        whole = all(section.percent == 100 for section in (*page.sections, page.documents))
        assert page.can_submit is whole


def test_6_3_the_company_profile_is_updated_if_the_contact_changes_after_approval() -> None:
    contact = profile().contact.model_copy(update={"name": "Nour Haddad"})
    after, facts = company_after([change_profile(contact=contact)], company_in("member"))
    outgoing = COMPANIES.publish(facts[-1], after)
    assert outgoing is not None
    assert CompanyProfileUpdated.read(outgoing.body or "").profile.contact == contact


def test_6_4_the_company_decides_which_of_the_four_roles_to_use_and_who_fills_them() -> None:
    assert {lack.where for lack in completion(company_in("registered"), CATALOGUE, TODAY).users.missing} == {
        f"users/{role}" for role in ("proxy_account_owner", "full_access_user", "read_only_user")
    }
    assert completion(company_in("complete"), CATALOGUE, TODAY).users.missing == ()


def test_6_6_respond_truthfully() -> None:
    assert refusal(COMPANIES, submit(attests_truth=False), company_in("complete")) == "attestation_required"
    _, facts = company_after([submit()], company_in("complete"))
    assert isinstance(facts[0], ApplicationSubmitted)
    assert facts[0].attestation == submit().signed.attestation


def test_6_6_one_security_profile_for_each_division() -> None:
    new = division(YARD, "Mississauga yard", "18 Kestrel Way")
    company, _ = company_after([asked(AddDivision, division_id=YARD, site=site_of(new))], company_in("registered"))
    missing = {lack.where for lack in completion(company, CATALOGUE, TODAY).security_profile.missing}
    assert {f"divisions/{YARD}/answers/{answer.requirement_id}" for answer in new.answers} <= missing


@pytest.mark.parametrize("kind", sorted({document.kind for document in documents()} - {"evidence"}))
def test_6_7_all_required_documents_are_attached_otherwise_the_application_is_rejected(kind: str) -> None:
    whole = company_in("complete")
    without = whole.model_copy(
        update={"documents": tuple(document for document in whole.documents if document.document.kind != kind)}
    )
    with pytest.raises(Refused) as refused:
        COMPANIES.decide(submit(), without)
    divisions = [f"&division_id={division}" for division in (YARD, TERMINAL)] if kind == "site_plan" else [""]
    assert (refused.value.code, refused.value.details) == (
        "incomplete",
        tuple({"where": f"documents?kind={kind}{about}", "code": "document_required"} for about in divisions),
    )


def test_6_8_that_180_business_days_are_not_met_is_a_public_notice() -> None:
    assert notices() == ()
    moving = Notice.model_validate(
        {"id": "move", "from": date(2026, 2, 2), "until": date(2026, 3, 2), "text": Text(en="Moved.", fr="Déménagé.")}
    )
    reference = WORDS.model_copy(update={"notices": (moving,)})
    for day, stands in (
        (date(2026, 2, 1), False),
        (date(2026, 2, 2), True),
        (date(2026, 3, 1), True),
        (date(2026, 3, 2), False),
    ):
        page = dashboard(company_in("complete"), OWNER.subject, day, reference)
        assert (moving in current(reference.notices, day)) is (moving in page.notices) is stands


def test_6_9_the_company_chooses_which_administrations_it_consents_to_and_none_is_as_good() -> None:
    assert refusal(COMPANIES, submit(), company_in("complete")) == ""
    company, _ = company_after([consent("JP")], company_in("registered"))
    assert [consented.administration for consented in company.consents] == ["JP"]


def test_6_14_the_programme_is_voluntary() -> None:
    after, facts = company_after([asked(LeaveProgramme)], company_in("member"))
    outgoing = COMPANIES.publish(facts[-1], after)
    assert outgoing is not None
    assert (outgoing.type, outgoing.key) == ("pip.ProgrammeLeft.v1", str(COMPANY))


def test_6_15_members_commit_to_the_terms() -> None:
    assert refusal(COMPANIES, submit(terms_version="1999-01"), company_in("complete")) == "text_version_outdated"
    _, facts = company_after([submit()], company_in("complete"))
    assert isinstance(facts[0], ApplicationSubmitted)
    assert facts[0].terms_version == CATALOGUE.terms.version


def test_6_16_improvements_are_suggested_to_the_company() -> None:
    """Whoever works for the company reads what officers advise, and about what; a verdict is not shown."""
    advised, _ = company_after([note_advice("Fence the north side.")], company_in("under_review"))
    for person in (OWNER, *ROLES.values()):
        page = dashboard(advised, person.subject, AT.date(), WORDS)
        assert page.course is not None
        assert [(advice.requirement_id, advice.text) for advice in page.course.advice] == [
            ("CS-02", "Fence the north side."),
            (None, "Fence the north side."),
        ]
        assert page.course.advice[-1].document_id == documents()[0].document_id
        assert "not_met" not in page.model_dump_json()


def test_6_19_a_company_declares_where_its_headquarters_are() -> None:
    company, _ = company_after([change_profile(headquarters_country=None)], company_in("complete"))
    assert [lack.where for lack in completion(company, CATALOGUE, TODAY).company_profile.missing] == [
        "profile/headquarters_country"
    ]
