"""Pages of risk at every point of an assessment's life, in both languages: in order, with one first action."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from services.risk.catalogue import policies
from services.risk.pages.assessments import weighed
from services.risk.views.assessments import Happening, assessment_view
from services.risk.views.policies import policy_of, scale_of, what_if
from services.risk.views.queue import ORDER, Group, Worklist
from shared.contracts.catalogue import load as programme
from shared.http.problems import load
from shared.i18n import Language
from shared.pages.addresses import LANGUAGES, addresses
from shared.pages.filled import Filled
from shared.pages.rendering import Renderer
from tests.support.builders.deciding import live
from tests.support.builders.risk import APPLICATION, ASSESSMENTS, LIVES, OFFICER, assessment_in
from tests.support.builders.sessions import SESSION
from tests.support.pages import flaws

RENDERER = Renderer("risk", load("services.risk"))
LINES = {line.id: line.name for line in programme().lines_of_business}
POLICIES = policies()
AT = datetime(2026, 2, 10, 15, tzinfo=UTC)
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)
EVERY = [life for life in LIVES if life != "absent"]
WRONG = Filled(faults={"outcome": "missing", "reason": "string_too_short"}, status=422)


def frame(page: str, *roles: str, **ids: object) -> dict[str, Any]:
    here = {language: addresses()[page].path(language, **ids) for language in LANGUAGES}
    session = SESSION.model_copy(update={"roles": roles or ("risk_officer",)})
    return {"page": page, "ids": ids, "here": here, "itself": here["en"], "session": session, "done": None}


def happened(life: str) -> tuple[Happening, ...]:
    return tuple(Happening(AT, fact, OFFICER.subject) for fact in reversed(live(ASSESSMENTS, LIVES[life])[1]))


def shown(life: str, language: Language, form: Filled, *roles: str) -> str:
    return RENDERER.html(
        "assessment.html",
        language,
        **frame("assessment", *roles, application_id=APPLICATION),
        **weighed(assessment_in(life), POLICIES),
        form=form,
        policies=POLICIES,
        happened=happened(life),
        lines=LINES,
        weighs="risk_officer" in roles,
    )


@IN_BOTH
@pytest.mark.parametrize("life", EVERY)
def test_an_assessment_at_every_point_of_its_life(life: str, language: Language) -> None:
    for role in ("risk_officer", "decision_officer"):
        html = shown(life, language, Filled(), role)
        assert list(flaws(html)) == []
        assert ("data-autosave" in html) is (life == "referred" and role == "risk_officer")


@IN_BOTH
def test_a_ruling_that_lacks_something(language: Language) -> None:
    assert list(flaws(shown("referred", language, WRONG, "risk_officer"))) == []


@IN_BOTH
def test_a_queue_with_every_group_and_an_empty_one(language: Language) -> None:
    groups = tuple(
        Group(
            status,
            tuple(assessment_view(assessment_in(life)) for life in EVERY if assessment_in(life).status == status),
        )
        for status in ORDER
    )
    empty = Worklist((), None)
    for work, filtered in ((Worklist(groups, "assessed:abc"), True), (empty, True), (empty, False)):
        html = RENDERER.html(
            "assessments.html",
            language,
            **frame("assessments"),
            form=Filled({"status": ("assessed",), "band": ("high",)} if filtered else {}),
            address=lambda **changed: f"?{urlencode(changed)}",
            is_filtered=filtered,
            work=work,
            counts=dict.fromkeys(ORDER, 1_200),
            lines=LINES,
        )
        assert list(flaws(html)) == []


@IN_BOTH
@pytest.mark.parametrize("life", ["referred", "assessed", "unacceptable"])
def test_what_every_version_would_make_of_it(life: str, language: Language) -> None:
    for policy in POLICIES:
        compared = what_if(assessment_in(life), policy)
        before = policy_of(POLICIES, compared.scored.policy_version)
        html = RENDERER.html(
            "what_if.html",
            language,
            **frame("what_if", application_id=APPLICATION, version=policy.version),
            compared=compared,
            legal_name="Boreal Drayage Ltd.",
            sides=[(before, scale_of(before, compared.scored)), (policy, scale_of(policy, compared.what_if))],
            policies=POLICIES,
        )
        assert list(flaws(html)) == []
