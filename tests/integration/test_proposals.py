#!/usr/bin/python3
"""What programs propose, and what people make of it: at one desk, at two that
do not know of each other, and at the hub.
"""
import sys

import harness

WORDS = "Giao lưu với bạn bè Lào tại Nha Trang trong quý II/2024"


class ProposalCase(harness.DesksCase):
    def proposals(self, client, *words):
        return client.json("proposal", "list", *words)

    def one(self, client, field, *words):
        found = [one for one in self.proposals(client, *words)
                 if one["field"] == field]
        self.assertEqual(len(found), 1, (field, found))
        return found[0]

    def fields(self, client, record):
        return client.json("show", record)["fields"]

    def sequence(self, client):
        return client.sql("SELECT count(*) FROM log")[0][0]


class Deciding(ProposalCase):
    def test_list_accept_reject(self):
        record = self.a.add(WORDS)
        before = self.sequence(self.a)
        listed = self.proposals(self.a)
        self.assertEqual({one["field"] for one in listed},
                         {"when", "when_words", "place", "countries", "kind"})
        self.assertEqual(self.sequence(self.a), before, "a list writes")
        for one in listed:
            self.assertEqual(list(one), [
                "id", "kind", "rule", "record", "entity", "field", "current",
                "value", "creates", "words", "source", "why"])
            self.assertEqual(one["record"], record)
            self.assertEqual(one["kind"], "found")
            self.assertIn(one["words"].split(", ")[0], WORDS)
        when = self.one(self.a, "when")
        self.assertEqual(when["value"], "2024-Q2")
        said = self.a.json("proposal", "accept", when["id"][:8])
        self.assertEqual(said, {"did": "accepted", "proposals": 1,
                                "fields": 1, "created": 0, "change_sets": 1})
        self.assertEqual(self.fields(self.a, record)["when"], "2024-Q2")
        # The field and the decision are one change-set.
        self.assertEqual(self.sequence(self.a), before + 1)
        decided = self.a.json("list", "proposal")
        self.assertEqual(len(decided), 1)
        self.assertEqual(decided[0]["fields"], {
            "of": record, "field": "when", "value": "2024-Q2",
            "words": "quý II/2024", "kind": "found", "status": "accepted"})
        place = self.one(self.a, "place")
        self.a.must("proposal", "reject", place["id"], "--reason", "Ở Huế")
        self.assertNotIn("place", self.fields(self.a, record))
        left = {one["field"] for one in self.proposals(self.a)}
        self.assertEqual(left, {"when_words", "countries", "kind"})
        # What was decided is told when it is asked for again.
        for proposal, status in ((when, "accepted"), (place, "rejected")):
            again = self.a.run("proposal", "accept", proposal["id"])
            self.assertEqual(again.code, 1)
            self.assertIn(status + " already", again.err)
        self.a.must("proposal", "accept", "--record", record)
        self.assertEqual(self.proposals(self.a), [])
        self.assertEqual(self.fields(self.a, record)["countries"], ["LA"])
        self.assertEqual(self.fields(self.a, record)["text"], WORDS)

    def test_show_prints_them(self):
        record = self.a.add(WORDS)
        shown = self.a.must("show", record).out
        self.assertIn("Proposed:", shown)
        self.assertIn("2024-Q2", shown)
        self.assertEqual({one["field"] for one in
                          self.a.json("show", record)["proposals"]},
                         {"when", "when_words", "place", "countries", "kind"})
        silent = self.a.add("Nội dung khác")
        self.assertNotIn("Proposed:", self.a.must("show", silent).out)

    def test_filters_and_usage(self):
        record = self.a.add(WORDS)
        self.a.json("add", "delegation", "year=2023", "direction=in",
                    "title=Đón 02 đoàn Lào")
        self.assertEqual({one["entity"] for one in self.proposals(self.a)},
                         {"plan-item", "delegation"})
        for words, entities in (
                (["delegation"], {"delegation"}),
                (["--year", "2024"], {"plan-item"}),
                (["--record", record], {"plan-item"}),
                (["--kind", "carried"], set())):
            self.assertEqual({one["entity"] for one in
                              self.proposals(self.a, *words)}, entities)
        for words in ([], ["--all"], ["--all", "--kind", "found"],
                      ["--all", "--year", "2024"],
                      ["--kind", "found", "--year", "2024"],
                      ["abcd", "--record", record],
                      ["--record", record, "--all"]):
            self.assertEqual(
                self.a.run("proposal", "accept", *words).code, 2, words)
        self.assertEqual(
            self.a.run("proposal", "list", "--kind", "none").code, 2)
        self.a.must("proposal", "accept", "--all", "--kind", "found",
                    "--year", "2023")
        self.assertEqual({one["entity"] for one in self.proposals(self.a)},
                         {"plan-item"})

    def test_many_records_need_a_year(self):
        path = self.cluster.folder("bang.csv")
        with open(path, "w", encoding="utf-8") as out:
            out.write("STT;Tên hoạt động;Loại;Năm\n")
            out.writelines("%d;Việc %d;other;2019\n" % (i, i)
                           for i in range(1, 2002))
        self.a.must("import", "table", path, "--entity", "activity")
        refused = self.a.run("proposal", "list")
        self.assertEqual((refused.code, refused.err.count("\n")), (1, 1))
        self.assertIn("--year", refused.err)
        for words in (("--year", "2024"), ("--kind", "carried"),
                      ("--kind", "mend")):
            self.a.must("proposal", "list", *words)

    def test_words_that_changed(self):
        record = self.a.add(WORDS)
        when = self.one(self.a, "when")
        self.a.must("edit", record, "text=Giao lưu trong quý III/2024")
        refused = self.a.run("proposal", "accept", when["id"])
        self.assertEqual(refused.code, 1)
        self.assertIn("may have changed since it was listed", refused.err)
        self.assertNotIn("when", self.fields(self.a, record))
        # Or the field: a person filled it in.
        when = self.one(self.a, "when")
        self.a.must("edit", record, "when=2024-05")
        self.assertEqual(
            self.a.run("proposal", "accept", when["id"]).code, 1)
        self.assertEqual(self.fields(self.a, record)["when"], "2024-05")

    def test_target_from_a_quantity(self):
        record = self.a.add("Vận động ít nhất 03 dự án")
        creates = [one for one in self.proposals(self.a)
                   if one["creates"] == "target"]
        self.assertEqual(len(creates), 1)
        self.assertIsNone(creates[0]["field"])
        said = self.a.json("proposal", "accept", creates[0]["id"])
        self.assertEqual((said["created"], said["change_sets"]), (1, 1))
        targets = self.a.json("list", "target")
        self.assertEqual(targets[0]["fields"], {
            "year": 2024, "title": "Vận động ít nhất 03 dự án",
            "plan_item": record, "indicator": "projects",
            "qualifier": "at-least", "min": 3, "unit": "dự án"})
        # Nor is one proposed where a person made it.
        other = self.a.add("Triển khai 02 dự án")
        self.a.must("add", "target", "year=2024", "title=Dự án",
                    "plan_item=" + other, "indicator=projects", "min=2")
        self.assertEqual(self.proposals(self.a), [])

    def test_partner_by_name(self):
        partner = self.a.json("add", "partner", "kind=ngo",
                              "name=Quỹ Ánh Sáng", "country=LA")["id"]
        record = self.a.json("add", "aid", "year=2024", "form=project",
                             "title=Nước sạch do quỹ Ánh Sáng tài trợ")["id"]
        self.a.must("proposal", "accept", self.one(self.a, "donors")["id"])
        self.assertEqual(self.fields(self.a, record)["donors"], [partner])


class TwoDesks(ProposalCase):
    def setUp(self):
        super().setUp()
        self.record = self.a.add(WORDS)
        self.target = self.a.add("Vận động 03 dự án")
        self.everybody_syncs()

    def test_alike(self):
        """Offline, both take the same: one decision, one target."""
        for client in (self.a, self.b):
            client.must("proposal", "accept", "--all", "--kind", "found",
                        "--year", "2024")
        self.everybody_syncs()
        for client in (self.a, self.b):
            self.assertEqual(client.json("conflict", "list"), [])
            self.assertEqual(len(client.json("list", "target")), 1)
            self.assertEqual(len(client.json("list", "proposal")), 6)
            self.assertEqual(self.proposals(client), [])
            self.assertEqual(self.fields(client, self.record)["when"],
                             "2024-Q2")
            client.must("verify")
        self.hub.must("verify")

    def test_differently(self):
        """One takes it and one does not: a person sees both."""
        when = self.one(self.a, "when")
        self.assertEqual(self.one(self.b, "when")["id"], when["id"])
        self.a.must("proposal", "accept", when["id"])
        self.b.must("proposal", "reject", when["id"], "--reason", "Hoãn")
        self.everybody_syncs()
        for client in (self.a, self.b):
            conflicts = client.json("conflict", "list")
            self.assertEqual(len(conflicts), 1)
            self.assertEqual(conflicts[0]["entity"], "proposal")
            self.assertEqual(
                {value["value"] for field in conflicts[0]["fields"]
                 if field["field"] == "status"
                 for value in field["values"]}, {"accepted", "rejected"})
            # Of which record and field, and what stands there.
            about = conflicts[0]["about"]
            self.assertEqual(
                (about["id"], about["entity"], about["field"],
                 about["value"], about["current"]),
                (self.record, "plan-item", "when", "2024-Q2", "2024-Q2"))
            text = client.must("conflict", "list").out
            self.assertIn(about["words"], text)
            self.assertIn("(when): 2024-Q2", text)
            # Decided it is, either way.
            self.assertNotIn("when", {one["field"] for one in
                                      self.proposals(client)})

    def test_over_another_desks_words(self):
        """A value typed elsewhere meanwhile is not lost."""
        self.b.must("edit", self.record, "when=2024-05")
        self.a.must("proposal", "accept", self.one(self.a, "when")["id"])
        self.everybody_syncs()
        conflict = self.a.json("conflict", "list")[0]
        self.assertEqual({value["value"] for field in conflict["fields"]
                          for value in field["values"]},
                         {"2024-05", "2024-Q2"})

    def test_decided_elsewhere(self):
        when = self.one(self.b, "when")
        self.a.must("proposal", "reject", when["id"])
        self.everybody_syncs()
        refused = self.b.run("proposal", "accept", when["id"])
        self.assertEqual(refused.code, 1)
        self.assertIn("rejected already", refused.err)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
