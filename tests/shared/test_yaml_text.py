"""What is read in C is what Python reads."""

from pathlib import Path

import pytest
import yaml

from shared import yaml_text
from tests.support.source import ROOT

FILES = sorted(file for folder in ("shared", "services", "deploy") for file in (ROOT / folder).rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_reads_as_it_does_without_c(file: Path) -> None:
    text = file.read_text("utf-8")
    assert yaml_text.values(text) == yaml.safe_load(text)
    assert yaml_text.texts(text) == yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts alone


def test_scalars_are_values_or_texts() -> None:
    assert yaml_text.values("on: 1") == {True: 1}
    assert yaml_text.texts("on: 1") == {"on": "1"}
