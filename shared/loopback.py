"""Addresses on this machine: between its processes stands no proxy, whatever the environment says of proxies."""

import httpx


def is_loopback(url: str) -> bool:
    return httpx.URL(url).host in {"127.0.0.1", "localhost", "::1"}
