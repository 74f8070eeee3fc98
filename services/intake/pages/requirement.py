"""One requirement in one division: answered with its evidence, and answered alike for other divisions."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated

from fastapi import Depends
from fastapi.responses import RedirectResponse, Response

from services.intake.api.divisions import answer_named, answer_requirement
from services.intake.api.forms import StatementForm
from services.intake.domain.company import Company
from services.intake.domain.company.divisions import AnswerReference, Statement
from services.intake.pages.deps import Trader
from services.intake.pages.dossier import AtDossier, Dossier
from services.intake.views.divisions import SecurityProfile, Task, security_profile
from services.intake.views.documents import documents, evidence_for
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.drafts import drafted
from shared.pages.fields import Given, fields_of, filled_in
from shared.pages.forms import CONFLICT, Filled, FormSent, Sent
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.calendar import today

Named = Annotated[AnswerReference, Depends(answer_named)]
THEN, STAY, UPLOAD = "form-then", "stay", "upload"
ALSO, OPEN = "also", "open"
router = PageRouter()


@router.page("requirement")
async def show_requirement(named: Named, visit: Trader, dossier: AtDossier) -> Response:
    company = await dossier.company()
    task = _profile(company, dossier).task(named.division_id, named.requirement_id)
    return _requirement(company, task, await drafted(visit, Filled(answer_fields(task))), dossier)


@router.form("requirement")
async def answer(named: Named, visit: Trader, sent: FormSent, dossier: AtDossier) -> Response:
    """Saves the answer, and then the same for the other divisions that are ticked; what is saved stays."""
    before = _profile(await dossier.company(), dossier)
    asked = before.task(named.division_id, named.requirement_id)
    if sent.control(THEN) == UPLOAD and is_blank(sent.given):
        return _to_upload(visit, asked)
    refused = await _answered(asked, sent, dossier)
    company = await dossier.company()
    if refused:
        return _requirement(company, asked, refused, dossier)
    task = _profile(company, dossier).task(named.division_id, named.requirement_id)
    others = chosen(sent.given.get(ALSO, ()), before.alike(asked))
    faults = await _copied(task, others, sent, dossier)
    company = await dossier.company()
    if faults:
        saved = [other.division.name for other in others if also(other) not in faults]
        return _requirement(company, task, once_more(sent, faults), dossier, saved=saved)
    return _onward(_profile(company, dossier), task, sent, dossier)


# --- commands -------------------------------------------------------------------------------------


async def _answered(task: Task, sent: Sent, dossier: Dossier) -> Filled | None:
    def fields(company: Company) -> Given:
        return answer_fields(_profile(company, dossier).task(task.division.division_id, task.requirement.id))

    return await sent.change(
        dossier.visit,
        dossier.standing(fields),
        lambda sent, call: _put(task, sent.body(StatementForm), dossier, call),
    )


async def _copied(task: Task, others: Iterable[Task], sent: Sent, dossier: Dossier) -> Mapping[str, str]:
    """Has the answer given for other divisions, too: each is a command of its own. What was refused, by its field."""
    faults = {}
    for other in others:
        same = partial(_put, other, StatementForm.model_validate(statement(task).model_dump()), dossier)
        if refused := await sent.command(dossier.visit, same, part=str(other.division.division_id)):
            faults[also(other)] = next(iter(refused.faults.values()))
    return faults


async def _put(task: Task, body: StatementForm, dossier: Dossier, call: Call) -> Receipt:
    named = AnswerReference(division_id=task.division.division_id, requirement_id=task.requirement.id)
    return await answer_requirement(dossier.company_id, named, body, call, dossier.deps)


# --- what is shown --------------------------------------------------------------------------------


def _profile(company: Company, dossier: Dossier) -> SecurityProfile:
    return security_profile(company, dossier.catalogue)


def _requirement(company: Company, task: Task, form: Filled, dossier: Dossier, saved: Iterable[str] = ()) -> Response:
    profile = _profile(company, dossier)
    filed = documents(company, dossier.catalogue, today(dossier.visit.call.at)).filed
    alike = profile.alike(task)
    return dossier.show(
        "requirement.html",
        company,
        form,
        task=task,
        alike=alike,
        names={also(other): other.division.name for other in alike},
        evidence=evidence_for(task.division.division_id, form.values("evidence"), filed),
        following=profile.next_lacking(task),
        left=len(profile.lacking),
        saved=saved,
    )


def _onward(profile: SecurityProfile, task: Task, sent: Sent, dossier: Dossier) -> RedirectResponse:
    """To what was asked for; else to the text of the next requirement that lacks something."""
    visit, following = dossier.visit, profile.next_lacking(task)
    if sent.control(THEN) == UPLOAD:
        return _to_upload(visit, task)
    if sent.control(THEN) == STAY:
        return visit.leave("requirement", done="requirement")
    if following is None:
        return visit.leave("security", done="requirement")
    return visit.leave(
        "requirement",
        division_id=following.division.division_id,
        requirement_id=following.requirement.id,
        done="requirement",
        at="text",
    )


def _to_upload(visit: SignedVisit, task: Task) -> RedirectResponse:
    """To the form that uploads a document, which leads back to this answer."""
    answering = f"{task.division.division_id}/{task.requirement.id}"
    return visit.leave("upload", query={"answering": answering}, at="file")


# --- fields ---------------------------------------------------------------------------------------


def statement(task: Task) -> Statement:
    """The answer apart from what it answers. Raises ValueError where there is none."""
    if task.answer is None:
        raise ValueError(task.requirement.id)
    return Statement(**task.answer.model_dump(exclude={"requirement_id"}))


def answer_fields(task: Task) -> Given:
    return fields_of(statement(task)) if task.answer else {}


def is_blank(given: Given) -> bool:
    """Whether there is nothing to be lost: no text, and no evidence chosen."""
    return not filled_in(given, "text") and not filled_in(given, "evidence")


def chosen(ticked: tuple[str, ...], alike: Iterable[Task]) -> tuple[Task, ...]:
    """The other divisions that are ticked, one by one or as those that have no answer yet."""
    return tuple(
        other
        for other in alike
        if str(other.division.division_id) in ticked or (OPEN in ticked and other.answer is None)
    )


def also(other: Task) -> str:
    """The field of another division that gets the same answer."""
    return f"{ALSO}.{other.division.division_id}"


def once_more(sent: Sent, faults: Mapping[str, str]) -> Filled:
    """The form again, with those divisions ticked for which the answer was refused."""
    ticked = tuple(name.removeprefix(f"{ALSO}.") for name in faults)
    return Filled({**sent.given, ALSO: ticked}, faults, CONFLICT)
