#!/usr/bin/env python3
"""Reads made-up annual reports of many habits with `nhipcau read annual`.

usage: test_annual.py BIN_DIR [--write]
Each tests/data/annual/NAME.txt must be read as NAME.json says (--write makes
those anew, to be looked at before they are kept). No word may be lost but the
numbers and letters in front of items. Then the same in other clothes: CRLF,
decomposed letters, UTF-16; and a Word document with numbers of its own, a
letterhead and a foot in tables, made here.
"""
import collections
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

import docx
import docx.enum.text
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "annual"


def read(binary, path):
    answer = subprocess.run([binary, "read", "annual", path, "--json"],
                            capture_output=True)
    if answer.returncode != 0:
        raise SystemExit("%s: %s" % (path, answer.stderr.decode()))
    return json.loads(answer.stdout)


def all_sections(sections):
    for section in sections:
        yield section
        yield from all_sections(section["sections"])


def texts_of(report):
    for key in ("title", "lead", "closing", "signature", "recipients"):
        yield from report[key]
    yield report["recipients_heading"]
    for section in all_sections(report["sections"]):
        yield section["heading"]
        yield from section["paragraphs"]
        yield from (item["text"] for item in section["items"])
    yield from (unread["text"] for unread in report["unread"])
    for part in report.get("unions", []):
        yield part["name"]
        yield from texts_of(part)


def words_of(texts):
    return collections.Counter(
        word for text in texts
        for word in re.findall(r"\w+", unicodedata.normalize("NFC", text)))


def lost_words(report, text):
    """What the answer has not, but numbers and letters in front of lines."""
    lost = words_of([text]) - words_of(texts_of(report))
    marks = words_of(re.findall(
        r"^\s*\(?((?:[0-9]{1,2}|[IVX]+|[A-Za-zđ])(?:\. ?[0-9a-z]{1,2})*)[.)/ -]",
        text, re.M))
    return lost - marks


def check(name, have, want):
    if have == want:
        return []
    lines = [json.dumps(x, ensure_ascii=False, indent=1).splitlines()
             for x in (want, have)]
    different = [(a, b) for a, b in zip(*lines) if a != b]
    return ["%s: differs, first at %s" % (name, different[:1] or "its end")]


def check_texts(binary, write):
    wrong = []
    paths = sorted(DATA.glob("*.txt"))
    if len(paths) < 10:
        wrong.append("only %d reports in %s" % (len(paths), DATA))
    for path in paths:
        report = read(binary, path)
        expected = path.with_suffix(".json")
        if write:
            expected.write_text(json.dumps(
                report, ensure_ascii=False, indent=1) + "\n")
        wrong += check(path.name, report, json.loads(expected.read_text()))
        lost = lost_words(report, path.read_text())
        if lost:
            wrong.append("%s: lost %s" % (path.name, dict(lost)))
        wrong += check_clothes(binary, path, report)
    return wrong


def check_clothes(binary, path, report):
    text = path.read_text()
    clothes = {
        "crlf": text.replace("\n", "\r\n").encode(),
        "nfd": unicodedata.normalize("NFD", text).encode(),
        "mark": text.encode("utf-8-sig"),
        "utf-16": text.encode("utf-16"),
    }
    wrong = []
    for name, content in clothes.items():
        with tempfile.NamedTemporaryFile(suffix=".txt") as file:
            file.write(content)
            file.flush()
            wrong += check("%s as %s" % (path.name, name),
                           read(binary, file.name), report)
    return wrong


def add_numbering(document, formats):
    """A list of Word's own; returns its number."""
    part = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "90")
    for level, (form, text) in enumerate(formats):
        node = OxmlElement("w:lvl")
        node.set(qn("w:ilvl"), str(level))
        for tag, value in (("w:start", "1"), ("w:numFmt", form),
                           ("w:lvlText", text)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            node.append(child)
        abstract.append(node)
    part.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "90")
    child = OxmlElement("w:abstractNumId")
    child.set(qn("w:val"), "90")
    number.append(child)
    part.append(number)


def numbered(document, level, text):
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    number = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", str(level)), ("w:numId", "90")):
        child = OxmlElement(tag)
        child.set(qn("w:val"), value)
        number.append(child)
    properties.append(number)


def two_columns(document, left, right):
    table = document.add_table(rows=1, cols=2)
    for cell, texts in zip(table.rows[0].cells, (left, right)):
        cell.paragraphs[0].text = texts[0]
        for text in texts[1:]:
            cell.add_paragraph(text)


def saved(document):
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def make_docx():
    document = docx.Document()
    two_columns(document,
                ["UBND TỈNH VÍ DỤ", "LIÊN HIỆP HỮU NGHỊ", "Số: 07/BC-LHHN"],
                ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                 "Ví Dụ, ngày 12 tháng 12 năm 2024"])
    document.add_paragraph("BÁO CÁO")
    document.add_paragraph("Công tác năm 2024")
    add_numbering(document, [("upperRoman", "%1."), ("decimal", "%2."),
                             ("decimal", "%2.%3."), ("bullet", "-")])
    numbered(document, 0, "Kết quả hoạt động")
    numbered(document, 1, "Công tác hữu nghị")
    numbered(document, 2, "Hoạt động thường niên")
    numbered(document, 3, "Gặp mặt đầu xuân.")
    numbered(document, 3, "Dâng hương ngày giỗ Tổ.")
    numbered(document, 2, "Hoạt động năm chẵn")
    document.add_paragraph("Không có.")
    numbered(document, 1, "Công tác phi chính phủ nước ngoài")
    numbered(document, 3, "Tiếp nhận 02 dự án.")
    numbered(document, 0, "Phương hướng năm 2025")
    numbered(document, 1, "Giữ vững các mối quan hệ hiện có;")
    numbered(document, 1, "Mở rộng các mối quan hệ mới.")
    document.add_paragraph("Trên đây là báo cáo của Liên hiệp./.")
    two_columns(document, ["Nơi nhận:", "- Như trên;", "- Lưu: VT."],
                ["TM. BAN CHẤP HÀNH", "CHỦ TỊCH"])
    return saved(document)


def shape_of(sections):
    return [(s["number"], s["heading"], s["area"], s["part"],
             len(s["paragraphs"]),
             [(i["level"], i["text"]) for i in s["items"]],
             shape_of(s["sections"])) for s in sections]


DOCX_SHAPE = [
    ("I", "Kết quả hoạt động", "general", "results", 0, [], [
        ("I.1", "Công tác hữu nghị", "friendship", "results", 0, [], [
            ("I.1.1", "Hoạt động thường niên", "friendship", "results", 0,
             [(1, "Gặp mặt đầu xuân."), (1, "Dâng hương ngày giỗ Tổ.")], []),
            ("I.1.2", "Hoạt động năm chẵn", "friendship", "results", 1, [],
             [])]),
        ("I.2", "Công tác phi chính phủ nước ngoài", "ngo", "results", 0,
         [(1, "Tiếp nhận 02 dự án.")], [])]),
    ("II", "Phương hướng năm 2025", "general", "directions", 0,
     [(1, "Giữ vững các mối quan hệ hiện có;"),
      (1, "Mở rộng các mối quan hệ mới.")], [])]


def make_styled():
    """Headings by style alone, the title too, and bullets by style."""
    document = docx.Document()
    document.add_heading("BÁO CÁO", 1)
    document.add_paragraph("Tổng kết năm 2022")
    for level, heading, item in (
            (1, "Kết quả", None), (2, "Công tác thông tin", "Bốn bản tin"),
            (3, "Trên mạng", "Mười bài"), (2, "Công tác khác", "Hai việc"),
            (1, "Phương hướng", "Giữ vững")):
        document.add_heading(heading, level)
        if item is not None:
            document.add_paragraph(item, style="List Bullet")
    return saved(document)


STYLED_SHAPE = [
    ("", "Kết quả", "general", "results", 0, [], [
        ("", "Công tác thông tin", "information", "results", 0,
         [(1, "Bốn bản tin")], [
             ("", "Trên mạng", "information", "results", 0,
              [(1, "Mười bài")], [])]),
        ("", "Công tác khác", "general", "results", 0, [(1, "Hai việc")],
         [])]),
    ("", "Phương hướng", "general", "directions", 0, [(1, "Giữ vững")], [])]


def read_docx(binary, content):
    with tempfile.NamedTemporaryFile(suffix=".docx") as file:
        file.write(content)
        file.flush()
        return read(binary, file.name)


def check_styled(binary):
    report = read_docx(binary, make_styled())
    wrong = check("styled", shape_of(report["sections"]), STYLED_SHAPE)
    return wrong + check("styled title", report["title"],
                         ["BÁO CÁO", "Tổng kết năm 2022"])


def in_bold(document, text, centred=False):
    paragraph = document.add_paragraph()
    paragraph.add_run(text).bold = True
    if centred:
        paragraph.alignment = docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER


def make_bold(number="", bold_title=False):
    """Headings in bold, and numbers that Word counts below them."""
    document = docx.Document()
    for text in ("BÁO CÁO", "Tổng kết năm 2025"):
        in_bold(document, text, bold_title)
    if not bold_title:
        document.add_paragraph("Thực hiện chương trình năm, đơn vị báo cáo.")
    in_bold(document, number + "Tình hình chung")
    document.add_paragraph("Năm qua có nhiều việc.")
    in_bold(document, "Hoạt động hữu nghị")
    for text in ("Đón bốn đoàn khách", "Tổ chức hai cuộc gặp mặt"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Con của mục hai", style="List Bullet 2")
    partly = document.add_paragraph("Có chữ ")
    partly.add_run("đậm").bold = True
    hidden = partly.add_run(" và chữ ẩn")
    hidden.font.hidden = True
    in_bold(document, "Phương hướng năm 2026")
    document.add_paragraph("Tiếp tục công việc.", style="List Bullet")
    return saved(document)


BOLD_SHAPE = [
    ("", "Tình hình chung", "general", "context", 1, [], []),
    ("", "Hoạt động hữu nghị", "friendship", "", 1,
     [(1, "Đón bốn đoàn khách"), (1, "Tổ chức hai cuộc gặp mặt"),
      (2, "Con của mục hai")], []),
    ("", "Phương hướng năm 2026", "general", "directions", 0,
     [(1, "Tiếp tục công việc.")], [])]


def check_bold(binary):
    wrong = []
    for bold_title in (False, True):
        report = read_docx(binary, make_bold(bold_title=bold_title))
        wrong += check("bold", shape_of(report["sections"]), BOLD_SHAPE)
        wrong += check("bold title", report["title"],
                       ["BÁO CÁO", "Tổng kết năm 2025"])
        wrong += check("hidden", report["sections"][1]["paragraphs"],
                       ["Có chữ đậm"])
    # Where headings have numbers, bold lines are paragraphs.
    report = read_docx(binary, make_bold("I. "))
    return wrong + check("numbers before bold", [
        s["heading"] for s in report["sections"]], ["Tình hình chung"])


def check_table_apart(binary):
    """A paragraph does not go on in a table, however its words begin."""
    document = docx.Document()
    for text in ("BÁO CÁO", "Kết quả năm 2025", "I. KẾT QUẢ",
                 "Đã đón khách"):
        document.add_paragraph(text)
    document.add_table(1, 1).cell(0, 0).text = "ngoài bảng"
    document.add_paragraph("và còn nữa")
    report = read_docx(binary, saved(document))
    return check("table apart", report["sections"][0]["paragraphs"],
                 ["Đã đón khách", "ngoài bảng", "và còn nữa"])


def check_docx(binary):
    report = read_docx(binary, make_docx())
    wrong = check("docx", shape_of(report["sections"]),
                  DOCX_SHAPE)
    wrong += check("docx title", report["title"], [
        "UBND TỈNH VÍ DỤ", "LIÊN HIỆP HỮU NGHỊ", "Số: 07/BC-LHHN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Ví Dụ, ngày 12 tháng 12 năm 2024", "BÁO CÁO", "Công tác năm 2024"])
    wrong += check("docx end", [report["closing"], report["signature"],
                                report["recipients_heading"],
                                report["recipients"], report["unread"]],
                   [["Trên đây là báo cáo của Liên hiệp./."],
                    ["TM. BAN CHẤP HÀNH", "CHỦ TỊCH"], "Nơi nhận:",
                    ["Như trên;", "Lưu: VT."], []])
    return wrong + check("docx year", report["year"], 2024)


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    binary = pathlib.Path(sys.argv[1]) / "nhipcau"
    wrong = check_texts(binary, "--write" in sys.argv)
    wrong += check_docx(binary) + check_table_apart(binary)
    wrong += check_styled(binary) + check_bold(binary)
    print("\n".join(wrong) if wrong else "all reports are read as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
