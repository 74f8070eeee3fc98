from pathlib import Path

from tests.support.source import ROOT

BEHAVIOURS = {
    "bus/test_network.py": "consumer and publishers, when the network between them and the broker fails",
    "bus/test_once.py": "relay and pending outboxes, whenever a notification comes",
    "pages/test_form_templates.py": "what forms show of what people type",
    "http/session/test_doors.py": "the pages of signing in, and whom they let in",
    "pages/test_kit.py": "the parts of pages, all of them on one",
    "pages/test_templates.py": "every template of the kit and of services",
    "test_lifting.py": "upcasters, of contracts and of deciders",
    "test_process.py": "settings, logs, tasks and traces, before a process serves and when it ends",
    "test_sources.py": "what the two source documents say that every service does",
    "test_versions.py": "every module that meets a later version",
}  # why a test of the kernel is named after a behaviour, and not after the module that it tests


def module_of(test: Path) -> Path:
    """The module or the package that a test mirrors."""
    module = ROOT / "shared" / test.with_name(test.name.removeprefix("test_"))
    return module if module.exists() else module.with_suffix("") / "__init__.py"


def test_a_test_of_the_kernel_is_named_after_its_module_or_a_behaviour() -> None:
    folder = ROOT / "tests" / "shared"
    tests = {path.relative_to(folder) for path in folder.rglob("test_*.py")} - set(map(Path, BEHAVIOURS))
    assert [path for path in tests if not module_of(path).exists()] == []
