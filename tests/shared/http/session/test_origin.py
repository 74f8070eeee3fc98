"""A form is taken from our own pages alone, by what the browser itself says of its sender."""

from typing import Any

import pytest
from fastapi import Request

from shared.errors import Refused
from shared.http.session.origin import require_same_origin

PORTAL, SIBLING, EVIL = "https://portal.example.ca", "https://news.example.ca", "https://evil.example"


def sent(**headers: str) -> Request:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    return Request(scope)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "same-origin", "origin": PORTAL},
        {"origin": PORTAL},
    ],
)
def test_a_form_of_ours_is_taken(headers: dict[str, str]) -> None:
    require_same_origin(sent(**headers), PORTAL)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-site", "origin": SIBLING},
        {"sec_fetch_site": "same-site", "origin": PORTAL},
        {"sec_fetch_site": "cross-site", "origin": EVIL},
        {"sec_fetch_site": "cross-site", "origin": PORTAL},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": "none", "origin": PORTAL},
        {"origin": SIBLING},
        {"origin": EVIL},
        {"origin": "null"},
        {"origin": f"{PORTAL}.evil.example"},
        {"origin": "http://portal.example.ca"},
        {"host": "portal.example.ca", "referer": f"{PORTAL}/en"},
        {},
    ],
)
def test_any_other_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Refused, match="cross_site"):
        require_same_origin(sent(**headers), PORTAL)
