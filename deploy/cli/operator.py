"""The operator's commands: they work on any deployment, and start no servers unless they are installed here.

`python -m deploy.cli.operator` runs them alone, as the operator's image does.
"""

from collections.abc import Callable
from typing import Annotated

import typer

from deploy.cli import backup, contracts, journal, parked, topics
from deploy.cli.options import Data, Plain
from deploy.cli.trace import trace
from deploy.errors import Failed
from deploy.operations.access import bus_at, services_at
from deploy.operations.reconcile import reconcile as reconciled
from deploy.version import version

OF_ONE_MACHINE = {
    "up": "servers and services are containers of their own: docker compose up",
    "demo": "the demo starts a deployment of its own: `make demo` in the project's directory",
    "token": "tokens are given by the sign-in provider: docker-compose.yml shows how",
    "access": "addresses and passwords are those of the settings: docs/settings.md",
}


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
    app.callback()(options)
    for command in (trace, reconcile, backup.backup, backup.restore):
        app.command()(command)
    for name, part in (("journal", journal), ("parked", parked), ("topics", topics), ("contracts", contracts)):
        app.add_typer(part.app, name=name)
    return app


def for_any_deployment() -> typer.Typer:
    """The command `tt` of the operator's image: of the commands of one machine it says what is there instead."""
    app = tt("Does an operator's work on any deployment.")
    for name, instead in OF_ONE_MACHINE.items():
        anything = {"allow_extra_args": True, "ignore_unknown_options": True}
        app.command(name, hidden=True, context_settings=anything)(_refusing(name, instead))
    return app


def show_version(asked: bool) -> None:  # noqa: FBT001 - the command line's library calls it so
    if asked:
        print(version())
        raise typer.Exit


def options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Prints the version.")
    ] = False,
) -> None:
    """Takes the options of `tt` itself."""


def reconcile(
    data: Data,
    seconds: Annotated[float, typer.Option(min=0, help="How long to wait for what is still on its way.")] = 30,
) -> None:
    """Compares what each service has published with what its readers have; prints what is missing or parked."""
    bus = bus_at(data)
    with services_at(data) as services:
        found = reconciled(services, seconds, bus)
    if found.lacks:
        raise Failed("\n".join(found.lacks))
    print(f"all {found.messages} messages were consumed by every subscriber")
    print(
        "and every partner finds its current records"
        if bus
        else "the partners' topics were not read: name Kafka with TT_KAFKA_BOOTSTRAP and TT_KAFKA_PASSWORD"
    )


def _refusing(name: str, instead: str) -> Callable[[], None]:
    def refuse() -> None:
        raise Failed(f"`tt {name}` is for the deployment of one machine: {instead}")

    return refuse


if __name__ == "__main__":
    for_any_deployment()(prog_name="tt")
