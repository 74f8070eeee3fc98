"""Officers who visit the pages of review: a case or a membership only as its endpoints admit them."""

from typing import Annotated

from services.review.api.deps import of_case, of_membership
from shared.pages.visits import SignedVisit, signed_in, visiting
from shared.programme.impartial import acting, reading
from shared.programme.roles import DECISION_OFFICER, OFFICERS, REVIEW_OFFICER

ListReader = Annotated[SignedVisit, signed_in(*OFFICERS)]
CaseReader = Annotated[SignedVisit, visiting(reading(of_case, *OFFICERS))]
CaseReviewer = Annotated[SignedVisit, visiting(acting(of_case, REVIEW_OFFICER))]
CaseDecider = Annotated[SignedVisit, visiting(acting(of_case, DECISION_OFFICER))]
MembershipReader = Annotated[SignedVisit, visiting(reading(of_membership, *OFFICERS))]
MembershipDecider = Annotated[SignedVisit, visiting(acting(of_membership, DECISION_OFFICER))]
