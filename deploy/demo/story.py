"""The whole story: three companies at once, what administrations learn of them, the proof that nothing was lost."""

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from itertools import groupby

from deploy.demo.cast import all_at_once, cast_of
from deploy.demo.columns import Columns
from deploy.demo.exchange import show_what_companies_read, show_what_each_got
from deploy.demo.journey import NewMember, Scene, play
from deploy.demo.lives import lives
from deploy.demo.outcome import ApplicationOutcome, DemoOutcome, partner_messages
from deploy.demo.partners import Listener, ReceivedMessage, listening
from deploy.demo.show import Show
from deploy.errors import Failed
from deploy.kafka.access import OPERATOR as OPERATOR_USER
from deploy.kafka.access import groups_of
from deploy.local.deployment import Deployment
from deploy.operations.access import OPERATOR, Services, token_of
from deploy.operations.reconcile import reconcile
from shared.contracts.topics import topics

ADMINISTRATIONS = ("US", "JP", "KR")
PROGRESSED = "pip.ApplicationProgressed.v1"
RECONCILED_WITHIN = 10.0


async def play_demo(deployment: Deployment, show: Show) -> DemoOutcome:
    """Plays the lives at once on a fresh deployment. Raises Failed at the first thing that is not as it should be."""
    async with AsyncExitStack() as stack:
        cast = await stack.enter_async_context(cast_of(deployment))
        partners = {code: await stack.enter_async_context(_partner(deployment, code)) for code in ADMINISTRATIONS}
        show.chapter("three companies at once")
        columns = show.side_by_side(
            {life.firm.legal_name: _what(life.firm.line, life.firm.business_number) for life in lives()}
        )
        bus = await stack.enter_async_context(_bus(deployment, columns))
        members = await all_at_once(play(Scene(cast, columns, partners), life) for life in lives())
        await bus.caught_up()
        show.together()
        await show_what_each_got(show, cast, partners, members)
        await show_what_companies_read(show, members)
        await _prove(deployment, show)
        return await _outcome(show, bus, partners, members)


def _what(line: str, business_number: str) -> str:
    return f"{line.replace('_', ' ')}, {business_number}"


def _partner(deployment: Deployment, administration: str) -> AbstractAsyncContextManager[Listener]:
    user = f"partner.{administration.lower()}"
    return listening(deployment.kafka(user), (f"pip.{user}",), groups_of(user)[0])


def _bus(deployment: Deployment, columns: Columns) -> AbstractAsyncContextManager[Listener]:
    """Listens to every internal topic, and shows each message in the column of its company."""

    def show_in_column(message: ReceivedMessage) -> None:
        columns.event(message.key, message.type.split(".")[1])
        if message.type == PROGRESSED:
            columns.stage(message.key, message.body["stage"])
        elif message.type.startswith("pip.Membership"):
            columns.stage(message.key, message.body["status"])

    inside = [topic.name for topic in topics() if not topic.compacted]
    return listening(deployment.kafka(OPERATOR_USER), inside, None, show_in_column)


async def _prove(deployment: Deployment, show: Show) -> None:
    show.chapter("proof")
    services = Services(deployment.services, token_of(OPERATOR, deployment))
    found = await asyncio.to_thread(reconcile, services, RECONCILED_WITHIN, deployment.kafka(OPERATOR_USER))
    if found.lacks:
        raise Failed("\n".join(found.lacks))
    show.step(f"tt reconcile: all {found.messages} messages were consumed by every subscriber")
    proved = {}
    for service in services.urls:
        proof = await asyncio.to_thread(services.get, service, "/operations/journal/verification")
        if proof["flaws"]:
            raise Failed(f"{service}: {proof['flaws']}")
        proved[service] = proof["verified"]
    show.step(
        f"tt journal verify: {', '.join(f'{service} {count}' for service, count in proved.items())} aggregates proved"
    )


async def _outcome(show: Show, bus: Listener, partners: dict[str, Listener], members: list[NewMember]) -> DemoOutcome:
    await bus.caught_up()
    events: Counter[str] = sum((listener.types() for listener in (bus, *partners.values())), Counter())
    return DemoOutcome(
        applications=tuple([await _application(bus, member) for member in members]),
        events=dict(sorted(events.items())),
        partners=partner_messages(
            {
                code: [message for member in members for message in listener.of(member.pip)]
                for code, listener in partners.items()
            }
        ),
        seconds=round(show.seconds(), 1),
    )


async def _application(bus: Listener, member: NewMember) -> ApplicationOutcome:
    course = (await member.company.dashboard())["course"]
    stages = (message.body["stage"] for message in bus.of(member.company.id) if message.type == PROGRESSED)
    return ApplicationOutcome(
        company=member.life.firm.legal_name,
        status=course["stage"],
        stages=tuple(stage for stage, _ in groupby(stages)),
    )
