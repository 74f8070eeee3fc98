"""What a company's people may do about its validation (programme 3.5): all read it, all but read-only users act."""

from typing import get_args

from shared.contracts.types import CompanyRole

MAY_READ: frozenset[CompanyRole] = frozenset(get_args(CompanyRole))
MAY_ACT: frozenset[CompanyRole] = MAY_READ - {"read_only_user"}
