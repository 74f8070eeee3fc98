"""A page with every part of the kit, filled with long words, right or all wrong."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from shared.http.problems import load
from shared.http.session.session import Session
from shared.i18n import Language
from shared.pages.forms import Filled
from shared.pages.rendering import Renderer
from tests.support.templates import give

SOURCE = Path(__file__).with_suffix(".html")
LONG: Mapping[Language, str] = {
    "en": "Internationalization of counterintelligence for the transportation of pharmaceuticals",
    "fr": "Anticonstitutionnellement dédouanées, marchandises intergouvernementales de radiotélécommunication",
}
FIELDS = ("text", "date", "area", "file", "select", "radios", "checkboxes", "yes_no", "check")
AT = datetime(2026, 9, 30, 23, 59, tzinfo=UTC)


def specimen(language: Language, *, wrong: bool, fresh_until: datetime = AT) -> str:
    """The page; `wrong`: every field of its form has a fault. The session is fresh until then."""
    long = LONG[language]
    return _renderer().html(
        SOURCE.name,
        language,
        long=long,
        labels=dict.fromkeys(FIELDS, long),
        form=Filled(
            dict.fromkeys(FIELDS, ("a", long)), dict.fromkeys((*FIELDS, ""), "postal_code_invalid") if wrong else {}
        ),
        stages=[{"title": long, "text": long, "state": state} for state in ("done", "now", "later")],
        moment=AT,
        **_frame(language, fresh_until),
    )


@cache
def _renderer() -> Renderer:
    """That of a service, which finds this page among its templates."""
    renderer = Renderer("intake", load("services.intake"))
    give(renderer, SOURCE.name, SOURCE.read_text("utf-8"))
    return renderer


def _frame(language: Language, fresh_until: datetime) -> Mapping[str, object]:
    """What every visit shows."""
    session = Session(
        id="1",
        subject="U",
        name=LONG["en"],
        issuer="https://issuer.example",
        fresh_until=fresh_until,
        ends_at=fresh_until + timedelta(hours=8),
    )
    here: Mapping[Language, str] = {"en": "/en/specimen", "fr": "/fr/specimen"}
    return {"page": "specimen", "ids": {}, "here": here, "itself": here[language], "session": session, "done": None}
