from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from reports import messages
from reports.agency_report import _shortened, render
from reports.highlight import pieces
from reports.page import TEMPLATES, _text_fragment
from reports.visible import address, plain

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><a href=javascript:alert(3)>ก</a></style>"
LARGEST = 1_500_000


@pytest.fixture
def page(sample: Any) -> str:
    return render(sample.build(), sample.framework)


@pytest.fixture
def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "lxml")


@pytest.fixture
def hostile(make: Callable[..., Any], framework: Any) -> BeautifulSoup:
    """The report of a result whose every free text and some of whose addresses are an attack."""
    result = make(framework, said=EVIL, name=EVIL).build()
    result["agency"] |= {"code": EVIL, "province": EVIL, "homepage": "javascript:alert(4)"}
    result["run"] |= {"software": EVIL, "criteria_sha256": EVIL, "as_of": EVIL, "started_at": EVIL}
    for entry in result["items"]:
        entry["found_elsewhere"] = [{"url": f"javascript:alert(5)//{EVIL}", "confidence": 0.5}]
        entry["advice"] = {"th": EVIL, "en": EVIL}
        for url in entry["urls"]:
            url |= {"url": f"https://x.example.go.th/{EVIL}", "final_url": "data:text/html," + EVIL}
        for element in entry["elements"]:
            element["looked_for"] = [EVIL]
            for quote in element["quotes"]:
                quote["url"] = "javascript:alert(6)"
    for review in result["reviews"]:
        review |= {"by": EVIL, "at": EVIL}
    return BeautifulSoup(render(result, framework), "lxml")


def item_of(soup: BeautifulSoup, framework: Any, slug: str) -> Tag:
    body = soup.find(id=f"item-{framework.by_slug[slug].code}")
    assert isinstance(body, Tag) and isinstance(body.parent, Tag)
    return body.parent


def test_hostile_text_is_shown_and_never_becomes_markup(hostile: BeautifulSoup) -> None:
    assert "<script>alert(1)</script>" in hostile.get_text()
    for name in ("script", "img", "iframe", "object", "embed", "link", "base", "form"):
        assert not hostile.find_all(name), name
    assert len(hostile.find_all("style")) == 1
    for tag in hostile.find_all(True):
        assert not [attribute for attribute in tag.attrs if attribute.startswith("on") or attribute == "style"]


def test_only_http_addresses_become_links_and_they_tell_the_other_site_nothing(hostile: BeautifulSoup) -> None:
    links = [tag for tag in hostile.find_all("a") if not tag["href"].startswith("#")]
    assert links
    for tag in links:
        assert urlsplit(tag["href"]).scheme in ("http", "https")
        assert set(tag["rel"]) >= {"noopener", "noreferrer", "nofollow"}
        assert not re.search(r'[<>"\s]', tag["href"])


def test_nothing_is_loaded_from_anywhere(page: str, soup: BeautifulSoup) -> None:
    assert not soup.find_all(src=True) and not soup.find_all("link")
    css = (TEMPLATES / "agency_report.css").read_text(encoding="utf-8")
    assert "@import" not in css and "url(" not in css
    assert all(tag["href"].startswith("#") for tag in soup.find_all("use"))
    assert "<script" not in page


def test_the_pages_policy_allows_its_own_style_and_nothing_else(soup: BeautifulSoup) -> None:
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    digest = base64.b64encode(hashlib.sha256(soup.find("style").string.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_every_item_is_there_once_with_its_verdict_in_words(sample: Any, soup: BeautifulSoup) -> None:
    words = {"met": "ผ่าน", "not_met": "ไม่ผ่าน", "unsure": "ต้องให้เจ้าหน้าที่ตรวจ", "excluded": "ไม่นำมาคิดคะแนน"}
    for entry in sample.build()["items"]:
        item = item_of(soup, sample.framework, entry["slug"])
        assert entry["verdict"] in item["class"]
        badge = item.select_one("summary .badge .th")
        assert badge.get_text() == words[entry["verdict"]]
        assert item.select_one("summary .badge use")["href"] == f"#icon-{entry['verdict']}"


def test_fixes_come_in_order_of_points_and_lead_to_their_items(sample: Any, soup: BeautifulSoup) -> None:
    gains = [float(tag.get_text().lstrip("+")) for tag in soup.select("#fixes .gain strong")]
    assert gains == sorted(gains, reverse=True) and gains[0] == 12.5
    for link in soup.select("#fixes .jump a, #reviews .jump a"):
        assert soup.find(id=link["href"].lstrip("#"))


def test_a_fix_says_what_is_missing_where_it_was_looked_for_and_what_to_add(sample: Any, soup: BeautifulSoup) -> None:
    code = sample.framework.by_slug["annual_action_report"].code
    card = next(tag for tag in soup.select("#fixes .fix") if tag.find("a", href=f"#item-{code}"))
    text = card.get_text(" ")
    assert "ยังไม่พบ “ปัญหา อุปสรรค”" in text
    assert "ไม่มีปัญหาและอุปสรรคในการดำเนินงาน" in text
    assert "annex/annual_action_report.pdf" in text


def test_quotes_link_to_their_page_and_mark_the_words_that_count(sample: Any, soup: BeautifulSoup) -> None:
    item = item_of(soup, sample.framework, "annual_action_plan")
    quote = next(tag for tag in item.select(".quote") if "12,450,000" in tag.get_text())
    assert "งบประมาณ" in quote.find("mark").get_text()
    assert "12,450,000" not in quote.find("mark").get_text()
    assert quote.find("a")["href"].endswith(".pdf#page=3")
    web = item_of(soup, sample.framework, "contact").select_one(".quote a")["href"]
    assert "#:~:text=" in web


def test_trouble_is_told_in_words_and_not_as_a_failure(sample: Any, soup: BeautifulSoup) -> None:
    item = item_of(soup, sample.framework, "service_statistics").get_text(" ")
    assert "เว็บไซต์ไม่ตอบกลับภายในเวลาที่กำหนด" in item and "ไม่ผ่าน" not in item


def test_uncertain_criteria_are_marked(sample: Any, soup: BeautifulSoup) -> None:
    assert item_of(soup, sample.framework, "anti_corruption_progress").select_one(".foot .doubt")
    assert not item_of(soup, sample.framework, "annual_action_plan").select_one(".foot .doubt")


def test_a_reviewers_decision_stands_in_the_item(sample: Any, soup: BeautifulSoup) -> None:
    text = item_of(soup, sample.framework, "integrity_culture").get_text(" ")
    assert "4512/2564" in text and "20 พฤษภาคม 2565" in text


def test_a_request_not_to_be_counted_is_shown_to_the_reviewer(sample: Any, soup: BeautifulSoup) -> None:
    code = sample.framework.by_slug["procurement_plan"].code
    card = next(tag for tag in soup.select("#reviews .fix") if tag.find("a", href=f"#item-{code}"))
    assert "ไม่มีการจัดซื้อจัดจ้างที่มีวงเงินเกิน 500,000 บาท" in card.select_one(".said").get_text()


def test_headings_are_in_order_and_ids_are_unique(soup: BeautifulSoup) -> None:
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile(r"^h[1-6]$"))]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for anchor in soup.select('a[href^="#"]'):
        assert anchor["href"][1:] in ids


def test_thai_and_english_stand_side_by_side_with_their_languages(soup: BeautifulSoup) -> None:
    assert soup.html["lang"] == "th"
    thai, english = soup.select(".th"), soup.select(".en")
    assert len(thai) == len(english) > 100
    assert {tag["lang"] for tag in thai} == {"th"} and {tag["lang"] for tag in english} == {"en"}


def test_every_control_has_a_label(soup: BeautifulSoup) -> None:
    inputs = soup.find_all("input")
    assert inputs and all(soup.find("label", attrs={"for": tag["id"]}) for tag in inputs)


def test_the_page_stays_small(page: str) -> None:
    assert len(page.encode()) < LARGEST


def test_the_page_stays_small_with_ten_urls_and_long_quotes_everywhere(sample: Any) -> None:
    result = sample.build()
    for entry in result["items"]:
        entry["urls"] = [*entry["urls"], *entry["urls"] * 9][:10]
        entry["looked_at"] = (entry["looked_at"] * 30)[:30]
        for element in entry["elements"]:
            element["quotes"] = [quote | {"text": "ก" * 240} for quote in element["quotes"] * 5]
    assert len(render(result, sample.framework).encode()) < LARGEST


def test_what_the_item_already_says_is_not_said_again_for_each_element(sample: Any) -> None:
    result = sample.build()
    entry = next(entry for entry in result["items"] if entry["slug"] == "contact")
    entry |= {"verdict": "not_met", "score": 0, "reasons": ["not_found"]}
    for element in entry["elements"]:
        element |= {"verdict": "not_met", "reasons": ["not_found"], "quotes": []}
    soup = BeautifulSoup(render(result, sample.framework), "lxml")
    assert item_of(soup, sample.framework, "contact").get_text().count("เว็บไซต์แจ้งว่าไม่พบหน้านี้") == 1


def test_ids_that_are_newer_than_the_words_are_shown_as_they_are(sample: Any) -> None:
    result = sample.build()
    result["items"][0] |= {"criteria_confidence": "brand_new", "reasons": ["unheard_of"], "notes": ["unheard_of"]}
    result["items"][0]["looked_at"][0] |= {"purpose": "teleport", "outcome": "quantum"}
    text = BeautifulSoup(render(result, sample.framework), "lxml").get_text()
    assert "brand_new" in text and "teleport" in text and "quantum" in text


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_templates_name_only_sentences_that_exist(template: str) -> None:
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    for id in re.findall(r"""\bt\("(\w+\.\w+)["\s]*[,)]""", text):
        assert messages.known(id), id
    for id in re.findall(r'"(label\.\w+)"', text):
        assert messages.known(id), id


def test_an_exact_score_is_not_told_as_a_range(sample: Any) -> None:
    result = sample.build()
    result["score"] |= {"low": 88.5, "high": 88.5}
    text = BeautifulSoup(render(result, sample.framework), "lxml").select_one(".total").get_text(" ")
    assert "คะแนน OIT คือ 88.50" in text and "ระหว่าง" not in text


def test_an_incomplete_run_says_so(sample: Any) -> None:
    result = sample.build()
    assert "ยังไม่ครบทุก URL" not in render(result, sample.framework)
    result["run"]["complete"] = False
    assert "ยังไม่ครบทุก URL" in render(result, sample.framework)


def test_a_result_with_only_the_contracts_keys_is_shown_too(sample: Any) -> None:
    result = sample.build()
    del result["counts"]
    for entry in result["items"]:
        for key in ("answer", "points", "looked_at", "looked_at_total", "detail"):
            del entry[key]
        for element in [*entry["elements"], *filter(None, [entry["year"]])]:
            element.pop("looked_for"), element.pop("detail")
    assert "หนองไม้สูง" in render(result, sample.framework)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "ground"),
        ("soft", "paper"),
        ("soft", "ground"),
        ("link", "paper"),
        ("link", "ground"),
        ("brand", "ground"),
        ("met", "met-bg"),
        ("not_met", "not_met-bg"),
        ("unsure", "unsure-bg"),
        ("excluded", "excluded-bg"),
        ("met", "paper"),
        ("unsure", "paper"),
    ],
)
def test_colours_have_the_contrast_of_wcag_aa(ink: str, ground: str) -> None:
    css = (TEMPLATES / "agency_report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", css))
    assert _contrast(colours[ink], colours[ground]) >= 4.5


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(letter * 2 for letter in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Highlighting and showing


@pytest.mark.parametrize(
    ("text", "terms", "marked"),
    [
        ("5. ปัญหาและอุปสรรค: ล่าช้า", ["ปัญหา", "อุปสรรค"], ["ปัญหา", "อุปสรรค"]),
        ("ความโปรง่ ใสของหน่วยงาน", ["ความโปร่งใส"], ["ความโปรง่ ใส"]),
        ("ประจำปีงบประมาณ พ.ศ. ๒๕๖๕", ["2565"], ["๒๕๖๕"]),
        ("ข้อความอื่น", ["งบประมาณ"], ["ข้อความอื่น"]),
        ("ข้อความอื่น", [], ["ข้อความอื่น"]),
    ],
)
def test_the_words_that_count_are_marked_however_they_are_spelled(
    text: str, terms: list[str], marked: list[str]
) -> None:
    cut = pieces(text, terms)
    assert "".join(piece for piece, _ in cut) == text
    assert [piece for piece, is_marked in cut if is_marked] == marked


def test_a_term_inside_another_word_is_not_marked() -> None:
    cut = pieces("ปีงบประมาณ 2565 งบประมาณ 100 บาท", ["งบประมาณ"], ["ปีงบประมาณ"])
    assert cut == [("ปีงบประมาณ 2565 ", False), ("งบประมาณ", True), (" 100 บาท", False)]


def test_invisible_and_direction_turning_characters_are_not_shown() -> None:
    assert plain("ไฟล์\u202egpj.exe\x1b[31m\nสอง") == "ไฟล์gpj.exe[31m สอง"
    assert address("https://a.go.th/%E0%B8%81%E0%B8%B2?x=%ff") == "https://a.go.th/%E0%B8%81%E0%B8%B2?x=%ff"
    assert address("https://a.go.th/%E0%B8%81%E0%B8%B2") == "https://a.go.th/กา"
    assert len(address("https://a.go.th/" + "ก" * 500)) < 120


@pytest.mark.parametrize(
    ("text", "looked_for_in_the_page"),
    [
        ("โทร. 08-1990-0111\nนายกิตติศักดิ์ พันธ์ไผ่แก้ว", "นายกิตติศักดิ์ พันธ์ไผ่แก้ว"),
        ("ก" * 60 + " " + "ข" * 60, "ก" * 60),
        ("ก" * 100, "ก" * 100),
        ("  แผน \n", "แผน"),
        ("", ""),
    ],
)
def test_a_browser_is_asked_for_one_line_in_whole_words(text: str, looked_for_in_the_page: str) -> None:
    assert _text_fragment(text) == looked_for_in_the_page


def test_what_stands_in_the_way_is_quoted_beside_what_to_do(sample: Any) -> None:
    result = sample.build()
    entry = next(entry for entry in result["items"] if entry["verdict"] == "not_met" and entry["elements"])
    quote = {"url": "https://a.go.th/x.pdf", "sha256": "", "page": 3, "reader": "pypdfium2", "raw": "", "boxes": []}
    entry["elements"][0] |= {"verdict": "not_met", "quotes": [quote | {"text": "นายคนก่อน ลงนาม"}]}
    card = _card(render(result, sample.framework), entry["item"])
    assert "นายคนก่อน ลงนาม" in card.select_one(".quote blockquote").get_text()
    assert card.select_one(".quote a")["href"] == "https://a.go.th/x.pdf#page=3"


def test_a_long_quote_in_the_list_of_fixes_is_shortened_around_its_marked_words() -> None:
    cut = _shortened([("ก" * 500, False), ("ปี 2564", True), ("ข" * 500, False)])
    assert cut[0] == ("…" + "ก" * 80, False) and cut[1] == ("ปี 2564", True)
    assert sum(len(text) for text, _ in cut) < 260


@pytest.mark.parametrize(("verdict", "says"), [("unsure", True), ("not_met", False)])
def test_a_suspicion_is_not_told_as_a_fact(sample: Any, verdict: str, says: bool) -> None:
    result = sample.build()
    result["items"][0] |= {"verdict": verdict, "reasons": ["channel_not_separate"]}
    card = _card(render(result, sample.framework), result["items"][0]["item"])
    assert ("อาจเป็นไปได้ว่าช่องทางแจ้งเรื่องร้องเรียน" in card.get_text()) == says


@pytest.mark.parametrize(
    ("as_of", "says"), [("2022-04-30", "ก่อนวันสุดท้าย"), ("2022-05-01", "รอบตอบสิ้นสุดแล้ว"), ("2022-02-01", "ก่อนวันสุดท้าย")]
)
def test_the_list_of_fixes_says_by_when(sample: Any, as_of: str, says: str) -> None:
    result = sample.build()
    result["run"]["as_of"] = as_of
    text = BeautifulSoup(render(result, sample.framework), "lxml").select_one("#fixes").get_text(" ")
    assert "1 มีนาคม 2565 ถึง 30 เมษายน 2565" in text and says in text


def _card(page: str, code: str) -> Tag:
    cards = BeautifulSoup(page, "lxml").select("#fixes .fix, #reviews .fix")
    return next(card for card in cards if card.find("a", href=f"#item-{code}"))
