"""The gateway's file: its table is that of the addresses, and its bounds fit those of the services."""

import re
import subprocess
from uuid import uuid4

import pytest

from deploy.gateway.caddyfile import ANY, CADDYFILE, routed, with_table
from deploy.local.programs import caddy
from shared.http.prefix import prefix_of
from shared.http.server import KEEP_ALIVE_SECONDS, MOST_HEADER_BYTES
from shared.pages.addresses import LANGUAGES, addresses
from tests.support.built import settings_of
from tests.support.source import SERVICES

FILE = CADDYFILE.read_text("utf-8")
TABLE = list(routed())


def answered_by(path: str) -> str | None:
    """The service to which the table leads a path."""
    return next((service for pattern, service in TABLE if re.search(f"^{pattern}", path)), None)


def setting(pattern: str) -> int:
    """A number that stands in the file."""
    found = re.search(pattern, FILE)
    assert found, pattern
    return int(found[1])


def test_the_table_is_as_the_addresses_write_it() -> None:
    assert with_table(FILE) == FILE


def test_a_table_of_before_is_replaced_whole() -> None:
    head, _, rest = FILE.partition("\tmap {path} {service} {\n")
    _, _, after = rest.partition("\n\t}\n")
    for table in ("", "\t\t~^/en/nothing$ intake\n"):
        assert with_table(f"{head}\tmap {{path}} {{service}} {{\n{table}\t}}\n{after}") == FILE


@pytest.mark.parametrize("name", addresses())
def test_each_page_is_asked_of_its_own_service(name: str) -> None:
    address = addresses()[name]
    ids = {found: uuid4() for found in re.findall(r"\{(\w+)\}", address.template("en"))}
    for language in LANGUAGES:
        assert answered_by(address.path(language, **ids)) == address.service


@pytest.mark.parametrize("service", SERVICES)
def test_each_endpoint_is_asked_of_its_own_service(service: str) -> None:
    assert answered_by(f"{prefix_of(service)}/livez") == service
    assert f"@{service} vars {{service}} {service}\n" in FILE
    assert FILE.count(f"{{${service.upper()}:127.0.0.1:") == 2, "on its own, and among any"


@pytest.mark.parametrize(
    "path", ["/", "/static/ui.0a1b2c3d.css", "/session/sign-in", "/en/nothing", "/fr/rien/du/tout"]
)
def test_what_every_service_answers_is_asked_of_any(path: str) -> None:
    assert answered_by(path) == ANY


@pytest.mark.parametrize("path", ["/livez", "/companies", "/operations/audit", "/api", "/api/intakes/x", "/england"])
def test_what_has_no_address_leads_nowhere(path: str) -> None:
    assert answered_by(path) is None


def test_the_gateway_gives_up_an_idle_connection_before_the_service_does() -> None:
    assert setting(r"keepalive (\d+)s") < KEEP_ALIVE_SECONDS


def test_the_services_refuse_too_large_a_body_in_words_before_the_gateway_does() -> None:
    largest = max(settings_of(service).model_fields["max_file_bytes"].default for service in SERVICES)
    assert setting(r"max_size \{\$GATEWAY_MAX_BODY:(\d+)MB\}") * 1_000_000 > largest


def test_no_head_passes_that_a_service_would_not_read() -> None:
    assert setting(r"max_header_size (\d+)KB") * 1_000 <= MOST_HEADER_BYTES


def test_caddy_reads_the_file_and_would_write_it_so() -> None:
    read = subprocess.run(
        [caddy(), "adapt", "--adapter", "caddyfile", "--config", CADDYFILE], capture_output=True, text=True, check=False
    )
    formatted = subprocess.run([caddy(), "fmt", CADDYFILE], capture_output=True, text=True, check=False)
    assert (read.returncode, "warn" in read.stderr.lower()) == (0, False), read.stderr
    assert formatted.stdout == FILE
