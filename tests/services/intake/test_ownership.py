"""Ownership changes hands: offered and accepted, or recovered by an officer; there is one owner at every moment."""

from typing import Any
from uuid import uuid5

import pytest

from services.intake.domain.company import CompanyCommand
from services.intake.domain.company.documents import section
from services.intake.domain.company.ownership import DeclineOwnership, OfferEnded, OwnershipTransferred, RevokeOffer
from services.intake.domain.company.state import Recovery
from services.intake.domain.company.users import ChangeUserRole, MarkRoleUnused, RemoveUser
from shared.contracts.intake import ApplicationSubmitted, CompanyUsersChanged
from shared.decider import Actor
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPANIES,
    FULL,
    OFFER_DAYS,
    OWNER,
    PROXY,
    READER,
    STRANGER,
    accept,
    add_user,
    asked,
    company_after,
    company_in,
    consent,
    days_later,
    file,
    offer,
    recover,
    submit,
    tick,
)
from tests.support.builders.packages import COMPANY, document

COMPLETE = company_in("complete")
OFFERED, _ = company_after([offer(FULL)], COMPLETE)
ENDED = days_later(OFFER_DAYS)


def test_who_accepts_is_the_owner_and_the_former_owner_is_proxy() -> None:
    after, facts = company_after([accept(by=FULL)], OFFERED)
    assert (after.owner, after.role_of(OWNER.subject), after.offer) == (FULL.subject, "proxy_account_owner", None)
    outgoing = COMPANIES.publish(facts[0], after)
    assert outgoing is not None
    roles = {user.subject: user.role for user in CompanyUsersChanged.read(outgoing.body or "").users}
    assert (roles[FULL.subject], roles[OWNER.subject]) == ("account_owner", "proxy_account_owner")
    assert refusal(COMPANIES, consent("US", by=OWNER), after) == "owner_only"
    assert refusal(COMPANIES, consent("US", by=FULL), after) == ""


def test_the_text_that_the_new_owner_signed_is_kept() -> None:
    _, facts = company_after([accept(by=FULL)], OFFERED)
    assert isinstance(facts[0], OwnershipTransferred)
    assert facts[0].by.model_dump() == {"attests": True, "text_version": CATALOGUE.ownership.version, "language": "fr"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"attests": False}, "attestation_required"), ({"text_version": "1999-01"}, "text_version_outdated")],
)
def test_the_new_owner_attests_todays_text(changes: dict[str, Any], code: str) -> None:
    assert refusal(COMPANIES, accept(by=FULL, **changes), OFFERED) == code


@pytest.mark.parametrize("to", [STRANGER, OWNER])
def test_ownership_is_offered_to_another_user_alone(to: Actor) -> None:
    assert refusal(COMPANIES, offer(to), COMPLETE) == "not_a_user"


@pytest.mark.parametrize(
    ("command", "how"), [(asked(RevokeOffer), "revoked"), (asked(DeclineOwnership, by=FULL), "declined")]
)
def test_an_offer_is_revoked_or_declined_and_another_may_follow(command: CompanyCommand, how: str) -> None:
    after, facts = company_after([command], OFFERED)
    assert facts == (OfferEnded.model_validate({"how": how}),)
    assert (after.offer, after.owner) == (None, OWNER.subject)
    assert refusal(COMPANIES, accept(by=FULL), after) == "no_offer"
    assert refusal(COMPANIES, offer(PROXY), after) == ""


def test_an_offer_that_nobody_answers_ends_after_thirty_days() -> None:
    assert (COMPANIES.due(COMPLETE), COMPANIES.due(OFFERED), COMPANIES.due(COMPANIES.absent)) == (None, ENDED, None)
    assert COMPANIES.decide(tick(days_later(OFFER_DAYS - 1)), OFFERED) == ()
    after, facts = company_after([tick(ENDED)], OFFERED)
    assert facts == (OfferEnded(how="lapsed"),)
    assert (after.offer, COMPANIES.due(after)) == (None, None)


def test_an_offer_whose_time_is_over_cannot_be_accepted_though_the_timer_is_late() -> None:
    assert refusal(COMPANIES, accept(by=FULL, at=days_later(OFFER_DAYS - 1)), OFFERED) == ""
    assert refusal(COMPANIES, accept(by=FULL, at=ENDED), OFFERED) == "no_offer"
    after, _ = company_after([offer(PROXY, at=ENDED)], OFFERED)
    assert (after.offer and after.offer.successor) == PROXY.subject


def test_the_offer_ends_with_the_removal_of_the_successor_and_of_nobody_else() -> None:
    assert company_after([asked(RemoveUser, urn=READER.subject)], OFFERED)[0].offer == OFFERED.offer
    after, facts = company_after([asked(RemoveUser, urn=FULL.subject)], OFFERED)
    assert facts[-1] == OfferEnded(how="successor_removed")
    again, _ = company_after([add_user("full_access_user")], after)
    assert refusal(COMPANIES, accept(by=FULL), again) == "no_offer"


def test_a_successor_in_another_role_still_may_accept() -> None:
    after, _ = company_after([asked(ChangeUserRole, urn=FULL.subject, role="read_only_user"), accept(by=FULL)], OFFERED)
    assert after.owner == FULL.subject


def test_a_role_that_the_former_owner_fills_is_no_longer_unused() -> None:
    without = (asked(RemoveUser, urn=PROXY.subject), asked(MarkRoleUnused, role="proxy_account_owner"))
    after, _ = company_after((*without, accept(by=FULL)), OFFERED)
    assert after.unused_roles == ()


@pytest.mark.parametrize("change", [(offer(FULL), accept(by=FULL)), (recover(FULL),)])
def test_a_new_owner_files_a_new_proof_of_signing_authority(change: tuple[CompanyCommand, ...]) -> None:
    after, facts = company_after(change, COMPLETE)
    transferred = facts[-1]
    assert isinstance(transferred, OwnershipTransferred)
    [proof] = [each.document for each in after.documents if each.outdated]
    assert (transferred.outdated, proof.kind) == ((proof.document_id,), "signing_authority")
    assert [lack.where for lack in section(after, CATALOGUE, AT.date()).missing] == ["documents?kind=signing_authority"]
    assert refusal(COMPANIES, submit(by=FULL), after) == "incomplete"
    new = document(uuid5(COMPANY, "new proof"), "signing_authority")
    unused = asked(MarkRoleUnused, by=FULL, role="full_access_user")
    filed, _ = company_after([unused, file(new, by=FULL)], after)
    submitted, facts = company_after([submit(by=FULL)], filed)
    package = COMPANIES.publish(facts[0], submitted)
    assert package is not None
    given = {each.document_id for each in ApplicationSubmitted.read(package.body or "").documents}
    assert (new.document_id in given, proof.document_id in given) == (True, False)


# --- recovered by an officer ------------------------------------------------------------------------


def test_an_officer_gives_the_account_of_a_company_whose_owner_is_gone_to_another_user() -> None:
    after, facts = company_after([recover(PROXY)], OFFERED)
    assert (after.owner, after.role_of(OWNER.subject), after.offer) == (PROXY.subject, "proxy_account_owner", None)
    assert after.recovery == Recovery(recovered_at=AT, evidence="The owner left in May.")
    assert COMPANIES.publish(facts[0], after) is not None


@pytest.mark.parametrize(
    ("command", "code"), [(recover(STRANGER), "unknown_user"), (recover(PROXY, None), "reason_required")]
)
def test_a_recovery_is_refused(command: CompanyCommand, code: str) -> None:
    assert refusal(COMPANIES, command, COMPLETE) == code


def test_who_owns_the_account_already_does_not_recover_it() -> None:
    assert COMPANIES.decide(recover(OWNER), COMPLETE) == ()


def test_a_recovery_is_shown_until_its_owner_hands_ownership_over() -> None:
    recovered, _ = company_after([recover(PROXY)], COMPLETE)
    later, _ = company_after([offer(FULL, by=PROXY), accept(by=FULL)], recovered)
    assert (later.owner, later.recovery) == (FULL.subject, None)


def test_a_company_that_is_not_registered_is_not_recovered() -> None:
    assert refusal(COMPANIES, recover(PROXY), COMPANIES.absent) == "not_found"
