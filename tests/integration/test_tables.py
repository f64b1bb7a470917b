#!/usr/bin/env python3
"""Tables of offices, imported: workbooks that openpyxl and LibreOffice make,
CSV as a Vietnamese Excel saves it, pasted text, hostile files; the same table
again, a changed one, what a person changed, two machines that both import.

usage: test_tables.py BIN_DIR
"""
import csv
import datetime
import io
import os
import pathlib
import shutil
import subprocess
import sys
import unicodedata
import unittest

import openpyxl
from openpyxl.styles import numbers

import harness

OUT_HEAD = ["STT", "Tên đoàn", "Nước đến", "Thời gian", "Số người",
            "Trưởng đoàn", "Ghi chú"]


def csv_text(rows, separator=";", end="\r\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


class Tables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = harness.Cluster("ha-tinh", "quang-tri", "dak-lak")

    @classmethod
    def tearDownClass(cls):
        cls.cluster.end()

    def setUp(self):
        self.folder = self.cluster.folder
        self.client = self.cluster.client("ha-tinh")
        # Each test has a year of its own, for they share a union.
        Tables.year = getattr(Tables, "year", 2030) + 1
        self.year = Tables.year

    def file(self, name, content, encoding="utf-8"):
        path = self.folder(name)
        if isinstance(content, str):
            content = content.encode(encoding)
        pathlib.Path(path).write_bytes(content)
        return path

    def book(self, name, sheets):
        """A workbook: {sheet: rows, or a function that fills the sheet}."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            if callable(rows):
                rows(sheet)
            else:
                for row in rows:
                    sheet.append(row)
        path = self.folder(name)
        book.save(path)
        return path

    def take(self, path, *options, client=None, stdin=None):
        result = (client or self.client).must(
            "import", "table", path, "--json", *options, stdin=stdin)
        said = result.json()
        said["stderr"] = result.err
        return said

    def records(self, entity, client=None):
        """Of this test's year, by their titles or names."""
        found = [record["fields"] for record in
                 (client or self.client).json("list", entity)
                 if record["fields"].get("year", self.year) == self.year]
        return sorted(found, key=lambda at: str(at.get("title") or at.get(
            "name") or at.get("amount")))

    def counts(self, said):
        return {key: said[key] for key in
                ("added", "changed", "removed", "kept", "same", "vanished")
                if said[key]}

    def refused(self, path, words, *options):
        result = self.client.run("import", "table", path, *options)
        self.assertEqual(result.code, 1, str(result))
        self.assertIn(words, result.err)
        self.assertEqual(result.err.count("\n"), 1, result.err)

    # --- CSV -----------------------------------------------------------------

    def out_rows(self):
        return [
            ["LIÊN HIỆP CÁC TỔ CHỨC HỮU NGHỊ, TỈNH HÀ TĨNH"] + [""] * 6,
            ["DANH SÁCH ĐOÀN RA NĂM %d" % self.year] + [""] * 6,
            [""] * 7,
            OUT_HEAD,
            ["1", "Thăm Hội hữu nghị Xiêng Khoảng", "Lào", "12 - 15/3", "05",
             "Chủ tịch", ""],
            ["2", "Dự hội chợ", "Thái Lan; Lào", "quý II", "hơn 20", "",
             "chờ kinh phí"],
            ["3", "Học tập kinh nghiệm", "Trung Hoa Dân Quốc cũ",
             "khi có thư mời", "vài người", "", ""],
            ["", "Tổng cộng", "", "", "25", "", ""],
        ]

    def test_a_rows_own_date_says_the_year(self):
        """Where neither --year nor the table does; not this year then."""
        path = self.file("hd.csv", "Tên hoạt động;Thời gian\n"
                         "Giao lưu;12/5/2019\nTọa đàm;20/11/2020\n"
                         "Hội thảo;\n")
        self.take(path, "--entity", "activity")
        years = {record["fields"]["title"]: record["fields"]["year"]
                 for record in self.client.json("list", "activity")}
        self.assertEqual(years["Giao lưu"], 2019)
        self.assertEqual(years["Tọa đàm"], 2020)
        self.assertGreater(years["Hội thảo"], 2020)
        self.assertEqual(self.counts(self.take(path, "--entity", "activity")),
                         {"same": 3})

    def test_csv_of_a_vietnamese_excel(self):
        path = self.file("ra.csv", "\ufeff" + csv_text(self.out_rows()))
        said = self.take(path)
        self.assertEqual(self.counts(said), {"added": 3})
        self.assertEqual(said["tables"][0]["entity"], "delegation")
        self.assertEqual(said["tables"][0]["year"], self.year)
        self.assertEqual(said["tables"][0]["header_row"], 4)
        second, third, first = self.records("delegation")
        self.assertEqual(first, {
            "year": self.year, "direction": "out", "countries": ["LA"],
            "title": "Thăm Hội hữu nghị Xiêng Khoảng", "people": 5,
            "when": "%d-03-12" % self.year, "until": "%d-03-15" % self.year,
            "when_words": "12 - 15/3", "leader": "Chủ tịch"})
        self.assertEqual(second["countries"], ["TH", "LA"])
        self.assertEqual(second["when"], "%d-Q2" % self.year)
        self.assertEqual(second["when_words"], "quý II")
        self.assertEqual((second["people"], second["people_qualifier"]),
                         (20, "more-than"))
        self.assertEqual(second["note"], "chờ kinh phí")
        # Nothing that could not be taken is lost.
        self.assertEqual(third["when_words"], "khi có thư mời")
        self.assertNotIn("people", third)
        self.assertEqual(third["note"].split("\n"), [
            "Nước đến: Trung Hoa Dân Quốc cũ", "Số người: vài người"])
        self.assertEqual(
            [(at["why"], at["row"], at["column"]) for at in
             said["not_understood"]],
            [("value", 7, "C"), ("words", 7, "D"), ("value", 7, "E"),
             ("total", 8, None)])

    def test_encodings_and_separators_mean_the_same(self):
        rows = self.out_rows()
        path = self.file("u8.csv", csv_text(rows))
        self.take(path)
        for name, content, encoding in (
                ("comma.csv", csv_text(rows, ","), "utf-8-sig"),
                ("tabs.txt", csv_text(rows, "\t", "\n"), "utf-16"),
                ("nfd.csv", unicodedata.normalize("NFD", csv_text(rows)),
                 "utf-8"),
                ("be.csv", csv_text(rows), "utf-16-be"),
                ("sep.csv", "sep=;\r\n" + csv_text(rows), "utf-8")):
            with self.subTest(name):
                said = self.take(self.file(name, content, encoding))
                self.assertEqual(self.counts(said), {"same": 3})
                self.assertEqual(said["change_sets"], 0)
        said = self.take("-", stdin=csv_text(rows, "\t", "\n"))
        self.assertEqual(self.counts(said), {"same": 3})

    def test_names_without_marks(self):
        rows = [["TT", "Ten hoat dong", "Thoi gian to chuc", "Dia diem",
                 "So nguoi tham du", "Kinh phi (trieu dong)"],
                ["1", "Gap mat huu nghi", "20/7/%d" % self.year, "Vinh",
                 "120", "45,5"]]
        said = self.take(self.file("hd.csv", csv_text(rows)),
                         "--year", str(self.year))
        self.assertEqual(said["tables"][0]["entity"], "activity")
        self.assertEqual(self.records("activity"), [{
            "year": self.year, "title": "Gap mat huu nghi",
            "kind": "meeting", "when": "%d-07-20" % self.year,
            "place": "Vinh", "people": 120,
            "budget": {"amount": 45500000, "currency": "VND"}}])

    def test_groups_give_direction_and_year(self):
        rows = [["TT", "Tên đoàn", "Quốc gia", "Số người"],
                ["I", "Đoàn ra năm %d" % self.year, "", ""],
                ["1", "Thăm Lào", "Lào", "4"],
                ["II", "Đoàn vào", "", ""],
                ["", "Châu Âu", "", ""],
                ["1", "Đoàn thành phố kết nghĩa", "Đức", "6"],
                ["TT", "Tên đoàn", "Quốc gia", "Số người"],
                ["", "Cộng hòa Liên bang Đức tặng sách", "Đức", "2"],
                ["", "Cộng (I + II)", "", "12"]]
        said = self.take(self.file("nhom.csv", csv_text(rows)))
        found = {at["title"]: at["direction"]
                 for at in self.records("delegation")}
        self.assertEqual(found, {
            "Thăm Lào": "out", "Đoàn thành phố kết nghĩa": "in",
            "Cộng hòa Liên bang Đức tặng sách": "in"})
        self.assertEqual(
            [(at["why"], at["row"], at.get("understood"))
             for at in said["not_understood"]],
            [("group", 2, True), ("group", 4, True), ("group", 5, False),
             ("header", 7, None), ("total", 9, None)])

    def test_without_a_direction_rows_are_told(self):
        rows = [["TT", "Tên đoàn", "Số người"], ["1", "Đoàn A", "3"]]
        said = self.take(self.file("khong.csv", csv_text(rows)))
        self.assertEqual(self.counts(said), {})
        self.assertEqual([at["why"] for at in said["not_understood"]],
                         ["required"])

    # --- XLSX ------------------------------------------------------------------

    def aid_sheet(self, sheet):
        sheet.append(["Biểu 3. TÌNH HÌNH VIỆN TRỢ PCPNN NĂM %d" % self.year])
        sheet.merge_cells("A1:I1")
        sheet.append([])
        sheet.append(["TT", "Tên chương trình, dự án", "Nhà tài trợ",
                      "Quốc tịch", "Hình thức", "Thời gian", None,
                      "Giá trị (USD)", None])
        sheet.append([None, None, None, None, None, "Từ ngày", "Đến ngày",
                      "Cam kết", "Giải ngân"])
        for column in "ABCDE":
            sheet.merge_cells("%s3:%s4" % (column, column))
        sheet.merge_cells("F3:G3")
        sheet.merge_cells("H3:I3")
        sheet.append([1, "Nước sạch cho trường học", "Quỹ Hoa Sen",
                      "Hoa Kỳ", "Dự án", datetime.date(self.year, 1, 15),
                      datetime.date(self.year, 12, 31), 149814.5, 50000])
        sheet.append([2, "Tặng xe lăn", None, None, "phi dự án",
                      "cuối năm", None, 12000, None])
        sheet.merge_cells("C5:C6")
        sheet.merge_cells("D5:D6")
        sheet.append([3, "Phòng chống bom mìn", "Cây Hòa Bình", "Nhật Bản",
                      "Chương trình", "%d" % self.year, None,
                      "=H5*2", "13,8 tỉ đồng"])
        sheet.append([None, "TỔNG CỘNG", None, None, None, None, None,
                      "=SUM(H5:H7)", None])
        for row in (5, 6, 7):
            sheet["F%d" % row].number_format = "dd/mm/yyyy"
            sheet["G%d" % row].number_format = "dd/mm/yyyy"
            sheet["H%d" % row].number_format = "#,##0.00"

    def test_workbook_of_aid(self):
        path = self.book("vt.xlsx", {"Viện trợ": self.aid_sheet})
        said = self.take(path)
        self.assertEqual(self.counts(said), {"added": 5})
        water, mines, chairs = self.records("aid")
        self.assertEqual(water, {
            "year": self.year, "title": "Nước sạch cho trường học",
            "form": "project", "donor_words": ["Quỹ Hoa Sen"],
            "countries": ["US"], "when": "%d-01-15" % self.year,
            "until": "%d-12-31" % self.year,
            "committed": {"amount": 14981450, "currency": "USD"}})
        # A merged cell speaks for all rows that it covers.
        self.assertEqual((chairs["donor_words"], chairs["countries"],
                          chairs["form"]),
                         (["Quỹ Hoa Sen"], ["US"], "non-project"))
        self.assertEqual(mines["note"], "Giá trị (USD) / Cam kết: =H5*2")
        payments = self.records("aid-payment")
        self.assertEqual([at["amount"] for at in payments], [
            {"amount": 13800000000, "currency": "VND"},
            {"amount": 5000000, "currency": "USD"}])
        ids = {at["fields"]["title"]: at["id"]
               for at in self.client.json("list", "aid")}
        self.assertEqual(payments[1]["aid"], ids[water["title"]])
        self.assertEqual(payments[0]["aid"], ids[mines["title"]])
        self.assertEqual(
            [(at["why"], at["row"], at["column"])
             for at in said["not_understood"]],
            [("formula", 7, "H"), ("total", 8, None)])
        self.assertEqual((chairs["when_words"], chairs["until"]),
                         ("cuối năm", "%d-12-31" % self.year))
        self.assertEqual(self.counts(self.take(path)), {"same": 5})

    def test_sheets_hidden_unknown_and_by_name(self):
        head = ["TT", "Tên đoàn", "Số người"]
        year = "Năm %d" % self.year

        def hidden(sheet):
            sheet.append(head)
            sheet.append([1, "Đoàn cũ", 2])
            sheet.sheet_state = "hidden"
        path = self.book("so.xlsx", {
            "Đoàn ra": [[year], head, [1, "Sang Lào", 3]],
            "Đoàn vào": [[year], head, [1, "Từ Lào", 4]],
            "Đoàn ra cũ": hidden,
            "Danh bạ": [["a", "b"], ["c", "d"]]})
        said = self.take(path, "--dry-run")
        self.assertEqual(self.counts(said), {"added": 2})
        self.assertEqual(self.records("delegation"), [])
        self.assertEqual(
            [(at["sheet"], at["why"]) for at in said["not_understood"]],
            [("Đoàn ra cũ", "hidden"), ("Danh bạ", "no-header")])
        said = self.take(path)
        self.assertEqual(
            [(at["title"], at["direction"])
             for at in self.records("delegation")],
            [("Sang Lào", "out"), ("Từ Lào", "in")])
        said = self.take(path, "--sheet", "đoàn ra cũ", "--year",
                         str(self.year))
        # Another table of the same year: what it has not is told, and left.
        self.assertEqual(self.counts(said), {"added": 1, "vanished": 1})
        self.refused(path, "no sheet called", "--sheet", "Không có")

    def test_date_systems_number_formats_and_booleans(self):
        for name, epoch in (("1900", openpyxl.utils.datetime.WINDOWS_EPOCH),
                            ("1904", openpyxl.utils.datetime.MAC_EPOCH)):
            with self.subTest(name):
                book = openpyxl.Workbook()
                book.epoch = epoch
                sheet = book.active
                sheet.append(["Tên hoạt động", "Thời gian", "Kinh phí",
                              "Số người dự", "Kết quả"])
                for n, (when, shape, cost, cost_shape) in enumerate((
                        (datetime.date(self.year, 2, 28), "dd/mm/yyyy",
                         1500000, '#,##0 "đồng"'),
                        (datetime.date(self.year, 3, 1), "mm/yyyy",
                         0.1 + 0.2, "[$$-409]#,##0.00"),
                        (datetime.datetime(self.year, 4, 5, 8, 30),
                         numbers.FORMAT_DATE_DATETIME, 20, "General"),
                        (datetime.date(self.year, 1, 1), "yyyy",
                         12, '#,##0\\ [$EUR]'))):
                    sheet.append(["Việc %s %d" % (name, n), when, cost,
                                  10 + n, n == 0])
                    sheet.cell(n + 2, 2).number_format = shape
                    sheet.cell(n + 2, 3).number_format = cost_shape
                path = self.folder("ngay-%s.xlsx" % name)
                book.save(path)
                said = self.take(path, "--year", str(self.year), "--entity",
                                 "activity")
                found = [at for at in self.records("activity")
                         if at["title"].startswith("Việc " + name)]
                self.assertEqual([at["when"] for at in found], [
                    "%d-02-28" % self.year, "%d-03" % self.year,
                    "%d-04-05" % self.year, "%d" % self.year])
                self.assertEqual([at.get("budget") for at in found], [
                    {"amount": 1500000, "currency": "VND"},
                    {"amount": 30, "currency": "USD"}, None,
                    {"amount": 1200, "currency": "EUR"}])
                self.assertEqual([at["people"] for at in found],
                                 [10, 11, 12, 13])
                self.assertEqual(found[2]["note"], "Kinh phí: 20")
                self.assertEqual([at["why"] for at in said["not_understood"]
                                  if at["row"]], ["currency"])

    def test_sums_of_groups_are_no_records(self):
        sums = ["Cộng mục I", "Cộng:", "CỘNG I", "Cong muc II", "Tổng mục A",
                "Tổng số:", "Tổng cộng (I + II)", "Tiểu cộng", "Cộng phần 2",
                "Tổng giá trị", "Tổng cộng toàn tỉnh", "Subtotal",
                "Grand total"]
        names = ["Cộng đồng học tập", "Tổng kết lớp học", "Công 2",
                 "Tổng tiến công bệnh lao"]
        rows = [["Đơn vị tính: triệu đồng"],
                ["STT", "Tên dự án", "Nhà tài trợ", "Cam kết", "Giải ngân"]]
        rows += [[n + 1, name, "Quỹ Hoa Sen", 500, 100]
                 for n, name in enumerate(names)]
        rows += [["", text, "", "1.750,5", 300] for text in sums]
        said = self.take(self.file("cong.csv", csv_text(rows)), "--year",
                         str(self.year))
        self.assertEqual({at["title"] for at in self.records("aid")},
                         set(names))
        self.assertEqual(len(self.records("aid-payment")), len(names))
        self.assertEqual([at["why"] for at in said["not_understood"]],
                         ["total"] * len(sums))

    def test_libreoffice_saves_the_same_table(self):
        soffice = shutil.which("soffice")
        path = self.book("lo.xlsx", {"Viện trợ": self.aid_sheet})
        out = self.folder("lo-out")
        os.mkdir(out)

        def save_as(kind):
            if soffice is not None:
                subprocess.run(
                    [soffice, "--headless", "-env:UserInstallation=file://" +
                     self.folder("lo-profile"), "--convert-to", kind,
                     "--outdir", out, path], capture_output=True,
                    timeout=120, check=False,
                    env=harness.environment(self.folder.path))
            saved = os.path.join(out, "lo." + kind)
            if not os.path.exists(saved):
                self.skipTest("LibreOffice Calc is not installed")
            return saved
        saved = save_as("xlsx")
        first = self.take(path)
        said = self.take(saved)
        # LibreOffice has computed the formula; all else is the same.
        self.assertEqual(first["added"], 5)
        self.assertEqual(self.counts(said), {"changed": 1, "same": 4})
        self.assertEqual(
            [at["fields"] for at in said["steps"]],
            [{"committed": {"amount": 29962900, "currency": "USD"},
              "note": None}])
        for kind in ("ods", "xls"):
            self.refused(save_as(kind),
                         "save it as .xlsx or CSV")

    # --- targets, partners, associations, others -----------------------------------

    def test_targets_by_their_units(self):
        rows = [["CHỈ TIÊU NĂM %d" % self.year],
                ["TT", "Chỉ tiêu", "Đơn vị tính", "Kế hoạch", "Thực hiện"],
                ["1", "Số đoàn ra", "đoàn", "05 - 07", "6"],
                ["2", "Giá trị viện trợ cam kết", "triệu USD", "1,5",
                 "ít nhất nửa số đó"],
                ["3", "Tin, bài", "bài", "khoảng 300", ""]]
        said = self.take(self.file("ct.csv", csv_text(rows)))
        aid, out, news = self.records("target")
        self.assertEqual(
            (out["indicator"], out["min"], out["max"], out["actual"],
             out["unit"]), ("delegations-out", 5, 7, 6, "đoàn"))
        self.assertEqual(aid["indicator"], "committed")
        self.assertEqual(aid["money_min"],
                         {"amount": 150000000, "currency": "USD"})
        self.assertEqual(aid["note"], "Thực hiện: ít nhất nửa số đó")
        self.assertEqual((news["min"], news["qualifier"], news["indicator"]),
                         (300, "about", "articles"))
        self.assertEqual(self.counts(said), {"added": 3})

    def test_partners_and_associations(self):
        said = self.take(self.file("dt.csv", csv_text([
            ["Tên tổ chức", "Quốc gia", "Loại tổ chức", "Số giấy đăng ký"],
            ["Quỹ Hoa Sen", "Mỹ", "PCPNN", "12/CNV"]])))
        self.assertEqual(said["tables"][0]["entity"], "partner")
        said = self.take(self.file("hoi.csv", csv_text([
            ["TT", "Tên hội", "Năm thành lập", "Số hội viên", "Số chi hội"],
            ["1", "Hội hữu nghị Việt Nam - Lào", "1999", "1.200", "12"]])))
        self.assertEqual(said["tables"][0]["entity"], "member-org")
        self.assertEqual(self.records("partner"), [{
            "name": "Quỹ Hoa Sen", "country": "US", "kind": "ngo",
            "registration": "12/CNV"}])
        self.assertEqual(self.records("member-org"), [{
            "name": "Hội hữu nghị Việt Nam - Lào", "founded": "1999",
            "members": 1200, "branches": 12, "kind": "bilateral"}])

    def test_names_in_english(self):
        year = str(self.year)
        for entity, rows in (
                ("delegation", [["No", "Delegation", "Country", "Date",
                                 "Number of people", "Direction"],
                                ["1", "Friends", "Laos", "5/6/" + year, "7",
                                 "in"]]),
                ("activity", [["No", "Event", "Date", "Venue",
                               "Participants"],
                              ["1", "Concert", "5/6/" + year, "Hall", "90"]]),
                ("aid", [["No", "Project title", "Donor", "Country",
                          "Committed (USD)", "Disbursed (USD)"],
                         ["1", "Clean water", "Lotus", "Đức", "5000",
                          "200"]]),
                ("target", [["No", "Indicator", "Unit", "Planned",
                             "Achieved"],
                            ["1", "Articles", "bài", "10", "12"]])):
            with self.subTest(entity):
                said = self.take(self.file(entity + "-en.csv",
                                           csv_text(rows)), "--year", year)
                self.assertEqual(said["tables"][0]["entity"], entity)
                self.assertEqual(said["not_understood"], [])
        self.assertEqual(self.records("aid")[0]["committed"],
                         {"amount": 500000, "currency": "USD"})
        self.assertEqual(len(self.records("aid-payment")), 1)
        self.assertEqual(self.records("activity")[0]["people"], 90)
        path = self.book("hai.xlsx", {
            "Đoàn": [["TT", "Tên đoàn vào", "Số người"], [1, "Từ Lào", 4]],
            "Danh bạ": [["a", "b"], ["c", "d"]]})
        said = self.client.must("import", "table", path, "--year", year)
        self.assertIn("--entity", said.out)
        self.assertIn("--template", said.out)

    def test_terms_of_associations(self):
        said = self.take(self.file("nk.csv", csv_text([
            ["TT", "Tên hội", "Nhiệm kỳ", "Số hội viên"],
            ["1", "Hội A", "2020 - 2025", "5"],
            ["2", "Hội B", "III (2021-2026)", "6"],
            ["3", "Hội C", "2023", "7"],
            ["4", "Hội D", "III", "8"]])))
        self.assertEqual(
            [(at.get("term_from"), at.get("term_to"), at.get("note"))
             for at in sorted(self.records("member-org"),
                              key=lambda at: at["name"])],
            [(2020, 2025, None), (2021, 2026, "Nhiệm kỳ: III (2021-2026)"),
             (2023, None, None), (None, None, "Nhiệm kỳ: III")])
        self.assertEqual([at["row"] for at in said["not_understood"]], [3, 5])

    def test_every_template_is_understood(self):
        for entity in ("delegation", "activity", "aid", "target", "partner",
                       "member-org", "training", "information", "greeting"):
            with self.subTest(entity):
                path = self.folder("mau-%s.csv" % entity)
                self.client.must("import", "table", "--template", entity,
                                 "-o", path)
                with open(path, encoding="utf-8-sig", newline="") as file:
                    head = next(csv.reader(file, delimiter=";"))
                row = ["1"] + ["-"] * (len(head) - 1)
                said = self.take(self.file("x.csv", csv_text([head, row])),
                                 "--entity", entity, "--dry-run")
                columns = said["tables"][0]["columns"]
                self.assertEqual([at["header"] for at in columns], head)
                self.assertEqual([at["header"] for at in columns[1:]
                                  if at["field"] is None], [])
        self.refused(path, "does not come from tables", "--entity",
                     "plan-item")

    def test_a_header_that_fits_two_kinds_is_asked_about(self):
        rows = [["Năm %d" % self.year],
                ["TT", "Nội dung", "Thời gian", "Kết quả"],
                ["1", "Việc gì đó", "tháng 5", "tốt"]]
        path = self.file("hai.csv", csv_text(rows))
        self.refused(path, "--entity")
        self.assertEqual(self.counts(self.take(path, "--entity", "activity")),
                         {"added": 1})
        self.refused(self.file("la.csv", "a;b\nc;d\n"), "--template")

    # --- again --------------------------------------------------------------------------

    def rows_of(self, *rows):
        return csv_text([["ĐOÀN RA NĂM %d" % self.year], OUT_HEAD,
                         *[list(row) for row in rows]])

    def id_of(self, title):
        return next(at["id"] for at in self.client.json("list", "delegation")
                    if at["fields"]["title"] == title
                    and at["fields"]["year"] == self.year)

    def test_a_changed_cell_changes_its_field(self):
        first = ("1", "Sang Lào", "Lào", "tháng 3", "5", "An", "")
        other = ("2", "Sang Thái", "Thái Lan", "tháng 4", "6", "Bình", "")
        path = self.file("lai.csv", self.rows_of(first, other))
        self.take(path)
        changed = ("1", "Sang Lào", "Lào", "tháng 3", "7", "An", "gấp")
        self.file("lai.csv", self.rows_of(other, changed))
        said = self.take(path)
        self.assertEqual(self.counts(said), {"changed": 1, "same": 1})
        self.assertEqual(said["steps"][0]["fields"],
                         {"people": 7, "note": "gấp"})
        # And back, and a cell that is empty now.
        self.file("lai.csv", self.rows_of(
            first, ("2", "Sang Thái", "", "tháng 4", "6", "Bình", "")))
        said = self.take(path)
        self.assertEqual([at["fields"] for at in said["steps"]],
                         [{"people": 5, "note": None}, {"countries": None}])
        self.assertEqual(self.counts(self.take(path)), {"same": 2})

    def test_what_a_person_changed_is_kept_and_told(self):
        path = self.file("giu.csv", self.rows_of(
            ("1", "Sang Lào", "Lào", "tháng 3", "5", "An", "")))
        self.take(path)
        record = self.id_of("Sang Lào")
        self.client.must("edit", record, "people=9", "leader=",
                         "result=tốt đẹp")
        said = self.take(path)
        self.assertEqual(self.counts(said), {"kept": 1})
        self.assertEqual(
            [(at["field"], at["here"], at["table"])
             for at in said["steps"][0]["kept"]],
            [("people", 9, 5), ("leader", None, "An")])
        self.assertEqual(said["change_sets"], 0)
        # A cell that nobody touched here still follows the table, again and
        # again; the person's stay the person's.
        for place in ("Viêng Chăn", "Pắc Xế"):
            rows = csv_text([["ĐOÀN RA NĂM %d" % self.year],
                             OUT_HEAD + ["Địa điểm"],
                             ["1", "Sang Lào", "Lào", "tháng 3", "6", "An",
                              "", place]])
            said = self.take(self.file("giu.csv", rows))
            self.assertEqual(self.counts(said), {"changed": 1})
            self.assertEqual(said["steps"][0]["fields"], {"place": place})
            self.assertEqual(len(said["steps"][0]["kept"]), 2)
        fields = self.records("delegation")[0]
        self.assertEqual((fields["people"], fields["result"],
                          fields["place"], "leader" in fields),
                         (9, "tốt đẹp", "Pắc Xế", False))
        # A record that a person put into another year is left alone.
        self.client.must("edit", record, "year=%d" % (self.year - 30))
        rows = rows.replace("Pắc Xế", "Huế")
        said = self.take(self.file("giu.csv", rows))
        self.assertEqual(self.counts(said), {"kept": 1})
        self.client.must("rm", record)
        said = self.take(path)
        self.assertEqual(self.counts(said), {"kept": 1})
        self.assertEqual(said["steps"][0]["why"], "deleted")

    def test_rows_that_vanish(self):
        one = ("1", "Sang Lào", "Lào", "tháng 3", "5", "An", "")
        two = ("2", "Sang Thái", "Thái Lan", "tháng 4", "6", "", "")
        three = ("3", "Sang Nhật", "Nhật Bản", "tháng 5", "6", "", "")
        path = self.file("mat.csv", self.rows_of(one, two, three))
        self.take(path)
        self.client.must("add", "delegation", "year=%d" % self.year,
                         "title=Tự ghi", "direction=out")
        self.client.must("edit", self.id_of("Sang Nhật"), "result=xong")
        self.file("mat.csv", self.rows_of(one))
        said = self.take(path)
        self.assertEqual(self.counts(said), {"same": 1, "vanished": 2})
        self.assertEqual(len(self.records("delegation")), 4)
        said = self.take(path, "--replace")
        self.assertEqual(self.counts(said),
                         {"same": 1, "removed": 1, "kept": 1})
        self.assertEqual(
            sorted(at["title"] for at in self.records("delegation")),
            ["Sang Lào", "Sang Nhật", "Tự ghi"])
        # Back again: a new record, and the same one ever after.
        self.file("mat.csv", self.rows_of(one, two, three))
        said = self.take(path)
        self.assertEqual(self.counts(said),
                         {"added": 1, "same": 2})
        self.assertEqual(self.counts(self.take(path)), {"same": 3})

    def test_rows_alike_are_counted(self):
        row = ("1", "Đoàn công tác", "Lào", "tháng 3", "5", "", "")
        path = self.file("nhu.csv", self.rows_of(row, row, row))
        self.assertEqual(self.counts(self.take(path)), {"added": 3})
        self.file("nhu.csv", self.rows_of(row, row))
        self.assertEqual(self.counts(self.take(path)),
                         {"same": 2, "vanished": 1})

    def test_two_machines_import_alike(self):
        path = self.book("hai-may.xlsx", {"Viện trợ": self.aid_sheet})
        other = self.cluster.client("ha-tinh")
        self.client.must_sync()
        other.must_sync()
        # Both without the line.
        self.assertEqual(self.take(path)["added"], 5)
        self.assertEqual(self.take(path, client=other)["added"], 5)
        for machine in (self.client, other, self.client):
            machine.must_sync()
        for machine in (self.client, other):
            self.assertEqual(machine.json("conflict", "list"), [])
            self.assertEqual(len(self.records("aid", machine)), 3)
            self.assertEqual(len(self.records("aid-payment", machine)), 2)
            self.assertEqual(self.counts(self.take(path, client=machine)),
                             {"same": 5})

        # Then both take the same new table, and one also types.
        def changed(sheet):
            self.aid_sheet(sheet)
            sheet["H6"] = 13000
        path = self.book("hai-may.xlsx", {"Viện trợ": changed})
        record = next(at["id"] for at in other.json("list", "aid")
                      if at["fields"]["title"] == "Tặng xe lăn"
                      and at["fields"]["year"] == self.year)
        other.must("edit", record, "result=đã trao")
        for machine in (self.client, other):
            said = self.take(path, client=machine)
            self.assertEqual(self.counts(said), {"changed": 1, "same": 4})
        for machine in (self.client, other, self.client):
            machine.must_sync()
        for machine in (self.client, other):
            self.assertEqual(machine.json("conflict", "list"), [])
            self.assertEqual(self.counts(self.take(path, client=machine)),
                             {"same": 5})
            fields = next(at for at in self.records("aid", machine)
                          if at["title"] == "Tặng xe lăn")
            self.assertEqual(fields["committed"]["amount"], 1300000)
            self.assertEqual(fields["result"], "đã trao")

    # --- hostile ---------------------------------------------------------------------------

    def test_hostile_files_are_refused_with_a_sentence(self):
        data = pathlib.Path(__file__).parent.parent / "data"
        for path in sorted((data / "intake" / "hostile").iterdir()) + sorted(
                (data / "tables").glob("*.xls?")):
            if path.name in ("good.xlsx", "strict.xlsx"):
                continue
            with self.subTest(path.name):
                result = self.client.run("import", "table", str(path),
                                         "--entity", "activity")
                self.assertEqual(result.code, 1, str(result))
                self.assertEqual(result.err.count("\n"), 1, result.err)
        self.assertEqual(self.records("activity"), [])
        self.refused(self.file("trong.csv", ""), "holds no table")
        self.refused(self.file("nhi.csv", b"\x00\x01\x02\xff" * 50), "")
        self.refused(self.folder("khong-co.csv"), "")
        result = self.client.run("import", "table")
        self.assertEqual(result.code, 2)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
