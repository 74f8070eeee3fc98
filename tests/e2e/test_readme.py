"""The README's blocks marked `sh` do what it says, in its order, in the project's own directory."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.bus import until

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
UP = "make up\n"
STARTED = "Ctrl-C stops everything"


@pytest.mark.timeout(600)
async def test_every_command_of_the_readme_works(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    before, while_up = BLOCKS[: BLOCKS.index(UP)], BLOCKS[BLOCKS.index(UP) + 1 :]
    assert before
    assert while_up
    for block in before:
        _succeeds(block, environment)

    log = tmp_path / "up.log"
    with log.open("w") as out:
        up = subprocess.Popen(["bash", "-ec", UP], cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        await until(lambda: STARTED in log.read_text("utf-8") or up.poll() is not None, 120)
        assert STARTED in log.read_text("utf-8")
        for block in while_up:
            _succeeds(block, environment)
    finally:
        os.killpg(up.pid, signal.SIGINT)
        up.wait(60)
    assert "Traceback" not in log.read_text("utf-8")


def _succeeds(block: str, environment: dict[str, str]) -> None:
    done = subprocess.run(["bash", "-ec", block], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
