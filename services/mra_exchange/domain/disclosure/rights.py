"""What a company's people may do here (programme 3.6): all of them read what partners were sent of the company."""

from typing import get_args

from shared.contracts.types import CompanyRole

MAY_READ_LOG: frozenset[CompanyRole] = frozenset(get_args(CompanyRole))
