"""The company's portal, page by page: each shows a view, and sends its forms where the endpoints are."""

from services.intake.pages import leaving, overview, profile, public, questions, sharing, submissions, submit

ROUTERS = (
    public.router,
    overview.router,
    profile.router,
    questions.router,
    sharing.router,
    submissions.router,
    submit.router,
    leaving.router,
)
