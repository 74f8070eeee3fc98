"""The shell functions of the guides: a problem is shown, and nothing waits without end or without a word."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.source import ROOT

PROBLEM = '{"type": "about:blank", "title": "Not found", "status": 404, "code": "not_found"}'
SHELLS = [shell for shell in ("bash", "zsh") if shutil.which(shell)]
WAITING = re.compile(r"^.*\b(?:until|while)\b.*$", re.MULTILINE)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A project's directory whose `tt` names no address."""
    tt = tmp_path / ".venv" / "bin" / "tt"
    tt.parent.mkdir(parents=True)
    tt.write_text("#!/bin/sh\n")
    tt.chmod(0o700)
    return tmp_path


def run(shell: str, home: Path, script: str) -> subprocess.CompletedProcess[str]:
    loaded = f". {ROOT / 'docs' / 'guides' / 'guides.sh'}\nset -o pipefail"
    command = f"{loaded}\nanswer() {{ printf '%s\\n' '{PROBLEM}'; }}\n{script}"
    return subprocess.run([shell, "-c", command], cwd=home, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("reading", ["field id", "field cases 0 id", "field 0", "each cases id", "each title id"])
def test_a_problem_is_shown_whole_where_a_value_was_expected(shell: str, reading: str, home: Path) -> None:
    done = run(shell, home, f"answer | {reading}")
    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", PROBLEM)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(("answer", "shown"), [("", "there was no answer"), ("<html>", "<html>")])
def test_what_is_no_answer_is_shown_too(shell: str, answer: str, shown: str, home: Path) -> None:
    done = run(shell, home, f"printf '{answer}' | field id")
    assert (done.returncode, done.stderr.strip()) == (1, shown)


@pytest.mark.parametrize("shell", SHELLS)
def test_values_are_read(shell: str, home: Path) -> None:
    listed = '{"cases": [{"id": 1, "name": "a b"}, {"id": 2, "name": "c"}]}'
    done = run(shell, home, f"echo '{listed}' | field cases 1 id; echo '{listed}' | each cases id name")
    assert done.stdout.splitlines() == ["2", "1 a b", "2 c"]


@pytest.mark.parametrize("shell", SHELLS)
def test_waiting_ends_and_shows_the_last_answer(shell: str, home: Path) -> None:
    done = run(shell, home, "SOON_SECONDS=1; soon 'approved' answer; echo $?")
    assert done.stdout.strip() == "1"
    assert done.stderr.splitlines() == ["approved did not come within 1 s; the last answer:", PROBLEM]


@pytest.mark.parametrize("shell", SHELLS)
def test_waiting_ends_where_the_command_itself_fails(shell: str, home: Path) -> None:
    done = run(shell, home, "SOON_SECONDS=0; soon 'approved' curl --silent --show-error http://127.0.0.1:9; echo $?")
    assert done.stdout.strip() == "1"
    assert "curl" in done.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_what_comes_is_waited_for(shell: str, home: Path) -> None:
    done = run(shell, home, "soon 'second' sh -c 'test -e came && echo second; touch came'; echo $?")
    assert (done.stdout.strip(), done.stderr) == ("0", "")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_token_stands_on_no_command_line(shell: str, home: Path) -> None:
    curl = home / "curl"
    curl.write_text('#!/bin/sh\necho "$@"\ncat >&2\n')
    curl.chmod(0o700)

    done = run(shell, home, f"PATH={home}:$PATH; ask hush GET http://127.0.0.1:9/me")

    assert "hush" not in done.stdout
    assert done.stdout.endswith("http://127.0.0.1:9/me\n")
    assert done.stderr == "Authorization: Bearer hush\n"


def waits(text: str) -> list[str]:
    """The lines of shell that repeat something, but those that read lines until these end."""
    return [line.strip() for line in WAITING.findall(text) if "read -r" not in line]


def test_no_page_waits_in_any_other_way() -> None:
    pages = [*(ROOT / "docs" / "guides").glob("*.md"), ROOT / "README.md", ROOT / "docs" / "upgrading.md"]
    shells = {
        page.name: re.findall(r"^```(?:sh)?\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        for page in pages
    }
    assert {name: found for name, blocks in shells.items() if (found := waits("\n".join(blocks)))} == {}
    assert sum(map(len, shells.values())) > 40
    assert len(waits("until curl; do sleep 1; done\nmissing | while read -r kind; do upload; done")) == 1
