"""Companies side by side: rows, the events beneath a step, and the way of each."""

from io import StringIO

import pytest
from rich.console import Console

from deploy.demo.columns import ROW_SECONDS, Columns

NORTH, SOUTH = "North Ltd.", "South Inc."


class Screen(Console):
    """Lines of 100 characters, at a time that a test sets."""

    def __init__(self) -> None:
        super().__init__(file=StringIO(), width=100, record=True)
        self.seconds = 0.0

    def rows(self) -> list[list[str]]:
        """The words of every line shown since the last look."""
        return [line.split() for line in self.export_text().splitlines()]


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def columns(screen: Screen) -> Columns:
    columns = Columns({NORTH: "importer", SOUTH: "exporter"}, screen.print, lambda: screen.seconds)
    columns.registered(NORTH, "north")
    columns.registered(SOUTH, "south")
    return columns


def test_steps_of_two_companies_share_a_row(screen: Screen, columns: Columns) -> None:
    columns.step("north", "registers")
    columns.step("south", "submits")
    columns.flush()

    assert screen.rows() == [["0.0", "s", "registers", "submits"]]


def test_the_next_step_of_a_company_begins_a_row(screen: Screen, columns: Columns) -> None:
    columns.step("north", "registers")
    columns.step("north", "submits")

    assert screen.rows() == [["0.0", "s", "registers"]]


def test_a_row_holds_what_happens_at_about_the_same_time(screen: Screen, columns: Columns) -> None:
    columns.step("north", "registers")
    screen.seconds = ROW_SECONDS + 0.5
    columns.step("south", "submits")
    columns.flush()

    assert screen.rows() == [["0.0", "s", "registers"], ["1.5", "s", "submits"]]


def test_events_stand_beneath_the_step_and_are_counted(screen: Screen, columns: Columns) -> None:
    columns.step("north", "registers")
    for kind in ("Heard", "Heard", "Said"):
        columns.event("north", kind)
    columns.flush()
    columns.flush()

    assert screen.rows() == [["0.0", "s", "registers"], ["→", "Heard", "(2)"], ["→", "Said"]]


def test_an_event_that_is_faster_than_the_answer_waits_for_its_company(screen: Screen) -> None:
    columns = Columns({NORTH: "importer"}, screen.print, lambda: screen.seconds)
    columns.event("north", "Said")
    columns.flush()
    columns.registered(NORTH, "north")
    columns.step("north", "registers")
    columns.flush()

    assert screen.rows()[-2:] == [["0.0", "s", "registers"], ["→", "Said"]]


def test_a_way_has_every_stage_and_one_that_comes_again(screen: Screen, columns: Columns) -> None:
    for stage in ("under_review", "under_review", "returned", "under_review"):
        columns.stage("north", stage)
        screen.seconds += 1

    screen.print(columns.ways())

    assert screen.rows() == [
        ["under", "review", "0.0", "s"],
        ["returned", "2.0", "s"],
        ["under", "review", "3.0", "s"],
    ]
