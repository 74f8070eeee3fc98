"""Laws of every life that a company can lead, at random."""

from uuid import uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.company import Company, CompanyCommand, State
from services.intake.domain.company.divisions import AddDivision, ChangeDivision, RemoveDivision
from services.intake.domain.company.documents import RemoveDocument
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.ownership import DeclineOwnership, RevokeOffer
from services.intake.domain.company.state import Returned
from services.intake.domain.company.users import ChangeUserRole, MarkRoleUnused, RemoveUser
from shared.contracts.intake import Answer
from shared.decider import Actor
from tests.support.builders.deciding import assert_fold_law
from tests.support.builders.intake import (
    COMPANIES,
    COMPLETE,
    FULL,
    LIVES,
    OWNER,
    PROXY,
    READER,
    accept,
    add_user,
    answer_question,
    answer_with,
    asked,
    change_contact,
    change_numbers,
    change_particulars,
    change_profile,
    company_after,
    consent,
    days_later,
    file,
    note_advice,
    note_approval,
    note_denial,
    note_membership,
    note_return,
    note_stage,
    offer,
    recover,
    register,
    reply,
    site_of,
    submit,
    tick,
    withdraw,
)
from tests.support.builders.packages import (
    COMPANY,
    YARD,
    address,
    division,
    document,
    documents,
    evidence_of,
)

DEPOT = division(uuid5(COMPANY, "depot"), "Guelph depot", "2 Lock Lane")
IMPORTING = site_of(DEPOT.model_copy(update={"lines_of_business": ("importer",)}))
ANSWER = Answer(requirement_id="CS-01", response="described", text="Signed.", evidence=(evidence_of(YARD),))


def commands_of(person: Actor) -> list[CompanyCommand]:
    return [
        change_profile(by=person),
        change_profile(by=person, contact=None),
        change_particulars(by=person, address=address("77 Heron Road")),
        change_numbers(by=person, rm_account="RM0002"),
        change_contact(by=person, title="Head of security"),
        answer_question("crown_debt", value=True, by=person),
        answer_question("crown_debt", value=False, by=person),
        answer_question("movements_12_months", value=0, by=person),
        asked(AddDivision, by=person, division_id=DEPOT.division_id, site=site_of(DEPOT)),
        asked(ChangeDivision, by=person, division_id=YARD, site=IMPORTING),
        asked(RemoveDivision, by=person, division_id=DEPOT.division_id),
        answer_with(ANSWER, by=person),
        file(document(uuid5(COMPANY, "spare"), "evidence"), by=person),
        file(documents()[0], by=person),
        asked(RemoveDocument, by=person, document_id=documents()[0].document_id),
        add_user("read_only_user", by=person),
        asked(ChangeUserRole, by=person, urn=FULL.subject, role="proxy_account_owner"),
        asked(ChangeUserRole, by=person, urn=OWNER.subject, role="read_only_user"),
        asked(RemoveUser, by=person, urn=FULL.subject),
        asked(RemoveUser, by=person, urn=OWNER.subject),
        asked(MarkRoleUnused, by=person, role="proxy_account_owner"),
        offer(PROXY, by=person),
        offer(READER, by=person),
        asked(RevokeOffer, by=person),
        accept(by=person),
        asked(DeclineOwnership, by=person),
        consent("US", by=person),
        consent("EU", by=person),
        withdraw("US", by=person),
        submit(by=person),
        reply("The president did.", documents()[0].document_id, by=person),
        reply("The board did.", by=person),
        asked(Withdraw, by=person),
        asked(LeaveProgramme, by=person),
    ]


FROM_REVIEW: list[CompanyCommand] = [
    note_advice(),
    note_stage("risk_assessment"),
    note_stage("withdrawn"),
    note_return(),
    note_approval(),
    note_denial(),
    note_membership("active"),
    note_membership("suspended"),
    note_membership("cancelled"),
    note_stage("decision", application=uuid5(COMPANY, "application/2")),
    note_denial(application=uuid5(COMPANY, "application/2")),
]
OTHERS: list[CompanyCommand] = [
    recover(PROXY),
    recover(FULL),
    recover(PROXY, None),
    recover(READER, by=OWNER),
    tick(days_later(40)),
]
COMMANDS = st.sampled_from(
    [
        *FROM_REVIEW,
        *OTHERS,
        *(command for person in (OWNER, OWNER, PROXY, FULL, READER) for command in commands_of(person)),
    ]
)
STARTS = st.sampled_from([(register(),), COMPLETE, LIVES["returned"], LIVES["member"]])
HISTORIES = st.builds(lambda start, rest: (*start, *rest), STARTS, st.lists(COMMANDS, max_size=30))


@given(HISTORIES)
@settings(deadline=None)
def test_the_state_is_the_fold_of_the_facts(history: tuple[CompanyCommand, ...]) -> None:
    assert_fold_law(COMPANIES, history)


@given(HISTORIES)
@settings(deadline=None)
def test_whatever_was_consumed_or_done_is_never_refused_and_can_be_published(
    history: tuple[CompanyCommand, ...],
) -> None:
    state, facts = company_after(history)
    for command in FROM_REVIEW:
        COMPANIES.decide(command, state)
    after = COMPANIES.absent
    for fact in facts:
        after = COMPANIES.evolve(after, fact)
        outgoing = COMPANIES.publish(fact, after)
        assert outgoing is None or outgoing.key == str(COMPANY)


@given(HISTORIES)
@settings(deadline=None)
def test_a_company_has_exactly_one_owner_at_every_moment_who_offers_ownership_to_another(
    history: tuple[CompanyCommand, ...],
) -> None:
    company: State = COMPANIES.absent
    after, facts = company_after(history)
    for fact in facts:
        company = COMPANIES.evolve(company, fact)
        assert isinstance(company, Company)
        assert [user.role for user in company.users].count("account_owner") == 1
        assert len({user.subject for user in company.users}) == len(company.users)
    assert after.offer is None or after.role_of(after.offer.successor) not in {None, "account_owner"}


@given(HISTORIES)
@settings(deadline=None)
def test_every_named_document_is_on_file(history: tuple[CompanyCommand, ...]) -> None:
    company, _ = company_after(history)
    replies = company.application.replies if isinstance(company.application, Returned) else ()
    named = {document for each in company.divisions for answer in each.answers for document in answer.evidence}
    named |= {document for reply in replies for document in reply.documents}
    assert named <= {document.document_id for document in company.drafted}


@given(HISTORIES, COMMANDS)
@settings(deadline=None)
def test_a_command_repeated_decides_nothing_more(history: tuple[CompanyCommand, ...], command: CompanyCommand) -> None:
    once, _ = company_after((*history, command))
    assert company_after([command], once) == (once, ())
