"""What the fields of forms refuse."""

from collections.abc import Callable

import pytest


def refused(read: Callable[[str], object], text: str) -> str:
    """The code with which a reader refuses a text."""
    with pytest.raises(ValueError, match=r"^\w+$") as raised:
        read(text)
    return str(raised.value)
