"""`tt topics`: creates topics, users and ACLs as topics.yaml declares them."""

import os
from collections.abc import Mapping
from typing import Annotated

import typer

from deploy.cli.options import Data
from deploy.errors import Failed
from deploy.kafka.access import OPERATOR, admin, users
from deploy.kafka.apply import apply
from deploy.kafka.plan import SetPassword, plan
from deploy.local.deployment import Deployment
from deploy.operations.access import Cluster
from shared.bus.access import KafkaAccess
from shared.settings import load

app = typer.Typer(help="Topics, users and ACLs, as topics.yaml declares them.", no_args_is_help=True)
Rotate = Annotated[bool, typer.Option("--rotate", help="Set every password anew.")]


@app.command("plan")
def show_plan(data: Data, *, rotate: Rotate = False) -> None:
    """Prints what the cluster lacks, and changes nothing."""
    access, _ = _cluster(data)
    for change in (changes := plan(admin(access), rotate=rotate)):
        print(change)
    print(f"{len(changes)} changes")


@app.command("apply")
def carry_out(data: Data, *, rotate: Rotate = False) -> None:
    """Carries out the plan; partition counts never change."""
    access, passwords = _cluster(data)
    client = admin(access)
    changes = plan(client, rotate=rotate)
    if missing := [
        change.user for change in changes if isinstance(change, SetPassword) and change.user not in passwords
    ]:
        raise Failed(f"these passwords are not set: {', '.join(map(_variable, missing))}")
    apply(client, changes, passwords)
    for change in changes:
        print(change)
    print(f"{len(changes)} changes made")


def _cluster(data: Data) -> tuple[KafkaAccess, Mapping[str, str]]:
    """The operator's access and the passwords of users: from the settings, else from this machine's deployment."""
    if named := load(Cluster).access():
        return named, {user: os.environ[_variable(user)] for user in users() if _variable(user) in os.environ}
    local = Deployment.at(data)
    return local.kafka(OPERATOR), local.passwords


def _variable(user: str) -> str:
    return f"TT_PASSWORD_{user.upper().replace('.', '_')}"
