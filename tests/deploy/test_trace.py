"""The order of the entries of a story, and their texts."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from deploy.operations.trace import in_order, text_of, texts
from shared.operations import LifeEntry

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
OWNER = {"subject": "UOWNER", "role": "trader"}


def entry_of(source: str, sequence: int, cause: str, *, consumed_from: str | None = None, **changes: Any) -> LifeEntry:
    actor = OWNER if consumed_from is None else {"subject": consumed_from, "role": "service"}
    fields = {"at": AT, "fact": {"kind": "team_replaced"}, "superseded": False, "topic": None, "type": None, **changes}
    collection = source.rpartition("/")[2]
    return LifeEntry(
        source=source, subject="C", sequence=sequence, cause=cause, actor=actor, collection=collection, **fields
    )


STORY = (
    ("intake", entry_of("/intake/companies", 1, "a command")),
    ("mra_exchange", entry_of("/mra_exchange/teams", 7, "C/1", consumed_from="/intake/companies")),
    ("review", entry_of("/review/memberships", 3, "C/1", consumed_from="/intake/companies")),
    ("intake", entry_of("/intake/companies", 3, "C/3", consumed_from="/review/memberships")),
    ("intake", entry_of("/intake/companies", 2, "a command")),
)


@pytest.mark.parametrize("entries", list(permutations(STORY))[::13])
def test_what_happened_at_one_moment_is_in_order_of_cause(entries: tuple[tuple[str, LifeEntry], ...]) -> None:
    steps = in_order(entries)

    assert [(step.entry.source, step.entry.sequence, len(step.causes)) for step in steps] == [
        ("/intake/companies", 1, 0),
        ("/mra_exchange/teams", 7, 1),
        ("/review/memberships", 3, 1),
        ("/intake/companies", 3, 2),
        ("/intake/companies", 2, 0),
    ]
    assert {step.began.entry.actor["subject"] for step in steps} == {"UOWNER"}


def test_time_comes_before_cause() -> None:
    late = entry_of(
        "/mra_exchange/disclosures", 1, "C/1", consumed_from="/intake/companies", at=AT + timedelta(seconds=2)
    )
    other = entry_of("/intake/companies", 4, "another command", at=AT + timedelta(seconds=1))

    steps = in_order([("mra_exchange", late), *STORY, ("intake", other)])

    assert [step.entry for step in steps][-2:] == [other, late]
    assert steps[-1].began.entry == STORY[0][1]


def test_a_message_of_another_publisher_with_the_same_subject_and_number_is_no_cause() -> None:
    consumed = entry_of("/mra_exchange/disclosures", 1, "C/1", consumed_from="/review/memberships")

    assert in_order([*STORY[:1], ("mra_exchange", consumed)])[1].causes == ()


def test_a_fact_is_named_in_both_languages_or_by_its_kind() -> None:
    assert (text_of("case_opened", "en"), text_of("case_opened", "fr")) == ("Case opened", "Dossier ouvert")
    assert text_of("not_yet_named", "fr") == "not_yet_named"
    assert texts().superseded.fr
