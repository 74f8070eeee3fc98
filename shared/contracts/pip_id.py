"""The PIP identification number: the same for life, and without information about the company (programme 1.1)."""

import re
from hashlib import sha256

from stdnum.iso7064 import mod_37_36

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORM = re.compile(rf"CAPIP[{_CROCKFORD}]{{11}}[0-9A-Z]")


def pip_id(company_id: str) -> str:
    """CAPIP, eleven Crockford characters (55 bits of a digest of the company id), and an ISO 7064 MOD 37,36 check."""
    bits = int.from_bytes(sha256(f"pip/{company_id}".encode()).digest()) >> 256 - 55
    number = "CAPIP" + "".join(_CROCKFORD[bits >> shift & 31] for shift in range(50, -1, -5))
    return number + str(mod_37_36.calc_check_digit(number))


def is_pip_id(text: str) -> bool:
    return _FORM.fullmatch(text) is not None and bool(mod_37_36.is_valid(text))
