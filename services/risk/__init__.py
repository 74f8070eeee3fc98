"""risk: every application that meets the requirements is weighed by rules that explain themselves; an officer decides what is not clear."""

OWNS = ("assessments",)
HEARS = ("ApplicationSubmitted", "SecurityProfileReviewed", "ApplicationWithdrawn", "ApplicationDenied")
SAYS = ("RiskAssessed",)
