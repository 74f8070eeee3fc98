"""`tt topics`: creates topics, users and ACLs as topics.yaml declares them."""

import os
from collections.abc import Mapping
from typing import Annotated

import typer
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from deploy.cli.options import Data
from deploy.errors import Failed
from deploy.kafka.access import OPERATOR, admin, users
from deploy.kafka.apply import apply
from deploy.kafka.plan import SetPassword, plan
from deploy.local.deployment import Deployment
from shared.bus.access import KafkaAccess
from shared.settings import FROM_ENVIRONMENT, Brokers, load, needed_with

app = typer.Typer(help="Topics, users and ACLs, as topics.yaml declares them.", no_args_is_help=True)
Rotate = Annotated[bool, typer.Option("--rotate", help="Set every password anew.")]


class Cluster(BaseSettings):
    """A Kafka elsewhere and its super user. TT_PASSWORD_<USER> is the password of a user, as TT_PASSWORD_PARTNER_US."""

    model_config = FROM_ENVIRONMENT

    kafka_bootstrap: Brokers | None = None
    kafka_user: str = OPERATOR
    kafka_password: Annotated[SecretStr | None, needed_with("kafka_bootstrap")] = None


@app.command("plan")
def show_plan(data: Data, *, rotate: Rotate = False) -> None:
    """Prints what the cluster lacks, and changes nothing."""
    access, _ = _cluster(load(Cluster), data)
    for change in (changes := plan(admin(access), rotate=rotate)):
        print(change)
    print(f"{len(changes)} changes")


@app.command("apply")
def carry_out(data: Data, *, rotate: Rotate = False) -> None:
    """Carries out the plan; partition counts never change."""
    access, passwords = _cluster(load(Cluster), data)
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


def _cluster(named: Cluster, data: Data) -> tuple[KafkaAccess, Mapping[str, str]]:
    """The operator's access and the passwords of users: from the settings, else from this machine's deployment."""
    if named.kafka_bootstrap is None:
        local = Deployment.at(data)
        return local.kafka(OPERATOR), local.passwords
    password = named.kafka_password.get_secret_value() if named.kafka_password else None
    passwords = {user: os.environ[_variable(user)] for user in users() if _variable(user) in os.environ}
    return KafkaAccess(named.kafka_bootstrap, named.kafka_user, password), passwords


def _variable(user: str) -> str:
    return f"TT_PASSWORD_{user.upper().replace('.', '_')}"
