"""The version of this project: of its package, else of its sources, as in the operator's image, which installs none."""

import tomllib
from importlib import metadata
from pathlib import Path

SOURCES = Path(__file__).parents[1]


def version() -> str:
    try:
        return metadata.version("trusted-trader")
    except metadata.PackageNotFoundError:
        project = tomllib.loads((SOURCES / "pyproject.toml").read_text("utf-8"))
        return str(project["project"]["version"])
