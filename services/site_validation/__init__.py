"""site_validation: officers arrange visits to a company's divisions, and record whether its security profile holds."""

OWNS = ("validations", "company_teams", "teams")
SUBSCRIPTIONS = (
    "ApplicationSubmitted",
    "SecurityProfileReviewed",
    "RiskAssessed",
    "ApplicationWithdrawn",
    "ApplicationDenied",
    "CompanyUsersChanged",
    "CompanyUsersChangedOnIntake",
)
PUBLISHES = ("SiteVisitScheduled", "SiteValidated")
