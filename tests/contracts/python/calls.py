"""Imports the whole of the client that was made for a service, calls it as the argument asks, and prints the answers.

Runs with the packages of the generator, and with nothing of ours.
"""

import json
import sys
from base64 import b64decode, b64encode
from importlib import import_module
from io import BytesIO
from pkgutil import walk_packages
from types import ModuleType
from typing import Any
from uuid import UUID

from httpx import Timeout

SECONDS = 60


def operations_of(package: ModuleType) -> dict[str, Any]:
    """Every module of a client by its own name, once imported."""
    names = [module.name for module in walk_packages(package.__path__, f"{package.__name__}.")]
    return {name.rpartition(".")[2]: import_module(name) for name in names}


def filed(operations: dict[str, Any], client: Any, upload: dict[str, str]) -> str:
    """The content of a document that is uploaded and opened again."""
    body = operations["types"].File(payload=BytesIO(b64decode(upload["file"])))
    receipt = operations["upload_document"].sync(
        UUID(upload["company_id"]), client=client, body=body, kind="evidence", name=upload["name"]
    )
    opened = operations["open_document"].sync(UUID(receipt.id), client=client)
    return b64encode(opened.payload.read()).decode()


def main(asked: dict[str, Any]) -> dict[str, Any]:
    package = import_module(asked["service"])
    operations = operations_of(package)
    client, stranger = (
        package.AuthenticatedClient(base_url=asked["url"], token=token, timeout=Timeout(SECONDS))
        for token in (asked["token"], "nobody")
    )
    with client, stranger:
        answers = {name: operations[name].sync_detailed(client=client) for name in asked["operations"]}
        return {
            "statuses": {name: int(answer.status_code) for name, answer in answers.items()},
            "models": {name: type(answer.parsed).__name__ for name, answer in answers.items()},
            "refusal": operations["list_parked"].sync(client=stranger).code,
            "file": filed(operations, client, asked["upload"]) if asked["upload"] else None,
        }


print(json.dumps(main(json.loads(sys.argv[1]))))  # noqa: T201 - what the test reads
