"""Messages as releases of before published them, on the topics from which they have moved."""

from typing import ClassVar

from shared.contracts.intake import CompanyUsersChanged


class CompanyUsersChangedOnIntake(CompanyUsersChanged):
    """As intake published it up to 0.3.0 (docs/decisions/0032)."""

    TOPIC: ClassVar[str] = "pip.intake"
    VERSION: ClassVar[int] = 1

    @classmethod
    def name(cls) -> str:
        return CompanyUsersChanged.name()
