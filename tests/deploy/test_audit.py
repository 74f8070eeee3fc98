"""`make audit` never takes for sound what nobody was asked about."""

import pytest

from tests.support.audit import LISTS, NOT_ASKED, SOUND, VULNERABLE, Report, read, verdict

KNOWN = {"name": "idna", "version": "3.0", "vulns": [{"id": "PYSEC-2024-60", "fix_versions": ["3.7"]}]}
GOOD = {"name": "motor", "version": "3.7.1", "vulns": []}
SKIPPED = {"name": "uvicorn", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("packages", "code", "sentence"),
    [
        ([GOOD], SOUND, "No vulnerability is known of 1 pinned packages in 1 lists"),
        ([GOOD, KNOWN], VULNERABLE, "dev: idna 3.0: PYSEC-2024-60, mended in 3.7"),
        ([GOOD, SKIPPED], NOT_ASKED, "No index of vulnerabilities in reach answers about 1 packages"),
        ([KNOWN, SKIPPED], VULNERABLE, "dev: idna 3.0: PYSEC-2024-60"),
        ([], NOT_ASKED, "No index of vulnerabilities in reach answers about any package"),
    ],
)
def test_what_the_index_answers_decides(packages: list[dict[str, object]], code: int, sentence: str) -> None:
    found, lines = verdict([read("dev", {"dependencies": packages})])
    assert found == code
    assert lines[0].startswith(sentence)


def test_where_the_tool_itself_cannot_be_fetched_nothing_is_sound() -> None:
    assert verdict([Report(0, (), ())] * len(LISTS))[0] == NOT_ASKED


def test_every_list_is_asked_about() -> None:
    assert {path.stem for path in LISTS} == {"bench", "dev", "local", "operator", "services"}
