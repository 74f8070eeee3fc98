"""Everything at once: companies move in rounds, while their people, wrongdoers, partners and an operator do theirs."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random, SystemRandom

import httpx

from deploy.local.deployment import Deployment
from tests.support.builders.company_life import Patient
from tests.support.servers.workload import companies, course, moves, wrong
from tests.support.servers.workload.evidence import Evidence, gathered
from tests.support.servers.workload.life import Life
from tests.support.servers.workload.operators import Operator
from tests.support.servers.workload.partners import Partner, partner
from tests.support.servers.workload.people import Society, Staff, staff_of


@dataclass(frozen=True)
class Workload:
    """Who takes part; the application of one company, `poisoned`, lies behind a record that nobody can read.

    `undisturbed`: whether what is done to the deployment is over.
    """

    society: Society
    lives: list[Life]
    poisoned: Life | None
    partners: list[Partner]
    operator: Operator
    undisturbed: asyncio.Event = field(default_factory=asyncio.Event)

    def moves(self) -> int:
        """How many moves the companies have made by now."""
        return sum(len(life.trail) for life in self.lives)


Beside = Callable[[Workload], Coroutine[None, None, None]]


async def idle(_: Workload) -> None:
    """Nothing else happens."""


async def work(
    deployment: Deployment, count: int, rounds: int, *, poison: bool = True, beside: Beside = idle
) -> Evidence:
    """Has it all happen to `count` companies, from TT_SEED or a new seed; what there is to see once all is quiet.

    `beside`: what is done to the deployment meanwhile; the companies go on as long as it lasts.
    """
    seed = int(os.environ.get("TT_SEED") or SystemRandom().randrange(10**9))
    print(f"TT_SEED={seed}")  # noqa: T201 - shown when a test fails
    pools = {url: Patient() for url in (deployment.issuer, *deployment.services.values())}
    async with httpx.AsyncClient(mounts=pools, timeout=30) as http, asyncio.TaskGroup() as meanwhile:
        workload = await _gathered(Society(http, deployment, seed, tuple(pools.values())), count, poison=poison)
        over = asyncio.Event()  # a request that is cancelled could leave connections open
        for busy in (*(each.work(over) for each in workload.partners), workload.operator.watch(over)):
            meanwhile.create_task(busy)
        try:
            async with asyncio.TaskGroup() as lives:
                lives.create_task(_disturbed(beside, workload))
                for life in workload.lives:
                    lives.create_task(_live(life, workload, rounds))
        finally:
            print(*workload.lives, workload.society.ledger, sep="\n")  # noqa: T201
        seen = await gathered(workload.lives, workload.partners, deployment)
        over.set()
    return seen


async def _disturbed(beside: Beside, workload: Workload) -> None:
    await beside(workload)
    workload.undisturbed.set()


async def _gathered(society: Society, count: int, *, poison: bool) -> Workload:
    """Everybody, with companies that are registered and no more."""
    staff = await staff_of(society)
    lives = await asyncio.gather(*(_registered(society, staff, number) for number in range(count)))
    partners = [await partner(society, code) for code in companies.ADMINISTRATIONS]
    poisoned = Random(society.seed).choice(lives) if poison else None  # noqa: S311
    return Workload(society, lives, poisoned, partners, Operator(staff.operator))


async def _registered(society: Society, staff: Staff, number: int) -> Life:
    chance = Random(f"{society.seed}/{number}")  # noqa: S311 - to be had once more
    return Life(await companies.registered(society, number, chance), staff, chance)


async def _live(life: Life, workload: Workload, rounds: int) -> None:
    society, number = workload.society, life.company.number
    neighbour = workload.lives[number - 1].company.founder
    office = moves.Office(life.company, society, life.staff.decider, Random(f"{society.seed}/{number}/desk"))  # noqa: S311
    never_consented = next(each.person for each in workload.partners if each.code == life.company.never_consented)
    wrongdoer = wrong.Wrongdoer(life, society, neighbour, never_consented, Random(f"{society.seed}/{number}/wrong"))  # noqa: S311
    await companies.prepare(life.company)
    if life is workload.poisoned:
        await _past_poison(life, workload)
    while rounds > 0 or not workload.undisturbed.is_set():
        rounds -= 1
        await wrongdoer.in_stage()
        await asyncio.gather(course.advance(life), moves.work(office), wrongdoer.at_any_time())
        await life.arrived()


async def _past_poison(life: Life, workload: Workload) -> None:
    """The company's first application lies behind poison until the operator has seen to it."""
    others = [other for other in workload.lives if other is not life]
    await workload.operator.poison(life.company.id)
    await course.advance(life)
    await workload.operator.free(life.company.id, lambda: sum(len(other.trail) for other in others))
    await life.arrived()
