"""Builds the labelled cases of `tests/cases/<year>/` from the content files of `tests/cases/content/<year>/`.

    python tests/cases/build.py                      every item
    python tests/cases/build.py contact laws         these items
    python tests/cases/build.py --force contact      also the binary files whose content did not change

One content file an item, many cases a file; README.md describes the format. Pages are dressed with a skin (menu,
breadcrumb, footer of the agency), other documents go through a real producer. Built files are committed: tests run
without LibreOffice, Chromium or WeasyPrint.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import io
import json
import re
import shlex
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from jinja2 import Environment, FileSystemLoader

HERE = Path(__file__).parent
CONTENT = HERE / "content"
FONTS = Path("/usr/share/fonts/truetype/tlwg")
DIGITS = {
    "thai": str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"),
    "arabic": str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789"),
    "mixed": str.maketrans("0246", "๐๒๔๖"),
}
TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain",
}
Producer = Callable[[list[str], dict[str, str]], bytes]


@dataclass
class Document:
    """One file of a case: name, purpose, path on the site, options of its head line and the lines of its body."""

    file: str
    purpose: str
    path: str
    options: dict[str, str]
    lines: list[str] = field(default_factory=list)


@dataclass
class Case:
    """One case: folder name, the keys of its head, its documents and the keys that all cases of its file have."""

    name: str
    keys: dict[str, list[str]] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    common: dict[str, str] = field(default_factory=dict)

    def key(self, name: str, default: str = "") -> str:
        return self.keys.get(name, [self.common.get(name, default)])[0]


def main() -> None:
    """Build what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--year", default="2565")
    parser.add_argument("--force", action="store_true")
    options = parser.parse_args()
    for path in sorted((CONTENT / options.year).glob("*.txt")):
        if not options.slugs or path.stem in options.slugs:
            build_item(path, HERE / options.year / path.stem, options.force)


def build_item(source: Path, target: Path, force: bool) -> None:
    """Write the case folders of one content file and drop those it once named and names no longer.

    `<slug>.built.json` beside the content file keeps, per case and file, the hash of the content it was built from.
    """
    record = source.with_suffix(".built.json")
    known = json.loads(record.read_text("utf-8")) if record.exists() else {}
    cases = list(parse(source.read_text("utf-8").splitlines()))
    if force:
        known = {name: {} for name in known}
    built = {case.name: build_case(case, target / case.name, known.get(case.name, {})) for case in cases}
    for stale in set(known) - set(built):
        shutil.rmtree(target / stale, ignore_errors=True)
    record.write_text(json.dumps(built, indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"{source.stem}: {len(cases)} cases")


def parse(lines: list[str]) -> Iterator[Case]:
    """The cases of a content file: `@@ name`, `key: value` lines, then `==> file purpose path options` bodies.

    `key: value` lines before the first case are what every case has that does not say otherwise.
    """
    case: Case | None = None
    common: dict[str, str] = {}
    for line in lines:
        if line.startswith("@@ "):
            if case:
                yield case
            case = Case(line[3:].strip(), common=common)
        elif case is None:
            name, _, value = line.partition(":")
            common |= {name.strip(): value.strip()} if value.strip() else {}
        elif line.startswith("==> "):
            file, purpose, path, *rest = shlex.split(line[4:])
            case.documents.append(Document(file, purpose, path, dict(part.partition("=")[::2] for part in rest)))
        elif case.documents:
            case.documents[-1].lines.append(line)
        elif line.strip():
            name, _, value = line.partition(":")
            case.keys.setdefault(name.strip(), []).append(value.strip())
    if case:
        yield case


def build_case(case: Case, folder: Path, known: dict[str, str]) -> dict[str, str]:
    """Write `case.toml` and the documents of one case; binary files only where their content is not the known one."""
    folder.mkdir(parents=True, exist_ok=True)
    agency = agencies()[case.key("agency")]
    hashes = {}
    for document in case.documents:
        target = folder / document.file
        hashes[document.file] = hashlib.sha256(repr((document, agency)).encode()).hexdigest()[:16]
        fresh = known.get(document.file) == hashes[document.file] and target.exists()
        if not fresh or document.file.endswith(".html"):
            target.write_bytes(produce(document, agency, case))
    for path in folder.iterdir():
        if path.name not in {"case.toml", *hashes}:
            path.unlink()
    (folder / "case.toml").write_text(case_toml(case, agency), "utf-8")
    return hashes


def case_toml(case: Case, agency: dict[str, Any]) -> str:
    """The text of `case.toml` (keys described in README.md)."""
    home = agency["homepage"]
    fetches = [fetch.split() for fetch in case.keys.get("fetch", [])]
    submitted = [d.path for d in case.documents if d.purpose == "submitted" and "item" not in d.options] + [
        path for path, _, *purpose in fetches if not purpose
    ]
    urls = case.key("urls").split() if "urls" in case.keys else submitted
    explanation = case.key("says")
    excuse = [f"exclusion_reason = {quote(case.key('excuse'))}"] if "excuse" in case.keys else []
    out = [
        f"title = {quote(case.key('title'))}",
        f"source = {quote(case.key('model', 'constructed'))}",
        f'as_of = "{case.key("as_of", "2022-05-10")}"',
        "",
        "[agency]",
    ]
    out += [f"{key} = {quote(agency[key])}" for key in ("name", "type", "province", "homepage", "year_basis")]
    out += [
        "",
        "[answer]",
        f"disclosed = {'false' if 'no' in case.keys else 'true'}",
        f"explanation = {quote(explanation)}",
        f"urls = {quote([urljoin(home, url) for url in urls])}",
        *excuse,
    ]
    first = urljoin(home, submitted[0]) if submitted else ""
    for document in case.documents:
        linked = document.purpose in ("linked", "frame", "image")
        parent = urljoin(home, document.options["parent"]) if "parent" in document.options else first if linked else ""
        out += [
            "",
            "[[documents]]",
            f"file = {quote(document.file)}",
            f"url = {quote(urljoin(home, document.path))}",
            f"purpose = {quote(document.purpose)}",
            f"content_type = {quote(document.options.get('type', TYPES[document.file.rsplit('.', 1)[1]]))}",
            f"parent = {quote(parent)}",
            f"link_text = {quote(document.options.get('text', ''))}",
            f"item = {quote(document.options.get('item', ''))}",
        ]
    for path, outcome, *purpose in fetches:
        out += [
            "",
            "[[fetches]]",
            f"url = {quote(urljoin(home, path))}",
            f'outcome = "{outcome}"',
            f'purpose = "{purpose[0] if purpose else "submitted"}"',
        ]
        if purpose and purpose[0] in ("linked", "frame", "image", "step"):
            out += [f"parent = {quote(first)}", f"link_text = {quote(link_words(case, path))}"]
    out += ["", "[expect]", f"reasons = {quote(case.key('reasons').split())}"]
    out += [f'year = "{case.key("year")}"'] if "year" in case.keys else []
    labels = [(e, verdict) for verdict in ("met", "not_met", "unsure") for e in case.key(verdict).split()]
    out += ["[expect.elements]", *(f'{element} = "{verdict}"' for element, verdict in labels)] if labels else []
    return "\n".join(out) + "\n"


def link_words(case: Case, path: str) -> str:
    """The words that link to the path in one of the case's pages."""
    lines = "\n".join(line for document in case.documents for line in document.lines)
    match = re.search(r"\[([^]]+)\]\(" + re.escape(path) + r"\)", lines)
    return match[1] if match else ""


def quote(value: str | list[str]) -> str:
    """A TOML string or list of strings (JSON strings are valid TOML basic strings)."""
    return json.dumps(value, ensure_ascii=False)


@cache
def agencies() -> dict[str, dict[str, Any]]:
    """The invented agencies by key."""
    return tomllib.loads((CONTENT / "agencies.toml").read_text("utf-8"))


def produce(document: Document, agency: dict[str, Any], case: Case) -> bytes:
    """The bytes of one document: lines → text noise → producer."""
    lines = [noise(line, document.options) for line in document.lines]
    suffix = document.file.rsplit(".", 1)[1]
    if suffix == "txt" or document.options.get("by") == "raw":
        return "\n".join(lines).strip().encode(document.options.get("enc", "utf-8"))
    if suffix == "html":
        text = skin(lines, document.options, agency, case, document.path)
        return text.encode(document.options.get("enc", "utf-8"), "xmlcharrefreplace")
    producer = PRODUCERS[document.options.get("by", {"pdf": "weasy"}.get(suffix, suffix))]
    return producer(lines, document.options)


def noise(line: str, options: dict[str, str]) -> str:
    """Noise of real documents: digits of another kind, SARA AM taken apart, marks out of order, zero-width spaces."""
    if line.startswith("<"):
        return line
    if "digits" in options:
        line = re.sub(r"(\]\([^)]*\))|[0-9๐-๙]+", lambda m: m[1] or m[0].translate(DIGITS[options["digits"]]), line)
    if options.get("sara") == "split":
        line = re.sub("([่-๋]?)ำ", r"ํ\1า", line)
    if options.get("sara") == "aa":
        line = re.sub("([่-๋]?)ำ", r"\1 า", line)
    if options.get("sara") == "all":
        line = line.replace("ำ", "\0").replace("า", "ำ").replace("\0", " ำ")
    if options.get("marks") == "swap":
        line = re.sub("([ัิ-ฺ])([่-๋])", r"\2\1", line)
    if "zero" in options and not line.startswith(("|", "#", ">")):
        line = re.sub("([ก-ฮ]{2})", "\\1\u200b", line)
    return line


# --- lines to HTML --------------------------------------------------------------------------------------------------


def body(lines: list[str], inline_images: bool = False) -> str:
    """HTML of the small markup: headings, tables, lists, centred lines, links, images, raw HTML lines."""
    out: list[str] = []
    block = ""
    for line in [*lines, ""]:
        kind = "table" if line.startswith("|") else "ul" if line.startswith("- ") else ""
        if kind != block:
            out += [f"</{block}>"] if block else []
            out += ['<table class="table" border="1">' if kind == "table" else "<ul>"] if kind else []
            head = True
        block = kind
        if kind == "table":
            cells = [inline(cell.strip(), inline_images) for cell in line.strip().strip("|").split("|")]
            tag = "th" if head else "td"
            out.append("<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>")
            head = False
        elif kind == "ul":
            out.append(f"<li>{inline(line[2:], inline_images)}</li>")
        elif line.startswith("<"):
            out.append(line)
        elif line.strip() == "===":
            out.append('<div style="page-break-after:always"></div>')
        elif match := re.match(r"(#+) (.*)", line):
            out.append(f"<h{len(match[1])}>{inline(match[2], inline_images)}</h{len(match[1])}>")
        elif line.startswith(">> "):
            out.append(f'<p style="text-align:center">{inline(line[3:], inline_images)}</p>')
        elif line.strip():
            out.append(f"<p>{inline(line, inline_images)}</p>")
    return "\n".join(out)


def inline(text: str, inline_images: bool) -> str:
    """Escaped text with `![alt](src WxH)` images, `[text](url)` links and `//` line breaks."""
    text = html.escape(text, quote=False)
    text = re.sub(r"!\[([^]]*)\]\((\S+) (\d+)x(\d+)\)", lambda m: image_tag(m, inline_images), text)
    text = re.sub(r"\[([^]]+)\]\((\S+?)\)", r'<a href="\2">\1</a>', text)
    return text.replace(" // ", "<br>")


def image_tag(match: re.Match[str], embedded: bool) -> str:
    alt, source, width, height = match.groups()
    if embedded:
        source = picture_uri(source, int(width), int(height))
    return f'<img src="{source}" alt="{alt}" width="{width}" height="{height}">'


def picture_uri(name: str, width: int, height: int) -> str:
    """A small drawn portrait as a data URI (no real person)."""
    import base64

    return "data:image/png;base64," + base64.b64encode(portrait(name, width, height)).decode()


def portrait(name: str, width: int, height: int) -> bytes:
    from PIL import Image, ImageDraw

    tint = hashlib.sha256(name.encode()).digest()
    image = Image.new("RGB", (width, height), (200 + tint[0] % 50, 210, 200 + tint[1] % 50))
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.3, height * 0.12, width * 0.7, height * 0.55), fill=(225, 185 + tint[2] % 30, 150))
    draw.pieslice((width * 0.1, height * 0.55, width * 0.9, height * 1.5), 180, 360, fill=(250, 250, 245))
    buffer = io.BytesIO()
    image.quantize(16).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def skin(lines: list[str], options: dict[str, str], agency: dict[str, Any], case: Case, path: str) -> str:
    """A full page of the agency's site around the body."""
    menus = tomllib.loads((CONTENT / "menus.toml").read_text("utf-8"))
    hidden = [word for word in case.key("hide").split() if word]
    shown = {key: ("" if key in hidden else value) for key, value in agency.items()}
    heading = next((line.lstrip("# ") for line in lines if line.startswith("#")), "")
    environment = Environment(loader=FileSystemLoader(CONTENT / "skins"), autoescape=False, keep_trailing_newline=True)
    return environment.get_template(options.get("skin", agency["skin"]) + ".html").render(
        agency=shown,
        menu=menus[agency["menu"]],
        content=body(lines),
        title=options.get("title", heading),
        crumbs=options.get("crumbs", heading),
        path=path,
        charset=options.get("says", options.get("enc", "utf-8")),
        hide=hidden,
    )


# --- producers ------------------------------------------------------------------------------------------------------


def sheet_html(lines: list[str], options: dict[str, str]) -> str:
    font, size = options.get("font", "Garuda"), options.get("size", "11pt")
    page = "A4 landscape" if "landscape" in options else "A4"
    style = (
        f"@page{{size:{page};margin:18mm}}body{{font-family:'{font}';font-size:{size};line-height:1.5}}"
        "table{border-collapse:collapse;width:100%}td,th{border:1px solid #000;padding:3px;vertical-align:top}"
        "h1,h2,h3{text-align:center;font-size:1.2em}"
    )
    title = html.escape(options.get("title", ""))
    return (
        f'<!doctype html><html lang="th"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body>{body(lines, inline_images=True)}</body></html>"
    )


def weasy(lines: list[str], options: dict[str, str]) -> bytes:
    from weasyprint import HTML

    return HTML(string=sheet_html(lines, options)).write_pdf() or b""


def chromium(lines: list[str], options: dict[str, str]) -> bytes:
    with open_page() as page:
        page.set_content(sheet_html(lines, options))
        return bytes(page.pdf(prefer_css_page_size=True))


def picture(kind: str) -> Producer:
    def take(lines: list[str], options: dict[str, str]) -> bytes:
        from PIL import Image

        with open_page() as page:
            page.set_viewport_size({"width": int(options.get("width", "900")), "height": 400})
            page.set_content(sheet_html(lines, {"size": "20px", **options}))
            shot = page.screenshot(full_page=True)
        image = Image.open(io.BytesIO(shot)).convert("L" if kind == "PNG" else "RGB")
        buffer = io.BytesIO()
        small = image.quantize(8) if kind == "PNG" else image
        small.save(buffer, kind, optimize=True, **({} if kind == "PNG" else {"quality": 42}))
        return buffer.getvalue()

    return take


def scan(lines: list[str], options: dict[str, str]) -> bytes:
    """A PDF that holds only a picture of the page."""
    from PIL import Image

    shot = picture("PNG")(lines, {"width": "1100", "size": "24px", **options})
    buffer = io.BytesIO()
    Image.open(io.BytesIO(shot)).convert("L").point(lambda v: 255 if v > 150 else 0).convert("1").save(
        buffer, "PDF", resolution=140
    )
    return buffer.getvalue()


class open_page:
    """A page of the system's Chromium, closed at the end."""

    def __enter__(self) -> Any:
        from playwright.sync_api import sync_playwright

        self.driver = sync_playwright().start()
        self.browser = self.driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        return self.browser.new_page()

    def __exit__(self, *_: object) -> None:
        self.browser.close()
        self.driver.stop()


def blocks(lines: list[str]) -> Iterator[tuple[str, Any]]:
    """`(kind, value)`: heading, text, item, centre, image, break or table (rows of cells)."""
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            rows.append([plain(cell.strip()) for cell in line.strip().strip("|").split("|")])
            continue
        if rows:
            yield "table", rows
            rows = []
        if match := re.match(r"!\[([^]]*)\]\((\S+) (\d+)x(\d+)\)$", line):
            yield "image", match.groups()
        elif line.startswith("#"):
            yield "heading", plain(line.lstrip("# "))
        elif line.strip() == "===":
            yield "break", ""
        elif line.startswith((">> ", "- ")):
            yield {">": "centre", "-": "item"}[line[0]], plain(line.split(" ", 1)[1])
        elif line.strip():
            yield "text", plain(re.sub("<[^>]+>", "", line))


def plain(text: str) -> str:
    return re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", text).replace(" // ", "\n")


def docx(lines: list[str], options: dict[str, str]) -> bytes:
    from docx import Document as Word
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    word = Word()
    font = options.get("font", "Norasi")
    style = word.styles["Normal"]
    style.font.name, style.font.size = font, Pt(12)
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn(script), font)
    for kind, value in blocks(lines):
        if kind == "table":
            table = word.add_table(rows=0, cols=max(map(len, value)), style="Table Grid")
            for row in value:
                for cell, text in zip(table.add_row().cells, row, strict=False):
                    cell.text = text
        elif kind == "image":
            word.add_picture(io.BytesIO(portrait(value[1], int(value[2]), int(value[3]))))
        elif kind == "break":
            word.add_page_break()
        else:
            paragraph = word.add_paragraph(value, style="List Bullet" if kind == "item" else None)
            if kind == "heading":
                paragraph.runs[0].bold = True
            if kind in ("heading", "centre"):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def xlsx(lines: list[str], options: dict[str, str]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = options.get("sheet", "Sheet1")
    widest = max((len(row) for kind, value in blocks(lines) if kind == "table" for row in value), default=1)
    side = Side(style="thin")
    row = 0
    for kind, value in blocks(lines):
        if kind == "break":
            sheet, row = book.create_sheet(f"Sheet{len(book.worksheets) + 1}"), 0
            continue
        for cells in value if kind == "table" else [[value]]:
            row += 1
            sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
            sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
            if kind != "table":
                sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=widest)
            for column, text in enumerate(cells, 1):
                number = re.fullmatch(r"[0-9][0-9,]*(\.[0-9]+)?", text)
                cell = sheet.cell(row, column, float(text.replace(",", "")) if number and kind == "table" else text)
                cell.font = Font(name=options.get("font", "Laksaman"), bold=kind == "heading")
                if kind == "table":
                    cell.border = Border(side, side, side, side)
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
                    sheet.column_dimensions[cell.column_letter].width = 18
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def soffice(maker: Producer, suffix: str) -> Producer:
    def convert(lines: list[str], options: dict[str, str]) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"document.{suffix}"
            source.write_bytes(maker(lines, options))
            subprocess.run(
                [
                    "soffice",
                    f"-env:UserInstallation=file://{folder}/profile",
                    "--headless",
                    "--convert-to",
                    "pdf",
                    "--outdir",
                    folder,
                    str(source),
                ],
                check=True,
                capture_output=True,
                timeout=180,
            )
            return source.with_suffix(".pdf").read_bytes()

    return convert


def fpdf(lines: list[str], options: dict[str, str]) -> bytes:
    """fpdf2 without shaping: the text layer keeps the typed order, marks are drawn where the font puts them."""
    from fpdf import FPDF
    from fpdf.enums import XPos, YPos

    pdf = FPDF(orientation="landscape" if "landscape" in options else "portrait")
    font = options.get("font", "Loma")
    pdf.add_font("thai", fname=FONTS / f"{font}.ttf")
    pdf.add_page()
    pdf.set_font("thai", size=12)
    for kind, value in blocks(lines):
        if kind == "table":
            pdf.set_font("thai", size=10)
            with pdf.table(first_row_as_headings=False) as table:
                for cells in value:
                    row = table.row()
                    for cell in cells:
                        row.cell(cell)
            pdf.set_font("thai", size=12)
        elif kind == "image":
            pdf.image(io.BytesIO(portrait(value[1], int(value[2]), int(value[3]))), w=30)
        elif kind == "break":
            pdf.add_page()
        else:
            pdf.multi_cell(
                0, 8, value, align="C" if kind in ("heading", "centre") else "L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )
    return bytes(pdf.output())


PRODUCERS: dict[str, Producer] = {
    "weasy": weasy,
    "chromium": chromium,
    "soffice": soffice(docx, "docx"),
    "calc": soffice(xlsx, "xlsx"),
    "fpdf": fpdf,
    "docx": docx,
    "xlsx": xlsx,
    "png": picture("PNG"),
    "jpg": picture("JPEG"),
    "scan": scan,
}

if __name__ == "__main__":
    main()
