"""Runs a deployment on this machine, shows the demo, and does an operator's work on any deployment."""

from typing import Annotated

import typer

from deploy.cli import backup, contracts, journal, local, parked, topics, trace
from deploy.cli.options import Data, Plain
from deploy.errors import Failed
from deploy.operations.access import services_at
from deploy.operations.reconcile import reconcile as reconciled

app = typer.Typer(
    name="tt", cls=Plain, help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
)
for command in (local.up, local.demo, local.token, local.access, backup.backup, backup.restore, trace.trace):
    app.command()(command)


@app.command()
def reconcile(
    data: Data,
    seconds: Annotated[float, typer.Option(min=0, help="How long to wait for what is still on its way.")] = 30,
) -> None:
    """Compares what every service has published with what the others have consumed; prints what lacks or is parked."""
    with services_at(data) as services:
        found = reconciled(services, seconds)
    if found.lacks:
        raise Failed("\n".join(found.lacks))
    print(f"all {found.messages} messages were consumed by every subscriber")


for name, part in (("journal", journal), ("parked", parked), ("topics", topics), ("contracts", contracts)):
    app.add_typer(part.app, name=name)
