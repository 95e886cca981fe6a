"""Makes documents out of blocks the way agencies do: office programs, print-to-PDF, scanners, cameras.

`make` is the door. Every producer returns the bytes of one file; PDF producers differ in how their text layer comes
out (LibreOffice keeps it clean, Chromium splits SARA AM, `family = "A"` writes it as Word 2007 does, `layer = "A"`
does so in the text layer alone).
"""

from __future__ import annotations

import io
import os
import random
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from fpdf import FPDF
from markup import Block, plain, to_html
from openpyxl import Workbook
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from pypdf import PdfReader, PdfWriter

TLWG = Path("/usr/share/fonts/truetype/tlwg")
PDF_PRODUCERS = ("libreoffice", "chromium", "weasyprint", "fpdf", "scan", "zero", "corrupt", "encrypted")
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
}
Keys = dict[str, Any]


def make(producer: str, blocks: list[Block], keys: Keys) -> bytes:
    """The document as bytes. `keys` of the entry steer it: title, family, landscape, font, size, sheet, scale."""
    return _PRODUCERS[producer](blocks, keys)


def content_type(producer: str) -> str:
    """The media type of what a producer makes."""
    return "application/pdf" if producer in PDF_PRODUCERS else TYPES[producer]


def picture(kind: str, target: str, person: Keys, agency: Keys) -> bytes:
    """A drawn placeholder: a portrait of a person or a photo of an activity, always the same for the same address."""
    dice = random.Random(target)
    if re.search(r"/(logo|fb|icon)[^/]*$", target):
        image = _emblem(dice)
    else:
        image = _portrait(dice) if kind == "portrait" else _photo(dice, agency["short"])
    out = io.BytesIO()
    if target.endswith("png"):
        image.convert("P", palette=Image.Palette.ADAPTIVE, colors=48).save(out, "PNG", optimize=True)
    else:
        image.save(out, "JPEG", quality=62)
    return out.getvalue()


def _font_file(name: str, fallback: str) -> Path:
    folder = os.environ.get("OIT_FONTS", "")
    path = Path(folder) / name
    return path if folder and path.exists() else TLWG / fallback


# --- PDF by way of HTML -------------------------------------------------------------------------------------------


def _html(blocks: list[Block], keys: Keys) -> str:
    family, face = keys.get("font", "Laksaman"), ""
    if family == "THSarabunNew":
        file = _font_file("THSarabunNew.ttf", "Laksaman.ttf").as_uri()
        face = f"@font-face{{font-family:THSarabunNew;src:url('{file}')}}"
    size = "A4 landscape" if keys.get("landscape") else "A4"
    style = (
        f"{face}@page{{size:{size};margin:2cm}}"
        f"body{{font-family:'{family}',Laksaman,Garuda;font-size:{keys.get('size', 14)}pt}}"
        "table{border-collapse:collapse;width:100%}td,th{border:1px solid #333;padding:2pt 4pt;vertical-align:top}"
        f"h2{{text-align:center}}img{{max-width:100%}}{keys.get('css', '')}"
    )
    head = f"<meta charset='utf-8'><title>{keys.get('title', '')}</title><style>{style}</style>"
    return f"<!doctype html><html lang='th'><head>{head}</head><body>{to_html(blocks)}</body></html>"


def _weasyprint(blocks: list[Block], keys: Keys) -> bytes:
    import weasyprint

    data: bytes = weasyprint.HTML(string=_html(blocks, keys)).write_pdf()
    return data


def _chromium(blocks: list[Block], keys: Keys) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(_html(blocks, keys), "utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        subprocess.run(
            [*command, f"--user-data-dir={folder}/profile", f"--print-to-pdf={pdf}", page.as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return pdf.read_bytes()


# --- office ---------------------------------------------------------------------------------------------------------


def _docx(blocks: list[Block], keys: Keys) -> bytes:
    document = Document()
    document.core_properties.title = keys.get("title", "")
    document.core_properties.author = keys.get("author", "User")
    style = document.styles["Normal"]
    font = keys.get("font", "Laksaman")
    style.font.name, style.font.size = font, Pt(keys.get("size", 15))
    style.element.rPr.rFonts.set(qn("w:cs"), font)
    size = OxmlElement("w:szCs")  # Thai takes its size from the "complex script" settings
    size.set(qn("w:val"), str(2 * keys.get("size", 15)))
    style.element.rPr.append(size)
    if keys.get("landscape"):
        section = document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for block in blocks:
        _docx_block(document, block, spoil(keys.get("family", "")))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx_block(document: Any, block: Block, change: Callable[[str], str]) -> None:
    if block.kind == "heading":
        paragraph = document.add_paragraph()
        run = paragraph.add_run(change(plain(block.text)))
        run.bold = run.font.cs_bold = True
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if block.level == 1 else WD_ALIGN_PARAGRAPH.LEFT
    elif block.kind in ("text", "centre"):
        paragraph = document.add_paragraph(change(plain(block.text)))
        if block.kind == "centre":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif block.kind == "list":
        for row in block.rows:
            document.add_paragraph(change(plain(row[0])), style="List Bullet")
    elif block.kind == "table":
        _docx_table(document, block.rows, change)
    elif block.kind == "page":
        document.add_page_break()
    else:
        raise ValueError(f"{block.kind} has no place in an office document")


def _docx_table(document: Any, rows: list[list[str]], change: Callable[[str], str]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    table.autofit = False
    section = document.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    for column, share in zip(table.columns, _shares(rows), strict=True):
        column.width = int(width * share)
    for number, row in enumerate(rows):
        for cell, text in zip(table.rows[number].cells, row, strict=True):
            cell.text = change(plain(text))
            if number == 0:
                for run in cell.paragraphs[0].runs:
                    run.bold = run.font.cs_bold = True


def _shares(rows: list[list[str]]) -> list[float]:
    """The share of a table's width each column gets, by its longest text; numbers stay on one line."""
    weights = [max(6, min(60, max(len(row[column]) for row in rows))) ** 0.6 for column in range(len(rows[0]))]
    return [weight / sum(weights) for weight in weights]


def _libreoffice(blocks: list[Block], keys: Keys) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "document.docx").write_bytes(_docx(blocks, keys))
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
             "--outdir", folder, f"{folder}/document.docx"],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return Path(folder, "document.pdf").read_bytes()


def _xlsx(blocks: list[Block], keys: Keys) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = keys.get("sheet", "Sheet1")
    for block in blocks:
        if block.kind == "page":
            sheet = book.create_sheet(f"Sheet{len(book.sheetnames) + 1}")
        elif block.kind in ("table", "list"):
            for row in block.rows:
                sheet.append([_number(plain(cell)) for cell in row])
        else:
            sheet.append([plain(block.text)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _number(cell: str) -> str | float:
    return float(cell.replace(",", "")) if re.fullmatch(r"[\d,]+\.\d\d", cell) else cell


# --- fpdf: text placed word by word, so that a broken SARA AM stays within its line -----------------------------------


class _Sheet(FPDF):
    """A PDF whose lines are broken at Thai words before the text layer is spoilt."""

    change: Callable[[str], str]

    def lines(self, text: str, width: float) -> list[str]:
        from pythainlp.tokenize import word_tokenize

        done, line = [], ""
        for word in word_tokenize(text, engine="newmm", keep_whitespace=True):
            if line and self.get_string_width(line + word) > width:
                done.append(line.strip())
                line = word.lstrip()
            else:
                line += word
        return [*done, line.strip()]

    def put(self, text: str, *, align: str = "L") -> None:
        for line in self.lines(text, self.epw - 2):
            self.cell(self.epw, 7, self.change(line), align=align, new_x="LMARGIN", new_y="NEXT")

    def grid(self, rows: list[list[str]]) -> None:
        widths = [self.epw * share for share in _shares(rows)]
        for row in rows:
            cells = [self.lines(text, width - 3) for text, width in zip(row, widths, strict=True)]
            height = 6 * max(len(cell) for cell in cells)
            if self.get_y() + height > self.page_break_trigger:
                self.add_page()
            left, top = self.l_margin, self.get_y()
            for cell, width in zip(cells, widths, strict=True):
                self.rect(left, top, width, height)
                for number, line in enumerate(cell):
                    self.set_xy(left, top + 6 * number)
                    self.cell(width, 6, self.change(line))
                left += width
            self.set_xy(self.l_margin, top + height)


def _fpdf(blocks: list[Block], keys: Keys) -> bytes:
    sheet = _Sheet(orientation="L" if keys.get("landscape") else "P", format="A4")
    sheet.change = spoil(keys.get("family", ""))
    sheet.set_title(keys.get("title", ""))
    sheet.set_creator(keys.get("creator", "Microsoft® Word 2010"))
    garuda = TLWG / "Garuda.ttf"  # it has the private-use glyphs that family P writes
    face = garuda if keys.get("family") == "P" else _font_file("Sarabun-Regular.ttf", garuda.name)
    sheet.add_font("thai", fname=str(face))
    sheet.set_font("thai", size=keys.get("size", 12))
    sheet.add_page()
    for block in blocks:
        if block.kind == "table":
            sheet.grid([[plain(cell) for cell in row] for row in block.rows])
            sheet.ln(3)
        elif block.kind == "list":
            for row in block.rows:
                sheet.put("- " + plain(row[0]))
        elif block.kind == "page":
            sheet.add_page()
        else:
            centred = block.kind == "centre" or block.level == 1
            sheet.put(plain(block.text), align="C" if centred else "L")
    data = bytes(sheet.output())
    return _mislabelled(data, LAYERS[keys["layer"]]) if "layer" in keys else data


LAYERS = {
    "A": {"0E33": "00200E32"},
    "B": {"0E32": "0E33", "0E33": "00200E33"},
    "N": {"0E33": "0E4D0E32"},
}
"""Defects of text layers alone: what the fonts' ToUnicode tables say in place of a character."""


def _mislabelled(data: bytes, wrong: dict[str, str]) -> bytes:
    """The PDF with glyphs that copy as other characters than they show: right on the page, wrong in its text layer."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        table = font.get_object()["/ToUnicode"].get_object()
        lines = table.get_data().decode()
        table.set_data(
            re.sub(
                r"(?<=> <)[0-9A-F]{4}(?=>$)", lambda found: wrong.get(found[0], found[0]), lines, flags=re.M
            ).encode()
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def spoil(name: str) -> Callable[[str], str]:
    """A defect of a writer, as a change of text: A (Word 2007: SARA AM is space + SARA AA), B, N, P, Z.

    P writes low tone marks and marks of tall consonants as the private-use glyphs of Windows fonts (F700-F71A), Z puts
    zero-width spaces into words.
    """
    if name == "A":
        return lambda text: re.sub("([ก-ฮ][\u0e48-\u0e4b]?)\u0e33", "\\1 \u0e32", text)
    if name == "B":
        return lambda text: (
            text.replace("\u0e33", " \u0e01\u0e00").replace("\u0e32", "\u0e33").replace("\u0e01\u0e00", "\u0e33")
        )
    if name == "N":
        return lambda text: re.sub("([\u0e48-\u0e4b]?)\u0e33", "\u0e4d\\1\u0e32", text)
    if name == "P":
        return _private_use
    if name == "Z":
        return lambda text: re.sub("(?<=[ะาๆ์])(?=[ก-ฮเแโใไ])", "\u200b", text)
    return lambda text: text


def _private_use(text: str) -> str:
    tall = dict(zip("\u0e31\u0e34\u0e35\u0e36\u0e37", "\uf710\uf701\uf702\uf703\uf704", strict=True))
    low = dict(zip("\u0e48\u0e49\u0e4a\u0e4b\u0e4c", "\uf70a\uf70b\uf70c\uf70d\uf70e", strict=True))
    text = re.sub("(?<=[ปฝฟ])[\u0e31\u0e34-\u0e37]", lambda mark: tall[mark[0]], text)
    return re.sub("(?<=[ก-ฮ])[\u0e48-\u0e4c](?!\u0e33)", lambda mark: low[mark[0]], text)


# --- scanners and cameras ---------------------------------------------------------------------------------------------


def _rendered(blocks: list[Block], keys: Keys, dpi: int) -> list[Image.Image]:
    pdf = pypdfium2.PdfDocument(_weasyprint(blocks, keys))
    return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in pdf]


def _scan(blocks: list[Block], keys: Keys) -> bytes:
    """Grey, a little turned and noisy, as a flat-bed scanner gives it: a PDF without a text layer."""
    pages = []
    for image in _rendered(blocks, keys, keys.get("dpi", 130)):
        grey = image.convert("L").rotate(keys.get("turn", 0.6), fillcolor=250, resample=Image.Resampling.BICUBIC)
        noisy = ImageChops.add(grey, Image.effect_noise(grey.size, 10), offset=-128)
        pages.append(noisy.filter(ImageFilter.GaussianBlur(0.4)))
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=keys.get("dpi", 130), quality=28)
    return out.getvalue()


def _jpg(blocks: list[Block], keys: Keys) -> bytes:
    image = _rendered(blocks, keys, keys.get("dpi", 110))[0]
    box = Image.eval(image.convert("L"), lambda level: 255 - level).getbbox() or (0, 0, *image.size)
    image = image.crop((max(0, box[0] - 30), max(0, box[1] - 30), min(image.width, box[2] + 30), box[3] + 30))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=keys.get("quality", 55), optimize=True)
    return out.getvalue()


def _png(blocks: list[Block], keys: Keys) -> bytes:
    image = Image.open(io.BytesIO(_jpg(blocks, {**keys, "quality": 95}))).convert("L").quantize(16)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _portrait(dice: random.Random) -> Image.Image:
    image = Image.new("RGB", (150, 180), tuple(dice.randint(150, 215) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    skin, shirt = (222 - dice.randint(0, 40), 176, 140), tuple(dice.randint(30, 240) for _ in range(3))
    draw.ellipse((15, 120, 135, 260), fill=shirt)
    draw.rectangle((62, 100, 88, 132), fill=skin)
    draw.ellipse((45, 35, 105, 115), fill=skin)
    draw.pieslice((42, 25, 108, 105), 180, 360, fill=(30, 25, 25))
    for left in (60, 84):
        draw.ellipse((left, 70, left + 6, 76), fill=(20, 20, 20))
    draw.arc((62, 80, 88, 98), 20, 160, fill=(120, 40, 40), width=2)
    return image


def _emblem(dice: random.Random) -> Image.Image:
    image = Image.new("RGB", (90, 90), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((3, 3, 87, 87), fill=tuple(dice.randint(0, 140) for _ in range(3)), outline=(200, 170, 40), width=5)
    draw.polygon([(45, 15), (70, 62), (20, 62)], fill=(235, 215, 120))
    return image


def _photo(dice: random.Random, caption: str) -> Image.Image:
    image = Image.new("RGB", (640, 400), (205, 215, dice.randint(190, 235)))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 300, 640, 400), fill=(150, 120, 90))
    banner = tuple(dice.randint(20, 140) for _ in range(3))
    draw.rectangle((90, 40, 550, 120), fill=banner)
    font = ImageFont.truetype(str(TLWG / "Loma-Bold.ttf"), 26)
    draw.text((320, 80), caption, font=font, fill="white", anchor="mm")
    for row, top in ((5, 190), (7, 250)):
        for number in range(row):
            left = 60 + number * 540 // row + dice.randint(-8, 8)
            draw.ellipse((left, top, left + 34, top + 40), fill=(225 - dice.randint(0, 30), 180, 145))
            draw.ellipse(
                (left - 18, top + 40, left + 52, top + 170), fill=tuple(dice.randint(60, 230) for _ in range(3))
            )
    return image


def _corrupt(blocks: list[Block], keys: Keys) -> bytes:
    """A PDF broken off in the upload: its head is there, its cross-reference table and most objects are not."""
    return _weasyprint(blocks, keys)[:900]


def _encrypted(blocks: list[Block], keys: Keys) -> bytes:
    """A PDF that opens only with a password, as exported from a document management system by mistake."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_weasyprint(blocks, keys))))
    writer.encrypt(user_password=keys.get("password", "staff-only"), algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


_PRODUCERS: dict[str, Callable[[list[Block], Keys], bytes]] = {
    "weasyprint": _weasyprint,
    "chromium": _chromium,
    "docx": _docx,
    "libreoffice": _libreoffice,
    "xlsx": _xlsx,
    "fpdf": _fpdf,
    "scan": _scan,
    "jpg": _jpg,
    "png": _png,
    "zero": lambda blocks, keys: b"",
    "corrupt": _corrupt,
    "encrypted": _encrypted,
}
