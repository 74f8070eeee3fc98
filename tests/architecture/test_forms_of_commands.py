"""Every command that people give has a form in the portal, which calls the very function that is its endpoint."""

import ast
from collections.abc import Iterable, Mapping

from fastapi.routing import APIRoute

from shared import operations
from tests.support.builders.scenes import commanding
from tests.support.source import SERVICES, Module, modules, parsed

SHARED = {"intake upload_document": "file_document"}  # what endpoint and form call alike
WITHOUT_FORM: Mapping[str, str] = {
    "intake change_profile": "each of its parts has a form of its own, so that no page undoes its neighbour",
}

OPERATORS_WITHOUT_FORM: Mapping[str, str] = {
    "reconcile_messages": "compares what two services have, which `tt reconcile` reads of both; no page does",
}


def of_people() -> set[str]:
    """The commands of companies' people and of officers."""
    return {f"{service} {name}" for service in SERVICES for name in commanding(service)}


def named_in(pages: Iterable[Module]) -> set[str]:
    """Every function and variable that pages use."""
    return {node.id for module in pages for node in ast.walk(module.tree) if isinstance(node, ast.Name)}


def with_form() -> set[str]:
    """The commands whose function is used by a page of their service."""
    used = {service: named_in(modules(f"services/{service}/pages")) for service in SERVICES}
    return {
        command
        for command in of_people()
        for service, _, name in (command.partition(" "),)
        if SHARED.get(command, name) in used[service]
    }


def test_every_command_of_people_has_a_form_or_a_reason() -> None:
    assert of_people() - with_form() == WITHOUT_FORM.keys()


def of_operators() -> set[str]:
    """What operators do to a service, by its endpoints."""
    return {
        route.name for route in operations.router.routes if isinstance(route, APIRoute) and route.methods != {"GET"}
    }


def test_every_command_of_an_operator_has_a_form_or_a_reason() -> None:
    assert of_operators() - named_in(modules("shared/operations")) == OPERATORS_WITHOUT_FORM.keys()


def test_commands_are_found_where_pages_use_them_and_not_where_they_only_import_them() -> None:
    text = "from services.intake.api.people import add_user, remove_user\nsend = lambda call: add_user(body, call)"
    assert {"add_user", "remove_user"} & named_in([parsed("services.intake.pages.people", text)]) == {"add_user"}
