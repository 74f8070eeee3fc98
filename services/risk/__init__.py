"""risk: rules that explain themselves weigh every application that meets the requirements; officers decide the rest."""

OWNS = ("assessments", "company_teams")
SUBSCRIPTIONS = (
    "ApplicationSubmitted",
    "SecurityProfileReviewed",
    "ApplicationWithdrawn",
    "ApplicationDenied",
    "CompanyUsersChanged",
)
PUBLISHES = ("RiskAssessed",)
