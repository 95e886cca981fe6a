"""The channel can be reached from the main website."""

from __future__ import annotations

import pytest

from checks.kinds.reachable import host_of, same_site
from oit.findings import Reason, Verdict

ITEM = "e_service"
ELEMENT = "reachable_from_main_site"
BODY = "<h1>E-Service</h1><p>ยื่นคำร้องออนไลน์</p>"


@pytest.mark.parametrize(
    "url", ["https://www.tonmai.go.th/e", "http://tonmai.go.th/e", "https://eservice.tonmai.go.th/"]
)
def test_a_channel_on_the_site_or_under_it_is_met(agency, url: str) -> None:
    assert agency.page(ITEM, BODY, url=url).element(ITEM, ELEMENT).verdict is Verdict.MET


def test_a_channel_that_a_page_of_the_site_links_to_is_met(agency) -> None:
    agency.home("<p>บริการ</p><a href='https://forms.example.com/x'>E-Service</a>")
    assert agency.page(ITEM, BODY, url="https://forms.example.com/x/").element(ITEM, ELEMENT).verdict is Verdict.MET


def test_a_channel_that_was_reached_by_a_link_of_the_site_is_met(agency) -> None:
    agency.page(ITEM, BODY, url="https://forms.example.com/x", purpose="linked", parent="https://www.tonmai.go.th/e")
    assert agency.element(ITEM, ELEMENT).verdict is Verdict.MET


def test_a_channel_elsewhere_that_nothing_leads_to_is_not_on_the_main_website(agency) -> None:
    finding = agency.home().page(ITEM, BODY, url="https://forms.example.com/x").element(ITEM, ELEMENT)
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.NOT_ON_MAIN_WEBSITE,))


def test_without_a_main_website_it_is_for_a_person(agency) -> None:
    agency.homepage = ""
    assert agency.page(ITEM, BODY, url="https://forms.example.com/x").element(ITEM, ELEMENT).verdict is Verdict.UNSURE


@pytest.mark.parametrize(
    ("url", "host"), [("https://WWW.Tonmai.go.th/x", "tonmai.go.th"), ("tonmai.go.th", "tonmai.go.th"), ("", "")]
)
def test_a_host_is_named_without_www(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("tonmai.go.th", "tonmai.go.th", True),
        ("e.tonmai.go.th", "tonmai.go.th", True),
        ("eviltonmai.go.th", "tonmai.go.th", False),
        ("", "", False),
    ],
)
def test_a_look_alike_is_another_site(a: str, b: str, same: bool) -> None:
    assert same_site(a, b) is same
