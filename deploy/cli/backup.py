"""`tt backup` and `tt restore`: one file of a deployment, and a deployment from such a file."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.options import Data
from deploy.errors import Failed
from deploy.local.deployment import up_on
from deploy.operations.access import Cluster, DatabasesElsewhere
from deploy.operations.backup import Manifest, Origin, back_up
from deploy.operations.restore import restore_elsewhere, restore_here
from shared.settings import load

if TYPE_CHECKING:
    from deploy.local.servers import Given

File = Annotated[Path, typer.Argument(help="The backup; it holds personal data and passwords.", resolve_path=True)]
BEGIN_ANEW = (
    "tell every partner to begin anew, and every company to do again what it did since, "
    "the withdrawal of a consent above all"
)


def backup(file: File, data: Data) -> None:
    """Writes a deployment into a new file, as of one moment, while it works; of one elsewhere the databases alone."""
    named = load(DatabasesElsewhere).mongo_url
    manifest = back_up(Origin(named) if named else Origin.on_this_machine(data), file)
    left_out = [f"left out, for no service of this version has it: {name}" for name in manifest.left_out]
    print(*_contents(manifest), *left_out, f"written to {file}: keep it as you keep passwords", sep="\n")


def restore(file: File, data: Data) -> None:
    """Makes a deployment from a backup, in an empty directory; of one elsewhere the empty databases and the new bus."""
    if named := load(DatabasesElsewhere).mongo_url:
        bus = load(Cluster).access()
        if bus is None:
            raise Failed("TT_MONGO_URL names databases elsewhere: name their Kafka too, with TT_KAFKA_BOOTSTRAP")
        manifest, messages = asyncio.run(restore_elsewhere(file, named, bus))
        restored, following = "restored", "start the services"
    else:
        manifest, messages = asyncio.run(restore_here(file, data, load(_servers_of_this_machine())))
        restored, following = f"restored to {data}", f"start it with `{up_on(data)}`"
    print(*_contents(manifest), f"{restored}, {messages} messages published again: {following}", BEGIN_ANEW, sep="\n")


def _servers_of_this_machine() -> "type[Given]":
    """The settings of the servers to start. Raises Failed where there is no code that starts any."""
    try:
        from deploy.local.servers import Given  # noqa: PLC0415 - the operator's image has none
    except ImportError:
        raise Failed(
            "here are no servers to start: name the databases and the bus of a deployment elsewhere, "
            "with TT_MONGO_URL, TT_KAFKA_BOOTSTRAP and TT_KAFKA_PASSWORD"
        ) from None
    return Given


def _contents(manifest: Manifest) -> list[str]:
    """The contents of a backup, a line each."""
    counts = [f"  {kept.documents:8}  {kept.database}/{kept.collection}" for kept in manifest.collections]
    return [
        f"as of {manifest.at:%Y-%m-%d %H:%M:%S} UTC, by version {manifest.version}, {len(counts)} collections:",
        *counts,
    ]
