"""Runs a deployment on this machine, shows the demo, and does an operator's work on any deployment."""

from deploy.cli import local
from deploy.cli.operator import tt

app = tt(__doc__)
for command in (local.up, local.demo, local.token, local.access):
    app.command()(command)
