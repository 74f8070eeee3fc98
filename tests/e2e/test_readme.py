"""The README and its pages do what they say: first its blocks in order, then four readers who wait for each other.

`make demo` is run by test_demo.
"""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import takewhile

import pytest

from tests.e2e.pages import DEMO, ROOT, Shell, blocks

UP = "make up\n"
STARTED = "Ctrl-C stops everything"
PAGES = ("companies", "officers", "partners", "operators")
STORY = """
    companies: The same as commands
    companies: I want to register my company
    companies: I want colleagues to work on it too
    companies: I want to know what is still missing
    companies: I want to fill it in
    companies: I want to decide who is informed
    companies: I want to submit
    officers: The same as commands
    officers: I want to find a case and take it
    officers: I want to ask the company something
    companies: I was asked a question
    officers: I want to judge what was submitted
    companies: I want to read what officers advise
    officers: I want to understand a risk assessment, or decide one
    officers: I want to visit the company
    companies: I am to be visited
    officers: I was there
    companies: An action is required of me
    officers: I want to close a finding and conclude
    officers: I want to decide
    officers: I want to look after a membership
    companies: I am a member: what does that mean, and who knows?
    partners: The same as commands
    partners: I want to look up one member
    partners: I want to keep a copy by HTTP
    partners: I want each change at once, by Kafka
    companies: I want to withdraw a consent, my application, or leave
    partners: A sharing has ended
    operators: The same as commands
    operators: I want to know whether it is well
    operators: I want to know whether anything was lost or altered
    operators: I want to know what happened to one company
    operators: Who has read and done what by hand?
    operators: Something is parked
    operators: I want a backup
    operators: I want to give a partner its access
"""

PRINTED = re.compile(r"^```sh\nmake up\n```\n.*?^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
COLUMN = 16


@dataclass(frozen=True)
class Up:
    """`make up` in another terminal: what it has printed, and the environment that it shares with this one."""

    printed: list[str]
    environment: dict[str, str]


def guide(page: str) -> str:
    return f"docs/guides/{page}.md"


def readme() -> list[str]:
    return [block for under in blocks("README.md").values() for block in under]


def story() -> list[tuple[str, str]]:
    """Page and heading, in the order in which life has them."""
    return [(page, heading) for page, heading in (line.strip().split(": ", 1) for line in STORY.strip().splitlines())]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path_factory.mktemp("home"))}
    command = ["bash", "-ec", UP]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as started:
        assert started.stdout
        try:
            printed = list(takewhile(lambda line: STARTED not in line, started.stdout))
            yield Up(printed, environment)
        finally:
            os.killpg(started.pid, signal.SIGINT)
        assert "Traceback" not in started.stdout.read()


def test_make_up_prints_what_the_readme_shows(up: Up) -> None:
    shown = re.findall(PRINTED, (ROOT / "README.md").read_text("utf-8"))[0].splitlines()
    assert STARTED in shown[-1]
    assert [line[:COLUMN] for line in up.printed[1 - len(shown) :]] == [line[:COLUMN] for line in shown[:-1]]


def test_every_command_of_the_readme_works(up: Up) -> None:
    first, *meanwhile, last = readme()
    assert (first, last) == (UP, DEMO)
    assert meanwhile
    with Shell(up.environment) as shell:
        for block in meanwhile:
            shell.runs(block)


def test_every_command_of_the_pages_works(up: Up) -> None:
    found = {page: blocks(guide(page)) for page in PAGES}
    with ExitStack() as open_shells:
        shells = {page: open_shells.enter_context(Shell(up.environment)) for page in PAGES}
        for page, heading in story():
            for block in found[page][heading]:
                shells[page].runs(block)


@pytest.mark.parametrize("page", PAGES)
def test_every_section_with_commands_is_in_the_story(page: str) -> None:
    assert [heading for of, heading in story() if of == page] == list(blocks(guide(page)))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_sections(page: str) -> None:
    for other, anchor in re.findall(
        r"\]\((\w+)\.md(?:#([\w-]+))?\)", (ROOT / "docs" / "guides" / f"{page}.md").read_text("utf-8")
    ):
        anchors = {
            re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in blocks(f"docs/guides/{other}.md")
        }
        assert not anchor or anchor in anchors


def test_a_command_that_fails_is_found() -> None:
    with Shell(dict(os.environ)) as shell:
        shell.runs("word=kept")
        shell.runs('test "$word" = kept')
        with pytest.raises(AssertionError, match="lost"):
            shell.runs('echo lost\nfalse\necho "not reached"')
