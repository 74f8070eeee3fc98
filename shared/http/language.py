"""In which language a request is answered: that of a page's address, else the one that its reader prefers."""

from typing import get_args

from fastapi import Request as HttpRequest

from shared.i18n import Language, negotiate


def language_of_page(path: str) -> Language | None:
    """The language that the address of a page begins with; None if it is no page's."""
    first = path.partition("/")[2].partition("/")[0]
    return next((language for language in get_args(Language) if language == first), None)


def language_of(request: HttpRequest) -> Language:
    """That of the page, else of the header Accept-Language."""
    return language_of_page(request.url.path) or negotiate(request.headers.get("accept-language"))
