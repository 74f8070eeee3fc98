"""What people see of a company."""

from datetime import date, timedelta
from typing import get_args
from uuid import uuid5

import pytest

from services.intake.catalogue import Notice, banners, lacks
from services.intake.domain.company import Company, CompanyFact
from services.intake.domain.company.leaving import LeaveProgramme
from services.intake.domain.company.state import Recovery
from services.intake.subscriptions import SUBSCRIPTIONS
from services.intake.views.company import CompanyView, company_view
from services.intake.views.consents import Consents
from services.intake.views.dashboard import Dashboard, ReferenceData, dashboard
from services.intake.views.programme import current
from shared.contracts.review import Benefit, SecurityProfileReviewed, VisitSummary
from shared.contracts.risk import REASONS_1, RiskAssessed
from shared.errors import Refused
from shared.i18n import Text
from shared.model import Model
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPLETE,
    FULL,
    LIVES,
    OWNER,
    PROXY,
    READER,
    STRANGER,
    accept,
    answer_question,
    asked,
    command_of,
    company_after,
    company_in,
    consent,
    days_later,
    file,
    note_denial,
    offer,
    recover,
    reply,
    withdraw,
)
from tests.support.builders.packages import COMPANY, YARD, document, documents
from tests.support.builders.review_messages import QUESTION, membership, progressed

TODAY = AT.date()
SPARE = document(uuid5(COMPANY, "spare"), "evidence")
AGAIN = SPARE.model_copy(update={"document_id": uuid5(COMPANY, "again"), "name": "again.pdf"})
MOVE = Notice.model_validate(
    {
        "id": "move",
        "from": date(2026, 2, 2),
        "until": date(2026, 3, 2),
        "text": Text(en="We move.", fr="Nous déménageons."),
    }
)
WORDS = ReferenceData(catalogue=CATALOGUE, lacks=lacks(), banners=banners(), notices=(MOVE,))


def seen(company: Company, *, by: str = OWNER.subject, on: date = TODAY) -> Dashboard:
    return dashboard(company, by, on, WORDS)


def test_the_dashboard_has_four_sections_and_the_documents_beside_them() -> None:
    page = seen(company_in("complete"))
    assert [section.name for section in page.sections] == [
        "company_profile",
        "users",
        "application_profile",
        "security_profile",
    ]
    assert [section.percent for section in (*page.sections, page.documents)] == [100] * 5
    assert page.documents.name == "documents"


def test_what_is_missing_is_listed_with_its_path_in_both_languages() -> None:
    missing = seen(company_in("registered")).sections[0].missing
    assert [(lack.where, lack.code) for lack in missing] == [
        ("profile/contact", "field_required"),
        ("profile/lines_of_business", "field_required"),
        ("profile/headquarters_country", "field_required"),
        ("profile/language", "field_required"),
    ]
    assert all(lack.text == lacks()["field_required"] for lack in missing)


@pytest.mark.parametrize(("life", "shown"), [(life, life in {"complete", "denied", "left"}) for life in LIVES])
def test_the_button_shows_when_submit_would_be_accepted(life: str, *, shown: bool) -> None:
    assert seen(company_in(life)).can_submit is shown


def test_the_button_is_the_owners() -> None:
    assert not seen(company_in("complete"), by=PROXY.subject).can_submit


def test_a_company_that_may_not_apply_reads_why() -> None:
    company, _ = company_after([answer_question("carm_registered", value=False)], company_in("complete"))
    page = seen(company)
    assert [(lack.code, lack.text) for lack in page.against] == [("not_in_carm", lacks()["not_in_carm"])]
    assert not page.can_submit
    assert seen(company_in("complete")).against == ()


def test_the_clock_shows_the_days_that_have_counted() -> None:
    course = seen(company_in("under_review"), on=days_later(4).date()).course
    assert course is not None
    assert (course.stage, course.title, course.elapsed, course.due_on) == (
        "under_review",
        CATALOGUE.labels.stages["under_review"],
        4,
        date(2026, 9, 22),
    )


def test_the_dashboard_shows_outcome_membership_and_consents() -> None:
    member, _ = company_after([consent("US")], company_in("member"))
    page = seen(member)
    assert (page.outcome and page.outcome.result, page.membership and page.membership.status) == ("approved", "active")
    assert page.consents == ("US",)


@pytest.mark.parametrize(("day", "stands"), [(1, False), (2, True), (28, True)])
def test_a_notice_stands_from_its_first_day(day: int, *, stands: bool) -> None:
    assert seen(company_in("registered"), on=date(2026, 2, day)).notices == ((MOVE,) if stands else ())


def test_a_notice_is_gone_on_the_day_that_it_names() -> None:
    assert current((MOVE,), date(2026, 3, 1)) == (MOVE,)
    assert current((MOVE,), date(2026, 3, 2)) == ()


def test_strangers_see_nothing() -> None:
    with pytest.raises(Refused, match="not_found"):
        seen(company_in("complete"), by=STRANGER.subject)


def test_the_company_reads_back_what_it_prepared() -> None:
    page = company_view(company_in("under_review"))
    assert [document.document_id for document in page.documents] == [document.document_id for document in documents()]
    assert all(document.released for document in page.documents)
    assert not any(document.released for document in company_view(company_in("complete")).documents)
    assert page.profile == company_in("under_review").profile


# --- its own case, and the membership --------------------------------------------------------------


def test_a_file_that_is_filed_twice_names_the_first() -> None:
    page = company_view(company_after((*COMPLETE, file(SPARE), file(AGAIN)))[0])
    same = {document.document_id: document.same_as for document in page.documents if document.same_as}
    assert same == {AGAIN.document_id: SPARE.document_id}


def test_the_questions_stand_beside_their_replies() -> None:
    company, _ = company_after([reply("The president did.")], company_in("returned"))
    asked_for = seen(company).questions
    assert asked_for is not None
    shown = [(view.question_id, view.requirement_id, view.reply and view.reply.text) for view in asked_for.questions]
    assert (asked_for.answer_by, shown) == (date(2026, 3, 2), [(QUESTION, "CS-01", "The president did.")])
    assert seen(company_in("under_review")).questions is None


def test_a_denial_is_shown_with_its_grounds_and_message_in_both_languages() -> None:
    outcome = seen(company_in("denied")).outcome
    assert outcome is not None
    assert (outcome.title, outcome.message) == (CATALOGUE.labels.stages["denied"], "The yard is not fenced.")
    assert [(ground.code, ground.title) for ground in outcome.grounds] == [
        ("profile", CATALOGUE.labels.grounds["profile"])
    ]


def test_visits_are_shown_as_review_published_them() -> None:
    visit = VisitSummary(division_ids=(YARD,), on=date(2026, 3, 2), state="confirmed")
    visited = progressed("site_validation").model_copy(update={"visits": (visit,)})
    course = seen(company_after([command_of(visited)], company_in("under_review"))[0]).course
    assert course is not None
    assert [dict(shown) for shown in course.visits] == [dict(visit)]


def test_a_member_sees_its_status_benefits_and_that_it_is_leaving() -> None:
    benefit = Benefit(code="mutual_recognition", since=date(2026, 3, 9))
    entitled = membership("active").model_copy(update={"benefits": (benefit,)})
    company, _ = company_after([command_of(entitled), asked(LeaveProgramme)], company_in("approved"))
    shown = seen(company).membership
    assert shown is not None
    assert (shown.title, shown.leaving_since) == (CATALOGUE.labels.memberships["active"], AT)
    assert [(benefit.code, benefit.since, benefit.name.fr) for benefit in shown.benefits] == [
        (benefit.code, benefit.since, "Reconnaissance mutuelle")
    ]


def revalidated(on: date, life: str = "member") -> Company:
    company = company_in(life)
    assert company.membership is not None
    return company.model_copy(update={"membership": company.membership.model_copy(update={"revalidation_due_on": on})})


def codes(page: Dashboard) -> list[str]:
    return [banner.code for banner in page.banners]


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (181, []),
        (180, ["revalidation_in_180_days"]),
        (91, ["revalidation_in_180_days"]),
        (90, ["revalidation_in_90_days"]),
        (31, ["revalidation_in_90_days"]),
        (30, ["revalidation_in_30_days"]),
        (1, ["revalidation_in_30_days"]),
        (0, ["revalidation_due"]),
        (-400, ["revalidation_due"]),
    ],
)
def test_a_member_is_reminded_of_its_revalidation(days: int, shown: list[str]) -> None:
    due_on = TODAY + timedelta(days=days)
    assert codes(seen(revalidated(due_on))) == codes(seen(revalidated(due_on, "suspended"))) == shown
    assert codes(seen(revalidated(due_on, "left"))) == []


def test_a_banner_speaks_both_languages() -> None:
    (banner,) = seen(revalidated(TODAY)).banners
    assert banner.text == banners()["revalidation_due"]


def test_everybody_of_the_company_sees_an_offer_of_ownership_and_its_end() -> None:
    offered, _ = company_after([offer(FULL)], company_in("complete"))
    for person in (OWNER, PROXY, FULL, READER):
        page = seen(offered, by=person.subject)
        assert (page.offer and page.offer.successor, codes(page)) == (FULL.subject, ["ownership_offered"])


def test_everybody_of_the_company_sees_that_ownership_was_recovered_when_and_why() -> None:
    recovered, _ = company_after([recover(PROXY)], company_in("complete"))
    for person in (OWNER, PROXY, FULL, READER):
        page = seen(recovered, by=person.subject)
        assert page.recovery == Recovery(recovered_at=AT, evidence="The owner left in May.")
        assert codes(page) == ["ownership_recovered"]


def test_a_new_owner_sees_the_consents_that_the_former_one_signed_and_is_asked_to_look_at_them() -> None:
    given, _ = company_after([consent("US"), offer(FULL)], company_in("complete"))
    assert (seen(given).inherited_consents, codes(seen(given))) == ((), ["ownership_offered"])
    after, _ = company_after([accept(by=FULL), consent("JP", by=FULL)], given)
    page = seen(after, by=FULL.subject)
    signed = [(each.administration, each.name, each.title) for each in page.inherited_consents]
    assert signed == [("US", "Maude Tremblay-Ostrander", "Director of operations")]
    assert codes(page) == ["consents_inherited"]
    left, _ = company_after([withdraw("US", by=FULL)], after)
    assert (seen(left, by=FULL.subject).inherited_consents, codes(seen(left, by=FULL.subject))) == ((), [])


def test_the_company_reads_what_came_too_late_and_what_is_still_to_come() -> None:
    assert codes(seen(company_after([note_denial()], company_in("withdrawing"))[0])) == ["withdrawal_too_late"]
    assert codes(seen(company_after([asked(LeaveProgramme)], company_in("member"))[0])) == ["leaving_requested"]


def named(schema: object) -> set[str]:
    """Every field that a schema has, however deep."""
    if isinstance(schema, list):
        return {name for part in schema for name in named(part)}
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})) | {name for part in schema.values() for name in named(part)}


OF_A_REVIEW: dict[type[Model], set[str]] = {
    SecurityProfileReviewed: {"verdict", "judgements"}
}  # consumed with the advice, and not kept


@pytest.mark.parametrize("view", [Dashboard, CompanyView, Consents, Company, *get_args(CompanyFact), *SUBSCRIPTIONS])
def test_no_score_band_or_officers_note_is_shown_kept_or_even_consumed(view: type[Model]) -> None:
    meant_otherwise = {"company_id", "application_id", "submission", "outcome", "explanation", "en", "fr"}
    secret = (named(RiskAssessed.model_json_schema()) - meant_otherwise) | {
        *REASONS_1,
        "points",
        "note",
        "basis",
        "assignee",
        "verdict",
        "judgements",
        "actor",
    }
    assert {"score", "band", "rules", "points", "reason"} <= secret
    assert named(view.model_json_schema()) & secret == OF_A_REVIEW.get(view, set())
