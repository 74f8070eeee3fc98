"""A company passes through five processes, and two more at once while each of the processes is killed.

The outcome is the same. A printed seed gives the moments; SEED=<number> repeats them.
"""

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from json import loads
from random import Random, SystemRandom
from typing import Any
from uuid import UUID, uuid5

import pytest
from stdnum import luhn

from deploy.demo.company import Company
from deploy.demo.lives import Firm
from deploy.local.deployment import Deployment
from deploy.local.processes import Server
from deploy.local.supervisor import SERVICES, Running
from deploy.operations.access import Services, services_at
from deploy.operations.reconcile import reconcile
from shared.contracts.pip_id import pip_id
from shared.contracts.topics import topics
from tests.support.builders.company_life import carrier, live, patient_cast
from tests.support.servers.bus import Record, on_topic, until

BETWEEN_KILLS = (0.5, 3.0)
STAGES = {"stage_changed", "stage_noted"}


def firms(town: str, first: int, count: int) -> tuple[Firm, ...]:
    numbers = (f"94000{number:03}" for number in range(first, first + count))
    return tuple(carrier(f"{town} Cartage {number} Ltd.", number + luhn.calc_check_digit(number)) for number in numbers)


async def lives(deployment: Deployment, several: Iterable[Firm]) -> list[Company]:
    async with patient_cast(deployment) as cast:
        return await asyncio.gather(*(live(cast, firm) for firm in several))


@pytest.fixture(scope="module")
async def calm(deployment: Deployment) -> list[Company]:
    """Members whose services are never killed."""
    return await lives(deployment, firms("Nipigon", 100, 1))


@pytest.fixture(scope="module")
async def stormy(calm: list[Company], at_work: Running) -> list[Company]:
    """Members whose services are killed, one after another."""
    assert calm
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(10**9))
    print(f"SEED={seed}")  # noqa: T201 - shown when a test fails
    chance = Random(seed)  # noqa: S311 - to be had once more
    members, _ = await asyncio.gather(lives(at_work.deployment, firms("Marathon", 200, 2)), kill_each(at_work, chance))
    await until(lambda: all(at_work.servers[name].ready() for name in SERVICES), 60)
    return members


async def kill_each(running: Running, chance: Random) -> None:
    """Kills every service once, in an order of its own; the supervisor starts it again."""
    for name in chance.sample(SERVICES, len(SERVICES)):
        await asyncio.sleep(chance.uniform(*BETWEEN_KILLS))
        await kill(running.servers[name])


async def kill(server: Server) -> None:
    """Kills a service that runs, ready or not."""
    await until(lambda: server.process.exit_code is None)
    await server.kill()


@pytest.fixture(scope="module")
def services(deployment: Deployment) -> Iterator[Services]:
    with services_at(deployment.data) as at:
        yield at


def test_a_company_becomes_a_member_once(services: Services, calm: list[Company]) -> None:
    assert [facts(services, company)["review membership_activated"] for company in calm] == [1]


async def test_who_was_killed_comes_to_the_same_end(
    deployment: Deployment, services: Services, calm: list[Company], stormy: list[Company]
) -> None:
    async def end_of_each() -> list[tuple[Counter[str], Any]]:
        received = await on_topic(deployment.kafka("operator"), "pip.partner.us")
        return [(facts(services, company), current(received, company)) for company in (*calm, *stormy)]

    async def all_ended_alike() -> bool:
        first, *others = await end_of_each()
        return others == [first] * len(others)

    with suppress(
        AssertionError
    ):  # a message that was under way to a service that was killed comes when that is missed, after 10 s
        await until(all_ended_alike, 30, pause=0.5)
    (first, known), *others = await end_of_each()
    assert [(life - first, first - life) for life, _ in others] == [(Counter(), Counter())] * len(others)
    assert known
    assert [what for _, what in others] == [known] * len(others)


async def test_every_message_is_on_the_bus_once_in_effect_and_in_order(
    deployment: Deployment, services: Services, calm: list[Company], stormy: list[Company]
) -> None:
    keys = {key for company in (*calm, *stormy) for key in (company.id, pip_id(company.id))}
    in_journals = [message for service in SERVICES for message in journalled(services, service) if message.key in keys]
    on_bus = [
        message
        for topic in topics()
        for message in map(lying, await on_topic(deployment.kafka("operator"), topic.name))
        if message.key in keys
    ]
    assert set(on_bus) == set(in_journals)
    assert by_publisher(dict.fromkeys(on_bus)) == by_publisher(sorted(in_journals, key=lambda message: message.number))


@pytest.mark.usefixtures("calm", "stormy")
def test_everything_published_was_consumed_and_every_journal_holds(services: Services) -> None:
    assert reconcile(services, 30).lacks == ()
    assert [services.get(service, "/operations/journal/verification")["flaws"] for service in SERVICES] == [[]] * len(
        SERVICES
    )


def test_no_log_knows_a_company_or_a_person(deployment: Deployment, calm: list[Company], stormy: list[Company]) -> None:
    logs = {log.name: log.read_text("utf-8") for log in (deployment.data / "logs").iterdir()}
    names = [name for company in (*calm, *stormy) for name in (company.firm.legal_name, company.firm.business_number)]
    assert [
        (name, log) for log, text in logs.items() for name in (*names, "example.com", "Sorley") if name in text
    ] == []


@dataclass(frozen=True)
class Message:
    """A message on a topic, as the journal has it or as it lies there."""

    topic: str
    key: str
    value: str | None
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str:
        return dict(self.headers)[name]

    @property
    def number(self) -> int:
        return int(self.header("ce_sequence"))


def journalled(services: Services, service: str) -> Iterator[Message]:
    after = ""
    while page := services.get(service, "/operations/journal/messages", after=after):
        yield from (
            Message(
                entry["topic"], entry["key"], entry["value"], tuple((name, text) for name, text in entry["headers"])
            )
            for entry in page
        )
        after = page[-1]["after"]


def lying(record: Record) -> Message:
    value = None if record.value is None else record.value.decode()
    return Message(
        record.topic, (record.key or b"").decode(), value, tuple((name, text.decode()) for name, text in record.headers)
    )


def by_publisher(messages: Iterable[Message]) -> dict[tuple[str, ...], list[int]]:
    """The numbers of every publisher's messages on every topic, as they come."""
    numbers: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for message in messages:
        numbers[message.topic, message.header("ce_source"), message.header("ce_subject")].append(message.number)
    return numbers


def facts(services: Services, company: Company) -> Counter[str]:
    """How often everything has happened to a company and its application, in all services.

    Of its stages only the last counts: review consumes risk and site validation in any order, and may skip a stage.
    """
    happened: Counter[str] = Counter()
    for service in SERVICES:
        for collection in import_module(f"services.{service}").OWNS:
            for aggregate_id in (company.id, uuid5(UUID(company.id), "application/1")):
                life = [
                    entry["fact"] for entry in services.get(service, f"/operations/journal/{collection}/{aggregate_id}")
                ]
                stages = [fact.get("progress", fact)["stage"] for fact in life if fact["kind"] in STAGES]
                happened.update(
                    f"{service} {kind}"
                    for kind in (*(fact["kind"] for fact in life), *stages[-1:])
                    if kind not in STAGES
                )
    return happened


def current(received: Iterable[Record], company: Company) -> dict[str, Any] | None:
    """What the partner knows of a company, but for its name and number."""
    last = {record.key: record.value for record in received}.get(pip_id(company.id).encode())
    return {part: value for part, value in loads(last).items() if part not in {"name", "identifiers"}} if last else None
