"""Addresses on this machine, for which a proxy of the environment is not used."""

import httpx

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(url: str) -> bool:
    return httpx.URL(url).host in LOOPBACK_HOSTS
