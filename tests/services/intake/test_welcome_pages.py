# ruff: noqa: RUF001 - French as it is printed
"""The first visit: a person reads its number, registers a company in French and fills its profile, without script."""

from uuid import uuid4

import pytest

from shared.pages.addresses import LANGUAGES, addresses
from shared.pages.speech import NO_BREAK
from tests.support.builders.applicant import business_number, joined, reference, registered
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.served import Served


def named(name: str = "maude") -> str:
    """Somebody whom nobody else is."""
    return f"{name} {uuid4()}"


async def form_of(browser: Browser) -> Shown:
    return await browser.opens("/fr/inscription")


async def registers(form: Shown, **changes: str | tuple[str, ...]) -> Shown:
    """Sends the form of a registration, filled in."""
    filled: dict[str, str | tuple[str, ...]] = {
        "legal_name": "Transport Boréal inc.",
        "business_number": business_number(),
        "address__lines": ("18, voie du Faucon", "", ""),
        "address__city": "Gatineau",
        "address__region": "QC",
        "address__postal_code": "j8x 2k1",
        "owner__family_name": "Tremblay",
        "owner__email": "maude@boreal.example",
        "attests_signing_authority": ("false", "true"),
    }
    return await form.send("", **{**filled, **changes})


def next_address(page: Shown) -> str:
    """Where the one next step leads."""
    button = page.html.select_one(".hero a.button")
    assert button
    return str(button["href"])


def wheels(overview: Shown) -> list[str]:
    """How complete the sections are, in words."""
    return [str(ring["aria-label"]).replace(NO_BREAK, " ") for ring in overview.html.select(".section .ring")]


async def test_a_company_is_registered_and_its_profile_filled_in_french_without_script(intake: Served) -> None:
    """From the first visit on, each page leads to the next."""
    name = named()
    maude = intake.browser(name)
    welcome = await maude.opens("/fr/bienvenue")
    number = welcome.html.select_one("#urn")
    assert number
    assert (number["value"], number.has_attr("readonly")) == (intake.person(name).urn, True)
    assert "Vous n’agissez encore au nom d’aucune entreprise" in welcome.text()

    overview = await registers(await form_of(maude))
    assert overview.path.startswith("/fr/entreprises/")
    assert "L’entreprise est inscrite." in overview.text()
    assert overview.text("h1") == "Transport Boréal inc."

    profile = await maude.opens(f"{overview.path}/profil")
    contact = await profile.send(
        lines_of_business=("", "highway_carrier", "importer"), headquarters_country="CA", language="fr"
    )
    assert "Le profil est enregistré." in contact.text()
    numbers = await contact.send(
        name="Sam Roy", title="Directrice de la sécurité", email="sam@boreal.example", phone="819 555-0142 poste 12"
    )
    assert "La personne-ressource est enregistrée." in numbers.text()
    assert "Requis pour vos secteurs d’activité" in numbers.text()
    overview = await numbers.send(carrier_codes__highway__code="7BRL", carrier_codes__highway__bonded="false")
    assert "Les numéros sont enregistrés." in overview.text()
    assert wheels(overview)[:2] == ["100 % rempli", "25 % rempli"]


async def test_the_four_roles_are_filled_or_marked_as_unused_in_french_without_script(intake: Served) -> None:
    maude = intake.browser(named())
    overview = await registers(await form_of(maude))
    contact = await maude.opens(next_address(overview))
    assert contact.path == f"{overview.path}/personne-ressource"
    people = await maude.opens(f"{overview.path}/personnes")
    okoro = reference(named("okoro"))
    people = await people.send(
        "add", urn=okoro, family_name="Okoro", email="okoro@boreal.example", role="full_access_user"
    )
    assert "La personne est ajoutée" in people.text()
    people = await people.send("unused proxy_account_owner")
    people = await people.send("unused read_only_user")
    assert "Okoro" in people.text("#full_access_user .person")
    assert wheels(await maude.opens(overview.path))[1] == "100 % rempli"
    welcome = await maude.opens("/fr/bienvenue")
    assert welcome.text("#companies + ul") == "Transport Boréal inc. Propriétaire du compte"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"legal_name": " "}, "#legal_name", "Dénomination sociale : Remplissez ce champ."),
        ({"business_number": "123"}, "#business_number", "Numéro d’entreprise : L’entreprise ne peut être inscrite avec ce numéro d’entreprise"),
        ({"address__region": "ON", "address__postal_code": "12345"}, "#address-postal_code", "Code postal"),
        ({"owner__email": "maude"}, "#owner-email", "Votre adresse électronique"),
        ({"attests_signing_authority": ("false",)}, "#attests_signing_authority", "Votre attestation est requise."),
    ],
)
async def test_what_is_wrong_leads_to_its_field_and_what_was_typed_stays(
    intake: Served, changes: dict[str, str | tuple[str, ...]], field: str, sentence: str
) -> None:
    maude = intake.browser(named())
    shown = await registers(await form_of(maude), **changes)
    assert shown.path == "/fr/inscription"
    assert shown.status in {409, 422}
    assert sentence in shown.faults()[0].replace(NO_BREAK, " ")
    link = shown.html.select_one("#errors a")
    assert link
    assert link["href"] == field
    assert shown.html.select_one(field)
    assert shown.html.title
    assert shown.html.title.text.startswith("Erreur")
    assert shown.filled()["address.city"] == ["Gatineau"]
    assert "aucune entreprise" in (await maude.opens("/fr/bienvenue")).text()


async def test_a_registration_that_is_sent_twice_is_done_once(intake: Served) -> None:
    maude = intake.browser(named())
    form, number = await form_of(maude), business_number()
    first = await registers(form, business_number=number)
    again = await registers(form, business_number=number)
    assert first.path == again.path
    assert len((await maude.opens("/fr/bienvenue")).html.select("#companies + ul > li")) == 1


async def test_what_was_typed_for_later_is_there_again(intake: Served) -> None:
    maude = intake.browser(named())
    form = await form_of(maude)
    kept = await form.send(**{"legal_name": "Transport Boréal inc.", "form-draft": "1"})
    assert kept.filled()["legal_name"] == ["Transport Boréal inc."]
    assert "Rien n’est encore envoyé" in kept.text()


async def test_somebody_who_acts_for_several_companies_chooses(intake: Served) -> None:
    name = named()
    companies = [await registered(intake, intake.person(name)) for _ in range(2)]
    company = await registered(intake)
    reader = await joined(intake, company, "read_only_user")
    page = await intake.browser(name).opens("/en/welcome")
    links = {str(link["href"]) for link in page.html.select("#companies + ul a")}
    assert links == {f"/en{each.path}" for each in companies}
    page = await intake.browser(f"read_only_user of {company.id}").opens("/en/welcome")
    assert page.text("#companies + ul") == f"{company.profile['legal_name']} Read-only user"
    assert page.html.select_one(f"#urn[value={reader.urn}]")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["welcome", "register"])
async def test_whoever_is_not_signed_in_is_led_to_sign_in(intake: Served, name: str, language: str) -> None:
    path = addresses()[name].path("fr" if language == "fr" else "en")
    answer = await intake.nobody.client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"].startswith("/session/sign-in")) == (303, True)
