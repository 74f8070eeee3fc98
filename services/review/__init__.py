"""review: officers judge every security profile, and decide; who is approved becomes a member."""

OWNS = ("cases", "memberships")
HEARS = (
    "ApplicationSubmitted",
    "ApplicationWithdrawn",
    "RiskAssessed",
    "SiteVisitScheduled",
    "SiteValidated",
    "ApplicationApproved",
    "CompanyProfileUpdated",
    "ProgrammeLeft",
)
SAYS = (
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
