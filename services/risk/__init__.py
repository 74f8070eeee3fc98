"""risk: rules that explain themselves weigh every application that meets the requirements; officers decide the rest."""

OWNS = ("assessments",)
SUBSCRIPTIONS = ("ApplicationSubmitted", "SecurityProfileReviewed", "ApplicationWithdrawn", "ApplicationDenied")
PUBLISHES = ("RiskAssessed",)
