"""Runs a deployment on this machine, shows the demo, and does an operator's work on any deployment."""

from deploy.cli import backup, contracts, local
from deploy.cli.operator import tt

app = tt(__doc__)
for command in (local.up, local.demo, local.token, local.access, backup.backup, backup.restore):
    app.command()(command)
app.add_typer(contracts.app, name="contracts")
