"""Every command in every status of the validation, and of its visits and findings (programme 3.5)."""

import pytest

from services.site_validation.domain import validation
from tests.services.site_validation.table import CELLS, COMMANDS
from tests.support.builders.site_validation import LIVES, VALIDATIONS, validation_in
from tests.support.builders.tables import assert_whole, what_comes


@pytest.mark.parametrize(("command", "life", "outcome"), CELLS)
def test_what_a_command_does(command: str, life: str, outcome: str) -> None:
    assert what_comes(VALIDATIONS, COMMANDS[command], validation_in(life)) == outcome


def test_the_table_is_whole() -> None:
    assert_whole(CELLS, COMMANDS, LIVES, validation.ValidationCommand)
