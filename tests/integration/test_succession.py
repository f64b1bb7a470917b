#!/usr/bin/env python3
"""Unions that merge, split and take another name: every sentence, the rights
of old and new devices, closing, joining the successor, roofs of reports,
member associations.

usage: test_succession.py BIN_DIR [TEST …]
"""
import json
import os
import shutil
import sys
import unittest

import harness
import peer

MERGE = ("union", "merge", "a", "b", "--into", "c", "--from", "2025-07-01")


def plan(program, year, *more):
    """{code printed: {text: source's code}} of a report."""
    report = program.json("report", "plan", "--year", str(year), *more)
    return {union["code"]: {item["text"]: item["source"]["union"]
                            for section in union["sections"]
                            for item in section["items"]}
            for union in report["unions"]}


class Case(unittest.TestCase):
    codes = ("a", "b", "d")

    def setUp(self):
        self.cluster = harness.Cluster(*self.codes)
        self.addCleanup(self.cluster.end)
        self.hub = self.cluster.hub

    def refused(self, program, *words, says=""):
        result = program.run(*words)
        self.assertIn(result.code, (1, 2), str(result))
        self.assertIn(says, result.err)
        self.assertEqual(len(result.err.strip().splitlines()),
                         1 if result.code == 1 else 2, str(result))
        return result

    def digest_all(self, *clients):
        for client in clients:
            client.must_sync()
            client.must("verify")
        self.hub.must("verify")


class Sentences(Case):
    def test_what_cannot_be(self):
        hub = self.hub
        merge = ("union", "merge")
        for words, says in [
                ((*merge, "a"), "two unions or more"),
                ((*merge, "a", "b", "--into", "c"), "--from"),
                ((*merge, "a", "b", "--from", "2025-07-01"), "--into"),
                ((*merge, "a", "x", "--into", "c", "--from", "2025-07-01",
                  "--name", "C"), "no union x"),
                ((*merge, "a", "b", "--into", "c", "--from", "2025-07-01"),
                 "no union c yet"),
                ((*merge, "a", "b", "--into", "c", "--from", "2025-02-30",
                  "--name", "C"), "not a day"),
                ((*merge, "a", "b", "--into", "c", "--from", "07/2025",
                  "--name", "C"), "not a day"),
                ((*merge, "a", "b", "--into", "a", "--from", "2025-07-01"),
                 "cannot go over into itself"),
                ((*merge, "a", "a", "--into", "c", "--from", "2025-07-01",
                  "--name", "C"), "named twice"),
                ((*merge, "a", "b", "--into", "C C", "--from", "2025-07-01",
                  "--name", "C"), "cannot be a union's code"),
                ((*merge, "a", "b", "--into", "c", "--from", "2025-07-01",
                  "--name", "C", "--late-until", "2025-06-01"),
                 "before the new union begins"),
                ((*merge, "a", "b", "--into", "c", "--from", "2025-07-01",
                  "--name", "Liên hiệp d"), "has that name"),
                ((*merge, "a", "b", "--into", "c,d", "--from", "2025-07-01"),
                 "several"),
                ((*merge, "a", "b", "--into", "c", "--from", "2025-07-01",
                  "--name", "C", "--order", "x"), "order"),
                ((*merge, "--file", "1999"), "No table of mergers"),
                ((*merge, "a", "b", "--file", "2025"), "leave the rest out"),
                (("union", "split", "a", "--into", "b", "--from",
                  "2025-07-01"), "two unions or more"),
                (("union", "split", "a", "--into", "b,x", "--from",
                  "2025-07-01"), "no union x yet; add it first"),
                (("union", "close", "a"), "has not gone over"),
                (("union", "close", "x"), "no union x"),
                (("union", "succession", "all"), "list alone")]:
            with self.subTest(words=words):
                self.refused(hub, *words, says=says)
        self.assertEqual(hub.json("union", "succession", "list"), [])
        self.assertEqual({union["valid_to"]
                          for union in hub.json("union", "list")}, {None})

    def test_again_and_chains(self):
        hub = self.hub
        trial = hub.must(*MERGE, "--name", "C", "--dry-run")
        self.assertIn("trial", trial.out)
        self.assertEqual(len(hub.json("union", "list")), 3)
        said = hub.json(*MERGE, "--name", "Liên hiệp a", "--decision",
                        "số 1", "--note", "chú ý")
        self.assertEqual(said["successions"][0]["did"], "written")
        self.assertEqual(said["successions"][0]["made"], 1)
        again = hub.must(*MERGE)
        self.assertIn("done already", again.out)
        self.assertTrue(hub.json(*MERGE)["successions"][0]["already"])
        self.refused(hub, "union", "merge", "b", "a", "--into", "c", "--from",
                     "2025-08-01", says="not rewritten")
        self.refused(hub, "union", "merge", "a", "d", "--into", "e", "--from",
                     "2026-01-01", "--name", "E", says="name c instead")
        self.refused(hub, "union", "rename", "d", "--into", "a", "--from",
                     "2026-01-01", says="a ended on 2025-06-30")
        self.refused(hub, "union", "rename", "c", "--into", "a", "--from",
                     "2026-01-01", says="a ended on")
        self.refused(hub, "union", "rename", "c", "--into", "e", "--from",
                     "2025-07-01", "--name", "E", says="c began on")
        self.refused(hub, "union", "rename", "d", "--into", "c", "--from",
                     "2025-01-01", says="c begins on")
        self.refused(hub, "invite", "a", says="invite to c")
        hub.must("union", "merge", "c", "d", "--into", "e", "--from",
                 "2028-01-01", "--name", "E")
        listed = hub.json("union", "succession", "list")
        self.assertEqual([(one["kind"], one["from"], one["into"], one["when"])
                          for one in listed],
                         [("merged", ["a", "b"], ["c"], "2025-07-01"),
                          ("merged", ["c", "d"], ["e"], "2028-01-01")])
        self.assertEqual(listed[0]["decision"], "số 1")
        unions = {one["code"]: one for one in hub.json("union", "list")}
        self.assertEqual(unions["c"]["valid_from"], "2025-07-01")
        self.assertEqual(unions["c"]["valid_to"], "2027-12-31")
        self.assertEqual(unions["a"]["valid_to"], "2025-06-30")
        self.assertIn("a, b", hub.must("union", "succession", "list").out)
        hub.must("verify")

    def test_files(self):
        hub = self.hub
        table = self.cluster.folder("table.csv")

        def take(text, *more):
            with open(table, "w", encoding="utf-8") as file:
                file.write(text)
            return hub.run("union", "merge", "--file", table, *more)

        head = "from,into,when,name\n"
        for text, says in [
                ("", "is empty"), ("x,y\n", "first line must name"),
                (head + ",c,2025-07-01,C\n", "Line 2 of the file: it names no "
                 "union that"),
                (head + "a,,2025-07-01,C\n", "fill in into"),
                (head + "a,c,1/7/2025,C\n", "not a day"),
                (head + "a,c,2025-07-01,C\nb,c,2025-08-01,C\n", "two days")]:
            result = take(text)
            self.assertEqual(result.code, 1, str(result))
            self.assertIn(says, result.err)
        self.assertEqual(take(head + "x,c,2025-07-01,C\n" * 1100).code, 1)
        result = take(head + "a,c,2025-07-01,C\nx,c,2025-07-01,C\n"
                      "y,z,2025-07-01,Z\n", "--late-until", "2027-01-01",
                      "--json")
        said = json.loads(result.out)
        self.assertEqual(said["passed_over"], ["x"])
        self.assertEqual(said["others"], 1)
        # One union alone of a merger goes on under another name.
        self.assertEqual(said["successions"][0]["kind"], "renamed")
        self.assertEqual(said["successions"][0]["late_until"], "2027-01-01")


class Rights(Case):
    def test_a_merger(self):
        a = self.cluster.client("a")
        b = self.cluster.client("b")
        of_a = a.add("Việc của A")
        later = a.json("add", "plan-item", "year=2025", "area=friendship",
                       "text=Việc 2025 của A")["id"]
        b.add("Việc của B")
        a.must_sync()
        b.must_sync()
        before = {year: self.hub.must("report", "plan", "--year", year).out
                  for year in ("2023", "2024")}
        self.hub.must(*MERGE, "--name", "Liên hiệp a")
        c = self.cluster.client("c")
        # All of A's and B's came along, and can be continued.
        self.assertEqual(sorted(c.texts()),
                         ["Việc 2025 của A", "Việc của A", "Việc của B"])
        c.must("edit", of_a, "result=Xong")
        with self.subTest("for which union"):
            self.refused(c, "add", "plan-item", "year=2024", "area=general",
                         "text=x", says="more than one union (a, b)")
            self.refused(c, "add", "plan-item", "year=2024", "area=general",
                         "text=x", "--union", "d", says="does not write for d")
            self.refused(c, "add", "plan-item", "year=2026", "area=general",
                         "text=x", "--union", "a", says="--union c")
            c.must("add", "plan-item", "year=2024", "area=general",
                   "text=Việc quên của B", "--union", "b")
            self.assertEqual([item["fields"]["text"] for item in c.json(
                "list", "plan-item", "--union", "b", "year=2024")],
                ["Việc của B", "Việc quên của B"])
            self.refused(c, "list", "plan-item", "--union", "x",
                         says="no union x")
            c.must("add", "plan-item", "--after", of_a,
                   "text=Ngay sau việc của A")
            c.must("add", "plan-item", "year=2026", "area=general",
                   "text=Việc 2026 của C")
            c.must("add", "plan-item", "year=2025", "area=general",
                   "text=Việc 2025 của C")
            c.must("add", "partner", "name=Hội bạn", "kind=other")
        self.digest_all(c, a, b)
        with self.subTest("A's own time"):
            self.assertIn("result", a.json("show", of_a)["fields"])
            a.must("edit", later, "result=Xong")
            a.must("add", "plan-item", "year=2025", "area=general",
                   "text=Muộn của A")
            self.refused(a, "add", "plan-item", "year=2026", "area=general",
                         "text=x", says="invitation to c")
            self.refused(a, "add", "activity", "year=2025",
                         "title=x", "kind=exchange", "when=2025-08-02",
                         says="a ended on 2025-06-30")
        self.digest_all(a, c)
        with self.subTest("roofs"):
            for year, text in before.items():
                got = plan(self.hub, year)
                self.assertEqual(set(got), {"a", "b"} if year == "2024"
                                 else set())
            self.assertEqual(plan(self.hub, 2024)["b"],
                             {"Việc của B": "b", "Việc quên của B": "b"})
            self.assertEqual(plan(self.hub, 2025), {"c": {
                "Việc 2025 của A": "a", "Muộn của A": "a",
                "Việc 2025 của C": "c"}})
            self.assertEqual(set(plan(self.hub, 2024, "--as-of",
                                      "2025-12-31")), {"c"})
            self.assertEqual(plan(self.hub, 2026, "--as-of", "2024-12-31"),
                             {"c": {"Việc 2026 của C": "c"}})
            text = self.hub.must("report", "plan", "--year", "2025").out
            self.assertIn("Gồm cả nội dung của: Liên hiệp a (đến ngày "
                          "30/6/2025)", text)
            text = self.hub.must("report", "plan", "--year", "2026",
                                 "--as-of", "2024-12-31").out
            self.assertIn("có từ ngày 01/7/2025", text)
            self.assertEqual(set(plan(self.hub, 2025, "--union", "a")["c"]),
                             {"Việc 2025 của A", "Muộn của A"})
            self.refused(c, "report", "plan", "--year", "2024",
                         says="there were a, b")
            self.assertEqual(plan(self.hub, 2024, "--union", "c"),
                             plan(self.hub, 2024))
            self.assertIn("--as-of", self.hub.must(
                "report", "plan", "--year", "2024", "--union", "c").err)
            self.assertEqual(set(plan(c, 2024, "--union", "a")), {"a"})
            self.assertEqual(set(plan(c, 2024, "--as-of", "2026-01-01")),
                             {"c"})
            self.assertEqual(len(plan(c, 2025)["c"]), 3)
            self.assertEqual(len(plan(a, 2025)["c"]), 2)
            self.refused(self.hub, "report", "plan", "--year", "2025",
                         "--as-of", "mai", says="not a day")

    def test_closing_and_joining_the_successor(self):
        a = self.cluster.client("a")
        first = a.add("Một")
        a.must_sync()
        # Their time is over already: the next request finds that.
        self.hub.must(*MERGE, "--name", "C", "--late-until", "2025-08-01")
        a.must("edit", first, "place=muộn")
        a.add("Hai")
        self.assertIn("invitation to c", a.must_sync()["stderr"])
        self.assertEqual(plan(self.hub, 2024), {"a": {"Một": "a"}})
        said = a.must("refusal", "list")
        self.assertIn("not", said.out)
        self.refused(a, "edit", first, "place=x", says="invitation to c")
        self.refused(a, "add", "plan-item", "year=2024", "area=general",
                     "text=x", says="has closed it")
        self.assertIn("No device", self.hub.must("union", "close", "a").out)
        self.assertIn("No device", self.hub.must("union", "close", "b").out)
        # The same laptop, the same key: what it wrote late counts now.
        device = a.key().device
        result = a.must("join", self.hub.invite("c"))
        self.assertIn("Joined: C", result.out)
        self.assertIn(a.json("status")["device"]["label"], result.out)
        self.assertEqual(a.key().device, device)
        self.assertEqual(plan(self.hub, 2024),
                         {"a": {"Một": "a", "Hai": "a"}})
        a.must("edit", first, "place=tiếp")
        a.must("add", "plan-item", "year=2026", "area=general", "text=Ba")
        self.digest_all(a)
        self.assertEqual(plan(self.hub, 2026), {"c": {"Ba": "c"}})
        self.assertEqual(a.json("status")["union"]["code"], "c")
        self.assertEqual([one["union"] for one in
                          self.hub.json("device", "list")
                          if one["state"] == "active"], ["c"])
        for program in (a, self.hub):
            program.must("rebuild")
            program.must("verify")

    def test_files_that_were_taken_in_before(self):
        """The same table, plan and report again, once the union went over."""
        self.hub.must("union", "add", "old", "Liên hiệp các tổ chức hữu nghị "
                      "tỉnh Cũ Xưa")
        a = self.cluster.client("old")
        folder = self.cluster.folder
        table, names = folder("aid.csv"), ["Nhà tình thương", "Sách giáo khoa"]

        def write(path, text):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return path

        def aid(paid, *more):
            return write(table, "".join(line + "\n" for line in (
                "TT;Tên dự án;Nhà tài trợ;Cam kết (USD);Giải ngân (USD)",
                "1;%s;Quỹ Hoa Sen;500;%s" % (names[0], paid),
                "2;%s;Quỹ Hoa Sen;300;" % names[1], *more)))

        plans = {name: write(folder(name), text) for name, text in (
            ("named.txt", "KẾ HOẠCH NĂM 2025\n1. Liên hiệp các tổ chức hữu "
             "nghị tỉnh Cũ Xưa\n- Đón đoàn Lào\n- Cử đoàn đi Cuba\n"
             "2. Liên hiệp các tổ chức hữu nghị tỉnh Kia\n- Việc khác\n"),
            ("nameless.txt", "KẾ HOẠCH NĂM 2024\n- Thăm trường bạn\n"
             "- Trồng cây hữu nghị\n"))}
        report = write(folder("report.txt"), "BÁO CÁO\nKết quả năm 2025\n"
                       "I. CÔNG TÁC ĐỐI NGOẠI\nĐã đón ba đoàn khách.\n"
                       "II. PHƯƠNG HƯỚNG\nTiếp tục đón khách.\n")
        takes = [("table", aid(100), "--year", "2025", "--entity", "aid"),
                 ("plan", plans["named.txt"], "--year", "2025"),
                 ("plan", plans["nameless.txt"], "--year", "2024"),
                 ("annual", report, "--year", "2025")]
        for take in takes:
            self.assertGreater(a.json("import", *take)["added"], 1)
        a.must_sync()
        self.hub.must("union", "rename", "old", "--into", "new", "--name",
                      "Liên hiệp các tổ chức hữu nghị tỉnh Mới Tinh",
                      "--from", "2025-07-01")
        a.must_sync()
        a.must_sync()
        for take in takes:
            with self.subTest(take=take):
                said = a.json("import", *take)
                self.assertEqual(
                    [said[key] for key in ("added", "changed", "removed",
                                           "kept", "change_sets")], [0] * 5)
        said = a.json("import", "table", aid(
            200, "3;Nước sạch;Quỹ Hoa Sen;50;20"), "--year", "2025")
        self.assertEqual((said["added"], said["changed"]), (2, 1))
        self.assertEqual(len(a.json("list", "aid")), 3)
        self.assertEqual(len(a.json("list", "aid-payment")), 2)
        write(plans["named.txt"], open(plans["named.txt"], encoding="utf-8")
              .read().replace("đoàn Lào", "hai đoàn Lào"))
        said = a.json("import", "plan", plans["named.txt"])
        self.assertEqual((said["added"], said["changed"]), (0, 1))
        # What comes later is the new union's, under the old name too.
        write(plans["named.txt"], open(plans["named.txt"], encoding="utf-8")
              .read().replace("2025", "2026"))
        self.assertEqual(a.json("import", "plan", plans["named.txt"])
                         ["added"], 2)
        self.digest_all(a)
        self.assertEqual(
            {union: set(texts) for union, texts in
             plan(self.hub, 2026).items()},
            {"new": {"Đón hai đoàn Lào", "Cử đoàn đi Cuba"}})
        self.assertEqual(set(plan(self.hub, 2025)["new"].values()), {"old"})

    def test_close_by_hand(self):
        a = self.cluster.client("a")
        item = a.add("Một")
        a.must_sync()
        self.hub.must(*MERGE, "--name", "C")
        a.must("edit", item, "place=kịp")
        a.must_sync()
        self.assertIn("Closed a", self.hub.must("union", "close", "a").out)
        a.must_sync()
        self.refused(a, "edit", item, "place=x", says="has closed it")
        self.assertEqual(a.json("show", item)["fields"]["place"], "kịp")
        # Another union's invitation is still another union's.
        self.refused(a, "join", self.hub.invite("d"), says="another union")

    def file(self, name, text):
        path = self.cluster.folder(name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def test_commands_see_what_came_before(self):
        a = self.cluster.client("a")
        b = self.cluster.client("b")
        fault = a.json("add", "plan-item", "year=2024", "area=friendship",
                       "text=Kỷ niệm 48 năm thiết lập quan hệ ngoại giao "
                       "Việt Nam - Đức (23/9/1975 - 23/9/2024), Liên hiệp "
                       "ttriển khai gặp mặt.")["id"]
        of_b = b.json("add", "plan-item", "year=2024", "area=friendship",
                      "text=Đón đoàn tháng 5 năm 2024")["id"]
        a.must_sync()
        b.must_sync()
        self.hub.must(*MERGE, "--name", "C")
        c = self.cluster.client("c")
        with self.subTest("check, ignore, mend"):
            found = {f["rule"]: f for f in c.json("check", "--year", "2024")}
            self.assertEqual({f["union"] for f in found.values()}, {"a"})
            self.assertEqual(
                c.json("check", "--year", "2024", "--union", "b"), [])
            self.refused(c, "mend", found["R17"]["finding"], "--year", "2024",
                         "--union", "d", says="does not write for d")
            c.must("mend", found["R17"]["finding"], "--year", "2024")
            c.must("ignore", found["R01"]["finding"], "--year", "2024",
                   "--reason", "đã đối chiếu")
            for entity in ("proposal", "exception"):
                self.assertEqual([one["union"] for one in c.json(
                    "list", entity)], ["a"])
            self.assertEqual(c.json("check", "--year", "2024"), [])
        with self.subTest("proposals"):
            listed = c.json("proposal", "list", "--union", "b")
            self.assertEqual({one["record"] for one in listed}, {of_b})
            when, = (one for one in listed if one["field"] == "when")
            self.assertIn(when["id"], {one["id"] for one in c.json(
                "proposal", "list")})
            self.assertIn(when["id"], {one["id"] for one in c.json(
                "show", of_b)["proposals"]})
            c.must("proposal", "accept", when["id"])
            self.refused(c, "proposal", "reject", when["id"],
                         says="accepted already")
            self.assertEqual(
                c.json("show", of_b)["fields"]["when"], "2024-05")
        with self.subTest("copy"):
            self.assertEqual(c.json("copy", "plan", "--from", "2024", "--to",
                                    "2026", "--union", "a",
                                    "--dry-run")["copied"], 1)
            said = c.json("copy", "plan", "--from", "2024", "--to", "2026",
                          "--open")
            self.assertEqual(said["copied"], 2)
            copies = c.json("list", "plan-item", "year=2026")
            self.assertEqual({(one["union"], one["fields"]["carried_from"])
                              for one in copies}, {("c", fault), ("c", of_b)})
            self.assertEqual(c.json("show", of_b)["fields"]["status"],
                             "carried")
            self.assertEqual(c.json("copy", "plan", "--from", "2024", "--to",
                                    "2026", "--union", "b")["copied"], 0)
            carried = c.json("proposal", "list", "--kind", "carried")
            self.assertEqual({one["source"] for one in carried
                              if one["field"] == "text"}, {fault, of_b})
            # Each union's own, while it is still there.
            self.assertEqual(c.json("copy", "plan", "--from", "2024", "--to",
                                    "2023")["copied"], 2)
            self.assertEqual({one["union"] for one in c.json(
                "list", "plan-item", "year=2023")}, {"a", "b"})
        with self.subTest("import annual"):
            path = self.file("bao-cao.txt", "BÁO CÁO\nKết quả công tác năm "
                             "2024\nI. KẾT QUẢ\n1. Đã đón một đoàn.\n")
            self.refused(c, "import", "annual", path, "--year", "2024",
                         says="more than one union (a, b)")
            c.must("import", "annual", path, "--year", "2024", "--union", "b")
            self.assertEqual({one["union"] for one in c.json(
                "list", "report-part")}, {"b"})
            again = c.json("import", "annual", path, "--year", "2024",
                           "--union", "b")
            self.assertEqual((again["added"], again["changed"]), (0, 0))
        with self.subTest("import table"):
            head = "STT;Tên hoạt động;Loại;Năm\n"
            path = self.file("bang.csv", head + "1;Gặp mặt;other;2024\n")
            self.refused(c, "import", "table", path, "--entity", "activity",
                         says="more than one union (a, b)")
            c.must("import", "table", path, "--entity", "activity",
                   "--union", "a")
            path = self.file("bang-26.csv", head + "1;Gặp mặt;other;2026\n")
            self.refused(c, "import", "table", path, "--entity", "activity",
                         "--union", "a", says="--union c")
            c.must("import", "table", path, "--entity", "activity")
            self.assertEqual({(one["union"], one["fields"]["year"])
                              for one in c.json("list", "activity")},
                             {("a", 2024), ("c", 2026)})
        self.digest_all(c, a, b)

    def test_a_table_of_two_unions(self):
        a = self.cluster.client("a")
        self.hub.must("union", "rename", "a", "--into", "a2", "--name",
                      "Liên hiệp a", "--from", "2025-01-01")
        a.must_sync()
        head = "STT;Tên hoạt động;Loại;Năm\n"
        both = self.file("hai-nam.csv", head + "1;Gặp mặt;other;2024\n"
                         "2;Gặp mặt;other;2026\n")
        self.refused(a, "import", "table", both, "--entity", "activity",
                     says="rows of 2024 and of 2026")
        self.assertEqual(a.json("list", "activity"), [])
        one = self.file("mot-nam.csv", head + "1;Gặp mặt;other;2024\n")
        a.must("import", "table", one, "--entity", "activity")
        again = a.json("import", "table", one, "--entity", "activity")
        self.assertEqual((again["added"], again["same"]), (0, 1))
        self.assertEqual([one["union"] for one in a.json("list", "activity")],
                         ["a"])

    def test_rename(self):
        a = self.cluster.client("a")
        a.add("Cũ")
        a.must_sync()
        self.hub.must("union", "rename", "a", "--into", "a2", "--name",
                      "Liên hiệp a", "--from", "2025-01-01", "--late-until",
                      "2025-02-01")
        a.must_sync()
        self.assertEqual(a.json("status")["union"]["code"], "a2")
        self.refused(self.hub, "bundle", "export", "--union", "a",
                     self.cluster.folder("answer"), says="--union a2")
        a.must("add", "plan-item", "year=2026", "area=general", "text=Mới")
        a.must("add", "plan-item", "year=2024", "area=general", "text=Quên")
        self.digest_all(a)
        self.assertEqual(plan(self.hub, 2024), {"a": {"Cũ": "a",
                                                      "Quên": "a"}})
        self.assertEqual(plan(self.hub, 2026), {"a2": {"Mới": "a2"}})
        self.assertEqual(plan(self.hub, 2026, "--as-of", "2024-01-01"),
                         {"a": {"Mới": "a2"}})
        text = self.hub.must("report", "plan", "--year", "2026", "--as-of",
                             "2024-01-01").out
        self.assertIn("sau khi đổi tên", text)
        # A second rename, and a machine that comes later.
        self.hub.must("union", "rename", "a2", "--into", "a3", "--name",
                      "Liên hiệp a", "--from", "2027-01-01")
        other = self.cluster.client("a2")
        self.assertEqual(sorted(other.texts()), ["Cũ", "Mới", "Quên"])
        other.must("add", "plan-item", "year=2028", "area=general", "text=Xa")
        self.digest_all(other, a)
        self.assertEqual(plan(self.hub, 2028), {"a3": {"Xa": "a3"}})

    def test_split(self):
        a = self.cluster.client("a")
        item = a.add("Chung")
        a.must_sync()
        b = self.cluster.client("b")
        self.assertEqual(b.texts(), [])
        self.hub.must("union", "split", "a", "--into", "b,d", "--from",
                      "2025-07-01")
        b.must_sync()
        b.must("edit", item, "place=của B")
        d = self.cluster.client("d")
        d.must("edit", item, "result=của D")
        self.digest_all(b, d, a, b)
        self.assertEqual(a.json("show", item)["fields"]["place"], "của B")
        self.assertEqual(a.json("show", item)["fields"]["result"], "của D")
        self.assertEqual(plan(self.hub, 2024, "--as-of", "2026-01-01"),
                         {"a": {"Chung": "a"}})
        text = self.hub.must("report", "plan", "--year", "2024", "--as-of",
                             "2026-01-01").out
        self.assertIn("kết thúc hoạt động ngày 30/6/2025", text)

    def test_keys_bundles_and_backups(self):
        a = self.cluster.client("a")
        item = a.add("Một")
        a.must_sync()
        self.hub.must(*MERGE, "--name", "C")
        c = self.cluster.client("c")
        folder = self.cluster.folder("stick")
        os.mkdir(folder)
        with self.subTest("a bundle carries both scopes"):
            c.must("edit", item, "place=qua tệp")
            c.must("add", "plan-item", "year=2026", "area=general",
                   "text=C một")
            c.must("bundle", "export", folder)
            self.hub.must("bundle", "import", *files(folder))
            shutil.rmtree(folder)
            os.mkdir(folder)
            self.hub.must("bundle", "export", "--union", "c", folder)
            c.must("bundle", "import", *files(folder))
            self.assertEqual(c.json("status")["unsent"], 0)
            self.assertEqual(plan(self.hub, 2026), {"c": {"C một": "c"}})
        with self.subTest("a rotated key keeps all rights and words"):
            backup = self.cluster.folder("c.backup")
            c.must("backup", backup)
            c.must("edit", item, "place=chưa gửi")
            c.must("add", "plan-item", "year=2026", "area=general",
                   "text=C hai")
            c.must("device", "rotate")
            c.must_sync()
            c.must("edit", item, "result=khóa mới")
            c.must("add", "plan-item", "year=2026", "area=general",
                   "text=C ba")
            self.digest_all(c)
            a.must_sync()
            self.assertEqual(a.json("show", item)["fields"]["place"],
                             "chưa gửi")
            self.assertEqual(set(plan(self.hub, 2026)["c"]),
                             {"C một", "C hai", "C ba"})
            self.assertEqual(c.json("status")["union"]["code"], "c")
        with self.subTest("receipts of a predecessor's records"):
            self.assertTrue(all(one["placed"] if "placed" in one else True
                                for one in c.json("receipt", item)))
            self.assertNotIn("keeper", c.must("receipt", item).out)
        with self.subTest("a copied home branches in every scope"):
            copy = harness.Client(self.cluster.folder("copy"))
            shutil.copytree(c.home, copy.home)
            c.must("edit", item, "place=bản chính")
            c.must("add", "plan-item", "year=2026", "area=general",
                   "text=Bản chính")
            c.must_sync()
            copy.must("edit", item, "when_words=bản sao")
            copy.must("add", "plan-item", "year=2026", "area=general",
                      "text=Bản sao")
            copy.must_sync()
            c.must_sync()
            self.digest_all(copy, c)
            self.assertEqual(c.json("show", item)["fields"]["when_words"],
                             "bản sao")
            self.assertLessEqual({"Bản chính", "Bản sao"},
                                 set(plan(self.hub, 2026)["c"]))
        with self.subTest("a revoked device's home joins again"):
            c.must("edit", item, "place=sau thu hồi")
            self.hub.must("device", "revoke", c.json("status")["device"]["id"])
            self.assertNotEqual(c.sync()["result"], "ok")
            c.must("join", self.hub.invite("c"))
            self.digest_all(c, a)
            self.assertEqual(a.json("show", item)["fields"]["place"],
                             "sau thu hồi")

    def test_rotating_what_was_closed(self):
        a = self.cluster.client("a")
        a.add("Một")
        a.must_sync()
        self.hub.must(*MERGE, "--name", "C")
        self.hub.must("union", "close", "a")
        self.assertNotEqual(a.run("device", "rotate").code, 0)
        a.must("join", self.hub.invite("c"))
        a.must("device", "rotate")
        a.must("add", "plan-item", "year=2026", "area=general", "text=Hai")
        self.digest_all(a)
        self.assertEqual(plan(self.hub, 2026), {"c": {"Hai": "c"}})


class Members(Case):
    def org(self, client, name, *more):
        return client.json("add", "member-org", "name=" + name,
                           "kind=bilateral", *more)["id"]

    def test_two_become_one(self):
        a, b = self.cluster.client("a"), self.cluster.client("b")
        first = self.org(a, "Hội Việt - Lào A", "countries=LA")
        second = self.org(b, "Hội Việt - Lào B", "countries=LA;TH")
        self.org(b, "Hội Việt - Nga", "countries=RU")
        a.must_sync()
        b.must_sync()
        self.assertEqual(a.json("member", "list", "--same-country"), [])
        self.hub.must(*MERGE, "--name", "C")
        c, other = self.cluster.client("c"), self.cluster.client("c")
        pairs = c.json("member", "list", "--same-country")
        self.assertEqual([(pair["country"], pair["first"]["id"],
                           pair["second"]["id"]) for pair in pairs],
                         [("LA", first, second)])
        self.assertIn("Hội Việt - Lào A (a)",
                      c.must("member", "list", "--same-country").out)
        self.refused(c, "member", "list", says="--same-country")
        self.refused(c, "member", "join", first, first, says="same")
        self.refused(c, "member", "join", first, "ffffffff", says="ffffffff")
        self.refused(a, "member", "join", first, second)
        said = c.json("member", "join", first, second, "--name",
                      "Hội Việt - Lào C")
        self.assertEqual(said["did"], "joined")
        self.assertEqual(peer.id_of(said["id"]), peer.joined_id(
            peer.id_of(first), peer.id_of(second)))
        new = c.json("show", said["id"])
        self.assertEqual(new["union"], "c")
        self.assertEqual(new["fields"]["predecessors"], [first, second])
        self.assertEqual(new["fields"]["countries"], ["LA", "TH"])
        self.assertEqual(new["fields"]["valid_from"], "2025-07-01")
        for old, of in (first, "a"), (second, "b"):
            record = c.json("show", old)
            self.assertEqual((record["union"], record["fields"]["status"],
                              record["fields"]["valid_to"]),
                             (of, "merged", "2025-06-30"))
        self.assertEqual(c.json("member", "list", "--same-country"), [])
        # Apart, and without knowing of it, another desk does the same.
        again = other.json("member", "join", second, first, "--name",
                           "Hội Việt - Lào C")
        self.assertEqual(again["id"], said["id"])
        self.digest_all(c, other, c, a, b)
        self.assertEqual(len(c.json("list", "member-org")), 4)
        told = c.must("show", new["id"]).out
        for name in ("Hội Việt - Lào A", "Hội Việt - Lào B"):
            self.assertIn(name, told)
            self.assertIn(name, c.must("history", new["id"]).out)
        self.assertEqual({entry["record"] for entry in
                          c.json("history", new["id"])},
                         {new["id"], first, second})
        # What two desks wrote alike is made one; then there is nothing more.
        join = ("member", "join", first, second, "--name", "Hội Việt - Lào C")
        c.must(*join)
        self.assertEqual(c.json(*join)["did"], "nothing")


class Ready(Case):
    codes = ()

    def test_the_mergers_of_2025(self):
        table = os.path.join(os.path.dirname(__file__), "..", "..",
                             "examples", "unions.csv")
        self.hub.must("union", "import", table)
        # A union that is known by its province alone.
        said = self.hub.json("union", "merge", "--file", "2025", "--dry-run")
        self.assertTrue(said["dry_run"])
        self.assertEqual(len(self.hub.json("union", "list")), 11)
        said = self.hub.json("union", "merge", "--file", "2025")
        self.assertEqual({(one["kind"], tuple(sorted(one["from"])),
                           one["into"][0]) for one in said["successions"]},
                         {("renamed", ("thua-thien-hue",), "hue"),
                          ("renamed", ("khanh-hoa",), "khanh-hoa-2025"),
                          ("merged", ("quang-binh", "quang-tri"),
                           "quang-tri-2025"),
                          ("merged", ("da-nang", "quang-nam"),
                           "da-nang-2025"),
                          ("merged", ("binh-dinh", "gia-lai"),
                           "gia-lai-2025"),
                          ("merged", ("dak-lak", "phu-yen"),
                           "dak-lak-2025")})
        self.assertEqual(said["passed_over"], ["Ninh Thuận"])
        self.assertEqual(said["others"], 42)
        there = [one["code"] for one in self.hub.json("union", "list")
                 if one["valid_to"] is None]
        self.assertEqual(there, ["ha-tinh", "quang-tri-2025", "hue",
                                 "da-nang-2025", "gia-lai-2025",
                                 "dak-lak-2025", "khanh-hoa-2025"])
        again = self.hub.json("union", "merge", "--file", "2025")
        self.assertTrue(all(one["already"] for one in again["successions"]))
        self.hub.must("verify")

    def test_by_province_alone(self):
        for code, name in (("x1", "Liên hiệp hữu nghị tỉnh Quảng Trị"),
                           ("x2", "LIÊN HIỆP HỮU NGHỊ TỈNH QUẢNG BÌNH")):
            self.hub.must("union", "add", code, name)
        for did in "written", "nothing":
            said = self.hub.json("union", "merge", "--file", "2025")
            self.assertEqual([(sorted(one["from"]), one["did"])
                              for one in said["successions"]],
                             [(["x1", "x2"], did)])


def files(folder):
    return [os.path.join(folder, name) for name in os.listdir(folder)]


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
