"""A deployment outlives its installation and its machine: this code opens, backs up and restores data of before.

The tests share the data, in their order. One deployment runs at a time, for people are known by the issuer's port.
"""

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from typer.testing import CliRunner, Result

from deploy.cli.main import app
from deploy.demo.cast import cast_of
from deploy.demo.company import Company, pdf
from deploy.demo.lives import lives
from deploy.local.deployment import Deployment, database_of
from deploy.local.kafka import Kafka
from deploy.local.mongo import Mongo
from deploy.local.people import Person
from deploy.local.supervisor import SERVICES, running
from deploy.operations import contents
from deploy.operations.access import Services, bus_at, services_at, token_of
from deploy.operations.backup import Manifest, Origin, back_up
from deploy.operations.reconcile import reconcile
from deploy.operations.restore import restore_here
from deploy.operations.stored import collections_of
from deploy.operations.trace import trace
from shared.store.documents import RESTORED
from tests.support.builders.company_life import carrier
from tests.support.samples.stored_lives import BEFORE
from tests.support.servers.backing import ALONE, SECRET, prepare
from tests.support.servers.bus import on_topic
from tests.support.servers.installed import built, installed
from tests.support.source import ROOT

OWNER = Person(subject="ole.brandt", name="Ole Brandt")
FIRM = carrier("Prairie Haulage Ltd.", "960000008")
HEADING = re.compile(r"(\d{4}-\d\d-\d\d) UTC  (\w+) ")
FACT = re.compile(rf"([\d:.]{{12}})? +({'|'.join(SERVICES)}) ")
LAST = "0.3.0"
pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Opened:
    """What this code made of the last release's data, with a company registered since, and a backup of it all.

    `foreign` counts the collections of other services that a service was refused.
    """

    lacks: tuple[str, ...]
    flaws: list[str]
    stories: list[str]
    company: str
    evidence: str
    records: list[bytes]
    foreign: int
    file: Path
    manifest: Manifest


def played(wheel: Path, home: Path, *packages_of: Path) -> Path:
    """The data directory that the demo of an installed wheel leaves, which ends as expected there."""
    tt, data = installed(wheel, home / "environment", *packages_of) / "tt", home / "data"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TT_", "PYTHON"))}
    done = subprocess.run(
        [tt, "demo", "--keep", data], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as expected" in done.stdout
    return data


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the last release has stored, before MongoDB on one machine had users."""
    [wheel] = (BEFORE / LAST).glob("*.whl")
    return played(wheel, tmp_path_factory.mktemp("last"), ROOT / ".venv" / "before" / LAST)


@pytest.fixture(scope="module")
async def opened(old: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    async with running(old, print, ALONE) as at_work:
        deployment = at_work.deployment
        with services_at(old) as services:
            lacks, flaws = reconcile(services, 30, bus_at(old)).lacks, flaws_of(services)
        stories = [
            CliRunner().invoke(app, ["trace", life.firm.business_number, "--data", str(old)]).output
            for life in lives()[:2]
        ]
        async with cast_of(deployment) as cast:
            company = await Company.registered(FIRM, cast.trader(OWNER.name))
            evidence = await company.upload_documents(await company.owner.get("intake", "/catalogue"))
        file = tmp_path_factory.mktemp("backup") / "backup"
        manifest = back_up(Origin.on_this_machine(old), file)
        return Opened(
            lacks, flaws, stories, company.id, evidence, await current(deployment), refused(deployment), file, manifest
        )


@pytest.fixture(scope="module")
async def restored(opened: Opened, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    data = tmp_path_factory.mktemp("restored") / "data"
    manifest, _ = await restore_here(opened.file, data, ALONE)
    assert manifest == opened.manifest
    async with running(data, print, ALONE) as at_work:
        yield at_work.deployment


@pytest.fixture
def services(restored: Deployment) -> Iterator[Services]:
    with services_at(restored.data) as at:
        yield at


def facts_of(story: str) -> Iterator[tuple[str, str, str]]:
    """Of each fact the moment, the role of the person who began it, and the service that journalled it."""
    day = role = time = ""
    for line in story.splitlines():
        if heading := HEADING.match(line):
            day, role = heading.groups()
        elif fact := FACT.match(line):
            time = fact[1] or time
            yield f"{day} {time}", role, fact[2]


def flaws_of(services: Services) -> list[str]:
    return [
        str(flaw) for service in SERVICES for flaw in services.get(service, "/operations/journal/verification")["flaws"]
    ]


async def current(deployment: Deployment) -> list[bytes]:
    """What the United States know of members now."""
    last = {record.key: record.value for record in await on_topic(deployment.kafka("partner.us"), "pip.partner.us")}
    return [value for value in last.values() if value]


def refused(deployment: Deployment) -> int:
    """How many collections of other services the services may not read."""
    count = 0
    for service, url in deployment.databases.items():
        with MongoClient[dict[str, Any]](url) as client:
            assert client[database_of(service)]["journal"].find_one()
            for other in set(SERVICES) - {service}:
                for collection in collections_of(other):
                    with pytest.raises(OperationFailure, match="not authorized"):
                        client[database_of(other)][collection].find_one()
                    count += 1
    return count


@pytest.mark.matrix
def test_this_code_installed_from_its_wheel_plays_its_demo(tmp_path: Path) -> None:
    assert played(built(tmp_path), tmp_path).exists()


def test_data_of_before_gain_users_of_whom_each_reads_its_own_database_alone(opened: Opened) -> None:
    assert opened.foreign == sum(len(collections_of(service)) for service in SERVICES) * (len(SERVICES) - 1)


def test_what_the_last_release_has_written_is_opened_whole(opened: Opened) -> None:
    assert opened.lacks == ()
    assert opened.flaws == []
    assert "Company registered" in opened.stories[0]
    assert "→ MemberShared US" in opened.stories[0]


@pytest.mark.parametrize(
    ("life", "officers"),
    [
        pytest.param(0, ["review_officer", "site_officer", "decision_officer"], id="of low risk"),
        pytest.param(1, ["review_officer", "risk_officer", "site_officer", "decision_officer"], id="referred"),
    ],
)
def test_a_whole_story_is_printed_in_order_with_who_did_what(opened: Opened, life: int, officers: list[str]) -> None:
    moments, roles, services = zip(*facts_of(opened.stories[life]), strict=True)

    assert list(moments) == sorted(moments)
    people = [role for role in dict.fromkeys(roles) if role != "system"]  # as which this code notes the arrangements
    assert people == ["trader", *officers]
    assert {*services} == {*SERVICES}


async def test_what_is_restored_proves_true_and_partners_find_the_current_records(
    restored: Deployment, services: Services, opened: Opened
) -> None:
    assert reconcile(services, 30, bus_at(restored.data)).lacks == ()
    assert flaws_of(services) == []
    assert len(opened.records) == 1
    assert await current(restored) == opened.records


def test_documents_and_the_people_who_may_open_them_are_restored(restored: Deployment, opened: Opened) -> None:
    bearer = {"Authorization": f"Bearer {token_of(OWNER, restored)}"}

    answer = httpx.get(f"{restored.services['intake']}/documents/{opened.evidence}", headers=bearer, trust_env=False)

    assert answer.content == pdf(f"{FIRM.legal_name}: evidence")


async def test_what_happens_after_the_restore_is_consumed_under_numbers_that_nobody_has_seen(
    restored: Deployment, services: Services, opened: Opened
) -> None:
    async with cast_of(restored) as cast:
        company = Company(FIRM, cast.trader(OWNER.name), opened.company)
        await company.add_people(cast.trader("Idris Okonkwo"), cast.trader("Noor Castellan"))

    assert reconcile(services, 30, bus_at(restored.data)).lacks == ()
    latest = [step for step in trace(services, opened.company) if step.service == "mra_exchange"][-1]
    assert latest.entry.fact["kind"] == "team_replaced"
    assert latest.began.entry.sequence > RESTORED
    assert flaws_of(services) == []


async def test_a_backup_fills_the_empty_databases_and_the_new_bus_of_a_deployment_elsewhere(
    opened: Opened, tmp_path: Path
) -> None:
    async with Kafka(tmp_path / "kafka", SECRET) as kafka, Mongo(tmp_path / "mongo", SECRET) as mongo:
        prepare(kafka.operator)
        named = {
            "TT_MONGO_URL": mongo.url,
            "TT_KAFKA_BOOTSTRAP": kafka.operator.bootstrap,
            "TT_KAFKA_PASSWORD": SECRET,
        }

        async def tt(command: str, file: Path) -> Result:
            return await asyncio.to_thread(CliRunner().invoke, app, [command, str(file)], env=named)

        restored, again = await tt("restore", opened.file), await tt("restore", opened.file)
        kept = await tt("backup", tmp_path / "elsewhere")
        last = {record.key: record.value for record in await on_topic(kafka.operator, "pip.partner.us")}

    assert restored.exit_code == 0, restored.output
    assert "messages published again: start the services" in restored.output
    assert [value for value in last.values() if value] == opened.records
    assert (again.exit_code, again.output.startswith("there are documents in ")) == (1, True)
    assert kept.exit_code == 0, kept.output
    with contents.opened(tmp_path / "elsewhere") as backup:
        manifest = contents.checked(tmp_path / "elsewhere", backup)
    assert manifest.secrets == ()
    assert {kept.name: kept.documents for kept in manifest.collections} == {
        kept.name: kept.documents for kept in opened.manifest.collections
    }


def test_a_restored_deployment_is_backed_up_like_any_other(
    restored: Deployment, opened: Opened, tmp_path: Path
) -> None:
    printed = CliRunner().invoke(app, ["backup", str(tmp_path / "backup"), "--data", str(restored.data)])

    assert printed.exit_code == 0
    assert f"{len(opened.manifest.collections)} collections" in printed.output
    assert opened.manifest.left_out == ()
