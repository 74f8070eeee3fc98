"""`tt journal`: proofs that nothing was altered, the life of one aggregate, and what to do when a bus was lost."""

import asyncio
from importlib import import_module
from json import dumps
from typing import Annotated

import typer

from deploy.cli.options import Data, Service
from deploy.errors import Failed
from deploy.local.supervisor import SERVICES
from deploy.operations.access import services_at
from deploy.operations.replay import replay_service

app = typer.Typer(help="The audit trail of every service.", no_args_is_help=True)


@app.command()
def verify(data: Data) -> None:
    """Proves that no fact was altered or removed, and that every state is the fold of its facts."""
    flaws = []
    with services_at(data) as services:
        for service in services.urls:
            proof = services.get(service, "/operations/journal/verification")
            print(f"{service}: {proof['verified']} aggregates proved")
            flaws += [f"{service}: {flaw['collection']}/{flaw['id']}: {flaw['code']}" for flaw in proof["flaws"]]
    if flaws:
        raise Failed("\n".join(flaws))


@app.command()
def seal(data: Data) -> None:
    """Prints one hash per service that covers its whole journal; keep them elsewhere."""
    with services_at(data) as services:
        for service in services.urls:
            print(f"{service} {services.get(service, '/operations/journal/seal')['root']}")


@app.command()
def show(
    collection: Annotated[str, typer.Argument(help="As `cases`.")],
    aggregate: Annotated[str, typer.Argument(metavar="ID", help="The aggregate's id.")],
    data: Data,
    service: Service = None,
) -> None:
    """Prints the facts of one aggregate in order, one JSON line each."""
    owners = [one for one in SERVICES if service in {None, one} and collection in import_module(f"services.{one}").OWNS]
    if not owners:
        raise Failed(f"no service owns {collection}: the collections are {', '.join(_collections())}")
    entries = []
    with services_at(data) as services:
        for owner in owners:
            entries += services.get(owner, f"/operations/journal/{collection}/{aggregate}")
    if not entries:
        raise Failed(f"nothing is journalled of {collection}/{aggregate}")
    for entry in entries:
        print(dumps(entry, ensure_ascii=False))


@app.command()
def replay(service: Annotated[str, typer.Argument(help="The service, stopped.")], data: Data) -> None:
    """Says again what a lost bus has lost: every journalled message in order, and to partners their current records alone."""
    print(f"{service}: {asyncio.run(replay_service(service, data))} messages said again")


def _collections() -> list[str]:
    return sorted({collection for service in SERVICES for collection in import_module(f"services.{service}").OWNS})
