"""Answers: how far the review is and its conclusion, the answers of a division, and one of them with its judgement."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from fastapi.responses import RedirectResponse, Response

from services.review.api.cases import answer_named, conclude_review, judge_answer
from services.review.api.forms import ConclusionForm, OpinionForm
from services.review.domain.case.state import AnswerReference, Opinion
from services.review.pages.deps import CaseReviewer
from services.review.pages.in_review import CaseInReview, CaseToJudge, CaseToRead, form_of
from services.review.pages.passages import passages
from services.review.pages.questions import asked_or_dropped
from services.review.views.answers import AnswerInReview, by_area
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.faults import WHOLE, Unfitting
from shared.pages.fields import fields_of
from shared.pages.forms import CONFLICT, INVALID, Filled, FormSent, Sent
from shared.pages.stale import Standing
from shared.pages.visits import PageRouter

Which = Literal["all", "unjudged", "changed"]
Named = Annotated[AnswerReference, Depends(answer_named)]
THEN, STAY = "form-then", "stay"
TICKED = "met"
MET = OpinionForm(verdict="met")
router = PageRouter()

# --- how far the review is ------------------------------------------------------------------------


@router.page("case_answers")
async def show_answers(case: CaseToRead) -> Response:
    return case.show("case_answers.html", Filled())


@router.form("case_answers")
async def conclude(visit: CaseReviewer, sent: FormSent, case: CaseToJudge) -> Response:
    refused = await sent.command(
        visit, lambda call: conclude_review(case.application_id, sent.body(ConclusionForm), call, case.deps)
    )
    if refused:
        return (await case.anew()).show("case_answers.html", refused)
    return visit.leave("case", done="review_concluded")


# --- one division ---------------------------------------------------------------------------------


@router.page("case_division")
async def show_division(division_id: UUID, case: CaseToRead, show: Which = "all") -> Response:
    return _division(case, division_id, show, Filled())


@router.form("case_division")
async def judge_as_met(
    division_id: UUID, visit: CaseReviewer, sent: FormSent, case: CaseToJudge, show: Which = "all"
) -> Response:
    """Judges the answers that are ticked as met, each by a command of its own; what is judged stays."""
    try:
        faults = await _judged_as_met(_ticked(case, division_id, sent), sent, case)
    except Unfitting as unfitting:
        faults = unfitting.faults
    if faults:
        again = Filled(sent.given, faults, INVALID if WHOLE in faults else CONFLICT)
        return _division(await case.anew(), division_id, show, again)
    return _showing(visit.leave("case_division", done="judged_as_met"), show)


def _ticked(case: CaseInReview, division_id: UUID, sent: Sent) -> tuple[AnswerInReview, ...]:
    """The answers that are ticked and not judged yet. Raises Unfitting."""
    case.require_submission(sent)
    ticked = sent.given.get(TICKED, ())
    if not any(ticked):
        raise Unfitting({WHOLE: "nothing_ticked"})
    unjudged = case.review.division(division_id).unjudged
    return tuple(answer for answer in unjudged if answer.answer.requirement_id in ticked)


async def _judged_as_met(answers: Iterable[AnswerInReview], sent: Sent, case: CaseInReview) -> Mapping[str, str]:
    """What was refused, by its field."""
    faults = {}
    for answer in answers:
        field = f"{TICKED}.{answer.answer.requirement_id}"
        as_met = partial(judge_answer, case.application_id, answer.reference, MET, deps=case.deps)
        if refused := await sent.command(case.visit, as_met, part=field):
            faults[field] = next(iter(refused.faults.values()))
    return faults


def _division(case: CaseInReview, division_id: UUID, show: Which, form: Filled) -> Response:
    division = case.review.division(division_id)
    shown = {"all": division.answers, "unjudged": division.unjudged, "changed": division.changed}
    return case.show(
        "case_division.html",
        form,
        division=division,
        show=show,
        counts={which: len(answers) for which, answers in shown.items()},
        areas=by_area(shown[show]),
        passages=passages,
        following=next(iter((*division.unjudged, *case.review.unjudged)), None),
    )


def _showing(onward: RedirectResponse, show: Which) -> RedirectResponse:
    if show != "all":
        onward.headers["Location"] += f"&show={show}"
    return onward


# --- one answer -----------------------------------------------------------------------------------


@router.page("case_answer")
async def show_answer(named: Named, case: CaseToRead) -> Response:
    return await _answer(case, named, None)


@router.form("case_answer")
async def judge_or_ask(named: Named, visit: CaseReviewer, sent: FormSent, case: CaseToJudge) -> Response:
    if sent.act == "judge":
        refused, done = await _judged(named, sent, case), ""
    else:
        refused, done = await asked_or_dropped(sent, case)
    case = await case.anew()
    if refused:
        return await _answer(case, named, refused)
    return visit.leave("case_answer", done=done) if done else _onward(case, named, sent)


async def _judged(named: AnswerReference, sent: Sent, case: CaseInReview) -> Filled | None:
    """Judges as the form has it, unless the company has submitted again since it was shown."""

    async def standing() -> Standing:
        now = await case.anew()
        return now.standing(_opinion(now.review.answer(named)))

    async def judge(merged: Sent, call: Call) -> Receipt:
        (await case.anew()).require_submission(sent)
        return await judge_answer(case.application_id, named, merged.body(OpinionForm), call, case.deps)

    return await sent.change(case.visit, standing, judge)


async def _answer(case: CaseInReview, named: AnswerReference, refused: Filled | None) -> Response:
    answer = case.review.answer(named)
    return case.show(
        "case_answer.html",
        refused or Filled(),
        answer=answer,
        marked=passages(answer.before.text, answer.answer.text) if answer.change and answer.before else (),
        opinion=await form_of("judge", case.visit, refused, _opinion(answer)),
        asking=await form_of("ask", case.visit, refused),
        drafts=[
            draft
            for draft in case.view.drafts
            if (draft.division_id, draft.requirement_id) == (named.division_id, named.requirement_id)
        ],
        following=case.review.unjudged_after(named),
        preceding=case.review.unjudged_before(named),
    )


def _opinion(answer: AnswerInReview) -> Filled:
    """The judgement that stands, as its form is filled."""
    judged = answer.judgement
    if judged is None:
        return Filled()
    return Filled(fields_of(Opinion(verdict=judged.verdict, advice=judged.advice, note=judged.note)))


def _onward(case: CaseInReview, named: AnswerReference, sent: Sent) -> RedirectResponse:
    """To this answer again if that was asked for; else to the verdict on the next that is not judged."""
    following = case.review.unjudged_after(named)
    if sent.control(THEN) == STAY:
        return case.visit.leave("case_answer", done="judged")
    if following is None:
        return case.visit.leave("case_answers", done="judged")
    return case.visit.leave("case_answer", **dict(following.reference), done="judged", at="verdict")
