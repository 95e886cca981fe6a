"""Links, pictures, frames and forms of web pages."""

from __future__ import annotations

import pytest

from evidence.text import document as doc
from evidence.text.html import read_html, viewer_target


def read(body: str, head: str = "", url: str = "https://a.go.th/dir/page.php") -> doc.DocumentText:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url)


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<a href="แผน 2565.pdf">ก</a>', "https://a.go.th/dir/แผน%202565.pdf"),
        ('<a href="..\\files\\a.pdf">ก</a>', "https://a.go.th/files/a.pdf"),
        ('<a href=" //b.go.th/x\n">ก</a>', "https://b.go.th/x"),
        ('<a href="http:/b.go.th/x">ก</a>', "http://b.go.th/x"),
        ('<a href="?page=2">ก</a>', "https://a.go.th/dir/page.php?page=2"),
        ('<a href="mailto:a@b.go.th">ก</a>', "mailto:a@b.go.th"),
        ('<a href="tel:042-123456">ก</a>', "tel:042-123456"),
        ('<a href="line://ti/p/@abc">ก</a>', "line://ti/p/@abc"),
        ("<a href=\"javascript:window.open('/f/a.pdf','w')\">ก</a>", "https://a.go.th/f/a.pdf"),
        ('<a href="#" onclick="location.href=\'b.php?id=1\'">ก</a>', "https://a.go.th/dir/b.php?id=1"),
        ('<a href="javascript:;" onclick="popup(\'/f/x.pdf\')">ก</a>', "https://a.go.th/f/x.pdf"),
        ("<div onclick=\"document.location='c.html'\">ก</div>", "https://a.go.th/dir/c.html"),
        ('<tr data-href="/row/1"><td>ก</td></tr>', "https://a.go.th/row/1"),
        ("<button onclick=\"window.location.assign('/d')\">ก</button>", "https://a.go.th/d"),
        ('<map><area href="m.html" alt="แผนที่"></map>', "https://a.go.th/dir/m.html"),
    ],
)
def test_addresses_are_what_a_browser_would_open(markup: str, url: str) -> None:
    markup = f"<table>{markup}</table>" if markup.startswith("<tr") else markup
    assert [link.url for link in read(markup).links] == [url]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href=\"javascript:open('/f/' + id)\">ก</a>",
        '<a href="#top">ก</a>',
        '<a name="x">ก</a>',
        '<a href="javascript:void(0)">ก</a>',
        '<a href="http://[bad">ก</a>',
    ],
)
def test_what_leads_nowhere_is_no_link(markup: str) -> None:
    assert read(markup).links == ()


def test_base_href_is_followed() -> None:
    assert read("<a href=x.pdf>ก</a>", '<base href="/files/">').links[0].url == "https://a.go.th/files/x.pdf"


def test_a_link_lies_in_the_text_where_it_says() -> None:
    document = read("<p>การดําเนินงาน <a href=a.pdf>แผน<b>ปฏิบัติ</b>การ</a> ปี 2565</p>")
    link = document.links[0]
    assert link.text == "แผนปฏิบัติการ"
    assert document.text[link.start :].startswith(link.text)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ('<img src=i.png alt="ดาวน์โหลด">', "ดาวน์โหลด"),
        ('<img src=i.png title="ไฟล์">', "ไฟล์"),
        ("<img src=/img/plan65.png>", "plan65.png"),
        ('<i class="fa"></i>', "บอกด้วย title"),
    ],
)
def test_a_link_without_words_is_named_by_its_picture_or_title(inside: str, text: str) -> None:
    title = 'title="บอกด้วย title"' if "fa" in inside else ""
    assert read(f"<a href=x.pdf {title}>{inside}</a>").links[0].text == text


@pytest.mark.parametrize(
    ("body", "context"),
    [
        (
            "<table><tr><th>ที่<th>รายการ<th>ไฟล์<tr><td>1<td>แผนปี 2565<td><a href=a>เปิด</a>"
            "<tr><td>2<td>แผนปี 2566<td>-</table>",
            "1 แผนปี 2565 เปิด",
        ),
        ("<ul><li>รายงานผล <a href=a>คลิก</a></li><li>อื่น</li></ul>", "รายงานผล คลิก"),
        ("<ul><li><a href=a>โครงสร้าง</a></li><li><a href=b>อำนาจหน้าที่</a></li></ul>", "โครงสร้าง"),
        ('<div class="card"><p>ประกาศ no gift</p><p><a href=a>อ่านต่อ</a></p></div>', "ประกาศ no gift อ่านต่อ"),
        (
            "<div><div><a href=a>โครงการประเพณีลอยกระทง</a></div><div><a href=b>พิธีวางพานพุ่มดอกไม้</a></div></div>",
            "โครงการประเพณีลอยกระทง",
        ),
        ("<p>แผนปี 2564 <a href=a>เปิด</a><br>" + "แผนปีอื่น<br>" * 60 + "</p>", "แผนปี 2564 เปิด"),
    ],
)
def test_the_context_of_a_link_is_its_row_entry_card_or_line(body: str, context: str) -> None:
    assert read(body).links[0].context == context


def test_contexts_are_never_long() -> None:
    document = read("<p>" + "ข้อความยาว " * 100 + "<a href=a>เปิด</a>" + " ท้าย" * 100 + "</p>")
    assert len(document.links[0].context) <= 300
    assert "เปิด" in document.links[0].context


def test_a_link_knows_the_heading_before_it() -> None:
    document = read(
        "<h2>ปี 2564</h2><p><a href=a>แผน</a></p><h2>ปี 2565</h2><p><a href=b>แผน</a></p><h3><a href=c>รายงาน</a></h3>"
    )
    assert [link.heading for link in document.links] == ["ปี 2564", "ปี 2565", "ปี 2565"]


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<img src="blank.gif" data-src="/real.jpg">', "https://a.go.th/real.jpg"),
        ('<img data-original="r.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "https://a.go.th/dir/r.jpg"),
        ('<img srcset="s.jpg 300w, l.jpg 1200w">', "https://a.go.th/dir/l.jpg"),
        ('<img src="a b.jpg">', "https://a.go.th/dir/a%20b.jpg"),
    ],
)
def test_pictures_give_the_address_that_is_shown_in_the_end(markup: str, url: str) -> None:
    assert read(markup).images[0].url == url


def test_pictures_know_their_size_and_what_is_said_beside_them() -> None:
    document = read(
        '<table><tr><td><img src=1.jpg style="width:120px;height:150px"><br>นายสมชาย ใจดี<br>นายก อบต.</td>'
        '<td><figure><img src=2.jpg width="80"><figcaption>ปลัด อบต.</figcaption></figure></td></tr></table>'
        "<div><div><img src=3.jpg></div><div>โทร 042</div></div>"
    )
    assert [(image.width, image.height, image.nearby) for image in document.images] == [
        (120, 150, "นายสมชาย ใจดี นายก อบต."),
        (80, 0, "ปลัด อบต."),
        (0, 0, "โทร 042"),
    ]


@pytest.mark.parametrize(
    ("markup", "url", "kind"),
    [
        (
            '<iframe src="https://drive.google.com/file/d/1/preview"></iframe>',
            "https://drive.google.com/file/d/1/preview",
            "iframe",
        ),
        ('<iframe data-src="/lazy.html"></iframe>', "https://a.go.th/lazy.html", "iframe"),
        ('<embed src="a.pdf" type="application/pdf">', "https://a.go.th/dir/a.pdf", "embed"),
        ('<object data="b.pdf"><p>แทน</p></object>', "https://a.go.th/dir/b.pdf", "object"),
        (
            '<div data-embed-open-url="https://drive.google.com/open?id=1" aria-label="แผน"></div>',
            "https://drive.google.com/open?id=1",
            "embed",
        ),
        ('<div class="_df_book" source="/f/a.pdf"></div>', "https://a.go.th/f/a.pdf", "embed"),
        ('<video><source src="v.mp4"></video>', "https://a.go.th/dir/v.mp4", "video"),
    ],
)
def test_frames_give_address_and_kind(markup: str, url: str, kind: str) -> None:
    document = read(f"<h2>แผนปี 2565</h2>{markup}")
    assert [(frame.url, frame.kind, frame.heading) for frame in document.frames] == [(url, kind, "แผนปี 2565")]


def test_empty_frames_are_left_out() -> None:
    assert read('<iframe src="about:blank"></iframe><iframe></iframe>').frames == ()


@pytest.mark.parametrize(
    ("viewer", "inner"),
    [
        ("https://a.go.th/pdfjs/web/viewer.html?file=%2Ffiles%2Fa.pdf", "https://a.go.th/files/a.pdf"),
        (
            "https://a.go.th/pdfjs/web/viewer.html?file=../../files/แผน 1.pdf#page=2",
            "https://a.go.th/files/แผน%201.pdf",
        ),
        ("https://docs.google.com/viewer?url=https%3A%2F%2Fa.go.th%2Fa.pdf&embedded=true", "https://a.go.th/a.pdf"),
        (
            "https://docs.google.com/gview?embedded=true&url=http://a.go.th/get.php?f=1.doc",
            "http://a.go.th/get.php?f=1.doc",
        ),
        ("https://view.officeapps.live.com/op/embed.aspx?src=https://a.go.th/a.xlsx", "https://a.go.th/a.xlsx"),
        ("http://a.go.th/flowpaper/?pdf=../upload/a.pdf", "http://a.go.th/upload/a.pdf"),
        ("http://a.go.th/read.php?PDFFile=docs/a.pdf", "http://a.go.th/docs/a.pdf"),
        ("https://docs.google.com/viewer?url=https://a.go.th/pdfjs/viewer.html?file=/a.pdf", "https://a.go.th/a.pdf"),
    ],
)
def test_viewers_give_the_document_they_show(viewer: str, inner: str) -> None:
    assert viewer_target(viewer) == inner


@pytest.mark.parametrize(
    "url",
    [
        "https://a.go.th/a.pdf",
        "https://a.go.th/index.php?page=2",
        "https://a.go.th/go?url=https://b.go.th/",
        "https://a.go.th/viewer.html?file=javascript:alert(1).pdf",
        "http://[bad",
    ],
)
def test_what_is_no_viewer_gives_nothing(url: str) -> None:
    assert viewer_target(url) is None


def test_a_form_gives_its_fields_labels_buttons_and_heading() -> None:
    document = read(
        "<h3>ร้องเรียนการทุจริต</h3><form action=send.php method=POST><label for=n>ชื่อ</label><input id=n name=name>"
        "<label>อีเมล <input type=email name=mail></label><input name=tel placeholder=โทรศัพท์>"
        "<table><tr><td>เรื่อง</td><td><textarea name=body></textarea></td></tr></table>"
        "<select name=topic><option>ทุจริต</option><option>ทั่วไป</option></select><input type=file name=f>"
        "<input type=hidden name=token><button type=submit>ส่งเรื่อง</button></form>"
    )
    (form,) = document.forms
    assert (form.action, form.method, form.heading, form.buttons) == (
        "https://a.go.th/dir/send.php",
        "post",
        "ร้องเรียนการทุจริต",
        ("ส่งเรื่อง",),
    )
    assert [(field.type, field.name, field.label) for field in form.fields[:4]] == [
        ("text", "name", "ชื่อ"),
        ("email", "mail", "อีเมล"),
        ("text", "tel", "โทรศัพท์"),
        ("textarea", "body", "เรื่อง"),
    ]
    assert [field.type for field in form.fields[4:]] == ["select", "file"]
    assert form.fields[4].options == ("ทุจริต", "ทั่วไป")
    assert document.text[form.start :].startswith(form.text)
    assert "ทุจริต\nทั่วไป" in form.text


def test_fields_outside_any_form_make_one_form() -> None:
    (form,) = read("<p>ถามตอบ</p><textarea name=q></textarea><button>ถาม</button>").forms
    assert [field.type for field in form.fields] == ["textarea"]


def test_a_label_may_stand_before_its_field_in_the_same_line() -> None:
    (form,) = read("<form>ชื่อผู้ร้อง : <input name=a> ที่อยู่ <input name=b></form>").forms
    assert next(field.label for field in form.fields) == "ชื่อผู้ร้อง :"
