"""What must be true once everything is consumed, as lists of what is not so: each is empty, or names what is wrong."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from shared.contracts.pip_id import pip_id
from tests.support.servers.workload.companies import EMAIL, SIGNER, TITLE
from tests.support.servers.workload.evidence import Evidence, Sight
from tests.support.servers.workload.people import NOTE, Json

STATUS_OF_PARTNERS = {"cancelled": "REVOKED", "withdrawn": "WITHDRAWN"}


def broken(evidence: Evidence) -> Iterator[str]:
    """Whatever is not true."""
    yield from evidence.lacks
    yield from (f"a journal does not hold: {flaw}" for flaw in evidence.flaws)
    for proof in (disclosed_otherwise, not_agreed_on, misowned, misjournalled, leaked):
        yield from proof(evidence)


def disclosed_otherwise(evidence: Evidence) -> Iterator[str]:
    """Where a partner knows other than the company's consents and membership allow (programme 3.6)."""
    for partner in evidence.partners:
        known = evidence.members[partner.code]
        for sight in evidence.sights:
            pip = pip_id(sight.life.company.id)
            allowed = _allowed(sight, partner.code, known.get(pip))
            if known.get(pip) != allowed:
                yield f"{partner.code} knows {known.get(pip)} and may know {allowed} of {sight.life}"
        if partner.from_feed != known:
            yield f"{partner.code} has followed its feed to {partner.from_feed}, which has {known}"


def _allowed(sight: Sight, code: str, known: Json) -> Json:
    """The record that an administration may have; name and address stay as they were at the end (programme 1.6)."""
    membership = sight.dashboard["membership"]
    consent = next(
        (choice["consent"] for choice in sight.consents["choices"] if choice["administration"] == code), None
    )
    if membership is None or consent is None:
        return None
    if membership["status"] not in STATUS_OF_PARTNERS:
        return sight.consents["preview"]
    if datetime.fromisoformat(consent["given_at"]) > _ended_at(sight):
        return None
    dates = {"member_since": membership["member_since"], "member_until": membership["member_until"]}
    return {
        **(known or {}),
        "status": STATUS_OF_PARTNERS[membership["status"]],
        "dates": dates,
        "identifiers": {"pip": membership["pip_id"]},
    }


def _ended_at(sight: Sight) -> datetime:
    return max(
        datetime.fromisoformat(entry["at"])
        for entry in sight.journal
        if entry["fact"]["kind"] == "membership_cancelled"
    )


def not_agreed_on(evidence: Evidence) -> Iterator[str]:
    """Where a company and its officers see different things of the same application or membership."""
    for sight in evidence.sights:
        course, membership = sight.dashboard["course"], sight.dashboard["membership"]
        if (course and course["stage"]) != (sight.case and sight.case["stage"]):
            yield f"the company sees {course}, officers {sight.case['stage']}: {sight.life}"
        shown = {part: (membership or {}).get(part) for part in ("pip_id", "status", "member_since", "status_since")}
        if shown != {part: (sight.membership or {}).get(part) for part in shown}:
            yield f"the company sees {shown}, officers {sight.membership}: {sight.life}"


def misowned(evidence: Evidence) -> Iterator[str]:
    """Companies whose people are not those whom their owners added, or that have not exactly one owner."""
    for sight in evidence.sights:
        people = {user["subject"]: user["role"] for user in sight.company["users"]}
        if people != {person.urn: role for person, role in sight.life.company.users.items()}:
            yield f"{people}: {sight.life}"
        if list(people.values()).count("account_owner") != 1:
            yield f"not exactly one owner: {sight.life}"


def misjournalled(evidence: Evidence) -> Iterator[str]:
    """Acknowledged commands whose facts are missing or not as receipted, and refused commands that left facts."""
    facts: dict[str, list[Json]] = defaultdict(list)
    for entry in (entry for sight in evidence.sights for entry in sight.journal):
        facts[entry["cause"]].append(entry)
    for command, answered in evidence.ledger.done.items():
        ends, moments = [entry["sequence"] for entry in facts[command]], {entry["at"] for entry in facts[command]}
        if max(ends, default=None) != answered.sequence or len(moments) != 1:
            yield f"{answered.request} was answered with {answered.sequence} and left {ends}, at {moments}"
    for command, answered in evidence.ledger.refused.items():
        if left := facts.get(command):
            yield f"{answered.request} was refused and left {left}"


def leaked(evidence: Evidence) -> Iterator[str]:
    """Notes that left their office, and what a partner got beyond the five elements (programme 2.4, 5)."""
    for message in evidence.messages:
        if NOTE in (message["value"] or ""):
            yield f"a note lies on {message['topic']}: {message}"
    for sight in evidence.sights:
        profile = sight.life.company.profile
        inside = (
            sight.life.company.id,
            profile["business_number"],
            profile["contact"]["email"],
            *(coded["code"] for coded in profile["carrier_codes"].values()),
            SIGNER,
            TITLE,
            EMAIL,
        )
        for partner in evidence.partners:
            yield from (
                f"{partner.code} received {text}" for text in partner.texts if any(term in text for term in inside)
            )
