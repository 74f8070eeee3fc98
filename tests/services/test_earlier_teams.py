"""While services are replaced, intake of before names the users until the new one announces them."""

from uuid import UUID, uuid4

from shared.contracts.intake import CompanyUsersChanged, UserRole
from shared.contracts.moved import CompanyUsersChangedOnIntake
from tests.support.builders.validating import PLAN, opened
from tests.support.servers.bus import until
from tests.support.servers.served import Person, Served


async def published_before(served: Served, company: UUID, *users: Person) -> None:
    """What intake of 0.3.0 publishes, on the topic of before."""
    served.introduced.add(company)
    team = tuple(UserRole(subject=user.urn, role="account_owner") for user in users)
    await served.consumes(company, CompanyUsersChangedOnIntake(company_id=company, users=team))


async def test_users_of_before_count_until_the_new_ones_are_announced(site_validation: Served) -> None:
    company, sacha = uuid4(), site_validation.person("sacha", "site_officer")
    maude, idris, noor = (site_validation.person(name, "site_officer") for name in ("maude", "idris", "noor"))
    await published_before(site_validation, company, maude)
    validation = await opened(site_validation, sacha, company)
    await maude.sees(f"/companies/{company}/validation")
    assert await maude.refused(f"POST {validation}/visits", PLAN) == "403 not_impartial"
    await sacha.does(f"POST {validation}/visits", PLAN)

    await published_before(site_validation, company, maude, idris)
    await idris.sees(f"/companies/{company}/validation")

    await site_validation.introduces(company, noor.urn)
    await published_before(site_validation, company, maude, idris, noor)  # of a replica that was late
    await noor.sees(f"/companies/{company}/validation")
    assert await noor.refused(f"POST {validation}/visits", PLAN) == "403 not_impartial"
    for former in (maude, idris):
        assert await former.refused(f"GET /companies/{company}/validation") == "404 not_found"
        await former.does(f"GET {validation}")
    operator = site_validation.person("olga", "operator")
    assert str(company) not in await operator.does("GET /operations/parked")


async def test_a_partners_service_shows_its_log_to_users_of_before(mra_exchange: Served) -> None:
    company, maude, noor = uuid4(), mra_exchange.person("maude"), mra_exchange.person("noor")
    await published_before(mra_exchange, company, maude)
    await maude.sees(f"/companies/{company}/disclosures")
    owner = UserRole(subject=noor.urn, role="account_owner")
    await mra_exchange.consumes(company, CompanyUsersChanged(company_id=company, users=(owner,)))
    await noor.sees(f"/companies/{company}/disclosures")

    async def left() -> bool:
        return (await maude.asks(f"GET /companies/{company}/disclosures")).status_code == 404

    await until(left)
