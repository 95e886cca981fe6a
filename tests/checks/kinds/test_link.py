"""A link to the agency's own account, not a share button."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "social_network"


def find(agency, body: str):
    agency.page(ITEM, f"<p>องค์การบริหารส่วนตำบลต้นไม้</p>{body}")
    element = agency.item(ITEM).required_elements[0].id
    return agency.element(ITEM, element)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/tonmaisao",
        "https://line.me/R/ti/p/@tonmai",
        "https://www.youtube.com/channel/UCabc",
        "https://twitter.com/tonmai",
    ],
)
def test_an_account_is_met(agency, url: str) -> None:
    assert find(agency, f"<a href='{url}'>ติดตามเรา</a>").verdict is Verdict.MET


def test_an_embedded_page_of_the_agency_is_met(agency) -> None:
    body = "<iframe src='https://www.facebook.com/plugins/page.php?href=https://facebook.com/tonmaisao'></iframe>"
    assert find(agency, body).verdict is Verdict.MET


def test_a_share_button_is_no_account(agency) -> None:
    finding = find(agency, "<a href='https://www.facebook.com/sharer/sharer.php?u=https://www.tonmai.go.th/'>แชร์</a>")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.ELEMENT_MISSING,))


@pytest.mark.parametrize(
    "url",
    ["https://www.facebook.com/", "https://www.facebook.com.evil.example/tonmai", "https://www.tonmai.go.th/facebook"],
)
def test_the_network_itself_or_a_look_alike_is_no_account(agency, url: str) -> None:
    assert find(agency, f"<a href='{url}'>Facebook</a>").verdict is Verdict.NOT_MET


def test_another_bodys_account_is_not_this_agencys(agency) -> None:
    finding = find(agency, "<p><a href='https://www.facebook.com/dla'>เฟซบุ๊ก</a> กรมส่งเสริมการปกครองท้องถิ่น</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.OTHER_AGENCY,))
