"""Lives of invented aggregates in which every message is published, every fact happens and every status is reached."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid5

from services.intake.domain.company.divisions import AddDivision, ChangeDivision, RemoveDivision
from services.intake.domain.company.documents import RemoveDocument
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.ownership import RevokeOffer
from services.intake.domain.company.users import ChangeUserRole, MarkRoleUnused, RemoveUser
from services.review.domain.case.consumed import RiskResult, ValidationResult
from services.review.domain.case.results import NoteRisk, NoteValidation
from services.review.domain.case.state import Opinion
from services.review.domain.membership.activation import Activate
from services.review.domain.membership.profile import NoteProfile
from services.review.domain.membership.standing import Cancel, Leave, Reinstate, Suspend
from services.review.domain.membership.state import MembershipNotice
from shared.contracts.event import Event
from shared.contracts.intake import Reply
from shared.contracts.review import Clock, Pause, VisitSummary
from shared.contracts.site_validation import ReportedFinding
from shared.decider import Tick
from shared.model import Json
from shared.programme.team import ReplaceTeam, User
from tests.support.builders import intake, review, review_messages, risk
from tests.support.builders import mra_exchange as mra
from tests.support.builders import site_validation as site
from tests.support.builders.packages import (
    COMPANY,
    TERMINAL,
    YARD,
    divisions,
    document,
    documents,
    eligibility,
    package,
)
from tests.support.samples.life import APPLICATION, MEMBER, Life, sample_of, samples_of

REPLIES = (
    Reply(
        question_id=review_messages.QUESTION,
        text="The owner signed it.",
        documents=(document(uuid5(YARD, "reply"), "evidence").document_id,),
    ),
)


# --- intake -----------------------------------------------------------------------------------------

_YARD, _TERMINAL = (
    division.model_copy(
        update={"answers": tuple(answer.model_copy(update={"text": "In place."}) for answer in division.answers)}
    )
    for division in divisions()
)
_SETTLED = eligibility(insolvent=True)
_PHOTO = document(uuid5(COMPANY, "document/photo"), "evidence")
_CLOCK = Clock(
    started_on=date(2026, 1, 5),
    standard_days=180,
    pauses=(Pause(since=date(2026, 2, 2), until=date(2026, 2, 20), code="returned", text="See the questions."),),
    stopped_on=date(2026, 3, 9),
)
_PROGRESSED = review_messages.progressed("under_review").model_copy(
    update={"clock": _CLOCK, "visits": (VisitSummary(division_ids=(YARD,), on=date(2026, 3, 2), state="held"),)}
)
_DRAFTED = (
    intake.register(),
    intake.change_profile(),
    *map(intake.answered, _SETTLED),
    intake.asked(AddDivision, division_id=YARD, site=intake.site_of(_YARD)),
    intake.asked(AddDivision, division_id=TERMINAL, site=intake.site_of(_TERMINAL)),
    *(intake.file(document) for document in (*documents(), _PHOTO)),
    intake.asked(RemoveDocument, document_id=_PHOTO.document_id),
    *(intake.answer_with(answer) for answer in _YARD.answers),
    intake.asked(
        ChangeDivision, division_id=TERMINAL, site=intake.site_of(_TERMINAL).model_copy(update={"name": "Terminal 2"})
    ),
    intake.asked(RemoveDivision, division_id=TERMINAL),
    intake.add_user("proxy_account_owner"),
    intake.add_user("full_access_user"),
    intake.asked(MarkRoleUnused, role="read_only_user"),
    intake.consent("US"),
    intake.consent("JP"),
    intake.withdraw("JP"),
)
_SUBMITTED = (*_DRAFTED, intake.submit(), intake.command_of(_PROGRESSED))
_RETURNED = (*_SUBMITTED, intake.note_advice(), intake.note_return())
_LEFT = (intake.asked(LeaveProgramme), intake.note_membership("withdrawn"))
_COMPANIES = (
    Life("companies", MEMBER, (*_SUBMITTED, intake.note_approval(), intake.note_membership("active"), *_LEFT)),
    Life("companies", MEMBER, (*_SUBMITTED, intake.note_denial())),
    Life("companies", MEMBER, (intake.announce(),), start=intake.UNANNOUNCED),
    Life("companies", MEMBER, (*_RETURNED, intake.reply("See the seals.", documents()[0].document_id))),
    Life("companies", MEMBER, (*_SUBMITTED, intake.asked(Withdraw))),
    Life(
        "companies",
        MEMBER,
        (
            *_DRAFTED,
            intake.offer(),
            intake.asked(RevokeOffer),
            intake.offer(),
            intake.accept(),
            intake.asked(ChangeUserRole, by=intake.PROXY, urn=intake.FULL.subject, role="read_only_user"),
            intake.asked(RemoveUser, by=intake.PROXY, urn=intake.OWNER.subject),
            intake.recover(intake.FULL),
        ),
    ),
)

# --- review -----------------------------------------------------------------------------------------

_ASSESSED = review.risk_assessed().model_copy(update={"decided_by": "officer"})
_FOUND = ReportedFinding(
    division_id=YARD, requirement_id=review.MUST, kind="best_practice", state="noted", text="Seals are weighed."
)
_VALIDATED = review.site_validated().model_copy(update={"findings": (_FOUND,), "reason": "As seen on the day."})
_JUDGED = (
    *review.UNDER_REVIEW,
    *review.judge_all(),
    review.judge(Opinion(verdict="met", advice="Keep the log.", note="Seen twice.")),
)
_EXACT_QUESTION = review.question(
    "seals", division_id=YARD, requirement_id=review.MUST, document_kind=review.PACKAGE.documents[0].kind
)
_NOTICE = MembershipNotice(message="The seals could not be accounted for.", note="Second letter.")
_YEARS = [datetime(year, 3, 9, 14, tzinfo=UTC) for year in range(2026, 2032)]
_MEMBER = (
    NoteProfile(at=_YEARS[0], actor=review.SERVICE, declared=review.declaration()),
    NoteProfile(at=_YEARS[0], actor=review.SERVICE, declared=review.declaration(2, courier=True)),
    Activate(at=_YEARS[0], actor=review.SERVICE, approved=review.approved()),
    Suspend(at=_YEARS[1], actor=review.DECISION_OFFICER, notice=_NOTICE),
)
_REVIEW = (
    Life(
        "cases",
        APPLICATION,
        (
            *_JUDGED,
            review.conclude(),
            NoteRisk(at=review.AT, actor=review.SERVICE, risk=review.kept(RiskResult, _ASSESSED)),
            review.note_visits(),
            NoteValidation(at=review.AT, actor=review.SERVICE, validation=review.kept(ValidationResult, _VALIDATED)),
            review.approve(),
            review.close_withdrawn(),
        ),
    ),
    Life(
        "cases",
        APPLICATION,
        (
            *_JUDGED,
            review.pause_clock(),
            review.ask(_EXACT_QUESTION),
            review.ask(),
            review.drop(),
            review.return_case(),
            review.tick(review.LATE),
            review.resubmit(replies=REPLIES),
            review.tick(_YEARS[1]),
        ),
    ),
    Life("cases", APPLICATION, (*_JUDGED, review.deny())),
    Life("cases", APPLICATION, (*_JUDGED, review.close_withdrawn())),
    Life(
        "memberships",
        MEMBER,
        (
            *_MEMBER,
            Reinstate(at=_YEARS[2], actor=review.DECISION_OFFICER, notice=_NOTICE),
            Tick(at=_YEARS[4], actor=mra.CLOCK),
            Cancel(at=_YEARS[5], actor=review.DECISION_OFFICER, notice=_NOTICE),
        ),
    ),
    Life("memberships", MEMBER, (*_MEMBER, Leave(at=_YEARS[2], actor=review.SERVICE, left_at=_YEARS[2]))),
)

# --- risk, site validation, mutual recognition ------------------------------------------------------

_OTHERS = (
    Life("assessments", APPLICATION, (*risk.LIVES["decided"], risk.close())),
    Life("assessments", APPLICATION, (risk.collect_facts(), risk.note_review())),
    Life(
        "validations",
        APPLICATION,
        (
            site.collect_profile(),
            site.note_review(),
            site.note_risk(),
            site.plan(),
            site.ask_another_day(),
            site.move(),
            site.confirm(),
            site.plan(site.OTHER_VISIT),
            site.cancel(site.OTHER_VISIT),
            site.record_visit(),
            site.record_finding(),
            site.conclude(),
        ),
    ),
    Life("validations", APPLICATION, (*site.ACTION, site.close())),
    Life(
        "validations",
        APPLICATION,
        (*site.ACTION, site.respond(), site.reject(), site.tick(site.DUE + timedelta(days=31)), site.respond()),
    ),
    Life("validations", APPLICATION, (*site.ACTION, site.respond(), site.accept())),
    Life(
        "disclosures",
        MEMBER,
        (
            mra.profile(0),
            mra.membership(0),
            mra.consents(0, mra.consent("US", 0), mra.consent("JP", 0)),
            mra.consents(1, mra.consent("US", 0)),
            mra.tick(3),
            mra.tick(30),
        ),
    ),
    Life(
        "disclosures",
        MEMBER,
        (mra.profile(0), mra.membership(0), mra.consents(0, mra.consent("US", 0)), mra.membership(9, "cancelled")),
    ),
    *(
        Life(
            collection,
            MEMBER,
            (ReplaceTeam(at=site.AT, actor=site.SERVICE, users=(User(subject="urn-maude", role="account_owner"),)),),
        )
        for collection in ("teams", "company_teams")
    ),
)
LIVES = (*_COMPANIES, *_REVIEW, *_OTHERS)

# Messages that no service publishes yet, or these lives publish less fully, with their sequences.
PUBLISHED: tuple[tuple[Event, int], ...] = (
    (package(divisions=(_YARD,), eligibility=_SETTLED, replies=REPLIES, submission=2), 120),
    (_PROGRESSED, 20),
    (review_messages.returned(), 21),
    (review_messages.denied(), 22),
    (_VALIDATED, 12),
)


def made() -> dict[str, Json]:
    """Samples by name; of several in the lives that a name could have, the fullest."""
    samples: dict[str, Json] = {}
    for name, sample in (found for life in LIVES for found in samples_of(life)):
        samples[name] = max(samples.get(name, {}), sample, key=lambda each: len(json.dumps(each)))
    return samples | dict(sample_of(event, sequence) for event, sequence in PUBLISHED)
