"""What the commands share: where a deployment lives, and how a failure is reported."""

import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from deploy.errors import Failed


def data_home() -> Path:
    """The directory of the deployment where none is named."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "trusted-trader"


Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="TT_DATA",
        default_factory=data_home,
        help="The directory of the deployment.",
        file_okay=False,
        resolve_path=True,
    ),
]
Service = Annotated[str | None, typer.Option("--service", help="One service alone.")]


class Plain(TyperGroup):
    """Prints a failure as its sentence on standard error, and ends with exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it reports, it also raises or mends
        try:
            return super().invoke(ctx)
        except Failed as failed:
            sentence = str(failed)
        except OSError as error:
            if error.filename is None:
                raise
            sentence = f"{error.filename}: {error.strerror}. Mend that, or name another file or directory"
        print(sentence, file=sys.stderr)
        raise typer.Exit(1)
