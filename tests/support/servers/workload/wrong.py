"""What nobody may do: in which stage, by whom, and the problem that refuses it. No journal may have a trace of it."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from services.intake.settings import Settings
from shared.clock import now
from shared.contracts.types import CompanyRole
from shared.programme.calendar import today
from tests.support.builders.applicant import reference
from tests.support.servers.workload.companies import CATALOGUE, Company, consent, new_address, registration, signature
from tests.support.servers.workload.course import MEMBERSHIP, NOTICE
from tests.support.servers.workload.life import CASE, VALIDATION, Life, Stage
from tests.support.servers.workload.people import NOTE, REASON, Json, Person, Society

APPLY = "intake/companies/{company}"
MOST_GUESSES: int = Settings.model_fields["foreign_numbers_a_day"].default
SOON, YESTERDAY = ((today(now()) + timedelta(days=days)).isoformat() for days in (14, -1))
NOBODYS = "00000000-0000-4000-8000-000000000000"
SIGNED = {
    "attests_truth": True,
    "attestation": {"name": "Nobody", "title": "None", "text_version": CATALOGUE.attestation.version, "language": "en"},
    "terms_version": CATALOGUE.terms.version,
}
OBSERVED = {
    "division_id": NOBODYS,
    "requirement_id": "CS-01",
    "kind": "best_practice",
    "text": "Nobody was there.",
    "note": NOTE,
}
LONG_AGO = urlsafe_b64encode(b'{"read": "2020"}').decode()
DISCARD = {"record": "/nobody/nothing/1", "reason": "It was never there."}
DENIAL = {"grounds": ["profile"], "message": "Too early."}


@dataclass(frozen=True)
class Wrong:
    """A request, who makes it, and what it is refused with: any of the codes where two services may disagree."""

    who: str
    request: str
    codes: tuple[str, ...]
    body: Json = None


def wrong(who: str, request: str, *codes: str, body: Json = None) -> Wrong:
    return Wrong(who, request, codes, body)


# --- in the wrong stage ---------------------------------------------------------------------------

NO_APPLICATION = (
    wrong("owner", f"POST {APPLY}/withdrawal", "no_application"),
    wrong("owner", f"POST {APPLY}/departure", "not_a_member"),
    wrong("owner", f"PUT {APPLY}/questions/{NOBODYS}/reply", "no_open_question", body={"text": "Nobody asked."}),
)
CLOSED = (
    wrong("decider", f"POST {CASE}/denial", "case_closed", body=DENIAL),
    wrong("reviewer", f"PUT {CASE}/assignment", "case_closed", body={"officer": reference("nobody")}),
    wrong("reviewer", f"POST {CASE}/conclusion", "not_under_review", body={"outcome": "meets"}),
)
OPEN = (
    wrong("owner", f"POST {APPLY}/submission", "application_open", body=SIGNED),
    wrong("decider", f"POST {CASE}/approval", "not_approvable"),
)
BEFORE_RISK = (  # or after it, where this is not the first submission of the application
    wrong(
        "assessor",
        "POST risk/assessments/{application}/decision",
        "not_assessed_yet",
        "already_decided",
        "not_found",
        body={"outcome": "acceptable", "reason": REASON},
    ),
    wrong(
        "visitor",
        f"POST {VALIDATION}/visits",
        "risk_not_acceptable_yet",
        "already_concluded",
        "unknown_division",
        "not_found",
        body={"division_ids": [NOBODYS], "on": SOON},
    ),
)
AT_SITE = (
    *OPEN,
    wrong("decider", f"POST {CASE}/denial", "wait_for_result", body=DENIAL),
    wrong("reviewer", f"DELETE {CASE}/questions/{NOBODYS}", "not_under_review"),
    wrong(
        "assessor",
        "POST risk/assessments/{application}/decision",
        "already_decided",
        body={"outcome": "unacceptable", "reason": REASON},
    ),
    wrong("visitor", f"POST {VALIDATION}/visits", "unknown_division", body={"division_ids": [NOBODYS], "on": SOON}),
    wrong("visitor", f"POST {VALIDATION}/findings/{NOBODYS}/acceptance", "unknown_finding"),
    wrong("visitor", f"POST {VALIDATION}/findings", "division_not_visited", body=OBSERVED),
)
NO_VISIT = (wrong("visitor", f"POST {VALIDATION}/conclusion", "no_visit_held", body={"outcome": "passed"}),)
PLANNED = (
    wrong("visitor", f"PUT {VALIDATION}/visits/{{visit}}", "date_in_past", body={"on": YESTERDAY}),
    wrong("visitor", f"POST {VALIDATION}/visits/{{visit}}/record", "visit_in_future", body={"held_on": SOON}),
)
HELD = (
    wrong("founder", "POST site_validation/companies/{company}/visits/{visit}/confirmation", "visit_held"),
    wrong("decider", f"POST {VALIDATION}/waiver", "visit_held", "waiver_needs_low_risk", body={"reason": REASON}),
)
ACTION = (wrong("visitor", f"POST {VALIDATION}/conclusion", "open_actions", body={"outcome": "passed"}),)
MEMBER = (*CLOSED, wrong("owner", f"POST {APPLY}/submission", "already_member", body=SIGNED))
ENDED = (
    *NO_APPLICATION,
    wrong("decider", f"POST {MEMBERSHIP}/suspension", "membership_ended", body=NOTICE),
    wrong("decider", f"POST {MEMBERSHIP}/reinstatement", "membership_ended", body=NOTICE),
)

IN_STAGE: Mapping[Stage, tuple[Wrong, ...]] = {
    "preparing": (
        *NO_APPLICATION,
        wrong("decider", f"POST {MEMBERSHIP}/suspension", "no_membership", "not_found", body=NOTICE),
    ),
    "under_review": (
        *OPEN,
        wrong("colleague", f"POST {CASE}/return", "not_your_case", body={}),
        wrong("colleague", f"POST {CASE}/conclusion", "not_your_case", body={"outcome": "meets"}),
    ),
    "judged": (*OPEN, *BEFORE_RISK, wrong("reviewer", f"POST {CASE}/return", "no_question", body={})),
    "returned": (
        wrong("decider", f"POST {CASE}/approval", "not_approvable"),
        wrong("decider", f"POST {CASE}/denial", "answer_still_possible", body=DENIAL),
        wrong("owner", f"POST {APPLY}/submission", "incomplete", body=SIGNED),
    ),
    "referred": (*OPEN, wrong("decider", f"POST {CASE}/denial", "wait_for_result", body=DENIAL)),
    "low_risk": (*AT_SITE, *NO_VISIT, wrong("decider", f"POST {VALIDATION}/waiver", "reason_required", body={})),
    "medium_risk": (*AT_SITE, *NO_VISIT),
    "visit_planned": (*AT_SITE, *NO_VISIT, *PLANNED),
    "visited": (*AT_SITE, *HELD),
    "action_open": (*AT_SITE, *HELD, *ACTION),
    "action_answered": (*AT_SITE, *HELD, *ACTION),
    "to_be_approved": (
        wrong("owner", f"POST {APPLY}/submission", "application_open", body=SIGNED),
        wrong("decider", f"POST {CASE}/denial", "message_required", body={"grounds": ["risk"]}),
        wrong(
            "visitor", f"POST {VALIDATION}/visits", "already_concluded", body={"division_ids": [NOBODYS], "on": SOON}
        ),
    ),
    "to_be_denied": OPEN,
    "denied": (*NO_APPLICATION, *CLOSED),
    "withdrawn": (*NO_APPLICATION, *CLOSED),
    "active": MEMBER,
    "suspended": MEMBER,
    "cancelled": ENDED,
    "left": ENDED,
}

# --- at any time ----------------------------------------------------------------------------------

ANY_TIME = (
    wrong("nobody", f"GET {APPLY}/dashboard", "unauthorised"),
    wrong("owner", f"POST {CASE}/approval", "role_not_allowed"),
    wrong("reviewer", f"POST {CASE}/approval", "role_not_allowed"),
    wrong("owner", "GET risk/assessments/{application}", "role_not_allowed"),
    wrong("owner", "GET mra_exchange/partner/members", "role_not_allowed"),
    wrong("owner", "POST intake/operations/redrives/{company}", "role_not_allowed"),
    wrong("operator", f"POST review/operations/redrives/{NOBODYS}", "not_found"),
    wrong("operator", f"POST risk/operations/discards/{NOBODYS}", "not_found", body=DISCARD),
    wrong("operator", f"POST {CASE}/approval", "role_not_allowed"),
    wrong("partner", "GET mra_exchange/partner/members/{pip}", "not_found"),
    wrong("partner", "GET mra_exchange/companies/{company}/disclosures", "not_found"),
    wrong("partner", "GET mra_exchange/partner/changes?after=me", "malformed"),
    wrong("partner", f"GET mra_exchange/partner/changes?after={LONG_AGO}", "cursor_expired"),
    wrong("partner", f"POST {APPLY}/withdrawal", "not_found"),
    wrong("partner", f"POST {CASE}/approval", "role_not_allowed"),
    wrong("stranger", f"GET {APPLY}", "not_found"),
    wrong("stranger", f"POST {APPLY}/withdrawal", "not_found"),
    wrong("stranger", f"DELETE {APPLY}/consents/US", "not_found"),
    wrong("stranger", "GET mra_exchange/companies/{company}/disclosures", "not_found"),
    wrong("stranger", f"POST site_validation/companies/{{company}}/visits/{NOBODYS}/confirmation", "not_found"),
    wrong("owner", f"DELETE {APPLY}/divisions/{NOBODYS}", "unknown_division"),
    wrong("owner", f"PUT {APPLY}/consents/XX", "administration_unknown", body=consent(CATALOGUE.consent.version)),
    wrong(
        "owner",
        f"PUT {APPLY}/consents/US",
        "text_version_outdated",
        body={**consent(CATALOGUE.consent.version), "text_version": "1999"},
    ),
    wrong(
        "owner",
        f"PUT {APPLY}/consents/JP",
        "attestation_required",
        body={**consent(CATALOGUE.consent.version), "attests": False},
    ),
    wrong("owner", f"POST {APPLY}/ownership-offer/acceptance", "no_offer", body=signature(CATALOGUE.ownership.version)),
    wrong("owner", f"POST {APPLY}/documents?kind=gossip&name=gossip.pdf", "type_not_allowed", "kind_unknown", body={}),
    wrong("owner", f"PUT {APPLY}/profile", "malformed", body={"legal_name": "", "business_number": 7}),
    wrong("owner", f"PUT {APPLY}/eligibility/movements_12_months", "malformed", "not_found", body={"value": -1}),
    wrong("owner", f"POST {APPLY}/submission", "malformed", body=[]),
    wrong("owner", "PUT intake/companies/no-such-id/profile", "malformed", body={}),
    wrong("reviewer", f"GET {CASE}/what", "not_found"),
)


@dataclass(frozen=True)
class Wrongdoer:
    """Asks for what is refused, about one company; `partner` is the administration that it never consents to."""

    life: Life
    society: Society
    stranger: Person
    partner: Person
    chance: Random
    guesses: list[str] = field(default_factory=list)

    async def in_stage(self) -> None:
        """What is illegal where the company stands now."""
        await self._refused(self.chance.choice(IN_STAGE[self.life.stage]))

    async def at_any_time(self) -> None:
        """What is illegal wherever it stands."""
        special = (self._stale, self._of_full_user, self._of_reader, self._unreadable, self._taken_number)
        chosen = self.chance.choice((*ANY_TIME, *special, *special))
        await (self._refused(chosen) if isinstance(chosen, Wrong) else chosen())

    async def _refused(self, wrong: Wrong) -> None:
        async with self._company.seal if wrong.who == "owner" else nullcontext():
            await self._person(wrong.who).is_refused(self.life.path(wrong.request), *wrong.codes, body=wrong.body)

    def _person(self, who: str) -> Person:
        others = {
            "owner": self._company.owner,
            "founder": self._company.founder,
            "stranger": self.stranger,
            "partner": self.partner,
            "nobody": self.society.nobody(),
        }
        return others.get(who) or getattr(self.life.staff, who)

    @property
    def _company(self) -> Company:
        return self.life.company

    async def _stale(self) -> None:
        """With the ETag of before."""
        profile = {**self._company.profile, "address": new_address(self.chance)}
        await self._by("account_owner", "PUT {path}/profile", "stale", body=profile, headers={"If-Match": '"1"'})

    async def _of_full_user(self) -> None:
        await self._by(
            "full_access_user", "PUT {path}/consents/US", "owner_only", body=consent(CATALOGUE.consent.version)
        )

    async def _of_reader(self) -> None:
        await self._by("read_only_user", "PUT {path}/profile", "role_not_allowed", body=self._company.profile)

    async def _unreadable(self) -> None:
        json = {"Content-Type": "application/json"}
        await self._by("account_owner", "PUT {path}/profile", "malformed", content=b'{"legal_name": ', headers=json)

    async def _taken_number(self) -> None:
        if len(self.guesses) == MOST_GUESSES - 1:  # one more, and the stranger could not keep its own company
            return
        self.guesses.append(self._company.profile["business_number"])
        given = {name: self._company.profile[name] for name in ("legal_name", "business_number", "address")}
        await self.stranger.is_refused("POST intake/companies", "business_number_taken", body=registration(given))

    async def _by(self, role: CompanyRole, request: str, code: str, **sent: Any) -> None:
        """By somebody in this role, if there is anybody."""
        async with self._company.seal:
            for person in self._company.having(role)[:1]:
                await person.is_refused(request.format(path=self._company.path), code, **sent)
