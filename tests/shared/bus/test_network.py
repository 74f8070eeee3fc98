"""On a real broker behind a network that fails: what the bus does about it that the broker cannot know."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from shared.bus import consumer
from tests.support.servers.backing import SECRET, prepare
from tests.support.servers.bus import producing, put, until
from tests.support.servers.consuming import group, listening
from tests.support.servers.kernel import Toys, all_entered, record_of
from tests.support.servers.proxy import Proxy, forgotten
from tests.support.servers.two_doors import TwoDoors


async def test_a_connection_on_which_nothing_is_answered_is_given_up(
    toy: Toys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a firewall forgets it; by itself the client would wait for 40 s."""
    monkeypatch.setattr(consumer, "REQUEST_MS", 1_000)
    company = uuid4()
    async with TwoDoors(tmp_path, SECRET) as kafka, Proxy([kafka.door], kafka.proxy) as proxy:
        await asyncio.to_thread(prepare, kafka.operator)
        async with listening(kafka.proxied, toy.inbox, group()), producing(kafka.operator) as producer:
            await put(producer, record_of(1, company=company, publisher=str(company)))
            await until(all_entered(toy, company, 1))
            async with forgotten(proxy):
                await put(producer, record_of(2, company=company, publisher=str(company)))
                await until(all_entered(toy, company, 1, 2), 10)
