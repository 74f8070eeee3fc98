import pytest

from tests.support.source import ROOT, SERVICES

FILES = {"__init__.py", "api.py", "main.py", "pages.py", "settings.py", "subscriptions.py", "views.py"}
FOLDERS = {"catalogue", "domain", "templates"}
ALWAYS = {"__init__.py", "api.py", "main.py", "settings.py", "views.py", "domain", "catalogue"}
SPLIT = {
    "api": "api.py",
    "views": "views.py",
}  # what has grown past the budget is a package of the same name, one module per part
DATA = {".py", ".yaml"}


def names(service: str) -> set[str]:
    return {
        SPLIT.get(path.name, path.name)
        for path in (ROOT / "services" / service).iterdir()
        if path.name != "__pycache__"
    }


def test_there_are_these_five_services() -> None:
    assert {path.name for path in (ROOT / "services").iterdir() if path.is_dir() and path.name != "__pycache__"} == set(
        SERVICES
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_fixed_names_and_no_others(service: str) -> None:
    assert names(service) - FILES - FOLDERS == set()
    assert ALWAYS - names(service) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_is_code_and_a_catalogue_is_data_with_its_loader(service: str) -> None:
    assert {
        path.suffix
        for path in (ROOT / "services" / service / "domain").rglob("*.*")
        if path.parent.name != "__pycache__"
    } == {".py"}
    catalogue = {
        path.name: path.suffix
        for path in (ROOT / "services" / service / "catalogue").iterdir()
        if path.name != "__pycache__"
    }
    assert set(catalogue.values()) <= DATA
    assert "problems.yaml" in catalogue


@pytest.mark.parametrize("service", SERVICES)
def test_tests_stand_where_their_service_stands(service: str) -> None:
    assert any((ROOT / "tests" / "services" / service).glob("test_*.py"))
