"""site_validation: officers visit a company's divisions, arranged with it, and record whether its security profile holds on site."""

OWNS = ("validations", "teams")
HEARS = (
    "ApplicationSubmitted",
    "SecurityProfileReviewed",
    "RiskAssessed",
    "ApplicationWithdrawn",
    "ApplicationDenied",
    "CompanyUsersChanged",
)
SAYS = ("SiteVisitScheduled", "SiteValidated")
