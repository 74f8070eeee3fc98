"""`tt` at a deployment that runs: what was not consumed, what is parked, what the journal proves."""

import re
from collections.abc import AsyncIterator, Iterator
from json import loads
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from typer.testing import CliRunner, Result

from deploy.cli.main import app
from deploy.demo.cast import cast_of
from deploy.demo.company import Company
from deploy.local.deployment import Deployment
from deploy.operations.access import Services, services_at
from deploy.operations.reconcile import reconcile
from shared.store.parked import RawRecord
from tests.support.builders.company_life import carrier
from tests.support.servers.bus import producing, put, until

HASH = re.compile(r"^\w+ [0-9a-f]{64}$")
Stored = Database[dict[str, object]]


def tt(deployment: Deployment, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data", str(deployment.data)])


@pytest.fixture(scope="module")
async def company(deployment: Deployment) -> str:
    """A registered company, which every subscriber has consumed."""
    async with cast_of(deployment) as cast:
        firm = carrier("Prairie Haulage Ltd.", "960000008")
        registered = await Company.registered(firm, cast.trader("Ole Brandt"))
    with services_at(deployment.data) as services:
        assert reconcile(services, 10).lacks == ()
    return registered.id


@pytest.fixture
def journal(deployment: Deployment) -> Iterator[Stored]:
    """The database of intake, to do what nobody may do."""
    with MongoClient[dict[str, object]](deployment.mongo_url) as client:
        yield client["tt_intake"]


@pytest.fixture
def services(deployment: Deployment) -> Iterator[Services]:
    with services_at(deployment.data) as at:
        yield at


def test_a_token_of_the_issuer_opens_what_its_role_opens(deployment: Deployment) -> None:
    token = tt(deployment, "token", "ann", "--role", "operator").output.strip()

    at = Services(deployment.services, token)

    assert at.get("intake", "/operations/parked") == {}
    at.close()


def test_a_token_without_the_role_is_refused_in_a_sentence(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tt(deployment, "token", "ann").output.strip()
    monkeypatch.setenv("TT_SERVICES", f'{{"intake": "{deployment.services["intake"]}"}}')

    for wrong in (token, "nonsense"):
        monkeypatch.setenv("TT_TOKEN", wrong)
        printed = tt(deployment, "parked", "list")
        assert printed.exit_code == 1
        assert (
            printed.output
            == "intake does not take this token: TT_TOKEN must be a valid one of a person in the role operator\n"
        )


def test_the_life_of_an_aggregate_is_shown(deployment: Deployment, company: str) -> None:
    printed = tt(deployment, "journal", "show", "companies", company)

    facts = [loads(line)["fact"] for line in printed.output.splitlines()]
    assert facts[0]["kind"] == "company_registered"
    shown = ("journal", "show", "company_teams", company)
    assert tt(deployment, *shown).output.count("team_replaced") == 4
    assert tt(deployment, *shown, "--service", "mra_exchange").output.count("team_replaced") == 1


@pytest.mark.parametrize("named", ["960000008", "the id"])
def test_the_story_of_a_company_is_printed(deployment: Deployment, company: str, named: str) -> None:
    printed = tt(deployment, "trace", company if named == "the id" else named)

    lines = printed.output.splitlines()
    assert re.match(r"\d{4}-\d\d-\d\d UTC  trader U\w{25}$", lines[0])
    assert re.match(r"[\d:.]{12} intake companies 1 +Company registered +→ CompanyUsersChanged *$", lines[1])
    assert [line.split()[:3] for line in lines[2:]] == [
        [service, "company_teams", "1"] for service in ("mra_exchange", "review", "risk", "site_validation")
    ]
    assert all(line.startswith(" " * 15) for line in lines[2:]), "they were led to"
    assert max(map(len, lines)) <= 100


def test_a_story_is_printed_in_french_and_for_machines(deployment: Deployment, company: str) -> None:
    printed = tt(deployment, "trace", company, "--language", "fr", "--json")

    steps = [loads(line) for line in printed.output.splitlines()]
    kept = "Utilisateurs de l\N{RIGHT SINGLE QUOTATION MARK}entreprise consignés"
    assert [step["text"] for step in steps] == ["Entreprise inscrite", *[kept] * 4]
    assert [step["caused_by"] for step in steps] == [None, *[steps[0]["id"]] * 4]
    assert steps[0]["type"] == "pip.CompanyUsersChanged.v2"


def test_whoever_reads_a_story_is_kept(deployment: Deployment, company: str) -> None:
    tt(deployment, "trace", company)

    with services_at(deployment.data) as services:
        latest = services.get("intake", "/operations/audit")["entries"][-1]
    assert (latest["action"], latest["target"]) == ("journal_read", f"companies/{company}")
    assert latest["subject"].startswith("U")


def test_a_story_of_nobody_is_not_printed(deployment: Deployment) -> None:
    printed = tt(deployment, "trace", "910000009")

    assert printed.exit_code == 1
    assert (
        printed.output
        == "nothing is journalled of 910000009: name a company by its id, its business number or its PIP number\n"
    )


def test_the_life_of_nobody_is_not(deployment: Deployment) -> None:
    printed = tt(deployment, "journal", "show", "companies", str(uuid4()))

    assert printed.exit_code == 1
    assert "nothing is journalled" in printed.output


@pytest.mark.usefixtures("company")
def test_every_service_is_proved_and_sealed(deployment: Deployment) -> None:
    proved, sealed = tt(deployment, "journal", "verify"), tt(deployment, "journal", "seal")

    assert proved.exit_code == 0
    assert re.search(r"intake: aggregates proved: [1-9]", proved.output)
    assert all(HASH.match(line) for line in sealed.output.splitlines())
    assert len(sealed.output.splitlines()) == len(deployment.services)


def test_a_fact_that_somebody_altered_is_found(deployment: Deployment, company: str, journal: Stored) -> None:
    kept = journal["journal"].find_one_and_update(
        {"subject": company, "sequence": 1}, {"$set": {"actor": {"subject": "nobody"}}}
    )
    assert kept is not None
    try:
        printed = tt(deployment, "journal", "verify")
    finally:
        journal["journal"].replace_one({"_id": kept["_id"]}, kept)

    assert printed.exit_code == 1
    assert f"intake: companies/{company}: journal_altered" in printed.output
    assert tt(deployment, "journal", "verify").exit_code == 0


def test_what_was_published_and_not_consumed_is_found(deployment: Deployment, company: str, journal: Stored) -> None:
    entry = journal["journal"].find_one({"subject": company, "message.topic": "pip.team"})
    assert entry is not None
    message = entry["message"]
    assert isinstance(message, dict)
    headers = [[name, "99" if name == "ce_sequence" else value] for name, value in message["headers"]]
    lost = {
        **entry,
        "_id": f"/intake/companies/{company}/99",
        "sequence": 99,
        "message": {**message, "headers": headers},
    }
    journal["journal"].insert_one(lost)
    try:
        printed = tt(deployment, "reconcile", "--seconds", "0")
    finally:
        journal["journal"].delete_one({"_id": lost["_id"]})

    assert printed.exit_code == 1
    unconsumed = f"company_teams/{company} has consumed /intake/companies/{company} up to 1 of 99"
    for subscriber in ("review", "risk", "site_validation", "mra_exchange"):
        assert f"{subscriber}: {unconsumed}" in printed.output
    assert tt(deployment, "reconcile").exit_code == 0


def test_a_record_that_its_partner_does_not_find_is_found(deployment: Deployment) -> None:
    """The journal has it, every watermark is right, and the partner's topic is empty of it."""
    message = {"topic": "pip.partner.us", "key": "PIP-LOST", "value": "{}", "headers": [["ce_sequence", "1"]]}
    lost = {"_id": "/mra_exchange/disclosures/lost/1", "source": "/mra_exchange/disclosures", "subject": "lost"}
    with MongoClient[dict[str, object]](deployment.mongo_url) as client:
        journal = client["tt_mra_exchange"]["journal"]
        journal.insert_one({**lost, "sequence": 1, "fact": "{}", "message": message})
        try:
            printed = tt(deployment, "reconcile", "--seconds", "0")
        finally:
            journal.delete_one({"_id": lost["_id"]})

    assert printed.exit_code == 1
    assert printed.output == "pip.partner.us: the record of PIP-LOST was published as number 1, and is not there\n"
    assert "and every partner finds its current records" in tt(deployment, "reconcile").output


@pytest.fixture
async def poison(deployment: Deployment, services: Services) -> AsyncIterator[str]:
    """The key of a record that nobody can read, parked in the three services that consume its topic."""
    key = str(uuid4())
    async with producing(deployment.kafka("intake")) as producer:
        await put(
            producer,
            RawRecord("pip.application", 0, 0, key.encode(), b"{", (("ce_type", b"pip.ApplicationSubmitted.v1"),)),
        )
    subscribers = ("review", "risk", "site_validation")
    await until(lambda: all(key in services.get(service, "/operations/parked") for service in subscribers))
    yield key
    for service in subscribers:
        if queue := services.get(service, "/operations/parked").get(key):
            services.post(
                service, f"/operations/discards/{key}", {"record": queue[0]["id"], "reason": "the test is over"}
            )


def test_what_is_parked_is_listed_and_shown(deployment: Deployment, poison: str) -> None:
    listed, shown = tt(deployment, "parked", "list"), tt(deployment, "parked", "show", poison, "--service", "risk")

    assert listed.output.count("header_missing") == 3
    assert "risk: pip.application/" in shown.output
    assert "ce_type: pip.ApplicationSubmitted.v1" in shown.output
    assert (
        tt(deployment, "reconcile", "--seconds", "0").output.count(f"1 records of {poison} are parked (header_missing)")
        == 3
    )


def test_what_still_cannot_be_handled_stays(deployment: Deployment, poison: str) -> None:
    printed = tt(deployment, "parked", "redrive", poison)

    assert printed.exit_code == 0
    assert printed.output.count("0 records handled, 1 still wait (header_missing)") == 3


def test_a_record_is_given_up_in_one_service_at_a_time(deployment: Deployment, poison: str, services: Services) -> None:
    record = services.get("risk", "/operations/parked")[poison][0]["id"]
    unclear = tt(deployment, "parked", "discard", poison, record, "--reason", "unreadable")
    assert unclear.exit_code == 1
    assert "say which with --service" in unclear.output

    printed = tt(deployment, "parked", "discard", poison, record, "--reason", "unreadable", "--service", "risk")

    assert printed.exit_code == 0
    assert services.get("risk", "/operations/parked") == {}
    assert poison in services.get("review", "/operations/parked")
    assert f"{poison} is not parked" in tt(deployment, "parked", "redrive", poison, "--service", "risk").output


def test_a_service_that_runs_is_not_replayed(deployment: Deployment) -> None:
    printed = tt(deployment, "journal", "replay", "intake")

    assert printed.exit_code == 1
    assert "stop the services first" in printed.output


def test_the_bus_is_what_topics_yaml_declares(deployment: Deployment) -> None:
    assert tt(deployment, "topics", "plan").output == "0 changes\n"
    assert "set the password of user partner.us" in tt(deployment, "topics", "plan", "--rotate").output


def test_elsewhere_passwords_are_asked_for_by_name(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TT_KAFKA_BOOTSTRAP", deployment.bootstrap)
    monkeypatch.setenv("TT_KAFKA_PASSWORD", deployment.passwords["operator"])

    printed = tt(deployment, "topics", "apply", "--rotate")
    assert printed.exit_code == 1
    assert "TT_PASSWORD_PARTNER_US" in printed.output

    for user, password in deployment.passwords.items():
        monkeypatch.setenv(f"TT_PASSWORD_{user.upper().replace('.', '_')}", password)
    assert tt(deployment, "topics", "apply", "--rotate").exit_code == 0
