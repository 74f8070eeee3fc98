"""What the two source documents say that review builds, sentence by sentence (programme 6)."""

from services.review.domain.membership.profile import NoteProfile
from services.review.domain.membership.state import Active, Ended
from services.review.views.memberships import membership_view
from shared.contracts import catalogue
from shared.contracts.review import ApplicationApproved, SecurityProfileReviewed
from tests.support.builders.deciding import live, messages, refusal
from tests.support.builders.memberships import activate, leave, membership_in
from tests.support.builders.packages import profile
from tests.support.builders.review import (
    AT,
    CASES,
    MEMBERSHIPS,
    REJECTED,
    SERVICE,
    approve,
    approved,
    case_in,
    conclude,
    declaration,
    judge_all,
    judge_document,
)

CATALOGUE = catalogue.load()


def test_6_1_an_application_that_is_approved_in_the_portal_may_lead_to_a_visit_and_is_no_membership_yet() -> None:
    published = messages(CASES, (*judge_all(), conclude("meets")), case_in("under_review"))
    assert [message.type for message in published] == ["pip.SecurityProfileReviewed.v1", "pip.ApplicationProgressed.v1"]
    assert SecurityProfileReviewed.read(published[0].body or "").outcome == "meets"


def test_6_3_officers_see_the_contact_that_changed_after_the_approval() -> None:
    contact = profile().contact.model_copy(update={"name": "Nour Haddad"})
    commands = (
        NoteProfile(at=AT, actor=SERVICE, declared=declared)
        for declared in (declaration(1), declaration(2, contact=contact))
    )
    view = membership_view(live(MEMBERSHIPS, commands, membership_in("active"))[0], CATALOGUE)
    assert view.profile == declaration(contact=contact).profile
    assert [change.fields for change in view.changes] == [("contact",)]


def test_6_7_a_required_document_that_is_not_accepted_is_missing() -> None:
    judged, _ = live(CASES, (*judge_all(), judge_document(REJECTED)), case_in("under_review"))
    assert refusal(CASES, conclude("meets"), judged) == "document_not_accepted"


def test_6_13_the_agency_approves_the_participation_and_activates_the_benefits() -> None:
    published = messages(CASES, (approve(),), case_in("pending_passed"))
    event = ApplicationApproved.read(published[0].body or "")
    member, _ = live(MEMBERSHIPS, (activate(event),))
    assert isinstance(member, Active)
    assert [benefit.name.en for benefit in membership_view(member, CATALOGUE).benefits]


def test_6_14_the_programme_is_voluntary() -> None:
    member, _ = live(MEMBERSHIPS, (leave(),), membership_in("active"))
    assert isinstance(member, Ended)
    assert member.status == "withdrawn"


def test_6_19_membership_is_a_prerequisite_of_the_free_and_secure_trade_programme() -> None:
    entitled = {"importer": True, "highway_carrier": True, "customs_broker": False}
    for line, fast in entitled.items():
        member, _ = live(MEMBERSHIPS, (activate(approved(lines_of_business=(line,))),))
        assert isinstance(member, Active)
        assert ("fast_eligibility" in {benefit.code for benefit in member.term.benefits}) is fast
