"""The version that the matrix runs beside this one is made of this one."""

import subprocess
from pathlib import Path

from tests.support.servers.next_version import next_version


def test_the_changes_of_a_next_version_apply_to_this_one(tmp_path: Path) -> None:
    subprocess.run([*next_version(tmp_path), "-c", "import services.risk.main"], check=True)
