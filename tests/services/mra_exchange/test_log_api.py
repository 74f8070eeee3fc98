"""Mutual recognition as it runs: what a company reads of what was disclosed to partners."""

from uuid import uuid4

import pytest

from shared.contracts.intake import CompanyUsersChanged, UserRole
from shared.contracts.review import MembershipSuspended
from tests.support.builders.packages import COMPANY
from tests.support.builders.sharing import RECORD, gone, joined, logged, member, member_path, partner, revoked, standing
from tests.support.servers.served import Person, Served


@pytest.fixture(scope="module")
def maude(mra_exchange: Served) -> Person:
    return mra_exchange.person("maude")


async def test_the_company_reads_what_was_disclosed_to_whom_and_why(mra_exchange: Served, maude: Person) -> None:
    company = uuid4()
    owner = UserRole(subject=maude.urn, role="account_owner")
    await mra_exchange.consumes(company, CompanyUsersChanged(company_id=COMPANY, users=(owner,)))
    await joined(mra_exchange, company, "EU")
    await mra_exchange.consumes(company, member(MembershipSuspended, "suspended"))
    await partner(mra_exchange, "EU").sees(member_path(company), status="SUSPENDED")
    await mra_exchange.consumes(company, revoked("EU"))
    stopped, suspended, shared = await logged(maude, company, 3)
    assert [entry["administration"] for entry in (shared, suspended, stopped)] == ["EU"] * 3
    assert (shared["n"], shared["kind"], shared["record"].keys()) == (1, "record_shared", RECORD)
    consent_id = str(standing("EU")[0].consent_id)
    assert (suspended["n"], suspended["cause"], suspended["consent_id"]) == (2, "status", consent_id)
    assert (stopped["n"], stopped["kind"]) == (3, "sharing_stopped")
    assert (stopped["cause"], stopped["record"]) == ("consent_withdrawn", None)
    assert all(stopped[text].keys() == {"en", "fr"} for text in ("cause_text", "text", "administration_name"))


async def test_everybody_of_the_company_reads_its_log_and_nobody_else(mra_exchange: Served, maude: Person) -> None:
    company, log = uuid4(), "/companies/{}/disclosures"
    idris = mra_exchange.person("idris")
    users = (UserRole(subject=maude.urn, role="account_owner"), UserRole(subject=idris.urn, role="read_only_user"))
    await mra_exchange.consumes(company, CompanyUsersChanged(company_id=COMPANY, users=users))
    assert await maude.sees(log.format(company)) == await idris.sees(log.format(company), entries=[], next=None)
    stranger, olga = mra_exchange.person("stranger"), mra_exchange.person("olga", "operator")
    for somebody in (stranger, olga, partner(mra_exchange, "US")):
        assert await somebody.refused(f"GET {log.format(company)}") == "404 not_found"
    assert await maude.refused(f"GET {log.format(uuid4())}") == "404 not_found"

    await mra_exchange.consumes(company, CompanyUsersChanged(company_id=COMPANY, users=users[:1]))
    await gone(idris, log.format(company))
    for wrong in ("limit=0", "limit=501", "after=0", "after=me", f"after={2**63}"):
        assert await maude.refused(f"GET {log.format(company)}?{wrong}") == "422 malformed"
