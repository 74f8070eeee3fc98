"""Addresses on this machine, for which a proxy of the environment is not used."""

import httpx


def is_loopback(url: str) -> bool:
    return httpx.URL(url).host in {"127.0.0.1", "localhost", "::1"}
