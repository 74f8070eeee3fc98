import re

import pytest
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from deploy.local.servers import Given
from deploy.operations.access import Cluster, DatabasesElsewhere, Elsewhere
from deploy.operations.replay import Stopped
from shared.settings import ServiceSettings
from tests.support.built import settings_of
from tests.support.source import ROOT, SERVICES

SECTIONS: dict[str, type[BaseSettings]] = {
    "Every service": ServiceSettings,
    **{service: settings_of(service) for service in SERVICES},
    "tt up, tt demo": Given,
    "tt topics": Cluster,
    "tt trace, reconcile, journal, parked": Elsewhere,
    "tt journal replay": Stopped,
    "tt backup, tt restore": DatabasesElsewhere,
}
PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")
ROW = re.compile(r"^\| `(TT_[A-Z_]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def written(section: str) -> dict[str, str]:
    """Variables and defaults of one section of the page; none if there is no such section."""
    found = re.search(rf"^## {re.escape(section)}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return {name: default for name, default, _ in ROW.findall(found[1])} if found else {}


def read(kind: type[BaseSettings]) -> dict[str, str]:
    """Variables and defaults that a class reads, without those that every service reads."""
    common = ServiceSettings.model_fields if kind is not ServiceSettings and issubclass(kind, ServiceSettings) else {}
    return {f"TT_{name.upper()}": default(field) for name, field in kind.model_fields.items() if name not in common}


def default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "none" if field.default is None else f"`{field.default}`"


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_lists_what_the_class_reads(section: str) -> None:
    assert written(section) == read(SECTIONS[section])


def test_the_page_describes_nothing_else() -> None:
    described = [name for section in SECTIONS for name in written(section)]
    assert [name for name, _, _ in ROW.findall(PAGE)] == described


def test_every_class_of_settings_stands_on_the_page() -> None:
    files = [path for root in ("shared", "services", "deploy") for path in (ROOT / root).rglob("*.py")]
    named = {
        name
        for path in files
        for name in re.findall(r"class (\w+)\((?:Base|Service)Settings\)", path.read_text("utf-8"))
    }
    assert named == {kind.__name__ for kind in SECTIONS.values()}
