"""Registering a company: the first command of everybody who comes to own an account."""

from fastapi.responses import Response

from services.intake.api.company import register_company
from services.intake.api.deps import AtDeps
from services.intake.api.forms import RegistrationForm
from services.intake.pages.deps import Trader
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.geography import regions_in_order

router = PageRouter()


@router.page("register")
async def show_registration(visit: Trader) -> Response:
    prepared = Filled({"address.country": ("CA",), "language": (visit.language,)})
    return _shown(visit, await drafted(visit, prepared))


@router.form("register")
async def register(visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    """Ends on the overview of the new company."""
    registered: list[Receipt] = []

    async def edge(call: Call) -> Receipt:
        registered.append(await register_company(sent.body(RegistrationForm), call, deps))
        return registered[-1]

    if refused := await sent.command(visit, edge):
        return _shown(visit, refused)
    return visit.leave("overview", company_id=registered[-1].id, done="registered")


def _shown(visit: SignedVisit, form: Filled) -> Response:
    return visit.show("register.html", form.status, form=form, regions=regions_in_order(visit.language))
