"""intake: the trader's desk. Companies prepare, submit and follow an application, and consent to what partners know."""

OWNS = ("companies",)
SUBSCRIPTIONS = (
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
PUBLISHES = (
    "ApplicationSubmitted",
    "ApplicationWithdrawn",
    "CompanyProfileUpdated",
    "ConsentGiven",
    "ConsentWithdrawn",
    "CompanyUsersChanged",
    "ProgrammeLeft",
)
