"""The code as its next version could be: one field of a state, one status, one kind of fact, one message version more.

Risk counts what it has of an application, files an assessment once it is decided, and publishes its outcome in a word.
"""

import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

from tests.support.servers.fleet import Code
from tests.support.source import ROOT

CHANGES = Path(__file__).with_suffix(".patch")


def next_version(into: Path) -> Code:
    """A copy of the product with these changes. Raises CalledProcessError where they no longer apply."""
    for name in ("shared", "services"):
        copytree(ROOT / name, into / name, ignore=ignore_patterns("__pycache__"))
    subprocess.run(["git", "apply", "-p0", CHANGES], cwd=into, check=True)
    return ("env", f"PYTHONPATH={into}", sys.executable, "-P")
