"""Every code with which the source of a service refuses."""

import ast
from pathlib import Path
from types import ModuleType


def refused_codes(service: ModuleType) -> set[str]:
    """The literals in `Refused("...")` anywhere in the service's package."""
    sources = (file.read_text("utf-8") for file in Path(str(service.__file__)).parent.rglob("*.py"))
    calls = (node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return {
        str(code.value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Refused"
        for code in call.args[:1]
        if isinstance(code, ast.Constant)
    }
