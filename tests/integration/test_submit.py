#!/usr/bin/env python3
"""Handing in a plan or report: what is submitted, its versions, what changes
after, what the hub sees, and the cluster's verdict.

usage: test_submit.py BIN_DIR
"""
import sys
import unittest

import harness

FAULT = "Nhân dịp kỷ niệm 49 năm thiết lập quan hệ ngoại giao Việt Nam - " \
        "Đức (23/9/1975 - 23/9/2025), Liên hiệp tổ chức gặp mặt."


class Submit(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh", "da-nang")
        self.addCleanup(self.cluster.end)
        self.hub = self.cluster.hub
        self.client = self.cluster.client("ha-tinh")

    def add(self, text, year=2025, client=None):
        return (client or self.client).json(
            "add", "plan-item", "year=%d" % year, "area=friendship",
            "text=" + text)["id"]

    def part(self, text, kind="annual"):
        return self.client.json("add", "report-part", "year=2025",
                                "kind=" + kind, "text=" + text)["id"]

    def submit(self, paper="plan", *words, client=None):
        return (client or self.client).json(
            "submit", paper, "--year", "2025", *words)

    def listed(self, program, *words):
        return program.json("submission", "list", "--year", "2025", *words)

    def latest(self, program, union="ha-tinh", kind="plan"):
        found = [s for s in self.listed(program)["submissions"]
                 if s["latest"] and (s["union"], s["kind"]) == (union, kind)]
        self.assertEqual(len(found), 1, found)
        return found[0]

    def since(self, program, **which):
        return {(c["id"], c["did"])
                for c in self.latest(program, **which)["since"]}

    def test_nothing_to_submit(self):
        self.add("Gặp mặt đầu xuân.", year=2024)
        for paper in ("plan", "half-year", "annual"):
            result = self.client.run("submit", paper, "--year", "2025")
            self.assertEqual(result.code, 1)
            self.assertEqual(len(result.err.strip().splitlines()), 1)
            self.assertIn("nothing to submit", result.err)
        self.part("Tình hình sáu tháng.", kind="half-year")
        self.assertEqual(self.client.run(
            "submit", "annual", "--year", "2025").code, 1)
        self.assertEqual(self.client.run(
            "submit", "letter", "--year", "2025").code, 2)
        self.assertEqual(self.client.json("list", "submission"), [])
        self.assertEqual(self.submit("half-year")["records"],
                         {"report-part": 1})

    def test_what_is_submitted(self):
        self.add("Gặp mặt đầu xuân.")
        self.add(FAULT)
        tried = self.submit("plan", "--dry-run")
        self.assertEqual((tried["dry_run"], tried["id"], tried["sequence"],
                          tried["version"]), (True, None, None, 1))
        self.assertEqual(self.client.json("list", "submission"), [])
        errors = [f for f in self.client.json("check", "--year", "2025")
                  if f["level"] == "error"]
        self.assertGreater(len(errors), 0)
        said = self.submit("plan", "--note", "Gửi lần đầu")
        self.assertEqual(
            (said["did"], said["union"], said["year"], said["kind"],
             said["version"], said["records"], said["changed"],
             said["errors"]),
            ("submitted", "ha-tinh", 2025, "plan", 1,
             {"plan-item": 2, "plan-lead": 0}, None, len(errors)))
        kept = self.client.json("show", said["id"])
        self.assertEqual(kept["fields"], {
            "year": 2025, "kind": "plan", "note": "Gửi lần đầu",
            "submitted_at": said["submitted_at"]})
        source = kept["sources"]["submitted_at"]
        self.assertEqual((source["device"], source["sequence"]),
                         (said["device"], said["sequence"]))
        words = self.client.must("submit", "plan", "--year", "2025",
                                 "--dry-run").out
        self.assertIn("check --year 2025", words)
        self.assertIn("version 2", words)

    def test_versions_and_what_came_since(self):
        kept = self.add("Gặp mặt đầu xuân.")
        lost = self.add("Trao học bổng.")
        first = self.submit()
        # What was done, and another year's plan, change no plan.
        self.client.must("edit", kept, "status=done", "place=Hà Tĩnh")
        self.add("Việc của năm sau.", year=2026)
        self.assertEqual(self.since(self.client), set())
        self.client.must("edit", kept, "text=Gặp mặt đầu xuân Ất Tỵ.")
        self.client.must("rm", lost)
        made = self.add("Triển lãm ảnh.")
        passing = self.add("Ghi nhầm.")
        self.client.must("rm", passing)
        expected = {(kept, "changed"), (lost, "deleted"), (made, "added")}
        self.assertEqual(self.since(self.client), expected)
        self.client.must_sync()
        self.assertEqual(self.since(self.hub), expected)
        second = self.submit()
        self.assertEqual((second["version"], second["changed"]), (2, 3))
        self.assertNotEqual(second["id"], first["id"])
        self.client.must_sync()
        self.assertEqual(self.since(self.hub), set())
        rows = self.listed(self.hub)["submissions"]
        self.assertEqual([(r["id"], r["version"], r["latest"])
                          for r in rows],
                         [(first["id"], 1, False), (second["id"], 2, True)])
        self.assertIsNone(rows[0]["since"])
        self.assertEqual(rows[1]["sequence"], second["sequence"])

    def test_a_colleagues_later_words_count_as_since(self):
        other = self.cluster.client("ha-tinh")
        self.add("Gặp mặt đầu xuân.")
        self.submit()
        self.client.must_sync()
        made = self.add("Việc của đồng nghiệp.", client=other)
        other.must_sync()
        self.client.must_sync()
        for program in (self.client, self.hub):
            self.assertEqual(self.since(program), {(made, "added")})

    def test_who_has_and_who_has_not(self):
        self.add("Gặp mặt đầu xuân.")
        self.submit()
        self.part("Kết quả năm.")
        self.submit("annual")
        self.client.must_sync()
        missing = self.listed(self.hub)["missing"]
        self.assertEqual(missing, {
            "plan": ["da-nang"], "annual": ["da-nang"],
            "half-year": ["da-nang", "ha-tinh"]})
        self.assertEqual(self.listed(self.hub, "--kind", "plan")["missing"],
                         {"plan": ["da-nang"]})
        self.assertEqual(
            {s["kind"] for s in self.listed(self.hub, "--kind",
                                            "annual")["submissions"]},
            {"annual"})
        self.assertEqual(
            self.listed(self.hub, "--union", "da-nang")["submissions"], [])
        words = self.hub.must("submission", "list", "--year", "2025").out
        self.assertIn("Not submitted for 2025 yet, plan: da-nang\n", words)
        status = {u["code"]: u["submitted"] for u in self.hub.json(
            "status", "--year", "2025")["unions"]}
        self.assertEqual(status, {"ha-tinh": {"plan": 1, "annual": 1},
                                  "da-nang": {}})
        self.assertEqual(self.client.json(
            "status", "--year", "2025")["submitted"],
            {"plan": 1, "annual": 1})
        self.assertEqual(self.listed(self.client)["missing"],
                         {"plan": [], "annual": [], "half-year": ["ha-tinh"]})

    def test_the_clusters_verdict_comes_back(self):
        item = self.add("Gặp mặt đầu xuân.")
        said = self.submit()
        self.client.must_sync()
        shown = self.latest(self.hub)
        self.assertEqual((shown["verdict"], shown["comment"]), (None, None))
        self.assertIsNotNone(shown["received_at"])
        self.hub.must("edit", shown["id"][:13], "verdict=returned",
                      "comment=Đề nghị bổ sung kinh phí.")
        self.client.must_sync()
        shown = self.latest(self.client)
        self.assertEqual((shown["id"], shown["verdict"], shown["comment"]),
                         (said["id"], "returned",
                          "Đề nghị bổ sung kinh phí."))
        # A plan that came back is not sent: nothing came since (R24).
        self.add("Triển lãm ảnh.")
        self.assertEqual([f for f in self.client.json(
            "check", "--year", "2025") if f["rule"] == "R24"], [])
        self.assertEqual(self.submit()["version"], 2)
        self.client.must_sync()
        self.assertIsNone(self.latest(self.hub)["verdict"])
        # The union's words are the union's; the cluster's records have
        # commands of their own.
        for record, word, sentence in (
                (item, "text=Khác", "was not written"),
                (said["id"], "note=Khác", "was not written"),
                (self.hub.json("union", "list")[0]["id"], "name=Khác",
                 "record of the cluster itself"),
                (said["id"], "verdict=maybe", "")):
            result = self.hub.run("edit", record, word)
            self.assertEqual(result.code, 1, result)
            self.assertIn(sentence, result.err)
        result = self.client.run("edit", said["id"], "verdict=accepted")
        self.assertEqual(result.code, 1)

    def test_merged_unions(self):
        other = self.cluster.client("da-nang")
        self.add("Việc của đơn vị cũ.")
        self.add("Gặp mặt.", client=other)
        self.submit(client=other)
        other.must_sync()
        self.client.must_sync()
        self.hub.must("union", "merge", "ha-tinh", "da-nang", "--into",
                      "c", "--name", "Liên hiệp C", "--from", "2025-07-01")
        # What one of the two has submitted is there under the roof.
        self.assertEqual(
            self.listed(self.hub, "--kind", "plan")["missing"], {"plan": []})
        new = self.cluster.client("c")
        said = self.submit(client=new)
        self.assertEqual((said["union"], said["version"],
                          said["records"]["plan-item"]), ("c", 1, 2))
        new.must_sync()
        self.client.must_sync()
        made = self.add("Việc cũ, ghi thêm.", client=self.client)
        self.client.must_sync()
        self.assertEqual(self.since(self.hub, union="c"), {(made, "added")})


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
