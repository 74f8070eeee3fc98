"""Against forged requests: a form is taken from our own pages alone, by what the browser itself says of its sender."""

from fastapi import Request as HttpRequest

from shared.errors import Refused


def require_same_origin(request: HttpRequest, origin: str) -> None:
    """Raises Refused("cross_site") unless Sec-Fetch-Site, or the header Origin of older browsers, names this origin."""
    site = request.headers.get("sec-fetch-site")
    if site == "same-origin" or (site is None and request.headers.get("origin") == origin):
        return
    raise Refused("cross_site")
