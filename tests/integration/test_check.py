#!/usr/bin/env python3
"""The checker over records, with real programs: a union's desk and its
colleague's, the hub over several unions; ignore and mend.

usage: test_check.py BIN_DIR
"""
import os
import pathlib
import re
import sys
import unittest

import harness

DOCS = pathlib.Path(__file__).parents[2] / "docs" / "CHECKS.md"
FAULT = "Nhân dịp kỷ niệm 49 năm thiết lập quan hệ ngoại giao Việt Nam - " \
        "Đức (23/9/1975 - 23/9/2025), Liên hiệp ttriển khai gặp mặt."


def by_rule(findings):
    found = {}
    for finding in findings:
        found.setdefault(finding["rule"], []).append(finding)
    return found


class Check(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh", "da-nang")
        self.addCleanup(self.cluster.end)
        self.client = self.cluster.client("ha-tinh")

    def add(self, client, text, **fields):
        words = ["%s=%s" % pair for pair in fields.items()]
        return client.json("add", "plan-item", "year=2025",
                           "area=friendship", "text=" + text, *words)["id"]

    def check(self, program, *words):
        return program.json("check", "--year", "2025", *words)

    def one(self, program, rule, *words):
        found = by_rule(self.check(program, *words)).get(rule, [])
        self.assertEqual(len(found), 1, found)
        return found[0]

    def text(self, record):
        return self.client.json("show", record)["fields"]["text"]

    def test_finds_in_records(self):
        item = self.add(self.client, FAULT)
        found = self.check(self.client)
        self.assertEqual({f["rule"] for f in found}, {"R01", "R17"})
        for finding in found:
            self.assertEqual(
                (finding["id"], finding["union"], finding["entity"],
                 finding["field"], finding["line"]),
                (item, "ha-tinh", "plan-item", "text", None))
        r01 = by_rule(found)["R01"][0]
        self.assertEqual((r01["found"], r01["expected"]), ("49", "50"))
        self.assertEqual(r01["mend"], FAULT.replace("49", "50"))
        self.assertEqual(self.check(self.client), found)
        self.assertEqual(self.client.json("check", "--year", "2024"), [])

    def test_words_options_and_exit(self):
        self.add(self.client, FAULT)
        said = self.client.must("check", "--year", "2025").out
        self.assertIn("Liên hiệp ha-tinh", said)
        self.assertIn("R17    1  spelling", said)
        self.assertIn("Errors: 2; warnings: 0; notices: 0.", said)
        self.assertEqual([f["rule"] for f in self.check(
            self.client, "--rule", "r17,R30")], ["R17"])
        self.assertEqual(self.client.run(
            "check", "--rule", "R99").code, 2)
        self.assertEqual(self.client.run(
            "check", "--fail-on", "all").code, 2)
        failed = self.client.run("check", "--year", "2025", "--fail-on",
                                 "error")
        self.assertEqual((failed.code, failed.err.count("\n")), (1, 1))
        self.assertIn("2 (error)", failed.err)
        self.assertEqual(self.client.run(
            "check", "--year", "2025", "--rule", "R30", "--fail-on",
            "notice").code, 0)

    def test_mends_just_the_words(self):
        item = self.add(self.client, FAULT)
        found = by_rule(self.check(self.client))
        r01, r17 = found["R01"][0]["finding"], found["R17"][0]["finding"]
        done = self.client.json("mend", r17[:6], "--year", "2025")
        self.assertEqual((done["did"], done["findings"]),
                         ("mended", [r17]))
        self.assertEqual(self.text(item), FAULT.replace("ttriển", "triển"))
        proposal, = self.client.json("list", "proposal")
        fields = proposal["fields"]
        self.assertEqual(
            (fields["of"], fields["field"], fields["kind"],
             fields["status"], fields["rule"], fields["words"]),
            (item, "text", "mend", "accepted", "R17", "ttriển"))
        self.assertEqual(fields["value"], FAULT.replace("ttriển", "triển"))
        # The new words and the decision are one change-set.
        sources = [self.client.json("show", record)["sources"]
                   for record in (item, proposal["id"])]
        self.assertEqual(sources[0]["text"]["sequence"],
                         sources[1]["status"]["sequence"])
        # What was mended is gone; what was not keeps its id.
        self.assertEqual(self.client.run(
            "mend", r17, "--year", "2025").code, 1)
        self.assertEqual(self.one(self.client, "R01")["finding"], r01)

    def test_mends_two_places_at_once(self):
        item = self.add(self.client, FAULT)
        ids = [f["finding"] for f in self.check(self.client)]
        before = self.client.sql("SELECT count(*) FROM log")[0][0]
        done = self.client.json("mend", *ids, "--year", "2025")
        self.assertEqual(self.text(item), FAULT.replace(
            "ttriển", "triển").replace("49", "50"))
        self.assertEqual(len(self.client.json("list", "proposal")), 2)
        self.assertEqual(
            self.client.sql("SELECT count(*) FROM log")[0][0], before + 1)
        self.assertEqual(self.check(self.client), [])
        self.assertGreater(done["fields"], 2)

    def test_mends_are_proposals(self):
        item = self.add(self.client, FAULT)
        found = by_rule(self.check(self.client))
        listed = {p["rule"]: p for p in self.client.json(
            "proposal", "list", "--kind", "mend", "--year", "2025")}
        self.assertEqual(set(listed), {"R01", "R17"})
        self.assertEqual((listed["R17"]["record"], listed["R17"]["value"],
                          listed["R17"]["words"]),
                         (item, found["R17"][0]["mend"], "ttriển"))
        # Those of a record are those of its own year.
        self.assertEqual({p["id"] for p in self.client.json(
            "proposal", "list", "--record", item, "--kind", "mend")},
            {p["id"] for p in listed.values()})
        self.client.must("proposal", "reject", listed["R17"]["id"],
                         "--year", "2025", "--reason", "tên riêng")
        r17 = self.one(self.client, "R17")
        self.assertIsNone(r17["mend"])
        self.assertEqual(r17["finding"], found["R17"][0]["finding"])
        refused = self.client.run("mend", r17["finding"], "--year", "2025")
        self.assertEqual(refused.code, 1)
        self.assertIn("no mend that is sure", refused.err)
        self.client.must("proposal", "accept", listed["R01"]["id"],
                         "--year", "2025")
        self.assertEqual(self.text(item), FAULT.replace("49", "50"))
        self.assertNotIn("R01", by_rule(self.check(self.client)))
        self.assertEqual({(p["fields"]["rule"], p["fields"]["status"])
                          for p in self.client.json("list", "proposal")},
                         {("R17", "rejected"), ("R01", "accepted")})

    def test_all_mends_of_a_year_meet_in_one_text(self):
        item = self.add(self.client, FAULT)
        said = self.client.json("proposal", "accept", "--all", "--kind",
                                "mend", "--year", "2025")
        self.assertEqual((said["proposals"], said["fields"]), (2, 1))
        self.assertEqual(self.text(item), FAULT.replace(
            "ttriển", "triển").replace("49", "50"))
        self.assertEqual(self.check(self.client), [])

    def test_refuses_what_is_not_sure_or_not_there(self):
        self.add(self.client, "Kỷ niệm ngày Quốc khánh Việt Nam "
                              "(02/9/1945 - 02/9/2025).")
        finding = self.one(self.client, "R06")
        self.assertIsNone(finding["mend"])
        for words in ((finding["finding"],), ("abcdef0123",), ("",)):
            refused = self.client.run("mend", *words, "--year", "2025")
            self.assertEqual((refused.code, refused.err.count("\n")),
                             (1, 1), str(refused))
        self.assertEqual(self.client.json("list", "proposal"), [])

    def test_refuses_words_that_changed_since(self):
        item = self.add(self.client, FAULT)
        finding = self.one(self.client, "R17")["finding"]
        self.client.must("edit", item, "text=" + FAULT.replace(
            "ttriển", "thực hiện"))
        refused = self.client.run("mend", finding, "--year", "2025")
        self.assertEqual(refused.code, 1)
        self.assertIn("may have changed", refused.err)

    def test_mends_a_number(self):
        old = self.client.json(
            "add", "activity", "year=2024", "kind=contest", "class=yearly",
            "title=Cuộc thi hát tiếng Lào", "ordinal=5")["id"]
        new = self.client.json(
            "add", "activity", "year=2025", "kind=contest", "class=yearly",
            "title=Cuộc thi hát tiếng Lào", "ordinal=5",
            "carried_from=" + old)["id"]
        finding = self.one(self.client, "R09")
        self.assertEqual((finding["field"], finding["mend"]),
                         ("ordinal", "6"))
        self.client.must("mend", finding["finding"], "--year", "2025")
        self.assertEqual(
            self.client.json("show", new)["fields"]["ordinal"], 6)

    def test_ignore_travels(self):
        item = self.add(self.client, FAULT)
        colleague = self.cluster.client("ha-tinh")
        self.client.must_sync()
        colleague.must_sync()
        finding = self.one(colleague, "R17")
        self.assertEqual(finding["finding"],
                         self.one(self.client, "R17")["finding"])
        self.assertEqual(self.client.run(
            "ignore", finding["finding"], "--year", "2025").code, 2)
        self.client.must("ignore", finding["finding"], "--year", "2025",
                         "--reason", "tên riêng")
        self.client.must_sync()
        colleague.must_sync()
        for program in (self.client, colleague, self.cluster.hub):
            self.assertEqual({f["rule"] for f in self.check(program)},
                             {"R01"})
            ignored, = self.check(program, "--ignored")
            self.assertEqual((ignored["rule"], ignored["reason"]),
                             ("R17", "tên riêng"))
        # Other words are told again.
        colleague.must("edit", item, "text=" + FAULT.replace(
            "ttriển", "tin gọn"))
        self.assertIn("R17", by_rule(self.check(colleague)))
        self.assertEqual(self.check(colleague, "--ignored"), [])

    def test_ignore_undo_and_again(self):
        self.add(self.client, FAULT)
        finding = self.one(self.client, "R17")["finding"]
        for _ in range(2):
            self.client.must("ignore", finding, "--year", "2025",
                             "--reason", "tên riêng")
            self.assertNotIn("R17", by_rule(self.check(self.client)))
            self.client.must("ignore", finding, "--year", "2025", "--undo")
            self.assertIn("R17", by_rule(self.check(self.client)))
        self.assertEqual(self.client.run(
            "ignore", finding, "--year", "2025", "--undo").code, 1)

    def test_two_desks_that_decide_alike_write_one_record(self):
        item = self.add(self.client, FAULT)
        colleague = self.cluster.client("ha-tinh")
        self.client.must_sync()
        colleague.must_sync()
        found = by_rule(self.check(self.client))
        for desk in (self.client, colleague):
            desk.must("ignore", found["R01"][0]["finding"], "--year",
                      "2025", "--reason", "đã đối chiếu")
            desk.must("mend", found["R17"][0]["finding"], "--year", "2025")
        self.client.must_sync()
        colleague.must_sync()
        self.client.must_sync()
        for desk in (self.client, colleague):
            self.assertEqual(len(desk.json("list", "exception")), 1)
            self.assertEqual(len(desk.json("list", "proposal")), 1)
            self.assertEqual(desk.json("conflict", "list"), [])
            self.assertEqual(self.check(desk), [])
        self.assertEqual(self.text(item), FAULT.replace("ttriển", "triển"))

    def test_hub_sees_across_unions(self):
        other = self.cluster.client("da-nang")
        same = "Tham gia tích cực các cuộc vận động ủng hộ nhân dân các " \
               "nước bị thiên tai theo lời kêu gọi của cơ quan cấp trên."
        wrong = self.add(self.client, "Kỷ niệm 51 năm thiết lập quan hệ "
                                      "ngoại giao Việt Nam - Nhật Bản.")
        right = self.add(other, "Gặp mặt nhân kỷ niệm 52 năm thiết lập quan "
                                "hệ ngoại giao Việt Nam - Nhật Bản.")
        for client in (self.client, other):
            self.add(client, same)
            client.must_sync()
        hub = self.cluster.hub
        found = by_rule(self.check(hub))
        self.assertEqual(set(found), {"R03", "R04", "R23"})
        self.assertEqual([(f["id"], f["union"]) for f in found["R04"]],
                         [(wrong, "ha-tinh")])
        self.assertIn("da-nang", found["R04"][0]["why"])
        self.assertEqual(set(by_rule(self.check(self.client))), {"R03"})
        self.assertEqual(self.check(other), [])
        self.assertEqual(self.check(hub, "--union", "da-nang"), [])
        self.assertEqual(
            {f["rule"] for f in self.check(hub, "--union", "ha-tinh")},
            {"R03"})
        self.assertEqual(hub.run("check", "--union", "nowhere").code, 1)
        self.assertIn("the hub writes neither",
                      hub.must("check", "--year", "2025").out)
        unions = [f["union"] for f in self.check(hub)]
        self.assertEqual(unions, sorted(unions))
        self.assertNotEqual(right, wrong)

    def test_what_changed_since_the_plan_was_sent(self):
        kept = self.add(self.client, "Gặp mặt hữu nghị đầu xuân.")
        lost = self.add(self.client, "Trao học bổng cho học sinh nghèo.")
        self.assertEqual(self.check(self.client), [])
        self.client.must("add", "submission", "year=2025", "kind=plan",
                         "submitted_at=2025-01-10")
        self.assertEqual(self.check(self.client), [])
        self.client.must("edit", kept, "place=Hà Tĩnh")
        self.assertEqual(self.check(self.client), [])
        self.client.must("rm", lost)
        added = self.add(self.client, "Triển lãm ảnh hữu nghị.")
        passing = self.add(self.client, "Việc ghi nhầm.")
        self.client.must("rm", passing)
        found = by_rule(self.check(self.client))["R24"]
        self.assertEqual({(f["id"], f["found"]) for f in found},
                         {(lost, "deleted"), (added, "added")})
        self.client.must_sync()
        self.assertEqual(by_rule(self.check(self.cluster.hub))["R24"],
                         found)

    def test_hub_checks_a_file(self):
        path = self.cluster.folder("plan.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("KẾ HOẠCH NĂM 2025\n- " + FAULT + "\n")
        said = self.client.json("check", path)
        self.assertEqual({f["rule"] for f in said}, {"R01", "R17"})
        self.assertEqual(self.cluster.hub.json("check", path), said)
        self.assertEqual(self.cluster.hub.run(
            "check", path, "--rule", "R17", "--fail-on", "error").code, 1)
        self.assertEqual(self.client.run("check", path, "--ignored").code, 2)
        nowhere = harness.Client(self.cluster.folder("nowhere"))
        self.assertEqual(nowhere.json("check", path), said)
        self.assertFalse(os.path.exists(nowhere.home))
        self.assertEqual(nowhere.run("check").code, 1)

    def test_docs_list_the_rules(self):
        said = re.findall(r"^  (R\d\d)  .* \((\w+)\)$",
                          self.client.must("check", "--help").out, re.M)
        self.assertGreater(len(said), 30)
        self.assertEqual(said, re.findall(
            r"^\| (R\d\d) \| (\w+) \|",
            DOCS.read_text(encoding="utf-8"), re.M))


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
