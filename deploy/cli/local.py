"""`tt up`, `tt demo`, `tt token` and `tt access`: the deployment on this machine."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, nullcontext
from enum import StrEnum, auto
from functools import partial
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from deploy.cli.options import Data
from deploy.demo.outcome import EXPECTED, DemoOutcome, must_be
from deploy.demo.sample import fill
from deploy.demo.show import Show
from deploy.demo.story import play_demo
from deploy.errors import Failed
from deploy.local.deployment import Deployment, without_login
from deploy.local.people import Person
from deploy.local.preflight import FIRST_PORTS
from deploy.local.servers import Given
from deploy.local.supervisor import running, until_interrupted
from deploy.operations.access import token_of
from shared.contracts.types import Administration
from shared.settings import load

Port = Annotated[
    int | None,
    typer.Option(
        "--port", min=min(FIRST_PORTS), max=max(FIRST_PORTS), help="The first of seven ports; else any that are free."
    ),
]
Sample = Annotated[
    bool, typer.Option("--sample", help="Also bring in a company for every stage, unless it is there already.")
]
SHOWN = partial(print, flush=True)  # at once, in a file or a pipe too


class Role(StrEnum):
    """The roles that a token may name; a trader has none of these."""

    REVIEW_OFFICER = auto()
    RISK_OFFICER = auto()
    SITE_OFFICER = auto()
    DECISION_OFFICER = auto()
    OPERATOR = auto()
    PARTNER = auto()


def up(data: Data, port: Port = None, *, sample: Sample = False) -> None:
    """Starts everything on this machine and keeps it running; Ctrl-C stops it, and the data stay."""
    given = load(Given) if port is None else load(Given).model_copy(update={"first_port": port})
    asyncio.run(_stay_up(data, given, sample=sample))


def demo(
    json: Annotated[
        Path | None, typer.Option("--json", help="Also write the outcome to this file.", dir_okay=False)
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", help="Keep the data in this directory, which must be empty.", file_okay=False),
    ] = None,
    expected: Annotated[Path, typer.Option("--expected", help="What the outcome must be.", hidden=True)] = EXPECTED,
    *,
    stay: Annotated[bool, typer.Option("--stay", help="Keep it running afterwards; Ctrl-C stops it.")] = False,
) -> None:
    """Plays three companies at once on a fresh deployment, from application to the partners they consent to inform."""
    if keep and keep.exists() and any(keep.iterdir()):
        raise Failed(f"{keep} is not empty: a demo runs on fresh data. Name another directory")
    given = load(Given)
    if json:
        json.touch()  # refused now, if ever, and not when the demo is over
    with TemporaryDirectory(prefix="tt-demo-") if keep is None else nullcontext(str(keep.absolute())) as data:
        asyncio.run(_play(Path(data), given, partial(_judge, expected, json), stay=stay))


def token(
    subject: Annotated[str, typer.Argument(help="Who: any word.")],
    data: Data,
    role: Annotated[list[Role] | None, typer.Option("--role", help="Once for each role; none for a trader.")] = None,
    administration: Annotated[
        Administration | None, typer.Option(help="With the role partner, and only with it.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The person's name; else the subject.")] = None,
) -> None:
    """Prints a token for anybody, from the issuer of the deployment that runs on this machine."""
    if (Role.PARTNER in (role or ())) != bool(administration):
        raise typer.BadParameter(
            "a partner speaks for an administration, and nobody else does", param_hint="--administration"
        )
    person = Person(subject=subject, name=name or subject, roles=tuple(role or ()), administration=administration)
    print(token_of(person, Deployment.at(data)))


def access(
    data: Data,
    user: Annotated[
        str | None, typer.Argument(help="A user, as partner.us, intake or operator, whose passwords are printed too.")
    ] = None,
) -> None:
    """Prints where everything is, as variables for a shell: `eval "$(tt access)"`."""
    deployment = Deployment.at(data)
    variables = {service.upper(): url for service, url in deployment.services.items()}
    variables |= {"PORTAL": deployment.portal.url} if deployment.portal else {}
    variables |= {"KAFKA": deployment.bootstrap, "KAFKA_PARTNERS": deployment.partners}
    if user:
        password, login = deployment.password(user), deployment.kafka(user)
        variables |= {"KAFKA": login.bootstrap, "KAFKA_MECHANISM": login.mechanism}
        variables |= {"KAFKA_USER": user, "KAFKA_PASSWORD": password}
        variables |= {"MONGO": url} if (url := deployment.mongo_url_of(user)) else {}
    for name, value in variables.items():
        print(f"export {name}={quote(value)}")


def where_it_is(deployment: Deployment) -> Iterator[str]:
    """The address of every part, and how to use it, a line each."""
    if deployment.portal:
        yield f"{'the portal':16}{deployment.portal.url}"
    for service, url in deployment.services.items():
        yield f"{service:16}{url}/docs"
    yield f"{'Kafka, MongoDB':16}{deployment.bootstrap}, {without_login(deployment.mongo_url)}"
    token_for = f"{sys.argv[0]} token --data {quote(str(deployment.data))}"
    yield f"{'a token':16}{token_for} SUBJECT --role ROLE"
    yield (
        f'{"its use":16}curl --noproxy "*" -H "Authorization: Bearer $({token_for} ann)" '
        f"{deployment.services['intake']}/me"
    )


async def _stay_up(data: Path, given: Given, *, sample: bool) -> None:
    async with until_interrupted(), running(data, SHOWN, given) as at_work:
        SHOWN(*where_it_is(at_work.deployment), "Ctrl-C stops everything; the data stay.", sep="\n")
        if sample:
            await fill(at_work.deployment, SHOWN)
        await asyncio.Event().wait()


async def _play(data: Path, given: Given, judge: Callable[[DemoOutcome], None], *, stay: bool) -> None:
    async with until_interrupted() if stay else nullcontext(), AsyncExitStack() as stack:
        with Show() as show:
            show.chapter("deployment")
            at_work = await stack.enter_async_context(running(data, show.step, given))
            outcome = await play_demo(at_work.deployment, show)
        judge(outcome)
        if stay:
            SHOWN(*where_it_is(at_work.deployment), "Ctrl-C stops everything.", sep="\n")
            await asyncio.Event().wait()


def _judge(expected: Path, json: Path | None, outcome: DemoOutcome) -> None:
    """Writes an outcome to a file, if one is named, and compares it. Raises Failed."""
    if json:
        json.write_text(outcome.text(), "utf-8")
    must_be(outcome, expected)
    SHOWN(f"as expected, in {outcome.seconds} s")
