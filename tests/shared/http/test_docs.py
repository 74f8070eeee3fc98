"""The page on which people paste their tokens loads nothing from anywhere else."""

import re

import pytest

from shared.http.docs import ASSETS
from shared.http.prefix import prefix_of
from tests.shared.http.toy_service import ToyService


@pytest.mark.parametrize("prefix", ["", prefix_of("review")])
async def test_the_page_and_its_assets_come_from_the_service_alone(service: ToyService, prefix: str) -> None:
    async with service.trader() as ann:
        page = await ann.get(f"{prefix}/docs")
        named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assets = {page.url.join(address).path: await ann.get(str(page.url.join(address))) for address in named}
    assert set(assets) == {f"{prefix}/docs/{name}" for name in (*ASSETS, "start.js")}
    assert re.search(r"<script>|<style|https?:|\son\w+=", page.text) is None
    for answer in (page, *assets.values()):
        policy = answer.headers["content-security-policy"]
        assert answer.is_success
        assert "default-src 'none'; script-src 'self';" in policy
        assert "http" not in policy
    assert len(assets[f"{prefix}/docs/swagger-ui-bundle.js"].content) > 1_000_000


async def test_no_other_asset_is_there(service: ToyService) -> None:
    async with service.trader() as ann:
        for path in ("/docs/main.py", "/docs/..%2fmain.py", "/docs/oauth2-redirect"):
            assert (await ann.get(path)).is_client_error
