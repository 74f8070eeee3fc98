"""Entity tags are read and compared as RFC 9110 has them (8.8.3, 13.1.1, 13.1.2)."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.etags import expected_sequences, tag_of
from tests.shared.http.toy_service import ToyService, problem

OPAQUE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"'), max_size=12)


@pytest.mark.parametrize(
    ("if_match", "expected"),
    [
        ('"7"', {7}),
        ('"7-0a1b2c3d"', {7}),
        ('"7" , "8"', {7, 8}),
        (', "7",, "8",', {7, 8}),
        ('W/"7"', set()),
        ('W/"7", "8"', {8}),
        ('"seven"', set()),
        ('"7,8"', set()),
        ('""', set()),
        ('"7-xyz"', set()),
        ('"0"', set()),
        ('"07"', set()),
    ],
)
def test_a_weak_or_foreign_tag_matches_nothing(if_match: str, expected: set[int]) -> None:
    assert expected_sequences(if_match) == expected


@given(st.integers(1, 10**18 - 1))
def test_a_star_matches_whatever_is_there_and_nothing_that_is_not(sequence: int) -> None:
    assert sequence in expected_sequences(" * ")
    assert 0 not in expected_sequences("*")


@pytest.mark.parametrize("if_match", ["", " ", "7", '"7', '7"', '"7" "8"', '"7""8"', 'w/"7"', '*, "7"', "W/7", ","])
def test_what_is_no_list_of_tags_is_malformed(if_match: str) -> None:
    with pytest.raises(ValueError, match="malformed"):
        expected_sequences(if_match)


@given(st.lists(st.tuples(st.booleans(), OPAQUE), min_size=1), st.integers(1, 10**18 - 1))
def test_a_sequence_is_found_in_any_list(others: list[tuple[bool, str]], sequence: int) -> None:
    tags = [f'{"W/" if weak else ""}"{opaque}"' for weak, opaque in others]
    assert sequence in expected_sequences(", ".join([*tags, tag_of(sequence)]))


async def test_what_is_no_tag_is_malformed_and_what_matches_nothing_is_stale(service: ToyService) -> None:
    company = uuid4()
    async with service.trader() as ann:
        await ann.post(f"/tallies/{company}", json={})
        for if_match in ('W/"1"', '"2", "3"', '"one"'):
            answer = await ann.post(f"/tallies/{company}", json={}, headers={"If-Match": if_match})
            assert problem(answer, 412, "stale")["field"] == "header.If-Match"
        answer = await ann.post(f"/tallies/{company}", json={}, headers={"If-Match": "1"})
        assert problem(answer, 422, "malformed")["field"] == "header.If-Match"
        two_lines = [("If-Match", '"9"'), ("If-Match", '"1"')]
        assert (await ann.post(f"/tallies/{company}", json={}, headers=two_lines)).json()["sequence"] == 2


async def test_who_has_the_answer_already_gets_none(service: ToyService) -> None:
    """The tag that was read serves as If-Match too, and changes with the answer."""
    company = uuid4()
    async with service.trader() as ann, service.officer() as olga:
        await ann.post(f"/tallies/{company}", json={})
        read = (await olga.get(f"/tallies/{company}")).headers["etag"]
        for known in (read, f"W/{read}", f'"other", {read}', "*"):
            answer = await olga.get(f"/tallies/{company}", headers={"If-None-Match": known})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", read)
            assert "content-type" not in answer.headers
        for unknown in ('"1"', "nonsense", '"1-00000000"'):
            assert (await olga.get(f"/tallies/{company}", headers={"If-None-Match": unknown})).json() == 1
        changed = await ann.post(f"/tallies/{company}", json={}, headers={"If-Match": read})
        assert changed.status_code == 201
        again = await olga.get(f"/tallies/{company}", headers={"If-None-Match": read})
        assert (again.status_code, again.json()) == (200, 2)
