"""What every service answers alike: where visitors come in, and that the service of what they asked for is away."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import RedirectResponse, Response

from shared.errors import Refused
from shared.http.call import Call
from shared.http.guard import TRADER, allow
from shared.http.language import language_of
from shared.pages.addresses import LANGUAGES, addresses
from shared.pages.forms import FormSent
from shared.pages.visits import SEE_OTHER

AWAY = "/away"


def router() -> APIRouter:
    """The address without a path, which leads to the start page, and those that the gateway asks instead of a service.

    Where a page was asked for, a page says that its service is away, and holds what a form had sent, to send it again;
    elsewhere a document does.
    """
    made = APIRouter(include_in_schema=False)

    @made.get("/")
    async def enter(request: HttpRequest) -> Response:
        """The start page in the language that the visitor prefers."""
        start = addresses()["start"].path(language_of(request))
        return RedirectResponse(start, SEE_OTHER, {"Vary": "Accept-Language"})

    async def stand_in() -> None:
        raise Refused("service_away")

    async def stand_in_for_form(_: Annotated[Call, allow(TRADER)], __: FormSent) -> None:
        raise Refused("service_away")

    made.add_api_route(AWAY, stand_in)
    for language in LANGUAGES:
        made.add_api_route(f"/{language}{AWAY}", stand_in)
        made.add_api_route(f"/{language}{AWAY}", stand_in_for_form, methods=["POST"])
    return made
