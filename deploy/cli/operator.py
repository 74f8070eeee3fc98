"""The operator's commands: they work on any deployment, and need neither its code nor its servers.

`python -m deploy.cli.operator` runs them alone, as the operator's image does.
"""

from typing import Annotated

import typer

from deploy.cli import journal, parked, topics
from deploy.cli.options import Data, Plain
from deploy.cli.trace import trace
from deploy.errors import Failed
from deploy.operations.access import services_at
from deploy.operations.reconcile import reconcile as reconciled


def tt(explanation: str) -> typer.Typer:
    """The command `tt`, with the operator's commands."""
    app = typer.Typer(
        name="tt",
        cls=Plain,
        help=explanation,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.command()(trace)
    app.command()(reconcile)
    for name, part in (("journal", journal), ("parked", parked), ("topics", topics)):
        app.add_typer(part.app, name=name)
    return app


def reconcile(
    data: Data,
    seconds: Annotated[float, typer.Option(min=0, help="How long to wait for what is still on its way.")] = 30,
) -> None:
    """Compares what each service has published with what the others have consumed; prints what is missing or parked."""
    with services_at(data) as services:
        found = reconciled(services, seconds)
    if found.lacks:
        raise Failed("\n".join(found.lacks))
    print(f"all {found.messages} messages were consumed by every subscriber")


if __name__ == "__main__":
    tt("Does an operator's work on any deployment.")(prog_name="tt")
