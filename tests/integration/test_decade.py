#!/usr/bin/env python3
"""A decade of a cluster of eleven unions, 2021 to 2030, with the mergers of
2025 by the ready table in the middle: every report of a year before them is
the same byte for byte afterwards, every report after them holds each item
once, under the right roof, and all replicas agree.

usage: test_decade.py BIN_DIR
"""
import os
import sys
import unittest

import harness

TABLE = os.path.join(os.path.dirname(__file__), "..", "..", "examples",
                     "unions.csv")
OLD = range(2021, 2025)
NEW = range(2026, 2031)
# Who went over into whom; Hà Tĩnh stays what it is.
INTO = {"quang-binh": "quang-tri-2025", "quang-tri": "quang-tri-2025",
        "thua-thien-hue": "hue", "da-nang": "da-nang-2025",
        "quang-nam": "da-nang-2025", "binh-dinh": "gia-lai-2025",
        "gia-lai": "gia-lai-2025", "phu-yen": "dak-lak-2025",
        "dak-lak": "dak-lak-2025", "khanh-hoa": "khanh-hoa-2025"}
# Renamed, so that their records of later years can stand under the old name.
SAME_PEOPLE = {"hue": "thua-thien-hue", "khanh-hoa-2025": "khanh-hoa"}
SECTIONS = (("a", "Hoạt động hữu nghị", ("Gặp mặt bạn bè", "Giao lưu văn nghệ "
                                         "với sinh viên nước bạn")),
            ("b", "Đoàn ra, đoàn vào", ("Đón một đoàn bạn",)),
            ("c", "Thông tin đối ngoại", ("Ra bản tin quý",)))
FORMATS = (("--format", "text"), ("--format", "md"), ("--format", "html"),
           ("--format", "json"), ("--format", "text", "--layout", "by-area"))


class Decade(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster()
        self.addCleanup(self.cluster.end)
        self.hub = self.cluster.hub
        self.hub.must("union", "import", TABLE)
        self.names = {}
        self.read_names()
        # What was typed: year → {text: union whose record it is}.
        self.typed = {year: {} for year in range(2021, 2031)}

    def read_names(self):
        self.unions = self.hub.json("union", "list")
        self.names = {one["code"]: one["name"] for one in self.unions}

    def import_plan(self, client, code, year, mark=""):
        lines = ["1. " + self.names[code]]
        for letter, heading, items in SECTIONS:
            lines.append("%s. %s" % (letter, heading))
            for item in items:
                text = "%s năm %d%s, việc của %s" % (item, year, mark, code)
                lines.append("- " + text)
                self.typed[year][text] = code
        path = self.cluster.folder("plan.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        said = client.json("import", "plan", path, "--year", str(year),
                           *(("--union", code) if mark else ()))
        self.assertEqual(said["added"], sum(len(items) for _, _, items
                                            in SECTIONS), said)

    def add_others(self, client, year):
        client.must("add", "activity", "year=%d" % year, "title=Gặp mặt",
                    "kind=exchange", "text=Một buổi gặp")
        client.must("add", "delegation", "year=%d" % year,
                    "title=Đoàn đi thăm", "direction=out")

    def reports(self, years, *more):
        return {(year, words): self.hub.must("report", "plan", "--year",
                                             str(year), *words, *more).out
                for year in years for words in FORMATS}

    def roof(self, code, old):
        """Under whom a union's records stand: of the eleven, or the seven."""
        return SAME_PEOPLE.get(code, code) if old else INTO.get(code, code)

    def check_year(self, year, old, *more):
        """Every item once, under its roof, whose it is said."""
        report = self.hub.json("report", "plan", "--year", str(year), *more)
        got = [(union["code"], item["source"]["union"], item["text"])
               for union in report["unions"] for section in union["sections"]
               for item in section["items"]]
        want = [(self.roof(of, old), of, text)
                for text, of in self.typed[year].items()]
        self.assertEqual(sorted(got), sorted(want), (year, more))
        order = {one["code"]: (one["order"], one["code"])
                 for one in self.unions}
        codes = [union["code"] for union in report["unions"]]
        self.assertEqual(codes, sorted(codes, key=order.get))
        for union in report["unions"]:
            self.assertEqual(union["name"], self.names[union["code"]])
            others = {of for roof, of, _ in want
                      if roof == union["code"] and of != roof}
            apart = old and union["code"] in set(INTO.values()) - set(
                SAME_PEOPLE)
            self.assertEqual("note" in union, bool(others) or apart,
                             (year, more, union["code"]))
            for of in others:
                self.assertIn(self.names[of], union["note"])

    def test_decade(self):
        clients = {one["code"]: self.cluster.client(one["code"])
                   for one in self.unions}
        for year in OLD:
            for code, client in clients.items():
                self.import_plan(client, code, year)
                self.add_others(client, year)
        # Half of 2025 is the old unions'.
        for code, client in clients.items():
            self.import_plan(client, code, 2025)
        for client in clients.values():
            client.must_sync()
        for year in OLD:
            self.check_year(year, True)
        before = self.reports(OLD)
        before_2025 = self.reports([2025])

        self.hub.must("union", "merge", "--file", "2025")
        self.read_names()
        self.assertEqual(self.reports(OLD), before)
        # That of the year itself must differ: it stands under the seven.
        after_2025 = self.reports([2025])
        for key, text in before_2025.items():
            self.assertNotEqual(after_2025[key], text, key)
        self.check_year(2025, False)
        self.check_year(2025, True, "--as-of", "2024-12-31")

        new = self.new_clients(clients)
        self.assertEqual(len(new), 7)
        for code, client in new.items():
            if code != "ha-tinh":
                self.import_plan(client, code, 2025, ", nửa cuối")
            for year in NEW:
                self.import_plan(client, code, year)
                self.add_others(client, year)
            client.must_sync()
        self.old_words(clients, new)
        self.assertEqual(self.reports(OLD), before)
        for year in OLD:
            self.check_year(year, True)
            self.check_year(year, False, "--as-of", "2026-01-01")
        for year in [2025, *NEW]:
            self.check_year(year, False)
            self.check_year(year, True, "--as-of", "2024-12-31")
        self.check_replicas({*clients.values(), *new.values()})
        self.assertEqual(self.reports(OLD), before)

    def new_clients(self, clients):
        """Some offices go over with the machine they have, others take a new
        one; the renamed have nothing to do."""
        out = {"ha-tinh": clients["ha-tinh"]}
        for old, new in INTO.items():
            if new in SAME_PEOPLE:
                clients[old].must_sync()
                out[new] = clients[old]
        for new, old in (("da-nang-2025", "da-nang"),
                         ("gia-lai-2025", "binh-dinh")):
            clients[old].must_sync()
            clients[old].must("join", self.hub.invite(new))
            out[new] = clients[old]
        for new in "quang-tri-2025", "dak-lak-2025":
            out[new] = self.cluster.client(new)
        return out

    def old_words(self, clients, new):
        """The successor goes on with an old record, and an old machine with
        one of its own; neither is printed in a plan."""
        for client, of in ((new["quang-tri-2025"], "quang-binh"),
                           (clients["quang-tri"], "quang-tri")):
            item = next(item for item in client.items()
                        if item["union"] == of
                        and item["fields"]["year"] == 2024)
            client.must("edit", item["id"], "result=Đã làm")
            client.must_sync()

    def check_replicas(self, clients):
        for _ in range(2):
            for client in clients:
                client.must_sync()
        items = sum(len(texts) for texts in self.typed.values())
        self.assertEqual(self.hub.sql(
            "SELECT count(*) FROM plan_item WHERE state & 1 = 0"),
            [(items,)])
        for program in (self.hub, *clients):
            program.must("verify")
        self.hub.must("rebuild")
        for client in clients:
            client.must("rebuild")
            client.must_sync()
            self.assertEqual(client.json("status")["unsent"], 0)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
