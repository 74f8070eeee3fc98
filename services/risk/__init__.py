"""risk: rules that explain themselves weigh every application that meets the requirements; officers decide the rest."""

OWNS = ("assessments",)
HEARS = ("ApplicationSubmitted", "SecurityProfileReviewed", "ApplicationWithdrawn", "ApplicationDenied")
SAYS = ("RiskAssessed",)
