"""`tt backup` and `tt restore`: one file of a deployment on this machine, and a deployment from such a file."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.options import Data
from deploy.local.servers import Given
from deploy.operations.backup import Manifest, back_up
from deploy.operations.restore import restore as restored
from shared.settings import load

File = Annotated[Path, typer.Argument(help="The backup; it holds personal data and passwords.", resolve_path=True)]


def backup(file: File, data: Data) -> None:
    """Writes the deployment that runs on this machine into a new file, as of one moment, while it works."""
    print(*_contents(back_up(data, file)), sep="\n")
    print(f"written to {file}: keep it as you keep passwords")


def restore(file: File, data: Data) -> None:
    """Makes a deployment from a backup, in an empty directory; then start it with `tt up`."""
    manifest, messages = asyncio.run(restored(file, data, load(Given)))
    print(*_contents(manifest), sep="\n")
    print(f"restored to {data}, {messages} messages published again: start it with `tt up --data {data}`")
    print(
        "tell every partner to begin anew, and every company to do again what it did since, "
        "the withdrawal of a consent above all"
    )


def _contents(manifest: Manifest) -> list[str]:
    """The contents of a backup, a line each."""
    counts = [f"  {kept.documents:8}  {kept.database}/{kept.collection}" for kept in manifest.collections]
    return [
        f"as of {manifest.at:%Y-%m-%d %H:%M:%S} UTC, by version {manifest.version}, {len(counts)} collections:",
        *counts,
    ]
