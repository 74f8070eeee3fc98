"""The application profile: the questions about the company, all on one page or one after the other."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fastapi.responses import Response

from services.intake.api.eligibility import answer_question
from services.intake.api.forms import AnswerForm
from services.intake.domain.company import Company
from services.intake.domain.company.eligibility import GivenAnswer
from services.intake.pages.deps import Trader
from services.intake.pages.dossier import AtDossier, Dossier
from services.intake.views.eligibility import ApplicationProfile, Asked, application_profile
from shared.contracts.catalogue import AnswerKind
from shared.contracts.types import Code
from shared.errors import Refused
from shared.pages.drafts import drafted, drafts_of, keep
from shared.pages.fields import Given, fields_of, filled_in
from shared.pages.forms import KEY, SEEN, Filled, FormSent, Sent
from shared.pages.stale import seen_in
from shared.pages.visits import PageRouter

READ_AS: Mapping[AnswerKind, Any] = {"yes_no": bool, "count": int, "day": date, "countries": tuple[str, ...]}
FITTING = {"changed_meanwhile", "country_unknown", "date_in_future", "missing"}  # wrong with a value of the right kind
router = PageRouter()

# --- all on one page ------------------------------------------------------------------------------


@router.page("application")
async def show_questions(visit: Trader, dossier: AtDossier) -> Response:
    company = await dossier.company()
    profile = application_profile(company, dossier.catalogue)
    form = await drafted(visit, Filled(all_fields(profile)))
    return dossier.show("application.html", company, form, profile=profile)


@router.form("application")
async def answer_questions(visit: Trader, sent: FormSent, dossier: AtDossier) -> Response:
    """Each answer is a command of its own: what is wrong with one does not keep the others."""
    refused: dict[str, Filled] = {}
    for asked in application_profile(await dossier.company(), dossier.catalogue).asked:
        part = part_of(sent, asked)
        if part and (wrong := await _answered(asked, part, dossier)):
            refused[asked.question.id] = wrong
    if not refused:
        await drafts_of(visit.http).erase(visit.session.subject, sent.name, sent.key)
        return visit.leave("application", done="application")
    company = await dossier.company()
    profile = application_profile(company, dossier.catalogue)
    form = put_together(profile, refused)
    with suppress(Refused):
        await keep(visit.http, visit.session.subject, sent.name, form)
    return dossier.show("application.html", company, form, profile=profile)


def all_fields(profile: ApplicationProfile) -> Given:
    """The fields of all questions, filled with the answers."""
    return {name: values for asked in profile.asked for name, values in _named(asked, answer_fields(asked)).items()}


def answer_fields(asked: Asked) -> Given:
    """The fields of one question, filled with its answer."""
    return fields_of(GivenAnswer(**asked.answer.model_dump(exclude={"question_id"}))) if asked.answer else {}


def part_of(sent: Sent, asked: Asked) -> Sent | None:
    """What is sent for one question, as its own page would send it; None where nothing stands and nothing stood."""
    within = f"{asked.question.id}."
    given = {name.removeprefix(within): values for name, values in sent.given.items() if name.startswith(within)}
    if asked.answer is None and not any(filled_in(given, name) for name in given):
        return None
    seen = " ".join(entry.removeprefix(within) for entry in sent.seen.split() if entry.startswith(within))
    controls = {KEY: (str(uuid5(NAMESPACE_URL, f"{sent.key}/{asked.question.id}")),), SEEN: (seen,)}
    ids = {**sent.ids, "question_id": asked.question.id}
    return replace(sent, page="question", ids=ids, given=given, controls=controls)


def put_together(profile: ApplicationProfile, refused: Mapping[str, Filled]) -> Filled:
    """The form of all questions again: what stands now, and what was typed where it was refused."""
    stands = all_fields(profile)
    form = Filled(stands, seen=seen_in(stands))
    for asked in profile.asked:
        if wrong := refused.get(asked.question.id):
            form = replace(
                form,
                given={**form.given, **_named(asked, wrong.given)},
                faults={**form.faults, **_named(asked, wrong.faults)},
                theirs={**form.theirs, **_named(asked, wrong.theirs)},
                status=max(form.status, wrong.status),
            )
    return form


def _named(asked: Asked, of_the_question: Mapping[str, Any]) -> Mapping[str, Any]:
    """Under the names of the form of all questions; what is wrong with the whole has no name."""
    return {f"{asked.question.id}.{name}" if name else name: value for name, value in of_the_question.items()}


# --- one after the other --------------------------------------------------------------------------


@router.page("question")
async def show_question(question_id: Code, visit: Trader, dossier: AtDossier) -> Response:
    company = await dossier.company()
    profile = application_profile(company, dossier.catalogue)
    asked = profile.question(question_id)
    form = await drafted(visit, Filled(answer_fields(asked)))
    return dossier.show("question.html", company, form, profile=profile, asked=asked)


@router.form("question")
async def answer_one(question_id: Code, visit: Trader, sent: FormSent, dossier: AtDossier) -> Response:
    """Goes on to the next question that lacks something; to the same one if it lacks its explanation."""
    company = await dossier.company()
    profile = application_profile(company, dossier.catalogue)
    asked = profile.question(question_id)
    if refused := await _answered(asked, sent, dossier):
        return dossier.show("question.html", company, refused, profile=profile, asked=asked)
    following = application_profile(await dossier.company(), dossier.catalogue).next_to_answer(asked)
    if following is None:
        return visit.leave("application", done="application")
    return visit.leave("question", question_id=following.question.id, done="question")


async def _answered(asked: Asked, sent: Sent, dossier: Dossier) -> Filled | None:
    """Has one question answered; or what is wrong, at the fields of its answer."""
    question = asked.question

    def fields(company: Company) -> Given:
        return answer_fields(application_profile(company, dossier.catalogue).question(question.id))

    refused = await sent.change(
        dossier.visit,
        dossier.standing(fields),
        lambda sent, call: answer_question(
            dossier.company_id,
            question.id,
            sent.body(AnswerForm, {"value": READ_AS[question.kind]}),
            call,
            dossier.deps,
        ),
    )
    return refused and replace(refused, faults=expected(refused.faults, question.kind))


def expected(faults: Mapping[str, str], kind: AnswerKind) -> Mapping[str, str]:
    """What is wrong with an answer: where the value is of another kind, which kind is expected."""
    return {
        name: f"{kind}_expected" if name == "value" and code not in FITTING else code for name, code in faults.items()
    }
