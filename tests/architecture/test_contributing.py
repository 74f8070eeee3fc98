"""The pages for contributors are true: their files, commands and variables, and the tools that serve them."""

import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.servers import Given
from shared.model import Json
from tests.support.source import ROOT

PAGES = ("CONTRIBUTING.md", "SECURITY.md", "tests/README.md")
LINK = re.compile(r"\]\(([^()\s:#]+)(?:#[\w-]+)?\)")
PATH = re.compile(r"(?<![\w/.])(?:shared|services|deploy|docs|tests|requirements|\.ci)/[\w./-]*\w(?![\w/*])")
TEST_FILE = re.compile(r"\btest_\w+\.py\b")
MAKE = re.compile(r"\bmake ([a-z-]+)(?=`|$)", re.MULTILINE)
READ = re.compile(r"environ(?:\.get\(|\[)[\"']([A-Z_]+)[\"']")
BETWEEN_TESTS = {"ALSO_ON", "BENCH_TASK", "CRASHED", "CRASH_AT", "GROUP", "MENDED", "PATH", "SERVICE"}  # and children
OF_A_DEPLOYMENT = {"TT_ACCESS_LOG", "TT_FIRST_PORT", "TT_KAFKA_BOOTSTRAP"}
CI = ROOT / ".github" / "workflows" / "ci.yml"
MAJOR = re.compile(r"[\w.-]+/[\w.-]+@v\d+")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def absent(text: str, home: Path) -> list[str]:
    """What a page names and is not there: targets of links, paths from the root, test files, targets of make."""
    links = [target for target in LINK.findall(text) if not (home / target).exists()]
    paths = [path for path in PATH.findall(LINK.sub("]", text)) if not (ROOT / path).exists()]
    tests = [name for name in TEST_FILE.findall(text) if not any((ROOT / "tests").rglob(name))]
    return [*links, *paths, *tests, *(f"make {target}" for target in MAKE.findall(text) if target not in targets())]


def targets() -> set[str]:
    """What make can be asked for by name."""
    return {target for line in re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE) for target in line.split()}


def variables(texts: Iterable[str]) -> set[str]:
    """The environment variables that tests read of those who run them."""
    read = {name for text in texts for name in READ.findall(text)}
    return (read | {f"TT_{name.upper()}" for name in Given.model_fields}) - BETWEEN_TESTS - OF_A_DEPLOYMENT


def first_cells(text: str, heading: str) -> list[str]:
    """The first cell of every row of the tables under a heading."""
    _, _, section = text.partition(f"## {heading}\n")
    return re.findall(r"^\| (.+?) \|", section.partition("\n## ")[0], re.MULTILINE)


def fetched(hooks: Json) -> list[str]:
    """The repositories that pre-commit would fetch for these hooks."""
    return [repository["repo"] for repository in hooks["repos"] if repository["repo"] != "local"]


def entries(hooks: Json) -> Iterator[str]:
    """What these hooks run, each once and whatever files change."""
    for hook in (hook for repository in hooks["repos"] for hook in repository["hooks"]):
        assert hook["pass_filenames"] is False, hook["id"]
        yield hook["entry"]


def faults(workflow: Any) -> list[str]:
    """What a workflow lacks: the lowest Python of the project, `.ci/run`, no rights, actions of a major version."""
    (job,) = workflow["jobs"].values()
    steps, lowest = job["steps"], PROJECT["project"]["requires-python"].removeprefix(">=")
    pythons = [step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", "")]
    loose = [step["uses"] for step in steps if "uses" in step and not MAJOR.fullmatch(step["uses"])]
    return [
        *([] if pythons == [lowest] else [f"Python {lowest}"]),
        *([] if steps[-1].get("run") == ".ci/run" else [".ci/run"]),
        *([] if workflow["permissions"] == {"contents": "read"} else ["no right but to read"]),
        *loose,
    ]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    assert absent((ROOT / page).read_text("utf-8"), (ROOT / page).parent) == []


@pytest.mark.parametrize(
    "text",
    ["[it](docs/gone.png)", "`shared/gone.py`", "see tests/gone/test_web.py", "`test_gone.py`", "`make gone`"],
)
def test_what_is_named_and_absent_is_found(text: str) -> None:
    assert absent(text, ROOT)


@pytest.mark.parametrize("text", ["[it](docs/index.md#x)", "`services/*/domain/`", "`make test`", "to make use of"])
def test_what_is_named_and_there_passes(text: str) -> None:
    assert absent(text, ROOT) == []


def test_every_folder_of_tests_has_its_row() -> None:
    cells = first_cells((ROOT / "tests" / "README.md").read_text("utf-8"), "Which altitude tests what")
    there = {path.parent.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/test_*.py")}
    assert {cell.partition("](")[0].strip("[") for cell in cells} >= there


def test_every_variable_that_tests_read_is_described() -> None:
    page = (ROOT / "tests" / "README.md").read_text("utf-8")
    described = re.findall(r"`([A-Z_]+)`", " ".join(first_cells(page, "What the environment may set")))
    modules = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    read = variables(path.read_text("utf-8") for path in modules)
    assert sorted(described) == sorted(read | {"NOT_RUN"})


def test_a_variable_that_tests_read_is_found() -> None:
    text = """one = os.environ.get("ONE")\nother = f"{environ['OTHER']}"\nos.environ["PATH"]"""
    assert variables([text]) - variables([]) == {"ONE", "OTHER"}


def test_help_lists_every_target() -> None:
    printed = subprocess.run(["make", "--silent", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {line.split()[1] for line in printed.stdout.splitlines()} == targets()


def test_before_every_commit_runs_what_make_check_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    recipe = re.findall(r"^\t\$\(BIN\)/(.*)$", MAKEFILE.partition("\ncheck:")[2].partition("\n\n")[0], re.MULTILINE)
    assert fetched(hooks) == []
    assert list(entries(hooks)) == [f".venv/bin/{command}" for command in recipe] != []


def test_a_repository_that_would_be_fetched_is_found() -> None:
    assert fetched({"repos": [{"repo": "local"}, {"repo": "https://hooks.example/ruff"}]}) == [
        "https://hooks.example/ruff"
    ]


def test_hosted_ci_runs_what_every_change_must_pass() -> None:
    assert faults(yaml.safe_load(CI.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        ('"3.11"', '"3.13"', "Python 3.11"),
        ("run: .ci/run", "run: make test", ".ci/run"),
        ("contents: read", "contents: write", "no right but to read"),
        ("checkout@v6", "checkout@main", "actions/checkout@main"),
    ],
)
def test_what_hosted_ci_lacks_is_found(there: str, instead: str, fault: str) -> None:
    text = CI.read_text("utf-8")
    assert there in text
    assert faults(yaml.safe_load(text.replace(there, instead))) == [fault]


def test_editors_break_lines_where_the_formatter_does() -> None:
    read = ConfigParser()
    read.read_string("[top]\n" + (ROOT / ".editorconfig").read_text("utf-8"))
    assert int(read["*.py"]["max_line_length"]) == PROJECT["tool"]["ruff"]["line-length"]
