#!/usr/bin/python3
"""Reports on their whole way: imported, edited, imported anew, synced and
printed again, and no word is lost or moved.

usage: test_annual_report.py BIN_DIR
"""
import collections
import difflib
import os
import pathlib
import re
import sys
import unicodedata
import unittest

import docx

import harness
import test_annual as reading

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "annual"
MARKS = "\u0300\u0309\u0303\u0301\u0323"

REPORT = """\
LIÊN HIỆP CÁC TỔ CHỨC HỮU NGHỊ
Số: 21/BC-LHHN          Ví Dụ, ngày 10 tháng 12 năm 2023
BÁO CÁO
Kết quả công tác năm 2023
Kính gửi: Ủy ban nhân dân tỉnh Ví Dụ
I. Tình hình chung
Trong năm có nhiều đoàn khách đến thăm tỉnh.
II. Kết quả công tác
1. Hoạt động đoàn ra, đoàn vào
- Cử hai đoàn đi thăm các tỉnh bạn của Lào.
- Đón năm đoàn khách của Nhật Bản đến làm việc:
+ Ba đoàn về giáo dục;
+ Hai đoàn về y tế.
2. Công tác thông tin đối ngoại
a) Xuất bản bốn số bản tin.
b) Đăng chín mươi bài trên trang tin.
III. Phương hướng
Tiếp tục mở rộng quan hệ với các đối tác mới.
Trên đây là báo cáo kết quả công tác năm 2023./.
Nơi nhận:
- Như trên;
- Lưu: VT.
TM. BAN CHẤP HÀNH
CHỦ TỊCH
"""


def words(text):
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def parted(report):
    """The lines above the title, and the rest."""
    head, title, rest = report.partition("BÁO CÁO")
    return (head, title + rest) if title else ("", report)


def changes(before, after):
    """What is not the same in two runs of words."""
    match = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [(kind, " ".join(before[a:b]), " ".join(after[c:d]))
            for kind, a, b, c, d in match.get_opcodes() if kind != "equal"]


def windows_1258(text):
    out = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", letter)
            base = unicodedata.normalize(
                "NFC", "".join(c for c in apart if c not in MARKS))
            out += (base + "".join(c for c in apart
                                   if c in MARKS)).encode("cp1258")
    return bytes(out)


# The codes of small letters, from the standard's table.
TCVN3 = {letter: 0xa1 + place for place, letter in enumerate(
    "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọ"
    "ồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ") if letter != " "}


def tcvn3(text):
    """Capitals with tones have no codes: they come back as small letters."""
    return bytes(TCVN3[c] if c in TCVN3 else ord(c)
                 for c in unicodedata.normalize("NFC", text))


class ReportCase(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("vi-du", "ban-be")
        self.addCleanup(self.cluster.end)
        self.client = self.cluster.client("vi-du")

    def file(self, content, name="bao-cao.txt"):
        path = self.cluster.folder(name)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str)
                       else content)
        return path

    def take(self, content, *options, name="bao-cao.txt", client=None):
        return (client or self.client).json(
            "import", "annual", self.file(content, name), *options)

    def counts(self, *arguments, **named):
        said = self.take(*arguments, **named)
        return tuple(said[word] for word in
                     ("added", "changed", "removed", "kept", "same"))

    def text(self, *options, year=2023, program=None):
        return (program or self.client).must(
            "report", "annual", "--year", str(year), *options).out

    def parts(self, *filters, client=None):
        return [(part["id"], part["fields"]) for part in
                (client or self.client).json("list", "report-part", *filters)]

    def part(self, begins):
        for part, fields in self.parts():
            if fields.get("text", "").startswith(begins):
                return part
        raise AssertionError("no part " + begins)

    def docx_again(self, content, year=2023):
        """What the reader makes of the report printed as Word."""
        path = self.cluster.folder("in.docx")
        self.client.must("report", "annual", "--year", str(year), "-o", path)
        return self.client.json("read", "annual", path)


class Printing(ReportCase):
    def test_a_file_s_ending_says_its_form(self):
        self.take(REPORT)
        words = ("report", "annual", "--year", "2023")
        text = self.text()
        for name, form in (("a.TXT", "text"), ("a.md", "md"),
                           ("a.html", "html"), ("a.Docx", "docx"),
                           ("a.json", "json")):
            named, told = self.cluster.folder(name), self.cluster.folder("x")
            self.client.must(*words, "-o", named)
            self.client.must(*words, "--format", form, "-o", told)
            with open(named, "rb") as one, open(told, "rb") as other:
                self.assertEqual(one.read(), other.read(), name)
        for name in ("a.pdf", "a.doc", "a.docx.bak", "a.", "a.txt "):
            path = self.cluster.folder(name)
            result = self.client.run(*words, "-o", path)
            self.assertEqual(result.code, 2, str(result))
            self.assertIn(".txt, .md, .html, .docx or .json", result.err)
            self.assertFalse(os.path.exists(path))
        # No ending is text, in a folder of any name; --format is obeyed.
        os.mkdir(self.cluster.folder("in.2023"))
        for name, more in (("in.2023/bao-cao", ()),
                           ("a.pdf", ("--format", "text"))):
            path = self.cluster.folder(name)
            self.client.must(*words, "-o", path, *more)
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read(), text)

    def test_a_report_is_printed_word_for_word(self):
        said = self.take(REPORT)
        self.assertEqual((said["kind"], said["year"]), ("annual", 2023))
        self.assertEqual(said["unread"], [])
        self.assertEqual(changes(words(REPORT), words(self.text())), [])

    def test_every_habit(self):
        for at, path in enumerate(sorted(DATA.glob("*.txt"))):
            if path.with_suffix(".json").read_text().find('"unions"') >= 0:
                continue  # several unions' reports: none is this one's
            with self.subTest(path.name):
                self.habit(path, 1950 + at)

    def habit(self, path, year):
        source = path.read_text()
        options = ("--kind", "annual", "--year", str(year))
        said = self.take(source, *options)
        printed = self.text(year=year)
        unread = sorted(w for u in said["unread"] for w in words(u["text"]))
        (head, rest), (printed_head, printed_rest) = (
            parted(source), parted(printed))
        lost = changes(words(rest), words(printed_rest))
        self.assertEqual({kind for kind, _, _ in lost} - {"delete"}, set())
        # A letterhead's columns stand one after the other.
        before = collections.Counter(words(head))
        after = collections.Counter(words(printed_head))
        self.assertEqual(after - before, collections.Counter())
        self.assertEqual(sorted([w for _, gone, _ in lost
                                 for w in gone.split()] +
                                list((before - after).elements())), unread)
        kept = self.parts("year=%d" % year, "section=unread")
        self.assertEqual(sorted(f["text"] for _, f in kept),
                         sorted(u["text"] for u in said["unread"]))
        # the same file again
        self.assertEqual(self.counts(source, *options)[:4], (0, 0, 0, 0))
        # and what was printed, but that a heading over an empty bullet has
        # nothing below it there
        if path.name != "gaps.txt":
            self.assertEqual(self.take(printed, *options)["steps"], [])
        # what was printed is read as what was printed
        again = self.client.json("read", "annual", self.file(printed))
        self.assertEqual(
            sorted(words(printed)),
            sorted(words(" ".join(self.read_words(again)))))
        # who signs beside the recipients stands below them there
        again = self.word_again(year)
        signature = {"TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH"}
        self.assertEqual(
            {step["text"] for step in again} -
            (signature if path.name == "letters.txt" else set()), set())
        # and the Word document too, but for its letterhead
        again = self.docx_again(source, year)
        missing = (reading.words_of([printed]) -
                   reading.words_of(self.read_words(again)))
        self.assertEqual(dict(missing), {})

    def read_words(self, report):
        """All that the reader has, numbers too."""
        yield from reading.texts_of(report)
        for section in reading.all_sections(report["sections"]):
            yield section["label"]
            for item in section["items"]:
                yield item.get("label", "")

    def test_reprint_is_imported_as_it_was(self):
        """Tabs, and what was not understood, too."""
        table = "Bảng 1: Thống kê\nQuý I\t5\t12\nQuý II\t7\t\t20\n"
        source = REPORT.replace("2. Công tác", table + "- 2 -\n2. Công tác")
        self.assertEqual(len(self.take(source)["unread"]), 1)
        self.assertEqual(self.counts(self.text())[:4], (0, 0, 0, 0))
        self.assertEqual(len(self.parts("section=unread")), 1)
        self.assertIn("Quý I\t5\t12", [f.get("text") for _, f in self.parts()])
        # A file that has such lines itself says which there are.
        self.assertEqual(self.counts(source.replace("- 2 -", "- 3 -"))[:4],
                         (0, 1, 0, 0))

    def test_word_keeps_every_part(self):
        self.take(REPORT)
        again = self.docx_again(REPORT)
        before = self.client.json("read", "annual", self.file(REPORT))
        for key in ("closing", "signature", "recipients_heading",
                    "recipients", "year"):
            self.assertEqual(again[key], before[key], key)
        self.assertEqual(reading.shape_of(again["sections"]),
                         reading.shape_of(before["sections"]))
        self.assertEqual(again["title"][-2:], before["title"][-2:])

    def test_word_documents(self):
        for name, content in (("numbered", reading.make_docx()),
                              ("styled", reading.make_styled()),
                              ("bold", reading.make_bold())):
            with self.subTest(name):
                said = self.take(content, name=name + ".docx")
                year = said["year"]
                printed = self.text(year=year)
                missing = (reading.words_of(reading.texts_of(
                    self.client.json("read", "annual", self.cluster.folder(
                        name + ".docx")))) - reading.words_of([printed]))
                self.assertEqual(dict(missing), {})
                self.assertEqual(
                    self.counts(content, name=name + ".docx")[:4],
                    (0, 0, 0, 0))
                # Headings without numbers, too, and blanks not filled in.
                self.assertEqual(self.word_again(year), [])

    def word_again(self, year, change=lambda document: None):
        """What importing the report as printed in Word would do."""
        path = self.cluster.folder("again.docx")
        self.client.must("report", "annual", "--year", str(year), "-o", path)
        document = docx.Document(path)
        change(document)
        document.save(path)
        return self.client.json("import", "annual", path, "--year", str(year),
                                "--kind", "annual", "--dry-run")["steps"]

    def test_blanks_that_were_filled_in_are_read(self):
        said = self.take(reading.make_styled(), name="trong.docx")
        self.assertEqual(self.word_again(said["year"]), [])

        def fill_in(document):
            cell = document.tables[0].rows[0].cells[0]
            cell.paragraphs[-1].runs[0].text = "Số: 12/BC-LHHN"

        steps = self.word_again(said["year"], fill_in)
        self.assertIn("Số: 12/BC-LHHN", [step["text"] for step in steps])
        # The foot is blank as it was.
        self.assertNotIn("Nơi nhận:", [step["text"] for step in steps])

    def test_markdown_and_html_hold_the_words(self):
        self.take(REPORT)
        for form in ("md", "html"):
            shown = self.text("--format", form)
            shown = re.sub(r"<!--.*?-->|<style>.*?</style>|<[^>]*>", " ",
                           shown, flags=re.S)
            lost = reading.words_of([REPORT]) - reading.words_of([shown])
            self.assertEqual(dict(lost), {}, form)

    def test_json_names_records_and_sources(self):
        self.take(REPORT)
        report = self.client.json("report", "annual", "--year", "2023")
        known = {part: fields for part, fields in self.parts()}
        self.assertEqual((report["kind"], report["union"]),
                         ("annual", "vi-du"))
        sections = list(reading.all_sections(report["sections"]))
        self.assertEqual([s["number"] for s in sections],
                         ["I", "II", "II.1", "II.2", "III"])
        self.assertEqual([s["label"] for s in sections],
                         ["I.", "II.", "1.", "2.", "III."])
        for section in sections:
            self.assertEqual(known[section["id"]]["heading"],
                             section["heading"])
            for item in section["items"]:
                self.assertEqual(known[item["id"]]["text"], item["text"])
                self.assertEqual(item["source"]["union"], "vi-du")
                self.assertGreater(item["source"]["sequence"], 0)
            for text, source in zip(section["paragraphs"],
                                    section["paragraph_sources"]):
                self.assertEqual(known[source["id"]]["text"], text)
        levels = [(i["level"], i.get("label")) for i in sections[2]["items"] +
                  sections[3]["items"]]
        self.assertEqual(levels, [(1, None), (1, None), (2, None), (2, None),
                                  (1, "a)"), (1, "b)")])
        self.assertEqual(report["recipients"], ["Như trên;", "Lưu: VT."])

    def test_an_empty_year_is_said(self):
        said = self.client.must("report", "annual", "--year", "2030")
        self.assertIn("2030", said.err)
        said = self.client.must("report", "annual", "--year", "2030",
                                "--kind", "half-year", "--json")
        self.assertEqual(said.json()["sections"], [])

    def test_half_year_stands_apart(self):
        half = REPORT.replace("Kết quả công tác năm 2023",
                              "Công tác 6 tháng đầu năm 2023", 1)
        self.take(REPORT)
        before = self.text()
        self.assertEqual(self.take(half)["kind"], "half-year")
        self.assertEqual(self.text(), before)
        printed = self.text("--kind", "half-year")
        self.assertEqual(changes(words(half), words(printed)), [])
        kinds = sorted(d["fields"]["kind"]
                       for d in self.client.json("list", "document"))
        self.assertEqual(kinds, ["annual", "half-year"])

    def test_kinds_that_are_none_are_refused(self):
        for words_ in (("import", "annual", self.file(REPORT)),
                       ("report", "annual", "--year", "2023")):
            said = self.client.run(*words_, "--kind", "monthly")
            self.assertEqual(said.code, 2)
            self.assertIn("monthly", said.err)


class Importing(ReportCase):
    def setUp(self):
        super().setUp()
        self.take(REPORT)

    def test_the_paper_itself(self):
        paper, = self.client.json("list", "document")
        fields = paper["fields"]
        self.assertEqual(fields["title"], "Kết quả công tác năm 2023")
        self.assertEqual(fields["symbol"], "21/BC-LHHN")
        self.assertEqual((fields["place"], fields["date"]),
                         ("Ví Dụ", "2023-12-10"))
        self.assertEqual(fields["recipients"], ["Như trên;", "Lưu: VT."])
        self.assertEqual(fields["signer_title"],
                         ["TM. BAN CHẤP HÀNH", "CHỦ TỊCH"])
        self.assertEqual(fields["status"], "draft")

    def test_same_in_other_clothes(self):
        for name, content in (
                ("crlf", REPORT.replace("\n", "\r\n").encode()),
                ("nfd", unicodedata.normalize("NFD", REPORT).encode()),
                ("bom", REPORT.encode("utf-8-sig")),
                ("utf-16", REPORT.encode("utf-16")),
                ("windows-1258", windows_1258(REPORT))):
            with self.subTest(name):
                self.assertEqual(self.counts(content)[:4], (0, 0, 0, 0))

    def test_a_changed_line_changes_its_record(self):
        part = self.part("Cử hai đoàn")
        changed = REPORT.replace("Cử hai đoàn", "Cử ba đoàn")
        self.assertEqual(self.counts(changed)[:4], (0, 1, 0, 0))
        self.assertEqual(self.part("Cử ba đoàn"), part)
        self.assertEqual(changes(words(changed), words(self.text())), [])

    def test_a_persons_words_stay(self):
        part = self.part("Cử hai đoàn")
        self.client.must("edit", part, "text=Cử mười đoàn đi Lào.")
        self.assertEqual(self.counts(REPORT)[:4], (0, 0, 0, 0))
        said = self.take(REPORT.replace("Cử hai đoàn", "Cử ba đoàn"))
        step, = said["steps"]
        self.assertEqual((step["kind"], step["why"], step["id"]),
                         ("keep", "changed", part))
        self.assertIn("Cử mười đoàn đi Lào.", self.text())

    def test_a_persons_deletion_stays(self):
        part = self.part("Ba đoàn về giáo dục")
        self.client.must("rm", part)
        said = self.take(REPORT)
        self.assertEqual([s["why"] for s in said["steps"]], ["deleted"])
        self.assertNotIn("Ba đoàn về giáo dục", self.text())

    def test_what_a_person_filled_in_stays(self):
        part = self.part("Hai đoàn về y tế")
        self.client.must("edit", part, "assessment=result")
        said = self.take(REPORT.replace("+ Hai đoàn về y tế.\n", ""))
        self.assertEqual([s["why"] for s in said["steps"]], ["filled"])
        self.assertIn("Hai đoàn về y tế", self.text())

    def test_what_the_file_lost_goes(self):
        shorter = REPORT.replace("+ Hai đoàn về y tế.\n", "")
        self.assertEqual(self.counts(shorter)[:4], (0, 0, 1, 0))
        self.assertEqual(changes(words(shorter), words(self.text())), [])
        self.assertEqual(self.counts(REPORT)[:4], (1, 0, 0, 0))
        self.assertEqual(changes(words(REPORT), words(self.text())), [])

    def test_a_new_section_moves_the_numbers_alone(self):
        longer = REPORT.replace(
            "2. Công tác thông tin đối ngoại",
            "2. Công tác phi chính phủ nước ngoài\nKhông có dự án mới.\n"
            "3. Công tác thông tin đối ngoại")
        parts = {part for part, _ in self.parts()}
        self.assertEqual(self.counts(longer)[:4], (2, 3, 0, 0))
        self.assertLess(parts, {part for part, _ in self.parts()})
        self.assertEqual(changes(words(longer), words(self.text())), [])

    def test_a_renamed_heading_keeps_its_record(self):
        heading, = [part for part, fields in self.parts()
                    if fields.get("heading") == "Tình hình chung"]
        renamed = REPORT.replace("Tình hình chung", "Tình hình chung của năm")
        self.assertEqual(self.counts(renamed)[:4], (0, 1, 0, 0))
        self.assertIn("Tình hình chung của năm", self.text())
        self.client.must("edit", heading, "heading=Tình hình chung năm qua")
        self.assertIn("I. Tình hình chung năm qua", self.text())
        self.assertEqual(self.counts(renamed)[:4], (0, 0, 0, 0))
        said = self.take(REPORT)
        self.assertEqual([s["why"] for s in said["steps"]], ["changed"])

    def test_a_person_adds_a_paragraph(self):
        after = self.part("Trong năm có nhiều")
        self.client.must("add", "report-part", "year=2023", "kind=annual",
                         "text=Dịch bệnh đã qua.", "--after", after)
        self.assertIn("đến thăm tỉnh.\nDịch bệnh đã qua.\nII", re.sub(
            "\n+", "\n", self.text()))
        added = self.part("Dịch bệnh đã qua.")
        fields = dict(self.parts())[added]
        self.assertEqual((fields["part"], fields["section"], fields["level"]),
                         ("I", "context", 0))
        self.assertEqual(self.counts(REPORT)[:4], (0, 0, 0, 0))
        self.assertIn("Dịch bệnh đã qua.", self.text())

    def test_another_file_takes_nothing_away_unasked(self):
        other = "BÁO CÁO\nCông tác năm 2023\nI. Kết quả\n- Một việc khác.\n"
        path = self.file(other)
        before = self.text()
        said = self.client.run("import", "annual", path)
        self.assertEqual(said.code, 1)
        self.assertIn("--replace", said.err)
        said = self.client.must("import", "annual", path, "--dry-run")
        self.assertIn("--replace", said.err)
        self.assertEqual(self.text(), before)
        self.client.must("import", "annual", path, "--replace")
        self.assertEqual(changes(words(other), words(self.text())), [])

    def test_dry_run_writes_nothing(self):
        changed = REPORT.replace("Cử hai đoàn", "Cử ba đoàn")
        said = self.take(changed, "--dry-run")
        self.assertEqual((said["changed"], said["change_sets"]), (1, 0))
        self.assertIn("Cử hai đoàn", self.text())


class Unread(ReportCase):
    NOISY = REPORT.replace("a) Xuất bản", "- 3 -\na) Xuất bản") + "_____\n"

    def test_what_is_not_understood_is_kept_and_shown(self):
        said = self.take(self.NOISY)
        self.assertEqual([u["why"] for u in said["unread"]],
                         ["page-number", "rule"])
        kept = self.parts("section=unread")
        self.assertEqual([f["text"] for _, f in kept], ["- 3 -", "_____"])
        self.assertNotIn("_____", self.text())
        self.assertEqual(changes(words(REPORT), words(self.text())), [])
        told = self.client.must("import", "annual", self.file(self.NOISY))
        self.assertIn("[page-number]: - 3 -", told.out)
        self.assertIn("section=unread", told.out)

    def test_a_table_is_all_there(self):
        document = docx.Document()
        document.add_paragraph("BÁO CÁO")
        document.add_paragraph("Công tác năm 2023")
        document.add_paragraph("I. Kết quả")
        table = document.add_table(rows=3, cols=3)
        rows = (("STT", "Đoàn", "Nước"), ("1", "Đoàn thanh niên", "Lào"),
                ("2", "Đoàn nhà báo", "Cu Ba"))
        for row, texts in zip(table.rows, rows):
            for cell, text in zip(row.cells, texts):
                cell.text = text
        document.add_paragraph("II. Phương hướng")
        document.add_paragraph("Làm tốt hơn.")
        said = self.take(reading.saved(document), name="bang.docx")
        held = reading.words_of(
            [fields.get(key, "") for _, fields in self.parts()
             for key in ("text", "heading")])
        for row in rows:
            for text in row:
                for word in words(text):
                    self.assertIn(word, held)
        self.assertEqual({u["why"] for u in said["unread"]}, {"table-head"})
        self.assertIn("Đoàn thanh niên; Lào", self.text())


class Legacy(ReportCase):
    # No capitals with marks: they have no codes of their own.
    TEXT = """\
Báo cáo công tác năm 2023
I. Kết quả hoạt động
- Tổ chức bốn buổi gặp mặt hữu nghị nhân ngày lễ.
- Đón tiếp các đoàn khách của nước bạn đến thăm.
II. Phương hướng
Tiếp tục giữ vững những mối quan hệ đã có.
"""

    def test_the_own_part_is_cut_out(self):
        union = "LIÊN HIỆP CÁC TỔ CHỨC HỮU NGHỊ TỈNH %s\n"
        part = "I. Kết quả\n- Đón %d đoàn\n"
        numbered = ("BÁO CÁO TỔNG HỢP NĂM 2023\n1. " + union % "PHÚ THỌ" +
                    part % 3 + "2. " + union % "VÍ DỤ" + part % 5 +
                    "3. " + union % "HÒA BÌNH" + part % 7)
        beneath = (union % "VÍ DỤ" + "BÁO CÁO NĂM 2023\n" + part % 5 +
                   union % "HÒA BÌNH" + part % 7)
        by_itself = numbered[:numbered.index("2. ")].replace("1. ", "")
        foreign = numbered.replace("VÍ DỤ", "LÀO CAI")
        self.cluster.hub.must("union", "add", "vd",
                              "Liên hiệp các tổ chức hữu nghị tỉnh Ví Dụ")
        client = self.cluster.client("vd")
        for content in (numbered, beneath):
            said = client.run("import", "annual", self.file(content),
                              "--json", "--dry-run")
            self.assertEqual(said.code, 0, said)
            self.assertIn("several unions", said.err)
            said = said.json()
            self.assertEqual(said["year"], 2023)
            texts = [step["text"] for step in said["steps"]
                     if step["entity"] == "report-part"]
            self.assertEqual(texts[-2:], ["Kết quả", "Đón 5 đoàn"])
            self.assertFalse({"Đón 3 đoàn", "Đón 7 đoàn"} & set(texts))
        said = client.run("import", "annual", self.file(foreign))
        self.assertEqual(said.code, 1)
        for name in ("Ví Dụ", "PHÚ THỌ", "LÀO CAI", "HÒA BÌNH"):
            self.assertIn(name, said.err)
        # A file that names one place is one union's.
        own = (union.replace(" TỈNH %s", " VIỆT NAM") + by_itself)
        client.must("import", "annual", self.file(own), "--dry-run")

    def test_what_the_hub_prints_is_every_unions_own(self):
        """The consolidated report, text and Word, taken in again."""
        hub = self.cluster.hub
        clients = []
        for code, name in (("vd", "Ví Dụ"), ("bb", "Bạn Bè")):
            hub.must("union", "add", code,
                     "Liên hiệp các tổ chức hữu nghị tỉnh " + name)
            client = self.cluster.client(code)
            client.must("import", "annual", self.file(REPORT.replace(
                "Cử hai đoàn", "Cử hai đoàn của " + name)))
            client.must_sync()
            clients.append(client)
        for name in ("cum.txt", "cum.docx"):
            path = self.cluster.folder(name)
            hub.must("report", "annual", "--year", "2023", "-o", path)
            for client in clients:
                # Title, foot and register stay in the own report alone.
                said = client.json("import", "annual", path, "--dry-run",
                                   "--replace")
                frame = {f.get("text", f.get("heading"))
                         for _, f in self.parts(client=client)
                         if f["section"] in ("title", "closing", "signature",
                                             "recipients")}
                other = [step for step in said["steps"]
                         if step["entity"] == "report-part" and
                         not (step["kind"] == "remove" and
                              step["text"] in frame)]
                self.assertEqual(other, [])
                self.assertGreater(said["same"], 10)

    def test_text_in_tcvn3(self):
        said = self.client.must("import", "annual",
                                self.file(tcvn3(self.TEXT)))
        self.assertEqual(said.err.count("TCVN3"), 1)
        self.assertEqual(changes(words(self.TEXT), words(self.text())), [])
        self.assertEqual(self.counts(self.TEXT)[:4], (0, 0, 0, 0))

    def test_text_in_windows_1258(self):
        said = self.client.must("import", "annual",
                                self.file(windows_1258(self.TEXT)))
        self.assertEqual(said.err.count("Windows-1258"), 1)
        self.assertEqual(changes(words(self.TEXT), words(self.text())), [])

    def test_unicode_is_left_alone(self):
        said = self.client.must("import", "annual", self.file(self.TEXT))
        self.assertNotIn("Unicode", said.err)

    def test_other_bytes_are_refused(self):
        for content in ("Año, señor, niño, corazón".encode("latin-1"),
                        "Où est l'été ? Là-bas, très près, dès l'aube."
                        .encode("latin-1"), bytes(range(128, 256)) * 4):
            said = self.client.run("import", "annual", self.file(content))
            self.assertEqual(said.code, 1)
            self.assertIn("Unicode", said.err)

    def run_in(self, paragraph, text, font):
        """As Word stores it: the bytes as letters of Windows-1252."""
        old = font.startswith(".Vn")
        run = paragraph.add_run(
            tcvn3(text).decode("latin-1") if old else text)
        run.font.name = font

    def test_word_runs_in_old_fonts(self):
        document = docx.Document()
        for line in self.TEXT.splitlines():
            self.run_in(document.add_paragraph(), line, ".VnTime")
        mixed = document.add_paragraph()
        self.run_in(mixed, "Cùng ", ".VnArial")
        self.run_in(mixed, "Hội hữu nghị Việt Nam", "Times New Roman")
        self.run_in(mixed, " sẽ", ".VnTime")
        self.run_in(document.add_paragraph(), "phần kết", ".VnTimeH")
        # what a font has told is not guessed once more
        both = document.add_paragraph()
        self.run_in(both, "Sàng lọc", ".VnTime")
        both.add_run(" " + tcvn3("những việc đã làm xong trong tháng"
                                 ).decode("latin-1"))
        # typed in Unicode, whatever the font's name says
        wrong = document.add_paragraph().add_run("Giữ nguyên chữ này.")
        wrong.font.name = ".VnTime"
        path = self.file(reading.saved(document), "cu.docx")
        said = self.client.must("read", "annual", path, "--json")
        self.assertEqual(said.err.count("TCVN3"), 1)
        found = words(" ".join(reading.texts_of(said.json())))
        for text in (self.TEXT, "PHẦN KẾT", "Giữ nguyên chữ này"):
            for word in words(text):
                self.assertIn(word, found + ["I", "II"])
        self.assertIn("sẽ", found)
        self.assertIn("Cùng", found)
        self.assertIn("Sàng", found)

    def test_old_fonts_of_styles(self):
        document = docx.Document()
        document.styles["Normal"].font.name = ".VnTime"
        for line in self.TEXT.splitlines():
            self.run_in(document.add_paragraph(), line, ".VnTime")
        for paragraph in document.paragraphs:
            for run in paragraph.runs:
                run._r.remove(run._r.rPr)
        said = self.take(reading.saved(document), name="cu.docx")
        self.assertEqual(said["unread"], [])
        self.assertEqual(changes(words(self.TEXT), words(self.text())), [])


class Together(ReportCase):
    def test_two_desks_import_one_file(self):
        other = self.cluster.client("vi-du")
        self.take(REPORT)
        self.take(REPORT, client=other)
        for client in (self.client, other, self.client):
            client.must_sync()
        self.assertEqual(self.client.json("conflict", "list"), [])
        self.assertEqual(self.text(), self.text(program=other))
        self.assertEqual(len(self.parts()), len(self.parts(client=other)))

    def test_a_conflict_is_shown(self):
        other = self.cluster.client("vi-du")
        self.take(REPORT)
        for client in (self.client, other):
            client.must_sync()
        part = self.part("Cử hai đoàn")
        other.must("edit", part, "text=Cử bảy đoàn đi Lào.")
        self.take(REPORT.replace("Cử hai đoàn", "Cử ba đoàn"))
        for client in (self.client, other, self.client):
            client.must_sync()
        conflict, = self.client.json("conflict", "list")
        self.assertEqual(conflict["id"], part)

    def test_the_hub_prints_all_unions(self):
        friend = self.cluster.client("ban-be")
        theirs = REPORT.replace("Cử hai đoàn", "Cử sáu đoàn")
        self.take(REPORT)
        self.take(theirs, client=friend)
        self.client.must_sync()
        alone = self.text(program=self.cluster.hub)
        self.assertEqual(changes(words(REPORT), words(alone)), [])
        friend.must_sync()
        hub = self.cluster.hub
        both = self.text(program=hub)
        self.assertEqual(self.text("--union", "vi-du", program=hub),
                         self.text())
        self.assertEqual(self.text("--union", "ban-be", program=hub),
                         self.text(program=friend))
        for line in ("Cử hai đoàn", "Cử sáu đoàn", "1. Liên hiệp",
                     "2. Liên hiệp", "Cụm thử"):
            self.assertEqual(both.count(line), 1, line)
        self.assertNotIn("Nơi nhận", both)
        report = hub.json("report", "annual", "--year", "2023")
        self.assertEqual(sorted(u["code"] for u in report["unions"]),
                         ["ban-be", "vi-du"])
        for of_union in report["unions"]:
            self.assertEqual(of_union["closing"], [
                "Trên đây là báo cáo kết quả công tác năm 2023./."])
        path = self.cluster.folder("cum.docx")
        hub.must("report", "annual", "--year", "2023", "-o", path)
        again = self.client.json("read", "annual", path)
        found = " ".join(reading.texts_of(again))
        self.assertIn("Cử sáu đoàn", found)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
