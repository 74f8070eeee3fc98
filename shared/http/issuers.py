"""The OpenID Connect issuers that a service trusts, as its settings name them."""

from typing import Annotated, Any, Literal

from pydantic import AnyHttpUrl, Field, model_validator

from shared.i18n import Text
from shared.model import Model

Kind = Literal["credential", "partner", "staff"]


class TrustedIssuer(Model):
    """One issuer, by its URL. `id` is what the numbers of its people are made of: it stays when the URL changes.

    Where the issuer knows the portal as `client_id`, people sign in with it in a browser, by a door with this `name`.
    """

    url: AnyHttpUrl
    id: Annotated[str, Field(min_length=1)] | None = None
    name: Text | None = None
    kind: Kind = "credential"
    client_id: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_url(cls, given: Any) -> Any:
        return {"url": given} if isinstance(given, str | AnyHttpUrl) else given

    @property
    def address(self) -> str:
        """Its URL as tokens name it, whether they end it with a slash or not."""
        return str(self.url).rstrip("/")

    @property
    def lasting_id(self) -> str:
        return self.id or self.address

    @property
    def title(self) -> Text:
        """What its door is called: without a name, its host."""
        host = self.url.host or self.address
        return self.name or Text(en=host, fr=host)
