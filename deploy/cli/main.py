"""Runs a deployment on this machine, shows the demo, and does an operator's work on any deployment."""

import typer

from deploy.cli import local
from deploy.cli.options import Plain

app = typer.Typer(name="tt", cls=Plain, help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
for command in (local.up, local.demo, local.token):
    app.command()(command)
