"""review: officers judge every security profile, and decide; who is approved becomes a member."""

OWNS = ("cases", "memberships", "company_teams")
SUBSCRIPTIONS = (
    "ApplicationSubmitted",
    "ApplicationWithdrawn",
    "RiskAssessed",
    "SiteVisitScheduled",
    "SiteValidated",
    "ApplicationApproved",
    "CompanyProfileUpdated",
    "ProgrammeLeft",
    "CompanyUsersChanged",
)
PUBLISHES = (
    "SecurityProfileReviewed",
    "ApplicationReturned",
    "ApplicationProgressed",
    "ApplicationDenied",
    "ApplicationApproved",
    "MembershipActivated",
    "MembershipSuspended",
    "MembershipReinstated",
    "MembershipCancelled",
)
