"""URLs as people type them."""

from __future__ import annotations

import pytest

from crawler import urls


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("http://www.a.go.th/x", "http://www.a.go.th/x"),
        ("  https://www.a.go.th/x\n", "https://www.a.go.th/x"),
        ("www.a.go.th", "http://www.a.go.th/"),
        ("a.go.th/page.php?id=3#top", "http://a.go.th/page.php?id=3"),
        ("//www.a.go.th/x", "http://www.a.go.th/x"),
        ("http:/www.a.go.th/x", "http://www.a.go.th/x"),
        ("http//www.a.go.th/x", "http://www.a.go.th/x"),
        ("htp://www.a.go.th", "http://www.a.go.th/"),
        ("https;//www.a.go.th/x", "https://www.a.go.th/x"),
        ("http:www.a.go.th/x", "http://www.a.go.th/x"),
        ("HTTP://WWW.A.GO.TH/X", "http://www.a.go.th/X"),
        ("http://www.a.go.th\\docs\\a.pdf", "http://www.a.go.th/docs/a.pdf"),
        ("\ufeffhttp://www.a.go.th/\u200bx", "http://www.a.go.th/x"),
        ("ｈｔｔｐ：／／www.a.go.th／x", "http://www.a.go.th/x"),
        ("“http://www.a.go.th/x”", "http://www.a.go.th/x"),
        ("<http://www.a.go.th/x>", "http://www.a.go.th/x"),
        ("http://www.a.go.th:80/x", "http://www.a.go.th/x"),
        ("http://www.a.go.th:8080/x", "http://www.a.go.th:8080/x"),
        ("a.go.th:8080/x", "http://a.go.th:8080/x"),
        ("http://www.a.go.th/x;jsessionid=AB12?PHPSESSID=9&id=2", "http://www.a.go.th/x?id=2"),
        ("http://www.a.go.th/แผน งาน.pdf", "http://www.a.go.th/แผน งาน.pdf"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("javascript:alert(1)", ""),
        ("mailto:a@a.go.th", ""),
        ("file:///etc/passwd", ""),
        ("ftp://a.go.th/x", ""),
        ("data:text/html,x", ""),
        ("ไม่มี", ""),
        ("-", ""),
        ("", ""),
        ("http://[bad/x", ""),
    ],
)
def test_what_a_person_typed_becomes_the_url_they_meant(typed: str, meant: str) -> None:
    assert urls.clean(typed) == meant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://A.go.th/x", "http://a.go.th/x#part"),
        ("http://a.go.th/แผน", "http://a.go.th/%E0%B9%81%E0%B8%9C%E0%B8%99"),
        ("http://a.go.th/%e0%b9%81", "http://a.go.th/%E0%B9%81"),
        ("http://a.go.th/a b.pdf", "http://a.go.th/a%20b.pdf"),
        ("http://a.go.th", "http://a.go.th/"),
        ("http://a.go.th/?id=1&fbclid=xx", "http://a.go.th/?id=1"),
    ],
)
def test_two_spellings_of_one_url_have_one_key(one: str, other: str) -> None:
    assert urls.key(one) == urls.key(other)


def test_different_queries_are_different_urls() -> None:
    assert urls.key("http://a.go.th/?id=1") != urls.key("http://a.go.th/?id=2")


@pytest.mark.parametrize(
    ("url", "homepage", "inside"),
    [
        ("http://tambon.go.th/x", "https://www.tambon.go.th/", True),
        ("http://docs.tambon.go.th/x", "https://www.tambon.go.th/", True),
        ("http://drive.google.com/x", "https://www.tambon.go.th/", False),
        ("http://other.provider.go.th/x", "http://75010020.provider.go.th/", False),
        ("http://75010020.provider.go.th/x", "http://75010020.provider.go.th/", True),
        ("http://127.0.0.1:8001/x", "http://127.0.0.1:8001/", True),
        ("http://127.0.0.1:8002/x", "http://127.0.0.1:8001/", False),
    ],
)
def test_the_main_website_is_told_from_others(url: str, homepage: str, inside: bool) -> None:
    assert urls.same_site(url, homepage) is inside


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("http://a.go.th/", True),
        ("https://www.a.go.th", True),
        ("http://a.go.th/index.php", True),
        ("http://a.go.th/home", True),
        ("http://a.go.th/index.php?id=3", False),
        ("http://a.go.th/plan", False),
        ("http://b.go.th/", False),
    ],
)
def test_spellings_of_the_home_page_are_recognised(url: str, home: bool) -> None:
    assert urls.is_home(url, "http://www.a.go.th/") is home


def test_thai_letters_are_also_tried_in_the_old_encoding() -> None:
    assert urls.thai_spellings("http://a.go.th/แผน.pdf") == ["http://a.go.th/%E1%BC%B9.pdf"]
    assert urls.thai_spellings("http://a.go.th/%E1%BC%B9.pdf") == ["http://a.go.th/%E0%B9%81%E0%B8%9C%E0%B8%99.pdf"]
    assert urls.thai_spellings("http://a.go.th/plan.pdf") == []


def test_a_failing_address_is_also_tried_under_the_other_scheme_and_host() -> None:
    assert urls.other_addresses("http://www.a.go.th/x?y=1") == ["https://www.a.go.th/x?y=1", "http://a.go.th/x?y=1"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://a/x.PDF", "document"),
        ("http://a/x.jpg?v=1", "image"),
        ("http://a/get.php?f=x.docx", "document"),
        ("http://a/x.php", "page"),
        ("http://a/x", "page"),
        ("http://a/x.css", "other"),
    ],
)
def test_the_ending_says_what_a_link_leads_to(url: str, kind: str) -> None:
    is_a = {"document": urls.is_document(url), "image": urls.is_image(url), "page": urls.is_page(url)}
    assert [name for name, yes in is_a.items() if yes] == ([kind] if kind != "other" else [])
