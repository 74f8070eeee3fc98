"""The README's blocks marked `sh` do what it says, in its order, in the project's own directory."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
UP = "make up\n"
STARTED = "Ctrl-C stops everything"


@pytest.mark.timeout(600)
def test_every_command_of_the_readme_works(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    before, while_up = BLOCKS[: BLOCKS.index(UP)], BLOCKS[BLOCKS.index(UP) + 1 :]
    assert before
    assert while_up
    for block in before:
        _succeeds(block, environment)

    command = ["bash", "-ec", UP]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True) as up:
        assert up.stdout
        try:
            assert any(STARTED in line for line in up.stdout)
            for block in while_up:
                _succeeds(block, environment)
        finally:
            os.killpg(up.pid, signal.SIGINT)
        assert "Traceback" not in up.stdout.read()


def _succeeds(block: str, environment: dict[str, str]) -> None:
    done = subprocess.run(["bash", "-ec", block], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
