"""The company's people: roles, those who fill them, and ownership that changes hands."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import get_args
from uuid import UUID

from fastapi.responses import Response

from services.intake.api.deps import AtDeps, Deps
from services.intake.api.forms import RoleForm, SuccessorForm, UserForm
from services.intake.api.people import (
    accept_ownership,
    add_user,
    change_user_role,
    decline_ownership,
    mark_role_unused,
    offer_ownership,
    remove_user,
    revoke_offer,
)
from services.intake.domain.company.signature import Signature
from services.intake.domain.company.users import AddedRole
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from services.intake.views.people import called, people
from shared.errors import Refused
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.drafts import drafted
from shared.pages.forms import ACT, Filled, FormSent, Sent
from shared.pages.visits import PageRouter, SignedVisit

ADD = "add"
ROLES: dict[str, AddedRole] = {role: role for role in get_args(AddedRole)}
router = PageRouter()


@router.page("people")
async def show_people(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    return await _shown(company_id, visit, deps, await drafted(visit, Filled(act=ADD), ADD))


@router.form("people")
async def change_people(company_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    """Who leaves the company is led away from it."""
    act, _, about = sent.act.partition(" ")
    if refused := await sent.command(visit, _edge(act, about, company_id, sent, deps)):
        return await _shown(company_id, visit, deps, _placed(refused))
    if act == "remove" and about == visit.call.caller.subject:
        return visit.leave("welcome", done="left_company")
    return visit.leave("people", done=f"people_{act}", at=about if act == "unused" else None)


def _placed(refused: Filled) -> Filled:
    """A successor has the field of a newcomer under another id."""
    if refused.act != "offer":
        return refused
    return replace(
        refused, faults={"successor" if name == "urn" else name: code for name, code in refused.faults.items()}
    )


def _edge(act: str, about: str, company_id: UUID, sent: Sent, deps: Deps) -> Callable[[Call], Awaitable[Receipt]]:
    """The command of one of the page's forms, named by its act and by whom or what it is about."""
    match act:
        case "add":
            return lambda call: add_user(company_id, sent.body(UserForm), call, deps)
        case "change":
            return lambda call: change_user_role(company_id, about, sent.body(RoleForm), call, deps)
        case "remove":
            return lambda call: remove_user(company_id, about, call, deps)
        case "unused" if about in ROLES:
            return lambda call: mark_role_unused(company_id, ROLES[about], call, deps)
        case "offer":
            return lambda call: offer_ownership(company_id, sent.body(SuccessorForm), call, deps)
        case "revoke":
            return lambda call: revoke_offer(company_id, call, deps)
        case "accept":
            return lambda call: accept_ownership(company_id, sent.body(Signature), call, deps)
        case "decline":
            return lambda call: decline_ownership(company_id, call, deps)
        case _:
            raise Refused("malformed", field=ACT)


async def _shown(company_id: UUID, visit: SignedVisit, deps: Deps, form: Filled) -> Response:
    """The page with one form as it was sent, or kept; the others are fresh."""
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    shown = people(company, visit.call.caller.subject)
    return visit.show(
        "people.html",
        form.status,
        company=company,
        people=shown,
        form=form,
        called=called,
        managers=", ".join(map(called, shown.managers)),
        form_of=lambda act: form if form.act == act else Filled(act=act),
        labels=deps.reference.catalogue.labels.roles,
        attestation=deps.reference.catalogue.ownership,
    )
