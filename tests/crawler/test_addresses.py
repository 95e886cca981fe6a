"""No page, redirect, file or program reaches an address that is not public: a sink counts the connections."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from farm import Farm, FarmSite, page

from crawler.browser import find_chromium, playwright_has_chromium
from evidence.text.converters import office, read_legacy
from evidence.text.options import ReadOptions

OPEN = "127.20.0.0/16"
"""The farm's own addresses; the sink's are not among them."""
PLAN = "แผนดำเนินงานประจำปี"
needs_chromium = pytest.mark.skipif(
    not (find_chromium() or playwright_has_chromium()), reason="no Chromium is installed (apt-get install chromium)"
)


@dataclass
class Sink:
    """Listens at addresses nobody may reach and writes down who came."""

    port: int = 0
    came: list[str] = field(default_factory=list)
    sockets: list[socket.socket] = field(default_factory=list)

    def listen(self) -> None:
        for family, address in (
            (socket.AF_INET, "127.77.0.1"),
            (socket.AF_INET, "127.0.0.1"),
            (socket.AF_INET6, "::1"),
        ):
            with contextlib.suppress(OSError):
                opened = socket.socket(family, socket.SOCK_STREAM)
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                opened.bind((address, self.port))
                self.port = self.port or opened.getsockname()[1]
                opened.listen(64)
                self.sockets.append(opened)
                threading.Thread(target=self._wait, args=(opened, opened.accept), daemon=True).start()
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(("127.77.0.1", self.port))
        self.sockets.append(datagrams)
        threading.Thread(target=self._wait, args=(datagrams, lambda: datagrams.recvfrom(100)), daemon=True).start()

    def _wait(self, opened: socket.socket, take: Any) -> None:
        with contextlib.suppress(OSError):
            while True:
                came, who = take()
                self.came.append(f"{opened.getsockname()} from {who}")
                if isinstance(came, socket.socket):
                    came.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink()
    made.listen()
    yield made
    for each in made.sockets:
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@pytest.fixture
def farm() -> Iterator[Farm]:
    made = Farm()
    yield made
    made.close()


@pytest.fixture
def home(farm: Farm) -> FarmSite:
    site = farm.site()
    site.add("/", page("องค์การบริหารส่วนตำบลตัวอย่าง", "<p>ยินดีต้อนรับ</p>"))
    return site


def spellings(port: int) -> dict[str, str]:
    """Ways to write an address that may not be reached. What no sink can listen at is there for its outcome alone."""
    number = int(IPv4Address("127.77.0.1"))
    hosts = {
        "plain": "127.77.0.1",
        "decimal": str(number),
        "hexadecimal": hex(number),
        "octal parts": "0177.0115.0.1",
        "hexadecimal parts": "0x7f.0x4d.0x0.0x1",
        "two parts": "127.5046273",
        "a dot at the end": "127.77.0.1.",
        "full-width digits": "１２７.77.0.1",
        "full-width dots": "127。77。0。1",
        "a soft hyphen inside": "127.77\u00ad.0.1",
        "localhost": "localhost",
        "LOCALHOST": "LOCALHOST",
        "localhost with a dot": "localhost.",
        "short loopback": "127.1",
        "nought": "0",
        "unspecified": "0.0.0.0",
        "IPv6 loopback": "[::1]",
        "IPv6 loopback, long": "[0:0:0:0:0:0:0:1]",
        "IPv4 in IPv6": "[::ffff:127.77.0.1]",
        "IPv4 in IPv6, hexadecimal": "[::ffff:7f4d:1]",
        "IPv4-compatible": "[::127.77.0.1]",
        "6to4": "[2002:7f4d:1::]",
        "NAT64": "[64:ff9b::7f4d:1]",
        "IPv6 with a zone": "[fe80::1%25lo]",
        "unique local": "[fd00::1]",
        "a name that leads there": "inside.example",
        "a name that leads to both": "both.example",
        "metadata": "169.254.169.254",
        "metadata in decimal": "2852039166",
        "private": "10.0.0.1",
        "private by the middle": "172.16.0.1",
        "private at home": "192.168.0.1",
        "carrier": "100.64.0.1",
        "multicast": "224.0.0.1",
        "broadcast": "255.255.255.255",
        "benchmarking": "198.18.0.1",
    }
    made = {name: f"http://{host}:{port}/secret" for name, host in hosts.items()}
    made["userinfo that looks like a host"] = f"http://www.tambon.go.th@127.77.0.1:{port}/secret"
    made["userinfo with a backslash"] = f"http://127.77.0.1:{port}\\@www.tambon.go.th/secret"
    made["backslashes"] = f"http:\\\\127.77.0.1:{port}\\secret"
    made["no scheme"] = f"//127.77.0.1:{port}/secret"
    made["https"] = f"https://127.77.0.1:{port}/secret"
    made["a tab inside"] = f"http://127.77\t.0.1:{port}/secret"
    made["a file"] = "file:///etc/passwd"
    made["gopher"] = f"gopher://127.77.0.1:{port}/_x"
    made["ftp"] = f"ftp://127.77.0.1:{port}/x"
    made["dict"] = f"dict://127.77.0.1:{port}/x"
    made["data"] = "data:text/html,<h1>x</h1>"
    made["jar"] = f"jar:http://127.77.0.1:{port}/x!/y"
    return made


HOSTS = {"inside.example": "127.77.0.1", "both.example": "127.77.0.1"}
REFUSED = {"forbidden_address", "unsupported_type", "dns_error"}


def test_no_spelling_of_an_address_opens_a_way_in(home: FarmSite, sink: Sink, run: Any) -> None:
    attempts = spellings(sink.port)
    assert len(attempts) >= 40
    crawled = run(home.url(), {"o1": list(attempts.values())}, allow_networks=(OPEN,), hosts=HOSTS)
    said = {name: crawled.one(url).outcome for name, url in attempts.items()}
    assert {name: outcome for name, outcome in said.items() if outcome not in REFUSED} == {}
    assert sink.came == []


def test_no_redirect_page_or_viewer_leads_in(home: FarmSite, sink: Sink, run: Any) -> None:
    inner = f"http://127.77.0.1:{sink.port}/secret"
    home.add("/robots.txt", "", status=302, Location=inner)
    ways = {f"/{code}": home.add(f"/{code}", "", code, Location=inner) for code in (301, 302, 303, 307, 308)}
    ways["refresh"] = home.add("/refresh", f"<html><meta http-equiv=refresh content='0;url={inner}'></html>")
    ways["script"] = home.add("/script", f"<html><script>location='{inner}'</script></html>")
    ways["twice"] = home.redirect("/twice", "/302")
    markup = {
        "link": f"<a href='{inner}.pdf'>{PLAN}</a>",
        "frame": f"<iframe src='{inner}'></iframe>",
        "picture": f"<img src='{inner}.png' width=600 height=600>",
        "viewer": f"<iframe src='/viewer.html?file={inner}.pdf'></iframe>",
        "docs viewer": f"<iframe src='https://docs.google.com/gview?url={inner}.pdf'></iframe>",
        "object": f"<object data='{inner}.pdf'></object>",
        "onclick": f"<a href='#' onclick=\"window.open('{inner}.pdf')\">{PLAN}</a>",
        "base": f"<base href='http://127.77.0.1:{sink.port}/'><a href='x.pdf'>{PLAN}</a>",
        "userinfo": f"<a href='http://www.tambon.go.th@127.77.0.1:{sink.port}/x.pdf'>{PLAN}</a>",
        "next page": f"<ul><li>1 มกราคม 2565</li></ul><a href='{inner}'>หน้าถัดไป</a>",
    }
    for number, (name, body) in enumerate(markup.items()):
        ways[name] = home.add(f"/m{number}", page(PLAN, body))
    home.add("/sitemap.xml", f"<urlset><url><loc>{inner}</loc></url></urlset>", kind="text/xml")
    crawled = run(home.url(), {"o10": list(ways.values())}, allow_networks=(OPEN,), walk=True)
    assert len(ways) >= 18
    assert {row.outcome for row in crawled.rows if "127.77" in row.url} == {"forbidden_address"}
    assert sink.came == []


IN_THE_BROWSER = {
    "picture": "document.body.insertAdjacentHTML('beforeend', `<img src='${u}'>`)",
    "frame": "document.body.insertAdjacentHTML('beforeend', `<iframe src='${u}'></iframe>`)",
    "object": "document.body.insertAdjacentHTML('beforeend', `<object data='${u}'></object>`)",
    "embed": "document.body.insertAdjacentHTML('beforeend', `<embed src='${u}'>`)",
    "video": "document.body.insertAdjacentHTML('beforeend', `<video src='${u}' autoplay preload></video>`)",
    "style sheet": "document.head.insertAdjacentHTML('beforeend', `<link rel=stylesheet href='${u}'>`)",
    "prefetch": "document.head.insertAdjacentHTML('beforeend', `<link rel=prefetch href='${u}'>`)",
    "preconnect": "document.head.insertAdjacentHTML('beforeend', `<link rel=preconnect href='${u}'>`)",
    "name asked for early": "document.head.insertAdjacentHTML('beforeend', `<link rel=dns-prefetch href='${u}'>`)",
    "icon": "document.head.insertAdjacentHTML('beforeend', `<link rel=icon href='${u}'>`)",
    "manifest": "document.head.insertAdjacentHTML('beforeend', `<link rel=manifest href='${u}'>`)",
    "imported style": "document.head.insertAdjacentHTML('beforeend', `<style>@import '${u}';</style>`)",
    "background": "document.body.style.backgroundImage = `url(${u})`",
    "font": "new FontFace('f', `url(${u})`).load()",
    "fetch": "fetch(u, {mode: 'no-cors'})",
    "fetch by number": "fetch(u.replace('127.77.0.1', '2135752705'), {mode: 'no-cors'})",
    "fetch by IPv6": "fetch(u.replace('127.77.0.1', '[::1]'), {mode: 'no-cors'})",
    "fetch by localhost": "fetch(u.replace('127.77.0.1', 'localhost'), {mode: 'no-cors'})",
    "fetch by a name": "fetch(u.replace('127.77.0.1', 'inside.example'), {mode: 'no-cors'})",
    "fetch over TLS": "fetch(u.replace('http:', 'https:'), {mode: 'no-cors'})",
    "fetch through a redirect": "fetch('/302', {mode: 'no-cors'})",
    "old request": "(() => {const x = new XMLHttpRequest(); x.open('GET', u); x.send()})()",
    "beacon": "navigator.sendBeacon(u, 'x')",
    "web socket": "new WebSocket(u.replace('http', 'ws'))",
    "events": "new EventSource(u)",
    "module": "import(u)",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${u}',{mode:'no-cors'})`])))",
    "service worker": "navigator.serviceWorker && navigator.serviceWorker.register('/sw.js')",
    "call between browsers": (
        "(() => {const p = new RTCPeerConnection({iceServers: [{urls: 'stun:' + u.slice(7).split('/')[0]}]});"
        "p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o))})()"
    ),
    "window": "window.open(u)",
    "form": (
        "(() => {const f = document.createElement('form'); f.action = u; f.method = 'post'; f.target = '_blank';"
        "document.body.append(f); f.submit()})()"
    ),
    "file of this machine": "document.body.insertAdjacentHTML('beforeend', `<iframe src='file:///etc/passwd'></iframe>`)",
    "ping": "document.body.insertAdjacentHTML('beforeend', `<a id=p href='#' ping='${u}'>x</a>`), document.getElementById('p').click()",
    "picture set": "document.body.insertAdjacentHTML('beforeend', `<img srcset='${u} 2x'>`)",
    "drawn picture": "document.body.insertAdjacentHTML('beforeend', `<svg><image href='${u}'/></svg>`)",
    "reporting": "setTimeout(() => document.head.insertAdjacentHTML('beforeend', `<meta http-equiv='Content-Security-Policy' content='img-src none; report-uri ${u}'>`), 2000)",
    "speculation": "document.head.insertAdjacentHTML('beforeend', `<script type=speculationrules>{\"prefetch\":[{\"source\":\"list\",\"urls\":[\"${u}\"]}]}<\\/script>`)",
}  # fmt: skip


@needs_chromium
def test_no_script_of_a_page_reaches_in(home: FarmSite, sink: Sink, run: Any) -> None:
    inner = f"http://127.77.0.1:{sink.port}/secret"
    home.redirect("/302", inner)
    home.add("/sw.js", f"self.addEventListener('install', () => fetch('{inner}'))", kind="text/javascript")
    tries = "".join(f"try {{{code}}} catch (e) {{}}\n" for code in IN_THE_BROWSER.values())
    script = f"<script>const u = '{inner}';\ndocument.getElementById('root').innerHTML = '<h1>{PLAN}</h1>';\n{tries}</script>"
    url = home.add("/app", f"<html><head><meta charset=utf-8></head><body><div id='root'></div>{script}</body></html>")
    moved = f"<script>setTimeout(() => {{location = '{inner}'}}, 300)</script>"
    straight = [
        home.redirect("/to", inner),
        home.add("/moved", f"<html><body><div id='root'></div>{moved}</body></html>"),
        home.add("/refreshed", f"<html><body><div id='root'></div><script>location='{inner}'</script></body></html>"),
    ]
    crawled = run(home.url(), {"o10": [url, *straight]}, browser=True, allow_networks=(OPEN,), hosts=HOSTS)
    assert len(IN_THE_BROWSER) >= 35
    assert crawled.report.agencies[0].via_browser >= 1 or crawled.one(url).outcome == "forbidden_address"
    assert home.hits["/302"] >= 1, [dict(home.hits), crawled.one(url)]
    assert sink.came == []


@pytest.mark.skipif(not office(), reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", ["doc", "ppt", "xlsb"])
def test_no_program_that_opens_a_file_reaches_in(form: str, sink: Sink) -> None:
    inner = f"http://127.77.0.1:{sink.port}/secret"
    fields = "".join(f'{{\\field{{\\*\\fldinst {kind} "{inner}.png"}}}}' for kind in ("INCLUDEPICTURE", "INCLUDETEXT"))
    rtf = f"{{\\rtf1\\ansi {fields} {{\\*\\template {inner}.dot}} text}}"
    html = f"<html><head><link rel=stylesheet href='{inner}.css'></head><body><img src='{inner}.png'>text</body></html>"
    for data in (rtf.encode(), html.encode()):
        read_legacy(data, form, ReadOptions(seconds=30))
    assert sink.came == []


def test_the_sink_would_notice(sink: Sink) -> None:
    with socket.create_connection(("127.77.0.1", sink.port), 2):
        pass
    for _ in range(40):
        if sink.came:
            break
        threading.Event().wait(0.05)
    assert len(sink.came) == 1
