"""site_validation: officers arrange visits to a company's divisions, and record whether its security profile holds."""

OWNS = ("validations", "teams")
SUBSCRIPTIONS = (
    "ApplicationSubmitted",
    "SecurityProfileReviewed",
    "RiskAssessed",
    "ApplicationWithdrawn",
    "ApplicationDenied",
    "CompanyUsersChanged",
)
PUBLISHES = ("SiteVisitScheduled", "SiteValidated")
