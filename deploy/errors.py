"""What an operator reads when something cannot be done."""


class Failed(Exception):  # noqa: N818 - something failed
    """One or two sentences: what does not work, and what to do."""
