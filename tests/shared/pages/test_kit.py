"""The parts of the kit, all on one page: every control has its name, its hint and its fault, in both languages."""

import itertools
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from jinja2 import nodes

from shared.http.problems import Problem, load
from shared.i18n import Language
from shared.pages.addresses import LANGUAGES, addresses
from shared.pages.rendering import Renderer
from tests.support.builders.sessions import SESSION
from tests.support.source import SERVICES
from tests.support.specimen import FIELDS, SOURCE, specimen
from tests.support.templates import KIT, parsed

PARTS = ("ui.html", "form.html", "tables.html")
CONTROLS = "main input:not([type=hidden]), main select, main textarea"
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)
RIGHT_AND_WRONG = pytest.mark.parametrize("wrong", [False, True], ids=["right", "wrong"])


def html(language: Language, *, wrong: bool) -> BeautifulSoup:
    return BeautifulSoup(specimen(language, wrong=wrong), "html.parser")


def macros(template: Path) -> set[str]:
    """The names of the parts that a template makes."""
    return {macro.name for macro in parsed(template).find_all(nodes.Macro)}


def used(template: Path) -> set[str]:
    """The last names of all that a template calls."""
    called = [call.node for call in parsed(template).find_all(nodes.Call)]
    return {node.attr if isinstance(node, nodes.Getattr) else getattr(node, "name", "") for node in called}


@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_on_the_page(name: str) -> None:
    shown = used(SOURCE).union(*(used(KIT / part) for part in PARTS))
    assert macros(KIT / name) - shown == ({"confirmation"} if name == "tables.html" else set())  # it has the page's h1


@RIGHT_AND_WRONG
@IN_BOTH
def test_every_control_has_a_name_of_its_own(language: Language, *, wrong: bool) -> None:
    page = html(language, wrong=wrong)
    labels = [str(label["for"]) for label in page.select("label")]
    assert sorted(labels) == sorted(str(control["id"]) for control in page.select(CONTROLS))
    ids = Counter(str(part["id"]) for part in page.select("[id]"))
    assert [name for name, times in ids.items() if times > 1] == []


@RIGHT_AND_WRONG
@IN_BOTH
def test_whatever_describes_or_names_a_part_is_there(language: Language, *, wrong: bool) -> None:
    page = html(language, wrong=wrong)
    for part in page.select("[aria-describedby], [aria-labelledby]"):
        named = f"{part.get('aria-describedby', '')} {part.get('aria-labelledby', '')}".split()
        assert [name for name in named if page.find(id=name) is None] == []
    assert all(page.find(id=str(link["href"])[1:]) for link in page.select(".errors a, .skip"))


@IN_BOTH
def test_a_fault_stands_in_the_summary_and_at_its_field(language: Language) -> None:
    page = html(language, wrong=True)
    summary = page.select_one("#errors")
    assert isinstance(summary, Tag)
    assert len(summary.select("li")) == len(FIELDS) + 1
    assert [page.find(id=f"{name}-error") is None for name in FIELDS] == [False] * len(FIELDS)
    assert summary.has_attr("autofocus")
    assert html(language, wrong=False).select(".errors, .error, [aria-invalid]") == []


@IN_BOTH
def test_headings_come_in_order(language: Language) -> None:
    levels = [int(heading.name[1]) for heading in html(language, wrong=True).select("h1, h2, h3, h4")]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


@IN_BOTH
@pytest.mark.parametrize("service", SERVICES)
def test_every_problem_has_its_page(service: str, language: Language) -> None:
    """Each says what is the matter and what helps, with the id by which the cause is found."""
    problems = load(f"services.{service}")
    renderer = Renderer(service, problems)
    for code, sentence in problems.items():
        problem = Problem(type="urn", title="", status=sentence.status, code=code, correlation="c-1")
        page = BeautifulSoup(renderer.html("problem.html", language, problem=problem, way_in="/"), "html.parser")
        assert [len(page.select(part)) for part in ("h1", "main p", "main .acts a", "main code")] == [1, 4, 2, 1], code
        assert all(part.get_text(strip=True) for part in page.select("main p, main a")), code
        assert page.html
        assert page.html["lang"] == f"{language}-CA"


@IN_BOTH
@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("trader", "welcome"),
        ("review_officer", "cases"),
        ("risk_officer", "assessments"),
        ("site_officer", "validations"),
        ("operator", "intake_operations"),
        ("partner", "feed"),
    ],
)
@pytest.mark.parametrize(
    ("status", "code"), [(403, "role_not_allowed"), (403, "not_impartial"), (404, "not_found"), (503, "unavailable")]
)
def test_the_page_of_a_problem_leads_its_reader_back_to_the_own_room(
    role: str, home: str, status: int, code: str, language: Language
) -> None:
    """No officer, operator or partner reads of a company of theirs."""
    renderer = Renderer("review", load("services.review"))
    problem = Problem(type="urn", title="", status=status, code=code, correlation="c-1")
    session = SESSION.model_copy(update={"roles": (role,)})
    page = BeautifulSoup(
        renderer.html("problem.html", language, problem=problem, session=session), "html.parser"
    ).select_one("main")
    assert page
    links = [str(link["href"]) for link in page.select(".acts a")]
    start, own = (addresses()[name].path(language) for name in ("start", home))
    assert links == (["", own if home != "welcome" else start] if status == 503 else [own, start])
    mine = {"en": "your companies", "fr": "vos entreprises"}[language]
    assert home == "welcome" or mine not in page.get_text().lower()
    assert home == "welcome" or "account owner" not in page.get_text()
