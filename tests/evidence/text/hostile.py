"""Makes the hostile files of `test_hostile.py`: loops, bombs, lies, remote references, and damaged copies of good files."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import docx
import openpyxl
import pptx
from PIL import Image

DATA = Path(__file__).parent / "data"
REMOTE = "http://127.0.0.1:{port}/{name}"


def pdf(*objects: str | bytes, trailer: str = "/Root 1 0 R", startxref: int | None = None) -> bytes:
    """A PDF of these objects, numbered from 1, with a right cross-reference table."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += (
            f"{number} 0 obj\n".encode() + (body.encode("latin-1") if isinstance(body, str) else body) + b"\nendobj\n"
        )
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    prev = table if startxref is None else startxref
    out += f"trailer\n<< /Size {len(objects) + 1} {trailer.replace('PREV', str(table))} >>\nstartxref\n{prev}\n%%EOF".encode()
    return bytes(out)


def stream(content: bytes, entries: str = "") -> bytes:
    return f"<< {entries} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


_CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
_PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << {} >> >>"
_FONT = "/Font << /F 5 0 R >>"
_SHOWN = b"BT /F 12 Tf 20 100 Td (Annual plan 2565) Tj ET"


def good_pdf() -> bytes:
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return pdf(_CATALOG, _PAGES, _PAGE.format(_FONT), stream(_SHOWN), font)


def _deep_pages(levels: int) -> bytes:
    inner = [f"<< /Type /Pages /Kids [{n + 3} 0 R] /Count 1 >>" for n in range(levels)]
    return pdf(_CATALOG, *inner, f"<< /Type /Page /Parent {levels + 1} 0 R /MediaBox [0 0 9 9] >>")


def _zeros(size: int) -> bytes:
    return zlib.compress(b"0 0 m " * (size // 6), 9)


def _mapped(cmap: bytes) -> bytes:
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    return pdf(_CATALOG, _PAGES, _PAGE.format(_FONT), stream(_SHOWN), font, stream(cmap))


def pdfs() -> dict[str, bytes]:
    """Hostile PDFs by what is wrong with them."""
    page = _PAGE.format("")
    large = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {0} {0}] /Contents 4 0 R >>"
    form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    picture = "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 8"
    bomb = zlib.compress(_zeros(60_000_000), 9)
    return {
        "page tree that holds itself": pdf(_CATALOG, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"),
        "two page trees that hold each other": pdf(
            _CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 4 >>", "<< /Type /Pages /Kids [2 0 R] /Count 4 >>"
        ),
        "page that is its own parent": pdf(_CATALOG, _PAGES, "<< /Type /Page /Parent 3 0 R /Contents 3 0 R >>"),
        "page tree of 5,000 levels": _deep_pages(5_000),
        "two thousand million pages": pdf(
            _CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", page, stream(_SHOWN)
        ),
        "a hundred thousand times the same page": pdf(
            _CATALOG, f"<< /Type /Pages /Kids [{'3 0 R ' * 100_000}] /Count 100000 >>", page, stream(_SHOWN)
        ),
        "cross-reference table that follows itself": pdf(
            _CATALOG, _PAGES, page, stream(_SHOWN), trailer="/Root 1 0 R /Prev PREV"
        ),
        "cross-reference table at no place": pdf(_CATALOG, _PAGES, page, stream(_SHOWN), startxref=10**9),
        "object that is itself": pdf("1 0 R", _PAGES),
        "arrays in arrays, a hundred thousand deep": pdf(_CATALOG, "[" * 100_000 + "]" * 100_000),
        "dictionaries in dictionaries": pdf(_CATALOG, "<< /Kids " * 50_000 + ">>" * 50_000),
        "content that unpacks to 200 MB": pdf(
            _CATALOG, _PAGES, page, stream(_zeros(200_000_000), "/Filter /FlateDecode")
        ),
        "content packed twice": pdf(
            _CATALOG, _PAGES, page, stream(bomb, "/Filter [/FlateDecode /FlateDecode]")
        ),
        "content packed by a hundred filters": pdf(
            _CATALOG, _PAGES, page, stream(_SHOWN, f"/Filter [{'/ASCIIHexDecode ' * 100}]")
        ),
        "form that draws itself": pdf(
            _CATALOG, _PAGES, _PAGE.format("/XObject << /X 5 0 R >>"), stream(b"/X Do " * 9), stream(b"/X Do " * 9, form)
        ),
        "page of a thousand kilometres": pdf(_CATALOG, _PAGES, large.format(10**9), stream(_SHOWN)),
        "picture of 3,600 million points": pdf(
            _CATALOG, _PAGES, _PAGE.format("/XObject << /X 5 0 R >>"), stream(b"300 0 0 300 0 0 cm /X Do"),
            stream(zlib.compress(bytes(1_000_000)), picture + " /Filter /FlateDecode"),
        ),
        "letters mapped to ten million letters": _mapped(
            b"1 beginbfrange\n<0000> <FFFFFFFF> <0E01>\nendbfrange\n" + b"1 beginbfchar\n<41> <" + b"0E01" * 500_000
            + b">\nendbfchar"
        ),
        "a million letters in one word": pdf(
            _CATALOG, _PAGES, _PAGE.format(_FONT), stream(b"BT /F 1 Tf (" + b"A" * 1_000_000 + b") Tj ET"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ),
        "header alone": b"%PDF-1.7\n",
        "encrypted by an unknown handler": pdf(
            _CATALOG, _PAGES, page, "<< /Filter /Nobody /V 9 >>", trailer="/Root 1 0 R /Encrypt 4 0 R"
        ),
    }  # fmt: skip


def packed(*members: tuple[str, bytes], level: int = 9) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def _overlapping(count: int, content: bytes) -> bytes:
    """One member, named by `count` entries of the directory (a bomb of the year 2019)."""
    single = packed(("a.txt", content))
    at = single.index(b"PK\x01\x02")
    end = single.rindex(b"PK\x05\x06")
    directory = single[at:end] * count
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)
    return single[:at] + directory + tail


def _holding_itself() -> bytes:
    """A stored member whose bytes reach over the directory to the end: what it holds is the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("self.zip", b"")
    data = bytearray(out.getvalue())
    at = data.index(b"PK\x01\x02")
    for place in (18, at + 20):
        struct.pack_into("<LL", data, place, len(data) - at, len(data) - at)
    return bytes(data)


def _lying(says: int) -> bytes:
    data = bytearray(packed(("a.txt", b"A" * 50_000_000)))
    at = data.index(b"PK\x01\x02")
    for place in (22, at + 24):
        struct.pack_into("<L", data, place, says)
    return bytes(data)


def archives() -> dict[str, bytes]:
    """Hostile ZIP archives by what is wrong with them."""
    layer = packed(("0.txt", b"0" * 1_000_000))
    for number in range(6):
        layer = packed(*((f"{number}-{copy}.zip", layer) for copy in range(16)), level=1)
    return {
        "a file packed a thousand to one": packed(("a.txt", b"0" * 100_000_000)),
        "bombs in archives in archives": layer,
        "six thousand files": packed(*((f"{n}.txt", b"x") for n in range(6_000)), level=1),
        "one member under a thousand names": _overlapping(1_000, random.Random(1).randbytes(500_000)),
        "an archive that holds itself": _holding_itself(),
        "a member larger than it says": _lying(1_000),
        "a member smaller than it says": _lying(70_000_000),
        "names that lead out": packed(("../../../etc/passwd", b"open"), ("/etc/shadow", b"open"), ("C:\\x", b"open")),
        "a name of 60,000 letters": packed(("a" * 60_000 + ".txt", b"open")),
        "a directory cut off": packed(("a.txt", b"open" * 1000))[:-15],
    }


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<!DOCTYPE x [<!ENTITY l0 "laugh">{_LAUGHS}]>'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY l9 "{"laugh" * 20_000}">]>'


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part changed."""
    members = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name == part:
                content, before = change(content), content
                assert content != before, part
            members.append((name, content))
    return packed(*members)


def with_declaration(data: bytes, part: str, declaration: str, word: bytes, reference: bytes) -> bytes:
    """The package with a document type in a part, and a word of it replaced by a reference to an entity."""

    def change(content: bytes) -> bytes:
        head, _, body = (
            content.partition(b"?>") if content.startswith(b"<?xml") else (b"<?xml version='1.0'", b"", content)
        )
        assert word in body, part
        return head + b"?>" + declaration.encode() + body.replace(word, reference, 1)

    return rewritten(data, part, change)


def good_docx(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines or ("Annual plan", "แผนดำเนินงาน ประจำปี 2565"):
        document.add_paragraph(line)
    table = document.add_table(2, 2)
    for cell in (*table.rows[0].cells, *table.rows[1].cells):
        cell.text = "ช่อง"
    return _saved(document)


def good_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Annual plan", "งบประมาณ"])
    book.active.append(["ถนน", 500_000])
    return _saved(book)


def good_pptx() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Annual plan"
    return _saved(presentation)


def good_html() -> bytes:
    rows = "".join(f"<tr><td>{n}</td><td>โครงการที่ {n}</td></tr>" for n in range(30))
    return (
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>Annual plan</title></head><body><h1>แผนดำเนินงาน</h1>"
        f"<p>ประจำปี <a href='/a.pdf'>2565</a></p><table>{rows}</table><form><input name=q></form></body></html>"
    ).encode()


def good_png() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((60, 40), 50).save(out, "PNG")
    return out.getvalue()


def _saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def good_files() -> dict[str, bytes]:
    """A small valid file of each format that is read."""
    return {
        "pdf": good_pdf(),
        "docx": good_docx(),
        "xlsx": good_xlsx(),
        "html": good_html(),
        "png": good_png(),
        "pptx": good_pptx(),
        "odt": (DATA / "plan.odt").read_bytes(),
        "ods": (DATA / "purchases.ods").read_bytes(),
        "xls": (DATA / "purchases.xls").read_bytes(),
        "rtf": (DATA / "plan.rtf").read_bytes(),
        "zip": packed(("a.docx", good_docx()), ("b.pdf", good_pdf())),
    }


def xml_bombs() -> dict[str, bytes]:
    """Office files and drawings whose entities unfold to gigabytes."""
    odt, ods = (DATA / "plan.odt").read_bytes(), (DATA / "purchases.ods").read_bytes()
    places = {
        "docx": (good_docx(), "word/document.xml", b"Annual plan"),
        "docx styles": (good_docx(), "word/styles.xml", b"Normal"),
        "docx properties": (good_docx(), "docProps/core.xml", b"python-docx"),
        "xlsx": (good_xlsx(), "xl/sharedStrings.xml", b"Annual plan"),
        "xlsx sheet": (good_xlsx(), "xl/worksheets/sheet1.xml", b"500000"),
        "pptx": (good_pptx(), "ppt/slides/slide1.xml", b"Annual plan"),
        "odt": (odt, "content.xml", "กองช่าง".encode()),
        "odt manifest": (odt, "META-INF/manifest.xml", b"</manifest:manifest>"),
        "ods": (ods, "content.xml", "อาคาร".encode()),
    }
    found = {}
    for name, (data, part, word) in places.items():
        reference = b"&l9;" if not word.startswith(b"</") else b"&l9;" + word
        found[f"{name}: a billion laughs"] = with_declaration(data, part, BILLION_LAUGHS, word, reference)
        found[f"{name}: one long laugh"] = with_declaration(data, part, QUADRATIC, word, b"&l9;" * 2_000 + word)
    head = "<?xml version='1.0'?>"
    found["svg: a billion laughs"] = (
        f"{head}{BILLION_LAUGHS}<svg xmlns='http://www.w3.org/2000/svg'>&l9;</svg>".encode()
    )
    found["html: a billion laughs"] = f"{BILLION_LAUGHS}<html><body>&l9;</body></html>".encode()
    return found


def packages() -> dict[str, bytes]:
    """Office files that are well-formed and absurd."""
    odt, ods = (DATA / "plan.odt").read_bytes(), (DATA / "purchases.ods").read_bytes()
    repeated = (
        b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
        b'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    return {
        "docx: tables in tables, 80 deep": rewritten(
            good_docx(), "word/document.xml",
            lambda part: part.replace(b"<w:body>", b"<w:body>" + b"<w:tbl><w:tr><w:tc>" * 80 + b"<w:p/>"
                                      + b"</w:tc></w:tr></w:tbl>" * 80, 1),
        ),
        "docx: runs in runs, twenty thousand deep": rewritten(
            good_docx(), "word/document.xml",
            lambda part: part.replace(b"<w:body>", b"<w:body><w:p>" + b"<w:r>" * 20_000 + b"</w:r>" * 20_000 + b"</w:p>"),
        ),
        "docx: a span of a thousand million columns": rewritten(
            good_docx(), "word/document.xml",
            lambda part: part.replace(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="1000000000"/>'),
        ),
        "xlsx: a cell in the last row of the last column": rewritten(
            good_xlsx(), "xl/worksheets/sheet1.xml", lambda part: part.replace(b'r="A2"', b'r="XFD1048576"')
        ),
        "ods: a million rows of sixteen thousand columns": rewritten(
            ods, "content.xml", lambda part: part.replace(b"<table:table-row ", repeated + b"<table:table-row ", 1)
        ),
        "odt: sections in sections, 20,000 deep": rewritten(
            odt, "content.xml",
            lambda part: part.replace(b"</office:text>", b"<text:section>" * 20_000 + b"</text:section>" * 20_000
                                      + b"</office:text>"),
        ),
        "odt: lists in lists, 200 deep": rewritten(
            odt, "content.xml",
            lambda part: part.replace(b"</office:text>", b"<text:list><text:list-item>" * 100 + b"<text:p>x</text:p>"
                                      + b"</text:list-item></text:list>" * 100 + b"</office:text>"),
        ),
        "rtf: groups in groups, 100,000 deep": b"{\\rtf1" + b"{" * 100_000 + b"x" + b"}" * 100_000 + b"}",
        "rtf: a hundred thousand rows": b"{\\rtf1 " + b"\\trowd\\cellx9\\cellx99 a\\cell b\\cell\\row " * 100_000 + b"}",
        "rtf: edges at every twip": b"{\\rtf1 " + b"".join(
            b"\\trowd\\cellx%d\\cellx%d a\\cell b\\cell\\row " % (n * 61, n * 61 + 70_000_000) for n in range(1, 3_000)
        ) + b"}",
        "rtf: a number of bytes that is not there": b"{\\rtf1 a\\bin2147483647 b}",
        "xls: a directory of zeros": (DATA / "purchases.xls").read_bytes()[:512] + bytes(50_000),
    }  # fmt: skip


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))

    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(10_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def _jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (16, 16)).save(out, "JPEG")
    data = bytearray(out.getvalue())
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, height, width)
    return bytes(data)


def pictures() -> dict[str, bytes]:
    """Pictures that claim or hold far too many points."""
    whole = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(whole, "PNG")
    return {
        "png header of 100 million points": _png(10_000, 10_000),
        "png header of the largest picture": _png(2**31 - 1, 2**31 - 1),
        "png of 400 million points": whole.getvalue(),
        "jpeg header of 4,000 million points": _jpeg(65_000, 65_000),
        "bitmap of negative size": b"BM"
        + struct.pack("<LHHLLllHH", 100, 0, 0, 54, 40, -30_000, 30_000, 1, 24)
        + bytes(60),
        "gif header of 65,535 by 65,535": b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b";",
    }


def pages() -> dict[str, bytes]:
    """Web pages that are far too deep, wide or long."""
    return {
        "a hundred thousand boxes in each other": b"<html>" + b"<div>" * 100_000 + b"x" + b"</div>" * 100_000,
        "a hundred thousand boxes never closed": b"<html><body>" + b"<b><i><p>" * 33_000 + b"x",
        "tables in tables, 20,000 deep": b"<html>" + b"<table><tr><td>" * 20_000 + b"x",
        "an attribute of 20 MB": b"<html><p title='" + b"a" * 20_000_000 + b"'>x</p>",
        "a hundred thousand attributes": b"<html><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x</p>",
        "cells over a thousand million columns": b"<html><table>"
        + b"<tr><td colspan=1000000000 rowspan=1000000000>x<td>y" * 200 + b"</table>",
        "a comment that never ends": b"<html><p>x<!--" + b"-" * 5_000_000,
        "a million line breaks": b"<html><p>x" + b"<br>" * 1_000_000,
        "a style of a hundred thousand rules": b"<html><style>"
        + b"".join(b".a%d .b:not(.c%d){display:none}" % (n, n) for n in range(100_000)) + b"</style><p class=b>x",
        "frames of ever new addresses": b"<html>" + b"".join(b"<iframe src=/%d></iframe>" % n for n in range(50_000)),
        "a data address of 20 MB": b"<html><img src='data:image/png;base64," + b"A" * 20_000_000 + b"'><p>x",
    }  # fmt: skip


def remote(port: int) -> dict[str, bytes]:
    """Files that ask for something at the given port of this machine as soon as they are opened by a careless program."""
    at = REMOTE.format(port=port, name="x.png")
    entity = f'<!DOCTYPE x [<!ENTITY l9 SYSTEM "{at}"><!ENTITY % p SYSTEM "{at}"> %p;]>'
    subset = f'<!DOCTYPE x SYSTEM "{at}">'
    odt = (DATA / "plan.odt").read_bytes()
    body = "กองช่าง".encode()
    relation = (
        '<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        'Target="{at}" TargetMode="External"/></Relationships>'
    )

    def related(kind: str) -> Callable[[bytes], bytes]:
        entry = relation.format(n=990, kind=kind, at=at).encode()
        return lambda part: part.replace(b"</Relationships>", entry)

    drawn = (
        b'<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata r:id="rId990" '
        b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></v:shape></w:pict></w:r></w:p>'
    )
    image = f'<draw:frame><draw:image xlink:href="{at}"/></draw:frame>'.encode()
    shown = rewritten(good_docx(), "word/_rels/document.xml.rels", related("image"))
    return {
        "docx with a remote picture": rewritten(
            shown, "word/document.xml", lambda part: part.replace(b"<w:body>", b"<w:body>" + drawn)
        ),
        "docx with a remote template": rewritten(good_docx(), "word/_rels/document.xml.rels", related("attachedTemplate")),
        "docx with an entity elsewhere": with_declaration(
            good_docx(), "word/document.xml", entity, b"Annual plan", b"&l9;"
        ),
        "docx with its document type elsewhere": with_declaration(
            good_docx(), "word/document.xml", subset, b"Annual plan", b"x"
        ),
        "xlsx with an entity elsewhere": with_declaration(
            good_xlsx(), "xl/sharedStrings.xml", entity, b"Annual plan", b"&l9;"
        ),
        "xlsx with a linked workbook": rewritten(good_xlsx(), "xl/_rels/workbook.xml.rels", related("externalLink")),
        "pptx with a remote picture": rewritten(good_pptx(), "ppt/slides/_rels/slide1.xml.rels", related("image")),
        "odt with a remote picture": rewritten(
            odt, "content.xml", lambda part: part.replace(body, body + image)
        ),
        "odt with an entity elsewhere": with_declaration(odt, "content.xml", entity, body, b"&l9;"),
        "rtf with a remote picture and template": (
            r"{\rtf1{\*\template " + at + r"}{\field{\*\fldinst INCLUDEPICTURE "
            + f'"{at}"' + r" \\d}{\fldrslt x}}\par}"
        ).encode(),
        "svg with a remote picture": (
            f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{at}'/><style>@import url({at});</style></svg>"
        ).encode(),
        "html with remote everything": (
            f"<html><link rel=stylesheet href={at}><script src={at}></script><img src={at}><iframe src={at}></iframe>"
            f"<style>@import '{at}';</style><object data={at}></object>x</html>"
        ).encode(),
        "html with an entity elsewhere": f"{entity}<html><body>&l9;x</body></html>".encode(),
        "pdf that opens an address": pdf(
            f"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI ({at}) >> >>", _PAGES,
            _PAGE.format(""), stream(_SHOWN),
        ),
        "zip with all that inside": packed(("a.docx", shown), ("b.html", f"<img src={at}>".encode())),
    }  # fmt: skip


def mutations(data: bytes, count: int, seed: str) -> Iterator[bytes]:
    """Damaged copies: bytes changed, cut out, doubled, cut off; in a package the bytes of a part or of the whole."""
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        if data.startswith(b"PK") and number % 2:
            yield _mutated_part(data, chance)
        else:
            yield _mutated(data, chance)


def _mutated(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 3, 10, 40))):
        at, size = chance.randrange(len(out)), chance.choice((1, 2, 8, 100))
        deed: Sequence[bytes] = (
            chance.randbytes(size),
            b"",
            bytes(out[at : at + size]) * 2,
            bytes([out[at] ^ (1 << chance.randrange(8))]),
            chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"99999999999", b"-1", b"<", b">", b"&", b"\\")),
        )
        out[at : at + size] = chance.choice(deed)
        if len(out) < 20:
            break
    return bytes(out[: chance.randrange(1, len(out))] if chance.random() < 0.1 and len(out) > 1 else out)


def _mutated_part(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist() if not name.endswith("/")]
    chosen = chance.choice([name for name, content in members if content])
    return packed(*((n, _mutated(content, chance) if n == chosen else content) for n, content in members))
