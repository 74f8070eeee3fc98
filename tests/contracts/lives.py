"""Lives of invented aggregates in which every message is said, every fact happens and every status is reached, as the kernel has them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid5

from services.intake.domain.company.divisions import AddDivision, ChangeDivision, RemoveDivision
from services.intake.domain.company.documents import RemoveDocument
from services.intake.domain.company.eligibility import AnswerApplication
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.ownership import RevokeOffer
from services.intake.domain.company.users import ChangeUserRole, MarkRoleUnused, RemoveUser
from services.review.domain.case.heard import RiskResult, ValidationResult
from services.review.domain.case.results import NoteRisk, NoteValidation
from services.review.domain.case.state import Opinion
from services.review.domain.membership import Activate, Cancel, Leave, NoteProfile, Reinstate, Suspend
from services.review.domain.membership.state import Notice
from shared.contracts.envelope import Origin, inside
from shared.contracts.event import Event
from shared.contracts.intake import Reply
from shared.contracts.review import Clock, Pause, VisitSummary
from shared.contracts.risk import RuleHit
from shared.contracts.site_validation import ReportedFinding
from shared.decider import Command, Json, Model, Tick
from shared.handling import Cause, Work, begin, decided
from shared.i18n import Text
from shared.store.documents import Document
from shared.team import ReplaceTeam, User
from tests.contracts.samples import deciders, fact_name, message_name, state_name
from tests.support import samples_intake as intake
from tests.support import samples_mra_exchange as mra
from tests.support import samples_review as review
from tests.support import samples_risk as risk
from tests.support import samples_site_validation as site
from tests.support.packages import COMPANY, TERMINAL, YARD, divisions, document, documents, eligibility, package

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CAUSE = Cause("6c5b1a52-4a0e-4b3c-8d0e-5d8f3d1f0a11", "0f0e7a5e-3b1c-4f7e-9a56-0f4b2f6f7c22", TRACE)
APPLICATION, MEMBER = str(review.APPLICATION), str(COMPANY)
REPLIES = (
    Reply(question_id=intake.QUESTION, text="The owner signed it.", documents=(document(uuid5(YARD, "reply"), "evidence").document_id,)),
)


@dataclass(frozen=True)
class Life:
    """What happens to one aggregate, from its absence or from a state to which no command of today leads."""

    collection: str
    id: str
    commands: tuple[Command, ...] = ()
    start: Model | None = None


def made() -> dict[str, Json]:
    """Samples by name; of several in the lives that a name could have, the fullest."""
    samples: dict[str, Json] = {}
    for name, sample in (found for life in LIVES for found in _stored(life)):
        samples[name] = max(samples.get(name, {}), sample, key=lambda one: len(json.dumps(one)))
    return samples | dict(_told(event, sequence) for event, sequence in TOLD)


def _stored(life: Life) -> Iterator[tuple[str, Json]]:
    for work in lived(life):
        state = deciders()[life.collection].states.dump_python(work.state, mode="json")
        yield state_name(life.collection, state), state
    for entry in work.entries:
        fact = json.loads(entry["fact"])
        yield fact_name(life.collection, fact), fact
        if message := entry["message"]:
            yield _message(message)


def lived(life: Life) -> Iterator[Work[Any]]:
    """The aggregate at its start, and after every command, as the kernel has it in hand."""
    decider = deciders()[life.collection]
    stored = None if life.start is None else decider.states.dump_python(life.start, mode="json")
    work = begin(decider, Document(life.id, state=stored))
    yield work
    for command in life.commands:
        work = decided(decider, work, command, CAUSE)
        yield work


def _message(rendered: Json) -> tuple[str, Json]:
    headers = dict(rendered["headers"])
    value = None if rendered["value"] is None else json.loads(rendered["value"])
    return message_name(headers["ce_type"]), {"topic": rendered["topic"], "key": rendered["key"], "headers": headers, "value": value}


def _told(event: Event, sequence: int) -> tuple[str, Json]:
    outgoing, subject = event.outgoing(), MEMBER if event.SOURCE == "/intake/companies" else APPLICATION
    origin = Origin(event.SOURCE, subject, sequence, datetime(2026, 3, 9, 14, tzinfo=UTC), CAUSE.id, CAUSE.correlation, TRACE)
    return _message({"topic": outgoing.topic, "key": outgoing.key, "headers": inside(outgoing, origin), "value": outgoing.body})


# --- intake -----------------------------------------------------------------------------------------

_YARD, _TERMINAL = (
    division.model_copy(update={"answers": tuple(answer.model_copy(update={"text": "In place."}) for answer in division.answers)})
    for division in divisions()
)
_SETTLED = eligibility(insolvent=True, explanation="Settled with every creditor in 2019.")
_PHOTO = document(uuid5(COMPANY, "document/photo"), "evidence")
_CLOCK = Clock(
    started_on=date(2026, 1, 5),
    standard_days=180,
    pauses=(Pause(since=date(2026, 2, 2), until=date(2026, 2, 20), code="returned", text="See the questions."),),
    stopped_on=date(2026, 3, 9),
)
_PROGRESSED = intake.progressed("under_review").model_copy(
    update={"clock": _CLOCK, "visits": (VisitSummary(division_ids=(YARD,), on=date(2026, 3, 2), state="held"),)}
)
_DRAFTED = (
    intake.register(),
    intake.change_profile(),
    intake.asked(AnswerApplication, eligibility=_SETTLED),
    *(intake.file(one) for one in (*documents(), _PHOTO)),
    intake.asked(RemoveDocument, document_id=_PHOTO.document_id),
    *intake.open_division(_YARD),
    intake.asked(AddDivision, division_id=TERMINAL, site=intake.site_of(_TERMINAL)),
    intake.asked(ChangeDivision, division_id=TERMINAL, site=intake.site_of(_TERMINAL).model_copy(update={"name": "Terminal 2"})),
    intake.asked(RemoveDivision, division_id=TERMINAL),
    intake.add_user("proxy_account_owner"),
    intake.add_user("full_access_user"),
    intake.asked(MarkRoleUnused, role="read_only_user"),
    intake.consent("US"),
    intake.consent("JP"),
    intake.withdraw("JP"),
)
_SUBMITTED = (*_DRAFTED, intake.submit(), intake.told(_PROGRESSED))
_RETURNED = (*_SUBMITTED, intake.told_advice(), intake.told_return())
_LEFT = (intake.asked(LeaveProgramme), intake.told_membership("withdrawn"))
_COMPANIES = (
    Life("companies", MEMBER, (*_SUBMITTED, intake.told_approval(), intake.told_membership("active"), *_LEFT)),
    Life("companies", MEMBER, (*_SUBMITTED, intake.told_denial())),
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

_RULE = RuleHit(rule_id="crown_debt", points=20, explanation=Text(en="The company owes duties.", fr="L'entreprise doit des droits."))
_ASSESSED = review.risk_assessed().model_copy(
    update={"rules": (_RULE,), "score": 20, "decided_by": "officer", "reason": "The debt was paid in January."}
)
_FOUND = ReportedFinding(division_id=YARD, requirement_id=review.MUST, kind="best_practice", state="noted", text="Seals are weighed.")
_VALIDATED = review.site_validated().model_copy(update={"findings": (_FOUND,), "reason": "As seen on the day."})
_JUDGED = (
    *review.UNDER_REVIEW,
    *review.judge_all(),
    review.judge(Opinion(verdict="met", advice="Keep the log.", note="Seen twice.")),
)
_EXACT_QUESTION = review.question("seals", division_id=YARD, requirement_id=review.MUST, document_kind=review.PACKAGE.documents[0].kind)
_NOTICE = Notice(message="The seals could not be accounted for.", note="Second letter.")
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
        "validations", APPLICATION, (*site.ACTION, site.respond(), site.reject(), site.tick(site.DUE + timedelta(days=31)), site.respond())
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
    Life("disclosures", MEMBER, (mra.profile(0), mra.membership(0), mra.consents(0, mra.consent("US", 0)), mra.membership(9, "cancelled"))),
    Life("teams", MEMBER, (ReplaceTeam(at=site.AT, actor=site.SERVICE, users=(User(subject="urn-maude", role="account_owner"),)),)),
)
LIVES = (*_COMPANIES, *_REVIEW, *_OTHERS)

# What no service says yet, or says more fully than these lives let it: with the number that it has in its aggregate's journal.
TOLD: tuple[tuple[Event, int], ...] = (
    (package(divisions=(_YARD,), eligibility=_SETTLED, replies=REPLIES, submission=2), 120),
    (_PROGRESSED, 20),
    (intake.returned(), 21),
    (intake.denied(), 22),
    (_VALIDATED, 12),
)
