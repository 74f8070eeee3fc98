"""What an operator is told when something cannot be done."""


class Failed(Exception):  # noqa: N818 - said of a deployment
    """One or two sentences: what does not work, and what to do."""
