"""`tt parked`: records that could not be handled, and the records of the same key behind them."""

from base64 import b64decode
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import quote

import typer

from deploy.cli.options import Data, Service
from deploy.errors import Failed
from deploy.operations.access import Services, services_at

app = typer.Typer(help="Records that could not be handled, and what waits behind them.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(help="The parked key, as `tt parked list` shows it.")]
Record = Annotated[str, typer.Argument(help="Its first record, as `tt parked list` shows it.")]
Reason = Annotated[str, typer.Option(help="Why; it is noted.")]


@app.command("list")
def list_parked(data: Data) -> None:
    """Prints every parked key of every service, and why its first record waits."""
    with services_at(data) as services:
        found = [
            (service, key, queue)
            for service in services.urls
            for key, queue in services.get(service, "/operations/parked").items()
        ]
    for service, key, queue in found:
        print(f"{service:16}{key}  records: {len(queue)}  {_first(queue)}")
    if not found:
        print("nothing is parked")


@app.command()
def show(key: Key, data: Data, service: Service = None) -> None:
    """Prints the records of a key with their bytes, which may be personal; the reading is noted."""
    with services_at(data) as services:
        for holder in _holders(services, key, service):
            for record in services.get(holder, f"/operations/parked/{_path(key)}"):
                print(*_shown(holder, record), sep="\n", end="\n\n")


@app.command()
def redrive(key: Key, data: Data, service: Service = None) -> None:
    """Handles the records of a key, from the first on."""
    with services_at(data) as services:
        for holder in _holders(services, key, service):
            handled = services.post(holder, f"/operations/redrives/{_path(key)}")["handled"]
            left = services.get(holder, "/operations/parked").get(key, [])
            print(
                f"{holder}: {handled} records handled, {len(left)} still wait"
                + (f" ({left[0]['reason']})" if left else "")
            )


@app.command()
def discard(key: Key, record: Record, data: Data, reason: Reason, service: Service = None) -> None:
    """Gives up the first record of a key. A withdrawal of consent cannot be given up: mend it and redrive."""
    with services_at(data) as services:
        holders = _holders(services, key, service)
        if len(holders) > 1:
            raise Failed(f"{key} is parked in {' and '.join(holders)}: say which with --service")
        services.post(holders[0], f"/operations/discards/{_path(key)}", {"record": record, "reason": reason})
        print(f"{holders[0]}: {record} is given up")


def _holders(services: Services, key: str, service: str | None) -> list[str]:
    """The services in which a key is parked. Raises Failed if there is none."""
    holders = [
        name for name in services.urls if service in {None, name} and key in services.get(name, "/operations/parked")
    ]
    if not holders:
        raise Failed(f"{key} is not parked: see `tt parked list`")
    return holders


def _first(queue: list[dict[str, Any]]) -> str:
    """Which record a key waits for, why, since when, and whether it may be given up."""
    if not queue:
        return "empty: redrive it"
    first = queue[0]
    return f"{first['id']}: {first['reason']} since {first['at']}" + (
        "" if first["discardable"] else ", not to be given up"
    )


def _shown(service: str, record: dict[str, Any]) -> Iterator[str]:
    yield f"{service}: {record['id']} at {record['topic']}/{record['partition']}/{record['offset']}"
    yield f"  waits since {record['at']}: {record['reason']}, {record['attempts']} attempts"
    for name, value in record["headers"]:
        yield f"  {name}: {_text(value)}"
    yield f"  {_text(record['value'])}"


def _text(value: str | None) -> str:
    return "null" if value is None else b64decode(value).decode(errors="backslashreplace")


def _path(key: str) -> str:
    return quote(key, safe="")
