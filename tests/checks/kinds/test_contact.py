"""Address, telephone, e-mail and map of the agency."""

from __future__ import annotations

import pytest

from oit.findings import Reason, Verdict

ITEM = "contact"


def find(agency, channel: str, body: str):
    return agency.page(ITEM, f"<h1>ติดต่อเรา</h1>{body}").find(ITEM, "contact", {"channel": channel})


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("telephone", "โทรศัพท์ 0 4271 1234"),
        ("telephone", "โทร. ๐๔๒-๗๑๑๒๓๔"),
        ("telephone", "Tel: 02-123-4567 ต่อ 12"),
        ("telephone", "042711234"),
        ("email", "saraban@tonmai.go.th"),
        ("email", "saraban [at] tonmai.go.th"),
        ("email", "saraban @ tonmai . go . th"),
        ("address", "99 หมู่ที่ 3 ตำบลต้นไม้ อำเภอเมือง จังหวัดสกลนคร 47000"),
        ("address", "เลขที่ 5 ถนนราชดำเนิน เขตดุสิต กรุงเทพฯ 10300"),
        ("address", "ต.ต้นไม้ อ.เมือง จ.สกลนคร ๔๗๐๐๐"),
    ],
)
def test_a_channel_is_found_and_quoted(agency, channel: str, text: str) -> None:
    finding = find(agency, channel, f"<p>{text}</p>")
    assert finding.verdict is Verdict.MET
    assert finding.quotes[0].text in f"ติดต่อเรา {text}"


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("telephone", "โทรสาร 042-711235"),
        ("telephone", "งบประมาณ 350,000 บาท ปี 2565"),
        ("email", "เว็บไซต์ www.tonmai.go.th"),
        ("address", "ยินดีต้อนรับ"),
        ("map", "ยินดีต้อนรับ"),
    ],
)
def test_something_else_is_not_the_channel(agency, channel: str, text: str) -> None:
    finding = find(agency, channel, f"<p>{text}</p>")
    assert (finding.verdict, finding.reasons) == (Verdict.NOT_MET, (Reason.ELEMENT_MISSING,))


@pytest.mark.parametrize(
    "body",
    [
        "<iframe src='https://www.google.com/maps/embed?pb=1'></iframe>",
        "<a href='https://goo.gl/maps/abc'>ดูแผนที่</a>",
        "<img src='/map.jpg' alt='แผนที่ตั้งสำนักงาน' width='600' height='400'>",
    ],
)
def test_a_map_may_be_a_frame_a_link_or_a_picture(agency, body: str) -> None:
    assert find(agency, "map", body).verdict is Verdict.MET


def test_contact_data_in_the_footer_counts(agency) -> None:
    agency.page(ITEM, "<h1>ติดต่อเรา</h1></main><footer>โทร. 042-711234</footer><main>")
    assert agency.find(ITEM, "contact", {"channel": "telephone"}).verdict is Verdict.MET
