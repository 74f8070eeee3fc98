"""What could leak or be lost on real wires, and is not: raw records, parked or missing withdrawals (programme 5)."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from shared.store.parked import RawRecord
from tests.support.builders.packages import COMPANY
from tests.support.builders.records import withdrawn
from tests.support.builders.sharing import gone, joined, member_path, number, partner, partner_records, revoked
from tests.support.servers.bus import put, until
from tests.support.servers.served import Served

CLOSED_LIST = [
    "content-type",
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_time",
    "ce_subject",
    "ce_dataschema",
    "ce_sequence",
]
LATE = 1_000_000


async def test_a_raw_record_has_the_members_number_for_its_key_the_closed_list_and_nothing_that_leads_inside(
    mra_exchange: Served,
) -> None:
    company = uuid4()
    await joined(mra_exchange, company, "US")
    await mra_exchange.consumes(company, revoked("US"))
    records = await partner_records(mra_exchange, "US", company, 2)
    for record in records:
        assert record.key == number(company).encode()
        assert [name for name, _ in record.headers] == CLOSED_LIST
        assert dict(record.headers)["ce_source"] == b"/mra_exchange"
        raw = b" ".join([record.key, record.value or b"", *(value for _, value in record.headers)])
        assert [
            secret for secret in (str(company), str(COMPANY), "disclosures", "correlation") if secret.encode() in raw
        ] == []


async def test_a_parked_withdrawal_has_its_own_alert_and_is_not_discarded_by_anybody(mra_exchange: Served) -> None:
    company, olga = uuid4(), mra_exchange.person("olga", "operator")
    assert await metric(mra_exchange, "tt_parked_withdrawals") == 0
    await put(mra_exchange.producer, replace(withdrawn(company, 1), value=b"{"))

    async def alerts() -> bool:
        return await metric(mra_exchange, "tt_parked_withdrawals") == 1

    await until(alerts)
    [waiting] = (await olga.does("GET /operations/parked"))[str(company)]
    given_up = {"record": waiting["id"], "reason": "It is in the way."}
    assert await olga.refused(f"POST /operations/discards/{company}", given_up) == "409 not_discardable"
    assert str(company) in await olga.does("GET /operations/parked")
    for stranger in (mra_exchange.person("maude"), partner(mra_exchange, "US")):
        assert await stranger.refused(f"GET /operations/parked/{company}") == "403 role_not_allowed"


async def test_a_withdrawal_of_consent_that_never_arrived_is_found(mra_exchange: Served) -> None:
    company = uuid4()
    await joined(mra_exchange, company, "JP")
    lost = withdrawn(company, LATE)
    [lacking] = await reconciled(mra_exchange, lost)
    assert (lacking["collection"], lacking["id"], lacking["published"]) == ("disclosures", str(company), LATE)
    assert lacking["consumed"] < LATE

    await put(mra_exchange.producer, lost)
    await gone(partner(mra_exchange, "JP"), member_path(company))
    assert await reconciled(mra_exchange, lost) == []


async def metric(mra_exchange: Served, name: str) -> float:
    lines = (await mra_exchange.person("olga", "operator").asks("GET /operations/metrics")).text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(f"{name} "))


async def reconciled(mra_exchange: Served, record: RawRecord) -> list[dict[str, Any]]:
    """What the service has not consumed of what intake has journalled."""
    olga = mra_exchange.person("olga", "operator")
    headers = [(name, (value or b"").decode()) for name, value in record.headers]
    key, value = ((part or b"").decode() for part in (record.key, record.value))
    journalled = {"after": "", "topic": record.topic, "key": key, "value": value, "headers": headers}
    answer = await olga.client.post("/operations/reconciliation", json=[journalled], headers=olga.headers)
    found: list[dict[str, Any]] = answer.json()
    return found
