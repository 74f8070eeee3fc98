"""Every command that people give has a form in the portal, which calls the very function that is its endpoint."""

import ast
from collections.abc import Iterable, Mapping

from shared.programme.roles import TRADER
from tests.support.builders.scenes import commanding
from tests.support.built import admitted
from tests.support.source import SERVICES, Module, modules, parsed

SHARED = {"intake upload_document": "file_document"}  # what endpoint and form call alike
IN_THE_CONSOLE = {"intake", "risk", "site_validation"}  # services whose officers have all their forms
WITHOUT_FORM: Mapping[str, str] = {
    "intake change_profile": "each of its parts has a form of its own, so that no page undoes its neighbour",
}

DECISIONS = {
    "approve_application",
    "deny_application",
    "suspend_membership",
    "reinstate_membership",
    "cancel_membership",
}


def of_people() -> set[str]:
    """The commands of a company's people, and those of officers where the console has their forms."""
    return {
        f"{service} {name}"
        for service in SERVICES
        for name, route in commanding(service).items()
        if service in IN_THE_CONSOLE or TRADER in admitted(route)
    }


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


def test_every_decision_has_a_form() -> None:
    assert commanding("review").keys() >= DECISIONS
    assert DECISIONS - named_in(modules("services/review/pages")) == set()


def test_commands_are_found_where_pages_use_them_and_not_where_they_only_import_them() -> None:
    text = "from services.intake.api.people import add_user, remove_user\nsend = lambda call: add_user(body, call)"
    assert {"add_user", "remove_user"} & named_in([parsed("services.intake.pages.people", text)]) == {"add_user"}
