import pytest

from tests.support.source import Module, imported, modules, parsed


def trespasses(module: Module) -> list[str]:
    """What a module of the tests imports of a test, or of the helpers of another folder."""
    own = module.path.parts[1]
    ours = [name for name in imported(module) if name.startswith("tests.")]
    return [name for name in ours if ".test_" in name or name.split(".")[1] not in {"support", own}]


def test_no_test_is_imported_and_what_folders_share_is_in_support() -> None:
    assert {module.name: trespasses(module) for module in modules("tests") if trespasses(module)} == {}


@pytest.mark.parametrize(
    ("importing", "allowed"),
    [
        ("from tests.faults.scene import Scene", True),
        ("from tests.support.source import ROOT", True),
        ("from tests.support import mistakes", True),
        ("from tests.faults.test_park import poison", False),
        ("from tests.schedules import kafka", False),
        ("import tests.bench.work", False),
    ],
)
def test_an_import_from_elsewhere_is_found(importing: str, allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (trespasses(parsed("tests.faults.test_x", importing)) == []) == allowed
