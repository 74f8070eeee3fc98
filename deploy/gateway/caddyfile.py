"""Which service answers where: the table in the gateway's file, one line for each address.

`python -m deploy.gateway.caddyfile` writes it anew.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from deploy.local.supervisor import SERVICES
from shared.http.prefix import prefix_of
from shared.pages.addresses import LANGUAGES, addresses

CADDYFILE = Path(__file__).with_name("Caddyfile")
ANY = "any"
_TABLE = re.compile(r"(^\tmap \{path\} \{service\} \{\n).*?(^\t\}$)", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"\{[a-z_]+\}")


def with_table(caddyfile: str) -> str:
    """The file with the table as it should be."""
    table = "".join(f"\t\t~^{pattern} {service}\n" for pattern, service in routed())
    return _TABLE.sub(lambda around: f"{around[1]}{table}{around[2]}", caddyfile)


def routed() -> Iterator[tuple[str, str]]:
    """Patterns of paths, each with the service that answers there; the first that fits counts."""
    for service in SERVICES:
        yield f"{prefix_of(service)}/", service
    for address in addresses().values():
        for language in LANGUAGES:
            yield f"{_ID.sub('[^/]+', address.template(language))}$", address.service
    for open_to_any in ("/$", "/static/", "/session/", *(f"/{language}/" for language in LANGUAGES)):
        yield open_to_any, ANY


if __name__ == "__main__":
    CADDYFILE.write_text(with_table(CADDYFILE.read_text("utf-8")), "utf-8")
