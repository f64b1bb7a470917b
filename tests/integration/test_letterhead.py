#!/usr/bin/python3
"""Word papers as offices lay them out, plans and reports alike: letterhead,
title, recipients and signatures are no words of the plan; what the program
prints is imported as what it was printed from.

usage: test_letterhead.py BIN_DIR
"""
import sys
import unittest

import docx

import harness

NAME = "Liên hiệp các tổ chức hữu nghị tỉnh Lào Cai"
BODIES = ["UBND TỈNH LÀO CAI", "LIÊN HIỆP CÁC TỔ CHỨC HỮU NGHỊ"]
STATE = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
DAY = "Lào Cai, ngày 07 tháng 01 năm 2026"
PLAN = ["Căn cứ nhiệm vụ được giao, Liên hiệp làm các việc sau đây:",
        "I. Công tác đoàn vào",
        "1. Đón bạn Vân Nam qua cầu",
        "2. Mời thợ thêu sang dạy nghề",
        "II. Công tác thông tin đối ngoại",
        "1. Làm một tờ tin mỗi quý"]
TEXTS = ["Đón bạn Vân Nam qua cầu", "Mời thợ thêu sang dạy nghề",
         "Làm một tờ tin mỗi quý"]
REPORT = ["I. Kết quả công tác", "Trong năm có ba đoàn khách qua cầu.",
          "II. Phương hướng", "- Giữ các mối quen cũ.",
          "Trên đây là báo cáo của Liên hiệp./."]
RECIPIENTS = ["Nơi nhận:", "- Như trên;", "- Lưu: VT."]
SIGNATURE = ["TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH", "(Đã ký)"]


def paragraphs(cell, lines):
    cell.paragraphs[0].text = lines[0]
    for line in lines[1:]:
        cell.add_paragraph(line)


def broken(cell, lines):
    """One paragraph, its lines broken by Shift+Enter."""
    cell.paragraphs[0].text = "\n".join(lines)


def table(document, rows, fill):
    made = document.add_table(rows=len(rows), cols=2)
    for row, cells in zip(made.rows, rows):
        for cell, lines in zip(row.cells, cells):
            fill(cell, lines)


class Paper:
    """A Word file: how its letterhead is laid out, and its foot."""

    def __init__(self, kind, year):
        self.kind, self.year = kind, year
        self.number = ["Số: 15/%s-LHHN" % kind]

    def rows_of_cells(self, document, fill):
        table(document, [(BODIES, STATE), (self.number, [DAY])], fill)

    def one_row(self, document, fill):
        table(document, [(BODIES + self.number, STATE + [DAY])], fill)

    def below_each_other(self, document, _):
        for line in BODIES + self.number + STATE + [DAY]:
            document.add_paragraph(line)

    def side_by_side(self, document, _):
        for left, right in zip(BODIES + self.number, STATE + [DAY]):
            document.add_paragraph(left + "\t" + right)

    def make(self, path, layout, fill, body):
        document = docx.Document()
        layout(self, document, fill)
        document.add_paragraph(
            "KẾ HOẠCH" if self.kind == "KH" else "BÁO CÁO")
        document.add_paragraph(
            "Công tác đối ngoại nhân dân năm %d" % self.year)
        for line in body:
            document.add_paragraph(line)
        table(document, [(RECIPIENTS, SIGNATURE)], fill)
        document.save(path)
        return path


LAYOUTS = [(layout.__name__ + " " + fill.__name__, layout, fill)
           for layout in (Paper.rows_of_cells, Paper.one_row,
                          Paper.below_each_other, Paper.side_by_side)
           for fill in (paragraphs, broken)]


class LetterheadCase(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster()
        self.addCleanup(self.cluster.end)
        self.cluster.hub.must("union", "add", "lao-cai", NAME)
        self.client = self.cluster.client("lao-cai")
        self.path = self.cluster.folder("giay.docx")

    def take(self, kind, path, *options):
        return self.client.json("import", kind, path, *options)

    def printed(self, kind, year, name):
        path = self.cluster.folder(name)
        self.client.must("report", kind, "--year", str(year), "-o", path)
        return path


class Plans(LetterheadCase):
    def test_no_layout_is_the_plans_words(self):
        first = True
        for name, layout, fill in LAYOUTS:
            with self.subTest(name):
                Paper("KH", 2026).make(self.path, layout, fill, PLAN)
                plan = self.client.json("read", "plan", self.path)
                self.assertEqual(plan["year"], 2026)
                (union,) = plan["unions"]
                self.assertEqual(union["code"], "lao-cai")
                self.assertEqual(union["lead"], PLAN[:1])
                self.assertEqual(
                    [item["text"] for section in union["sections"]
                     for item in section["items"]], TEXTS)
                # every line is told
                told = " ".join(out["text"] for out in plan["left_out"])
                for line in BODIES + STATE + [DAY, "KẾ HOẠCH"] + SIGNATURE:
                    self.assertIn(line, told)
                self.assertEqual(
                    {out["why"] for out in plan["left_out"]},
                    {"letterhead", "title", "after-closing"})
                # whatever its layout, it is the same plan
                said = self.take("plan", self.path)
                self.assertEqual(said["added"], 4 if first else 0)
                self.assertEqual(len(said["steps"]), said["added"])
                first = False

    def test_own_print_changes_nothing(self):
        Paper("KH", 2026).make(
            self.path, Paper.rows_of_cells, paragraphs, PLAN)
        self.take("plan", self.path)
        for name in ("in.docx", "in.txt"):
            with self.subTest(name):
                path = self.printed("plan", 2026, name)
                self.assertEqual(self.take("plan", path)["steps"], [])
        # and when its blanks are filled in
        path = self.cluster.folder("in.docx")
        document = docx.Document(path)
        head, foot = document.tables[0], document.tables[-1]
        head.cell(0, 0).paragraphs[-1].runs[0].text = "Số: 3/KH-LHHN"
        head.cell(0, 1).paragraphs[-1].runs[0].text = DAY
        foot.cell(0, 1).paragraphs[0].runs[0].text = SIGNATURE[0]
        document.save(path)
        said = self.take("plan", path, "--year", "2026")
        self.assertEqual(said["steps"], [])

    def test_another_unions_paper_is_refused(self):
        """The name over two lines says whose it is."""
        Paper("KH", 2026).make(
            self.path, Paper.rows_of_cells, paragraphs, PLAN)
        document = docx.Document(self.path)
        document.tables[0].cell(0, 0).paragraphs[0].text = "UBND TỈNH SƠN LA"
        document.save(self.path)
        said = self.client.run("import", "plan", self.path)
        self.assertEqual(said.code, 1, said)
        self.assertIn("TỈNH SƠN LA", said.err)
        self.assertEqual(self.client.items(), [])


class Reports(LetterheadCase):
    def test_a_layout_is_the_same_report(self):
        first = True
        for name, layout, fill in LAYOUTS:
            with self.subTest(name):
                Paper("BC", 2025).make(self.path, layout, fill, REPORT)
                said = self.take("annual", self.path)
                self.assertEqual(said["year"], 2025)
                self.assertEqual(said["changed"], 0)
                self.assertEqual(said["added"] > 0, first)
                self.assertEqual(len(said["steps"]), said["added"])
                first = False

    def test_own_print_changes_nothing(self):
        for name, layout, fill in LAYOUTS:
            with self.subTest(name):
                Paper("BC", 2025).make(self.path, layout, fill, REPORT)
                self.take("annual", self.path)
                for again in ("in.docx", "in.txt"):
                    path = self.printed("annual", 2025, again)
                    self.assertEqual(self.take("annual", path)["steps"], [])

    def test_who_signs_is_no_recipient(self):
        for name, layout, fill in LAYOUTS:
            with self.subTest(name):
                Paper("BC", 2025).make(self.path, layout, fill, REPORT)
                report = self.client.json("read", "annual", self.path)
                self.assertEqual(report["signature"], SIGNATURE)
                self.assertEqual(report["recipients"],
                                 ["Như trên;", "Lưu: VT."])

    def test_the_paper_is_told(self):
        Paper("BC", 2025).make(self.path, Paper.one_row, broken, REPORT)
        self.take("annual", self.path)
        (paper,) = self.client.json("list", "document")
        self.assertEqual(paper["fields"]["symbol"], "15/BC-LHHN")
        self.assertEqual(paper["fields"]["date"], "2026-01-07")
        self.assertEqual(paper["fields"]["place"], "Lào Cai")


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
