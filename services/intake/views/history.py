"""What happened to a company: its journalled facts as its people read them, the newest first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from services.intake.domain.company import (
    Company,
    CompanyFact,
    consents,
    course,
    divisions,
    documents,
    eligibility,
    leaving,
    ownership,
    profile,
    questions,
    submission,
    users,
)
from services.intake.domain.company.consumed import Membership
from services.intake.domain.company.state import Progress, Recovery
from services.intake.views.company import Companies
from services.intake.views.people import called
from shared.contracts.catalogue import Catalogue
from shared.contracts.types import CompanyRole
from shared.i18n import Text
from shared.model import Json
from shared.programme.calendar import today
from shared.store.journal import Entry, Journal

READ_AT_ONCE = 200
READ_FOR_THE_NEWEST = 80
WITH_FACTS_OF_THEIR_OWN = {"returned", "approved", "denied"}  # stages
Doer = Literal["you", "person", "former", "programme", "nobody"]


@dataclass(frozen=True)
class Wording:
    """The key of the words for a fact, and what stands in them: how many, a name, a term of the catalogue, a day."""

    key: str
    count: int = 1
    name: str | None = None
    term: Text | None = None
    day: date | None = None


@dataclass(frozen=True)
class Happening:
    """One line. `by`: who did it; `person` is what the company calls that person, if it is one of its users."""

    wording: Wording
    at: datetime
    by: Doer
    person: str | None = None


@dataclass(frozen=True)
class History:
    """One page, the newest first. `next`: the sequence before which the next page ends; None on the last."""

    happenings: tuple[Happening, ...]
    next: int | None


@dataclass(frozen=True)
class Histories:
    """Reads what happened from the service's own journal, which is a moment behind the state."""

    companies: Companies
    journal: Journal
    catalogue: Catalogue

    async def newest(self, company: Company, reader: str, lines: int) -> tuple[Happening, ...]:
        """The last few lines, as far as a short look back has so many."""
        return (await self._of(company, reader, None, READ_FOR_THE_NEWEST)).happenings[:lines]

    async def page(self, company: Company, reader: str, before: int | None) -> History:
        """One page, before a sequence."""
        return await self._of(company, reader, before, READ_AT_ONCE)

    async def _of(self, company: Company, reader: str, before: int | None, limit: int) -> History:
        decider = self.companies.decider
        entries = await self.journal.latest(decider.source, str(company.company_id), before, limit)
        facts = [(entry, decider.fact(entry.fact)) for entry in reversed(entries)]
        following = entries[-1].sequence if len(entries) == limit else None
        return History(happenings(facts, company, reader, self.catalogue), following)


def happenings(
    journalled: Iterable[tuple[Entry, CompanyFact]], company: Company, reader: str, catalogue: Catalogue
) -> tuple[Happening, ...]:
    """From facts in order. What one person did several times on one day with nothing between is one line."""
    words = Words({user.subject: called(user) for user in company.users}, catalogue)
    lines: list[Happening] = []
    for entry, fact in journalled:
        for wording in words.of(fact):
            line = Happening(wording, entry.at, *_doer(entry.actor, reader, words.names))
            if lines and _is_more_of(lines[-1], line):
                count = lines[-1].wording.count + wording.count
                lines[-1] = replace(line, wording=replace(wording, count=count))
            else:
                lines.append(line)
    return tuple(reversed(lines))


def _doer(actor: Json, reader: str, names: Mapping[str, str]) -> tuple[Doer, str | None]:
    subject, role = actor["subject"], actor["role"]
    if subject == reader:
        return "you", None
    if subject in names:
        return "person", names[subject]
    return ("former" if role == "trader" else "nobody" if role == "system" else "programme"), None


def _is_more_of(earlier: Happening, later: Happening) -> bool:
    alike = replace(later, at=earlier.at, wording=replace(later.wording, count=earlier.wording.count))
    return alike == earlier and today(earlier.at) == today(later.at)


# --- facts in words -------------------------------------------------------------------------------


@dataclass
class Words:
    """Finds the words for facts in order: what review publishes anew with every change is worded where it differs.

    `names`: what the users of the company are called, by their reference numbers.
    """

    names: Mapping[str, str]
    catalogue: Catalogue
    progress: Progress | None = None
    membership: Membership | None = None

    def of(self, fact: CompanyFact) -> Iterator[Wording]:
        """Nothing for what concerns no people."""
        match fact:
            case course.StageNoted():
                yield from _progressed(fact.progress, self.progress, self.catalogue)
                self.progress = fact.progress
            case course.MembershipNoted():
                yield _membership(fact.membership, self.membership, self.catalogue)
                self.membership = fact.membership
            case _ if wording := self._of_people(fact) or self._of_application(fact):
                yield wording

    def _of_people(self, fact: CompanyFact) -> Wording | None:
        match fact:
            case users.UserAdded():
                return Wording("user_added", name=fact.user.family_name, term=self._role(fact.user.role))
            case users.UserRoleChanged():
                return Wording("user_role_changed", name=self.names.get(fact.subject), term=self._role(fact.role))
            case users.RoleMarkedUnused():
                return Wording("role_marked_unused", term=self._role(fact.role))
            case ownership.OwnershipOffered():
                return Wording(
                    "ownership_offered", name=self.names.get(fact.offer.successor), day=today(fact.offer.ends_at)
                )
            case ownership.OfferEnded():
                return Wording(f"offer_{fact.how}")
            case ownership.OwnershipTransferred():
                key = "ownership_recovered" if isinstance(fact.by, Recovery) else "ownership_accepted"
                return Wording(key, name=self.names.get(fact.owner))
            case consents.ConsentGiven():
                return Wording("consent_given", term=self._administration(fact.consent.administration))
            case consents.ConsentWithdrawn():
                return Wording("consent_withdrawn", term=self._administration(fact.administration))
            case users.UserRemoved():
                return Wording(fact.kind)
        return None

    def _of_application(self, fact: CompanyFact) -> Wording | None:
        match fact:
            case eligibility.ApplicationAnswered():
                return Wording(fact.kind, len(fact.eligibility))
            case divisions.DivisionAdded() | divisions.DivisionChanged():
                return Wording(fact.kind, name=fact.division.name)
            case documents.DocumentAdded():
                kinds = {kind.id: kind.name for kind in self.catalogue.documents.kinds}
                return Wording(fact.kind, term=kinds.get(fact.filing.document.kind))
            case submission.ApplicationSubmitted():
                return Wording("application_submitted" if fact.submission == 1 else "application_submitted_again")
            case course.AdviceNoted():
                return Wording("advice_noted", len(fact.advice)) if fact.advice else None
            case course.ReturnReceived():
                return Wording("return_received", len(fact.questions), day=fact.answer_by)
            case course.OutcomeNoted():
                return Wording(f"outcome_{fact.outcome.result}", day=fact.outcome.decided_on)
            case profile.CompanyRegistered() | profile.ProfileChanged() | profile.ProfileDeclared():
                return Wording(fact.kind)
            case divisions.DivisionRemoved() | divisions.RequirementAnswered() | documents.DocumentRemoved():
                return Wording(fact.kind)
            case questions.QuestionReplied() | leaving.WithdrawalRequested() | leaving.LeavingRequested():
                return Wording(fact.kind)
        return None

    def _role(self, role: CompanyRole) -> Text:
        return self.catalogue.labels.roles[role]

    def _administration(self, code: str) -> Text:
        return next(known.name for known in self.catalogue.administrations if known.code == code)


def _progressed(now: Progress, before: Progress | None, catalogue: Catalogue) -> Iterator[Wording]:
    """The stage, and every visit that is new or has another state."""
    if now.stage not in WITH_FACTS_OF_THEIR_OWN and (before is None or now.stage != before.stage):
        yield Wording("stage_noted", term=catalogue.labels.stages[now.stage])
    for visit in now.visits:
        if before is None or visit not in before.visits:
            yield Wording(f"visit_{visit.state}", day=visit.on)


def _membership(now: Membership, before: Membership | None, catalogue: Catalogue) -> Wording:
    """Its status, or that something else about it has changed."""
    if before and (now.status, now.status_since) == (before.status, before.status_since):
        return Wording("membership_changed")
    return Wording("membership_noted", term=catalogue.labels.memberships[now.status], day=now.status_since)
