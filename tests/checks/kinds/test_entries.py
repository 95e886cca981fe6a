"""Dated entries of a list: enough of them, of the right sort, in the year."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict


def news(*days: str) -> str:
    return "<h1>ข่าวประชาสัมพันธ์</h1><ul>" + "".join(f"<li>กิจกรรมของตำบลต้นไม้ครั้งสำคัญ {day}</li>" for day in days) + "</ul>"


@pytest.mark.parametrize(
    ("days", "verdict", "reason"),
    [
        (("3 มกราคม 2565", "9 กุมภาพันธ์ 2565"), "met", ""),
        (("3 ม.ค. 65", "9 ก.พ. 65", "1 ต.ค. 63"), "met", ""),
        (("3 มกราคม 2563", "9 กุมภาพันธ์ 2563"), "not_met", Reason.YEAR_WRONG),
        (("", ""), "unsure", Reason.YEAR_ABSENT),
    ],
)
def test_news_must_be_of_the_year(agency, days: tuple[str, ...], verdict: str, reason: str) -> None:
    finding = agency.page("news", news(*days)).element("news", "mission_news")
    assert finding.verdict == verdict
    assert finding.reasons == ((reason,) if reason else ())


def test_entries_of_another_sort_do_not_count(agency) -> None:
    rows = "<tr><td>ประกาศรับสมัครพนักงานจ้าง</td><td>3 มกราคม 2565</td></tr>"
    agency.page("procurement_announcements", f"<h1>ประกาศ</h1><table><tr><th>เรื่อง</th><th>วันที่</th></tr>{rows}</table>")
    finding = agency.element("procurement_announcements", "announcements")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.ELEMENT_MISSING,))


def test_an_entry_of_the_sort_in_the_year_is_met(agency) -> None:
    rows = "<tr><td>ประกาศประกวดราคาจ้างก่อสร้างถนน</td><td>3 มกราคม 2565</td></tr><tr><td>ประกาศรับสมัครงาน</td><td>1 ธ.ค. 64</td></tr>"
    agency.page("procurement_announcements", f"<h1>ประกาศ</h1><table><tr><th>เรื่อง</th><th>วันที่</th></tr>{rows}</table>")
    assert agency.element("procurement_announcements", "announcements").verdict is Verdict.MET
