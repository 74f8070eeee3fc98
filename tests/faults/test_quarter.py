from tests.faults.quarter import chosen

CASES = [f"case {number}" for number in range(50)]


def test_a_commit_chooses_a_quarter_and_always_the_same() -> None:
    assert len(chosen(CASES, "4ac0ffee")) == 13
    assert chosen(CASES, "4ac0ffee") == chosen(CASES[::-1], "4ac0ffee") != chosen(CASES, "deadbeef")


def test_no_case_is_left_out_by_every_commit() -> None:
    assert set().union(*(chosen(CASES, f"commit {number}") for number in range(40))) == set(CASES)
