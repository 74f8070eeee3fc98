"""mra_exchange: what consented partners may know of a member, and the record of what they were told."""

OWNS = ("disclosures", "teams")
HEARS = (
    "CompanyUsersChanged",
    "CompanyProfileUpdated",
    "ConsentGiven",
    "ConsentWithdrawn",
    "MembershipActivated",
    "MembershipSuspended",
    "MembershipReinstated",
    "MembershipCancelled",
)
SAYS = ("MemberShared", "SharingEnded")
