"""Names of countries and regions, in both languages and in the order in which readers look them up."""

import pytest

from shared.i18n import Language
from shared.programme.forms.addresses import country, region
from shared.programme.geography import country_names, in_order, region_names, regions_in_order


def test_every_country_with_a_name_is_one_that_a_form_takes() -> None:
    assert {code: country(code) for code in country_names()} == {code: code for code in country_names()}
    assert len(country_names()) > 200
    assert "PR" not in country_names()


def test_every_region_with_a_name_is_one_that_a_form_takes() -> None:
    assert {region(code, "CA") for code in region_names("CA")} == set(region_names("CA"))
    assert {region(code, "US") for code in region_names("US")} == set(region_names("US"))
    assert (len(region_names("CA")), region_names("US")["PR"].fr) == (13, "Porto Rico")


@pytest.mark.parametrize(
    ("code", "english", "french"),
    [
        ("DE", "Germany", "Allemagne"),
        ("KR", "South Korea", "Corée du Sud"),
        ("CI", "Côte d\u2019Ivoire", "Côte d\u2019Ivoire"),
    ],
)
def test_a_country_is_called_as_people_call_it(code: str, english: str, french: str) -> None:
    assert (country_names()[code].en, country_names()[code].fr) == (english, french)


@pytest.mark.parametrize(
    ("code", "french"),
    [
        ("QC", "Québec"),
        ("NB", "Nouveau-Brunswick"),
        ("PE", "Île-du-Prince-Édouard"),
        ("NT", "Territoires du Nord-Ouest"),
    ],
)
def test_a_province_is_called_as_in_canada(code: str, french: str) -> None:
    assert region_names("CA")[code].fr == french


@pytest.mark.parametrize(("language", "first"), [("en", "Afghanistan"), ("fr", "Afghanistan")])
def test_accents_do_not_count_in_the_order(language: Language, first: str) -> None:
    names = [name for _, name in in_order(country_names(), language)]
    assert (names[0], len(names)) == (first, len(country_names()))
    assert names.index("Égypte" if language == "fr" else "Egypt") < names.index("Ghana")
    assert [*regions_in_order(language)] == ["CA", "US"]
