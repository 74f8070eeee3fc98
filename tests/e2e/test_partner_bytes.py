"""Over random histories every byte to a partner, keys and headers included, was allowed when it was written, and none is missing.

The real decider decides, the real kernel renders; an independent oracle says what may stand there (programme.md 2.4, 3.6, 5).
"""

import json
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.mra_exchange.domain.disclosure import Asked, SharingSealed, decider
from shared.contracts.catalogue import Catalogue
from shared.contracts.types import Administration
from shared.decider import Actor
from shared.handling import Cause, begin, decided
from shared.store.documents import Document
from tests.services.mra_exchange.test_disclosure_laws import CATALOGUES, COMMANDS, PARTNERS, Known
from tests.support.samples_mra_exchange import COMPANY, PIP

MARKED = Actor(subject="marker-actor", role="marker-role")
CAUSE = Cause("marker-cause", "marker-correlation", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")


def headers(code: str, kind: str, at: str, n: int) -> list[list[str]]:
    """The closed list of programme.md 2.4, and nothing else."""
    return [
        ["content-type", "application/json"],
        ["ce_specversion", "1.0"],
        ["ce_id", str(uuid5(NAMESPACE_URL, f"{code}/{PIP}/{n}"))],
        ["ce_source", "/mra_exchange"],
        ["ce_type", kind],
        ["ce_time", at],
        ["ce_subject", PIP],
        ["ce_dataschema", f"urn:trusted-trader:schema:{kind}"],
        ["ce_sequence", str(n)],
    ]


@given(st.lists(st.tuples(COMMANDS, st.sampled_from(CATALOGUES)), max_size=25))
def test_every_byte_to_a_partner_was_allowed_when_it_was_written(history: list[tuple[Asked, Catalogue]]) -> None:
    work = begin(decider(CATALOGUES[0]), Document(str(COMPANY)))
    known = Known()
    has: dict[str, dict[str, Any] | None] = {}
    numbers: dict[str, int] = {}
    for command, catalogue in history:
        known.hear(command)
        allowed = {code: known.may_know(code, catalogue, has.get(code)) for code in PARTNERS}
        work = decided(decider(catalogue), replace(work, entries=()), command.model_copy(update={"actor": MARKED}), CAUSE)
        at = f"{command.at:%Y-%m-%dT%H:%M:%SZ}"
        for entry in work.entries:
            if message := entry["message"]:
                code = message["topic"].removeprefix("pip.partner.")
                sealed = json.loads(entry["fact"])["kind"] == SharingSealed.model_fields["kind"].default
                n = numbers[code] = numbers.get(code, 0) + (not sealed)
                value = allowed[_upper(code)]
                kind = "pip.SharingEnded.v1" if value is None else "pip.MemberShared.v1"
                body = None if value is None else json.loads(message["value"])
                assert (message["key"], body) == (PIP, value)
                assert message["headers"] == headers(code, kind, at, n)
                assert "marker" not in json.dumps(message)
                has[_upper(code)] = value
        assert {code: has.get(code) for code in PARTNERS} == allowed


def _upper(code: str) -> Administration:
    return next(one for one in PARTNERS if one.lower() == code)
