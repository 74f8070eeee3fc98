from tests.shared.conftest import database

__all__ = ["database"]
