"""mra_exchange: what consented partners may know of a member, and the record of what they were sent."""

OWNS = ("disclosures", "company_teams", "teams")
SUBSCRIPTIONS = (
    "CompanyUsersChanged",
    "CompanyUsersChangedOnIntake",
    "CompanyProfileUpdated",
    "ConsentGiven",
    "ConsentWithdrawn",
    "MembershipActivated",
    "MembershipSuspended",
    "MembershipReinstated",
    "MembershipCancelled",
)
PUBLISHES = ("MemberShared", "SharingEnded")
