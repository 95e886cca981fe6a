"""Everything that a real government website has done to a crawler: the fault, and what the contract's table makes of it."""

from __future__ import annotations

import asyncio
import email.utils
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from farm import FILLER, Asked, Farm, FarmSite, certificate, packed, page, pdf, tls

Make = Callable[[FarmSite, Farm, Path], str]

NOT_MET, UNSURE, BY_CONTENT = "not_met", "unsure", ""


@dataclass(frozen=True)
class Fault:
    """`make` builds it and gives the URL to submit. `effect`: the item's verdict, BY_CONTENT where the content decides."""

    name: str
    outcome: str
    effect: str
    make: Make
    unverified: bool = False


FAULTS: list[Fault] = []


def fault(outcome: str, effect: str | None = None, **more: Any) -> Callable[[Make], Make]:
    """Register a fault; its name is the function's."""
    if effect is None:
        absent = outcome in ("not_found", "soft_404", "login_required")
        effect = BY_CONTENT if outcome == "ok" else NOT_MET if absent else UNSURE

    def register(make: Make) -> Make:
        FAULTS.append(Fault(make.__name__, outcome, effect or BY_CONTENT, make, **more))
        return make

    return register


GOOD = page("แผนดำเนินงานประจำปี", "<p>เนื้อหาของแผนดำเนินงาน</p>")


def plain(name: str, outcome: str, body: str | bytes, status: str | int = 200, kind: str = "", **headers: str) -> None:
    """A fault that is one fixed answer."""

    def make(site: FarmSite, farm: Farm, folder: Path) -> str:
        return site.add("/doc", body, status, kind or "text/html; charset=utf-8", **headers)

    make.__name__ = name
    fault(outcome)(make)


def bytes_of(name: str, outcome: str, data: bytes) -> None:
    """A fault that is these bytes and the end of the connection."""

    def make(site: FarmSite, farm: Farm, folder: Path) -> str:
        return site.raw("/doc", data)

    make.__name__ = name
    fault(outcome)(make)


# ---------------------------------------------------------------- connections and bytes


@fault("timeout")
def slow_drip(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asked.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n")
        await asked.drip(b"<p>slow</p>", 0.1, forever=True)

    return site.do("/doc", answer)


@fault("timeout")
def headers_that_never_end(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asked.raw(b"HTTP/1.1 200 OK\r\n")
        await asked.drip(b"X-More: 1\r\n", 0.05, forever=True)

    return site.do("/doc", answer)


@fault("timeout")
def silence(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asyncio.sleep(60)

    return site.do("/doc", answer)


@fault("timeout")
def endless_dots_without_length(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asked.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        await asked.drip(b".", 0.05, forever=True)

    return site.do("/doc", answer)


@fault("reset")
def reset_before_the_answer(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        asked.reset()

    return site.do("/doc", answer)


@fault("reset")
def closed_without_a_word(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        asked.writer.close()

    return site.do("/doc", answer)


@fault("reset")
def reset_in_the_middle(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asked.raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 100000\r\n\r\n%PDF-1.4 x")
        await asyncio.sleep(0.05)
        asked.reset()

    return site.do("/doc.pdf", answer)


@fault("refused")
def nobody_listens(site: FarmSite, farm: Farm, folder: Path) -> str:
    with socket.socket() as closed:
        closed.bind((site.address, 0))
        return f"http://{site.address}:{closed.getsockname()[1]}/doc"


@fault("dns_error")
def a_host_that_does_not_exist(site: FarmSite, farm: Farm, folder: Path) -> str:
    return "http://no-such-agency.invalid/doc"


@fault("dns_error")
def a_host_no_resolver_would_take(site: FarmSite, farm: Farm, folder: Path) -> str:
    return "http://" + "a" * 70 + ".invalid/doc"


@fault("reset")
def says_more_bytes_than_come(site: FarmSite, farm: Farm, folder: Path) -> str:
    body = GOOD.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body) + 5000}\r\n\r\n"
    return site.raw("/doc", head.encode() + body)


@fault("ok")
def says_fewer_bytes_than_come(site: FarmSite, farm: Farm, folder: Path) -> str:
    body = (GOOD + "x" * 50).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body) - 50}\r\n\r\n"
    return site.raw("/doc", head.encode() + body)


bytes_of("no_length_at_all", "ok", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + GOOD.encode())
bytes_of("http_1_0", "ok", b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + GOOD.encode())
bytes_of("lone_line_feeds", "ok", b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + GOOD.encode())
bytes_of("a_status_without_words", "ok", b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n" + GOOD.encode())
bytes_of("no_status_line", "reset", GOOD.encode())
bytes_of("a_status_that_is_no_number", "reset", b"HTTP/1.1 OK fine\r\n\r\nx")
bytes_of("another_protocol", "reset", b"SSH-2.0-OpenSSH_8.9\r\n")
bytes_of(
    "headers_that_are_no_headers",
    "reset",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-\xe0\xb9\x80: \xff\r\n: empty\r\n\r\n" + GOOD.encode(),
)
bytes_of(
    "two_different_lengths",
    "reset",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\nContent-Type: text/html\r\n\r\nhello",
)
bytes_of("a_length_below_nought", "reset", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello")
bytes_of("two_megabytes_of_headers", "reset", b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * 2_000_000 + b"\r\n\r\nx")
bytes_of(
    "chunked",
    "ok",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    + f"{len(GOOD.encode()):x}\r\n".encode() + GOOD.encode() + b"\r\n0\r\n\r\n",
)  # fmt: skip
bytes_of(
    "chunked_nonsense",
    "reset",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nhello\r\n",
)
bytes_of(
    "chunked_and_cut_off",
    "reset",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n<p>half",
)
bytes_of(
    "chunked_with_a_chunk_of_terabytes",
    "reset",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n<p>half",
)


# ---------------------------------------------------------------- packing and size

plain("gzip", "ok", packed(GOOD.encode()), Content_Encoding="gzip")
plain("gzip_twice", "ok", packed(packed(GOOD.encode())), Content_Encoding="gzip, gzip")
plain("gzip_bomb", "too_large", packed(b"0" * 20_000_000), Content_Encoding="gzip")
plain("gzip_bomb_in_a_gzip", "too_large", packed(packed(b"0" * 20_000_000)), Content_Encoding="gzip, gzip")
plain("gzip_that_is_none", "ok", GOOD, Content_Encoding="gzip")
plain("gzip_cut_off", "reset", packed((GOOD * 5).encode())[:-30], Content_Encoding="gzip")
plain("an_unknown_encoding", "ok", GOOD, Content_Encoding="utf-8")
plain("larger_than_the_limit", "too_large", b"%PDF" + b"x" * 400_000, kind="application/pdf")


@fault("too_large")
def a_stream_without_end(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asked.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            await asked.raw(b"<p>more</p>" * 2000)

    return site.do("/doc", answer)


# ---------------------------------------------------------------- statuses

plain("gone_404", "not_found", page("404"), "404 Not Found")
plain("gone_410", "not_found", page("410"), "410 Gone")
plain("gone_404_with_a_login_in_its_menu", "not_found", page("404", "<form><input type=password></form>"), 404)
plain("password_401", "login_required", "no", "401 Unauthorized", WWW_Authenticate='Basic realm="x"')
plain("forbidden_403", "blocked", "<h1>Forbidden</h1>", "403 Forbidden")
plain("busy_429", "blocked", "slow down", "429 Too Many Requests")
plain("busy_429_for_an_hour", "blocked", "slow down", 429, Retry_After="3600")
plain("busy_429_until_a_date", "blocked", "slow down", 429, Retry_After="Fri, 31 Dec 2099 23:59:59 GMT")
plain("busy_429_nonsense", "blocked", "slow down", 429, Retry_After="soon")
plain("error_500", "http_error", page("Oops"), "500 Internal Server Error")
plain("error_503", "http_error", "busy", "503 Service Unavailable")
plain("bandwidth_509", "http_error", page("Bandwidth Limit Exceeded"), "509 Bandwidth Limit Exceeded")
plain("bad_request_400", "http_error", page("Bad Request"), "400 Bad Request")
plain("legal_451", "http_error", page("Unavailable"), "451 Unavailable")
plain("a_status_nobody_knows", "http_error", page("?"), "599 X")
plain("empty_200", "corrupt", b"")
plain("empty_pdf", "corrupt", b"", kind="application/pdf")
plain("no_content_204", "corrupt", b"", "204 No Content")


@fault("ok")
def busy_429_then_content(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        if site.hits["/doc"] == 1:
            await asked.say("wait", 429, Retry_After="1")
        else:
            await asked.say(GOOD)

    return site.do("/doc", answer)


@fault("ok")
def busy_503_until_a_date_then_content(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        if site.hits["/doc"] == 1:
            await asked.say("wait", 503, Retry_After=email.utils.formatdate(time.time() + 1, usegmt=True))
        else:
            await asked.say(GOOD)

    return site.do("/doc", answer)


@fault("ok")
def missing_once_then_there(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asked.say(GOOD, 404 if site.hits["/doc"] == 1 else 200)

    return site.do("/doc", answer)


@fault("ok")
def content_that_changes_every_time(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asked.say(page("แผนดำเนินงานประจำปี", f"<p>ผู้เข้าชม {time.monotonic_ns()}</p>"))

    return site.do("/doc", answer)


# ---------------------------------------------------------------- redirects


@fault("http_error")
def redirect_to_itself(site: FarmSite, farm: Farm, folder: Path) -> str:
    return site.redirect("/doc", "/doc")


@fault("http_error")
def redirects_in_a_circle(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.redirect("/b", "/doc")
    return site.redirect("/doc", "/b")


@fault("http_error")
def redirects_without_end(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asked.say(status=302, Location=f"/doc?n={time.monotonic_ns()}")

    site.missing = answer
    return site.do("/doc", answer)


@fault("http_error")
def meta_refresh_in_a_circle(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.add("/b", "<html><head><meta http-equiv='refresh' content='0; url=/doc'></head></html>")
    return site.add("/doc", "<html><head><meta http-equiv='refresh' content='0; url=/b'></head></html>")


@fault("unsupported_type")
def redirect_to_a_file_of_this_machine(site: FarmSite, farm: Farm, folder: Path) -> str:
    return site.redirect("/doc", "file:///etc/passwd")


@fault("forbidden_address")
def redirect_to_the_metadata_service(site: FarmSite, farm: Farm, folder: Path) -> str:
    return site.redirect("/doc", "http://169.254.169.254/latest/meta-data/")


@fault("forbidden_address")
def redirect_to_a_decimal_address(site: FarmSite, farm: Farm, folder: Path) -> str:
    return site.redirect("/doc", "http://167772161/")


@fault("ok")
def redirect_with_spaces_and_raw_tis620(site: FarmSite, farm: Farm, folder: Path) -> str:
    name = "แผน 2565".encode("cp874").decode("latin-1")
    site.add(f"/{name}", GOOD)
    return site.redirect("/doc", f"/{name}")


@fault("ok")
def redirect_with_a_backslash(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.add("/files/plan", GOOD)
    return site.redirect("/doc", "files\\plan")


@fault("ok")
def redirect_without_a_target(site: FarmSite, farm: Farm, folder: Path) -> str:
    return site.add("/doc", GOOD, 302)


@fault("ok")
def meta_refresh(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.add("/b", GOOD)
    return site.add("/doc", "<html><head><META content=\"0;URL='/b'\" http-equiv=refresh></head></html>")


@fault("ok")
def a_page_of_one_script(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.add("/b", GOOD)
    return site.add("/doc", "<html><script>window.location.replace('/b')</script></html>")


@fault("ok")
def cookies_required(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        if "seen=1" in asked.headers.get("Cookie", ""):
            await asked.say(GOOD)
        else:
            await asked.say(status=302, Location="/doc", Set_Cookie="seen=1; Path=/")

    return site.do("/doc", answer)


@fault("soft_404")
def sent_to_the_home_page(site: FarmSite, farm: Farm, folder: Path) -> str:
    home = farm.sites[0]
    return home.redirect(f"/old{site.port}.php", "/")


# ---------------------------------------------------------------- pages that are not what they seem

plain("soft_404_in_thai", "soft_404", page("ไม่พบหน้าที่ท่านต้องการ"))
plain("soft_404_in_english", "soft_404", page("404 - Page not found", filler="Sorry."))
plain("soft_404_of_joomla", "soft_404", page("404 - ไม่พบบทความ", filler="The requested page could not be found."))
plain("soft_404_of_wordpress", "soft_404", page("ไม่พบหน้านี้", filler="ดูเหมือนจะไม่พบอะไรในตำแหน่งนี้"))
plain(
    "soft_404_of_iis", "soft_404", "<h2>404 - File or directory not found.</h2><p>The resource you are looking for</p>"
)
plain("soft_404_bare_thai", "soft_404", "<html><body>ไม่พบไฟล์ที่ท่านต้องการ</body></html>")


@fault("soft_404")
def soft_404_of_a_site_that_knows_every_address(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def anything(asked: Asked) -> None:
        await asked.say(page("ข่าวประชาสัมพันธ์", "<ul><li>รายการข่าวทั้งหมดของหน่วยงาน</li></ul>"))

    site.missing = anything
    return site.url("/old/plan.php?id=12")


LOGIN = (
    "<form action='/in' method='post'><label>ชื่อผู้ใช้ <input name='u'></label>"
    "<label>รหัสผ่าน <input type='password' name='p'></label><button>เข้าสู่ระบบ</button></form>"
)
plain("login_wall", "login_required", page("เข้าสู่ระบบ", LOGIN, filler=""))
plain("login_wall_in_english", "login_required", page("Log in", LOGIN.replace("เข้าสู่ระบบ", "Sign in"), filler=""))
plain("share_that_asks_for_access", "login_required", page("Drive", "<p>You need access</p>", filler=""))
plain("share_in_thai_that_asks_for_access", "login_required", page("Drive", "<p>คุณต้องมีสิทธิ์เข้าถึง</p>", filler=""))
plain("login_box_beside_content", "ok", page("แผนดำเนินงานประจำปี", LOGIN))


@fault("blocked")
def a_login_that_is_only_suspected(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.add("/member/login.php", page("ระบบสารสนเทศ", LOGIN))
    return site.redirect("/doc", "/member/login.php")


CLOUDFLARE = "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/h/g/x.js'></script>"
plain("challenge_of_cloudflare", "blocked", CLOUDFLARE, "503 X")
plain("challenge_of_cloudflare_with_200", "blocked", CLOUDFLARE)
plain(
    "challenge_with_a_captcha",
    "blocked",
    page("ตรวจสอบ", "<div class='g-recaptcha'></div>", filler="ยืนยันว่าคุณไม่ใช่หุ่นยนต์"),
)
plain(
    "challenge_that_sets_a_cookie",
    "blocked",
    '<script>document.cookie="humans_21909=1"; location.reload(true)</script>',
)
plain("waf_of_fortinet", "blocked", "<html><title>Web Page Blocked!</title><h2>FortiGate</h2></html>")
plain(
    "waf_of_f5",
    "blocked",
    "<html><body>The requested URL was rejected. Please consult with your administrator. Your support ID is: 7</body></html>",
)
plain(
    "waf_of_incapsula",
    "blocked",
    "<iframe src='/_Incapsula_Resource?x'>Request unsuccessful. Incapsula incident ID: 9</iframe>",
)
plain("waf_of_wordfence", "blocked", "<h1>Your access to this site has been limited</h1>Generated by Wordfence", 503)
plain("waf_of_modsecurity", "blocked", "<h1>Not Acceptable!</h1><p>generated by Mod_Security</p>", "406 Not Acceptable")
plain(
    "parked_and_for_sale",
    "http_error",
    page("tambon.com", "<p>This domain is for sale! Buy this domain</p>", filler=""),
)
plain(
    "parked_with_advertisements",
    "http_error",
    "<html><head><title>tambon.com</title></head><body><script src='https://img.sedoparking.com/x.js'></script>"
    "<h1>tambon.com</h1><p>Related searches</p></body></html>",
)
plain("expired_hosting", "http_error", page("Account Suspended", filler="This account has been suspended."))
plain(
    "taken_over_by_gamblers",
    "http_error",
    page("สล็อตเว็บตรง แตกง่าย เครดิตฟรี", filler="บาคาร่าออนไลน์ แทงบอล สล็อตเว็บตรง ฝากถอนไม่มีขั้นต่ำ " * 20),
)
plain("defaced", "http_error", "<html><title>Hacked By Gh0st</title><body><h1>HACKED BY Gh0st</h1>greetz</body></html>")
plain("coming_soon", "http_error", page("Coming Soon", filler="Our website is under construction"))
plain("coming_soon_in_thai", "http_error", page("เว็บไซต์อยู่ระหว่างการปรับปรุง", filler="ขออภัยในความไม่สะดวก"))
plain(
    "the_page_of_a_new_server",
    "http_error",
    "<html><title>Apache2 Ubuntu Default Page: It works</title><body><p>This is the default welcome page</p></body></html>",
)
plain("a_database_that_is_down", "http_error", "<h1>Error establishing a database connection</h1>")
plain(
    "php_error_in_place_of_a_page",
    "http_error",
    "<br /><b>Fatal error</b>:  Uncaught Error: Call to undefined function mysql_connect() in /home/x.php:3",
)
plain(
    "php_error_as_pdf",
    "corrupt",
    "<br />\n<b>Warning</b>:  readfile(x.pdf): failed to open stream",
    kind="application/pdf",
)
plain("text_as_pdf", "corrupt", "the file could not be opened", kind="application/pdf")
plain("pdf_cut_off", "corrupt", pdf(pages=3)[:350], kind="application/pdf")
plain("pdf_behind_rubbish", "ok", b"\r\n\r\nphp\r\n" + pdf(), kind="application/pdf")
plain("pdf_said_to_be_html", "ok", pdf())
plain("page_said_to_be_a_pdf", "ok", GOOD, kind="application/pdf")
plain("a_film", "unsupported_type", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 200, kind="video/mp4")
plain("a_program", "unsupported_type", b"MZ\x90\x00" + b"\x00" * 200, kind="application/x-msdownload")


# ---------------------------------------------------------------- TLS


def _secure(name: str, **made: Any) -> None:
    def make(site: FarmSite, farm: Farm, folder: Path) -> str:
        own = farm.site()
        more = {key: (own.address,) if value is ... else value for key, value in made.items()}
        return farm.site(tls(certificate(folder, **more))).add("/doc", GOOD)

    make.__name__ = name
    fault("ok", unverified=True)(make)


_secure("certificate_expired", addresses=..., days=-3)
_secure("certificate_of_ones_own", addresses=...)
_secure("certificate_for_another_host", names=("another.go.th",))


@fault("tls_error")
def plain_http_where_tls_is_asked(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(5)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        await writer.drain()

    site.on_connect = plain
    return f"https://{site.address}:{site.port}/doc"


@fault("tls_error")
def a_handshake_that_ends_in_nonsense(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(5)
        writer.write(b"\x15\x03\x01\x00\x02\x02\x28")
        await writer.drain()

    site.on_connect = nonsense
    return f"https://{site.address}:{site.port}/doc"


@fault("timeout")
def a_handshake_that_never_comes(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    site.on_connect = silent
    return f"https://{site.address}:{site.port}/doc"


# ---------------------------------------------------------------- addresses as people type them


@fault("ok")
def thai_path_typed_in_utf8_kept_in_windows_874(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.add("/เอกสาร/แผน.html".encode("cp874").decode("latin-1"), GOOD)
    return site.url("/เอกสาร/แผน.html")


@fault("ok")
def thai_path_percent_encoded_in_windows_874(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.add("/แผน.html".encode("cp874").decode("latin-1"), GOOD)
    return site.url("/" + quote("แผน.html".encode("cp874")))


@fault("ok")
def spaces_and_backslashes(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.add("/my files/plan 65.html", GOOD)
    return "  " + site.url("/my files/").replace("/my", "\\my") + "plan 65.html \u200b"


@fault("ok")
def session_id_in_the_path(site: FarmSite, farm: Farm, folder: Path) -> str:
    site.add("/doc", GOOD)
    return site.url("/doc;jsessionid=AB12CD34?PHPSESSID=99")


@fault("ok")
def user_and_password_in_the_address(site: FarmSite, farm: Farm, folder: Path) -> str:
    async def answer(asked: Asked) -> None:
        await asked.say(GOOD, 400 if "Authorization" in asked.headers else 200)

    site.do("/doc", answer)
    return site.url("/doc").replace("://", "://admin:secret@")


@fault("unsupported_type")
def a_path_of_a_disk(site: FarmSite, farm: Farm, folder: Path) -> str:
    return "file:///C:/Users/admin/Desktop/plan.pdf"


@fault("unsupported_type")
def words_in_place_of_an_address(site: FarmSite, farm: Farm, folder: Path) -> str:
    return "ดูที่หน้าเว็บไซต์ของหน่วยงาน"


@fault("forbidden_address")
def an_intranet_address(site: FarmSite, farm: Farm, folder: Path) -> str:
    return "http://192.168.1.10/plan.pdf"


assert len({each.name for each in FAULTS}) == len(FAULTS)
assert FILLER
