"""Every way a fetch can end has its outcome."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest


def page(title: str, body: str = "") -> str:
    text = "ประกาศเผยแพร่ข้อมูลข่าวสารของทางราชการเพื่อให้ประชาชนทราบโดยทั่วกัน " * 5
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head>"
        f"<body><main><h1>{title}</h1><p>{title} {text}</p>{body}</main></body></html>"
    )


LOGIN = (
    "<!doctype html><html><head><meta charset='utf-8'><title>เข้าสู่ระบบ</title></head><body>"
    "<main><h1>เข้าสู่ระบบ</h1><form action='/in' method='post'>"
    "<label>ชื่อผู้ใช้ <input name='u'></label><label>รหัสผ่าน <input type='password' name='p'></label>"
    "<button>เข้าสู่ระบบ</button></form></main></body></html>"
)
CHALLENGE = "<!doctype html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/h/g/x.js'></script>"


def test_each_fault_of_a_site_has_its_outcome(site: Any, other_site: Any, run: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused = f"http://127.0.0.1:{closed.getsockname()[1]}/x"
    expected = {
        site.add("/plan", page("แผนดำเนินงานประจำปี")): "ok",
        site.url("/gone"): "not_found",
        site.add("/gone410", page("หายไป"), status=410): "not_found",
        site.add("/soft", page("ไม่พบหน้าที่ท่านต้องการ")): "soft_404",
        site.redirect("/deep/old.php", "/"): "soft_404",
        site.add("/secret", page("ลับ"), status=401): "login_required",
        site.add("/login", LOGIN): "login_required",
        site.add("/share", page("Google Drive", "<p>You need access</p>").replace("ประกาศ", "")): "login_required",
        site.add("/forbidden", page("Forbidden"), status=403): "blocked",
        site.add("/many", page("Too many"), status=429, headers={"Retry-After": "0"}): "blocked",
        site.add("/challenge", CHALLENGE): "blocked",
        site.add("/error", page("Oops"), status=500): "http_error",
        site.add(
            "/database", "<html><body><h1>Error establishing a database connection</h1></body></html>"
        ): "http_error",
        site.add("/denied", "<html><body><p>You need access</p></body></html>", status=403): "login_required",
        site.redirect("/loop", "/loop2"): "http_error",
        site.redirect("/to-metadata", "http://169.254.169.254/latest/meta-data/"): "forbidden_address",
        site.redirect("/to-private", "http://10.11.12.13/"): "forbidden_address",
        "http://[::1]:9/x": "forbidden_address",
        "http://2852039166/": "forbidden_address",
        "http://no-such-host.invalid/x": "dns_error",
        refused: "refused",
        site.slow("/slow", 4.0): "timeout",
        site.broken_off("/broken.pdf"): "reset",
        site.add("/big.pdf", b"%PDF" + b"x" * 400_000, content_type="application/pdf"): "too_large",
        site.bomb("/bomb", 5_000_000): "too_large",
        site.add("/empty.pdf", b"", content_type="application/pdf"): "corrupt",
        site.add("/film.mp4", b"\x00\x00\x00\x18ftypmp42", content_type="video/mp4"): "unsupported_type",
        f"https://127.0.0.2:{other_site.port}/x": "tls_error",
        "file:///etc/passwd": "unsupported_type",
        "ftp://127.0.0.1/x": "unsupported_type",
        "ไม่มี": "unsupported_type",
    }
    site.redirect("/loop2", "/loop")
    crawled = run(site.url(), {"o1": list(expected)})
    assert {url: crawled.one(url).outcome for url in expected} == expected
    assert crawled.report.complete
    failed = [row for row in crawled.rows if row.outcome != "ok"]
    assert all(row.detail.endswith(".") for row in failed), [row for row in failed if not row.detail]


def test_a_missing_page_is_confirmed_while_the_home_page_answers(site: Any, run: Any) -> None:
    gone = site.url("/gone")
    crawled = run(site.url(), {"o1": [gone]})
    assert crawled.one(gone, "confirm").outcome == "not_found"
    assert site.hits["/gone"] == 2


def test_nothing_is_confirmed_while_the_home_page_is_down(site: Any, run: Any) -> None:
    site.add("/", "down", status=503)
    gone = site.url("/gone")
    crawled = run(site.url(), {"o1": [gone]})
    assert crawled.one(gone).outcome == "not_found"
    assert not [row for row in crawled.rows if row.purpose == "confirm"]


def test_a_page_that_is_back_at_the_second_look_is_not_missing(site: Any, run: Any) -> None:
    def first_missing(handler: BaseHTTPRequestHandler) -> None:
        body = page("โครงสร้าง").encode()
        handler.send_response(404 if site.hits["/flaky"] == 1 else 200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    url = site.do("/flaky", first_missing)
    assert run(site.url(), {"o1": [url]}).one(url).outcome == "ok"


def test_a_passing_failure_is_tried_again_at_the_end(site: Any, run: Any) -> None:
    def third_time_lucky(handler: BaseHTTPRequestHandler) -> None:
        body = page("โครงสร้าง").encode()
        handler.send_response(503 if site.hits["/busy"] <= 2 else 200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    url = site.do("/busy", third_time_lucky)
    crawled = run(site.url(), {"o1": [url]})
    assert [row.outcome for row in crawled.rows if row.url == url] == ["http_error", "ok"]


def test_a_site_that_shows_one_page_for_everything_has_soft_404s(site: Any, run: Any) -> None:
    catch_all = page("ข่าวประชาสัมพันธ์", "<p>รายการข่าวทั้งหมดของหน่วยงาน</p>").encode()

    def anything(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(catch_all)))
        handler.end_headers()
        handler.wfile.write(catch_all)

    site.missing = anything
    real = site.add("/real", page("แผนดำเนินงานประจำปี", "<p>เนื้อหาจริงของแผน</p>"))
    lost = site.url("/no/such/page.php")
    crawled = run(site.url(), {"o1": [real, lost]})
    assert crawled.one(real).outcome == "ok"
    assert crawled.one(lost).outcome == "soft_404"


def test_a_login_box_beside_content_is_no_wall(site: Any, run: Any) -> None:
    box = (
        "<form><label>เข้าสู่ระบบ <input name='u'></label><input type='password' name='p'><button>เข้าสู่ระบบ</button></form>"
    )
    url = site.add("/with-box", page("แผนดำเนินงานประจำปี", box))
    assert run(site.url(), {"o1": [url]}).one(url).outcome == "ok"


def test_a_bad_certificate_is_accepted_and_marked(tls_site: Any, run: Any) -> None:
    url = tls_site.add("/plan", page("แผนดำเนินงานประจำปี"))
    row = run(tls_site.url(), {"o10": [url]}).one(url)
    assert row.outcome == "ok"
    assert row.tls_unverified


def test_loopback_is_forbidden_unless_named(site: Any, run: Any) -> None:
    url = site.add("/plan", page("แผนดำเนินงานประจำปี"))
    crawled = run(site.url(), {"o10": [url]}, allow_networks=())
    assert crawled.one(url).outcome == "forbidden_address"
    assert sum(site.hits.values()) == 0


@pytest.mark.parametrize("purpose", ["submitted", "linked"])
def test_robots_txt_is_set_aside_once_for_what_was_submitted_and_its_documents(
    site: Any, run: Any, purpose: str
) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /", content_type="text/plain")
    site.add("/a.pdf", b"%PDF-1.4 tiny", content_type="application/pdf")
    url = site.add(
        "/plan", page("แผนดำเนินงานประจำปี", "<a href='/a.pdf'>แผน</a><a href='/more'>แผนดำเนินงานประจำปี 2565</a>")
    )
    site.add("/more", page("อื่น"))
    crawled = run(site.url(), {"o10": [url]})
    row = crawled.one(url) if purpose == "submitted" else crawled.one(site.url("/a.pdf"), "linked")
    assert row.outcome == "ok"
    assert row.robots_override
    assert crawled.one(site.url("/more"), "linked").outcome == "robots_disallowed"
    assert site.hits["/more"] == 0


def test_the_crawler_says_who_it_is(site: Any, run: Any) -> None:
    url = site.add("/plan", page("แผน"))
    run(site.url(), {"o10": [url]})
    assert site.headers["/plan"]["User-Agent"] == "oit-audit-test/1"


def test_an_environment_proxy_is_not_used(site: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    url = site.add("/plan", page("แผน"))
    assert run(site.url(), {"o10": [url]}).one(url).outcome == "ok"
