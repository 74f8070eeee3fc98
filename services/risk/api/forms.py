"""What officers of risk fill in (programme 9)."""

from shared.contracts.types import RiskOutcome
from shared.programme.forms import Form
from shared.programme.forms.texts import Paragraphs


class RulingForm(Form):
    """What an officer decides of a referred assessment, and why."""

    outcome: RiskOutcome
    reason: Paragraphs
