"""intake: the trader's desk. Companies prepare and submit their application, follow its course, and consent to what partners may know."""

OWNS = ("companies",)
HEARS = (
    "SecurityProfileReviewed",
    "ApplicationProgressed",
    "ApplicationReturned",
    "ApplicationApproved",
    "ApplicationDenied",
    "MembershipActivated",
    "MembershipSuspended",
    "MembershipReinstated",
    "MembershipCancelled",
)
SAYS = (
    "ApplicationSubmitted",
    "ApplicationWithdrawn",
    "CompanyProfileUpdated",
    "ConsentGiven",
    "ConsentWithdrawn",
    "CompanyUsersChanged",
    "ProgrammeLeft",
)
