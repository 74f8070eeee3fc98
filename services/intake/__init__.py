"""intake: the trader's desk. Companies prepare, submit and follow an application, and consent to what partners know."""

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
