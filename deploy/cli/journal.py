"""`tt journal`: proofs that nothing was altered, the life of one aggregate, and the replay onto a new bus."""

import asyncio
from json import dumps
from typing import Annotated

import typer

from deploy.cli.options import Data, Service
from deploy.errors import Failed
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
            print(f"{service}: aggregates proved: {proof['verified']}")
            flaws += [f"{service}: {flaw['collection']}/{flaw['id']}: {flaw['code']}" for flaw in proof["flaws"]]
    if flaws:
        raise Failed("\n".join(flaws))


@app.command()
def seal(data: Data) -> None:
    """Prints one hash for each service, over its whole journal; keep them elsewhere."""
    with services_at(data) as services:
        roots = {service: services.get(service, "/operations/journal/seal")["root"] for service in services.urls}
    for service, root in roots.items():
        print(f"{service} {root}")


@app.command()
def show(
    collection: Annotated[str, typer.Argument(help="As `cases`.")],
    aggregate: Annotated[str, typer.Argument(metavar="ID", help="The aggregate's id.")],
    data: Data,
    service: Service = None,
) -> None:
    """Prints the facts of one aggregate in order, one JSON line each."""
    path = f"/operations/journal/{collection}/{aggregate}"
    with services_at(data) as services:
        entries = [
            entry for name in services.urls if service in {None, name} for entry in services.find(name, path) or ()
        ]
    if not entries:
        raise Failed(
            f"nothing is journalled of {collection}/{aggregate}: "
            "collections are named as cases, ids as the API shows them"
        )
    for entry in entries:
        print(dumps(entry, ensure_ascii=False))


@app.command()
def replay(service: Annotated[str, typer.Argument(help="The service, stopped.")], data: Data) -> None:
    """Publishes every journalled message again, in order, when the bus is lost; to partners only current records."""
    print(f"{service}: {asyncio.run(replay_service(service, data))} messages published again")
