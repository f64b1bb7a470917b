#!/usr/bin/python3
"""A year's plan and records carried into the next one: the same words, one
copy whoever copies, nothing overwritten, and what they should say proposed.
"""
import sys

import harness

LEAD = "Năm 2023, Liên hiệp thực hiện các nhiệm vụ sau:"
HEADING = "Công tác hữu nghị năm 2023"
# text, what a person made of it
ITEMS = (
    ("Gặp mặt nhân kỷ niệm 54 năm quan hệ (1969 - 2023)", {"status": "done",
        "result": "Đã tổ chức", "when": "2023-04", "place": "Nha Trang",
        "countries": "SE"}),
    ("Hội thi thường niên lần thứ IX, quý III/2023", {"when": "2023-Q3",
        "when_words": "quý III/2023"}),
    ("Đón đoàn Lào", {"status": "postponed"}),
    ("Mở văn phòng ở Huế", {"status": "dropped"}),
    ("Thực hiện Nghị quyết 34-NQ/TW ngày 09/01/2023", {}),
)
CARRIED = [
    "Gặp mặt nhân kỷ niệm 55 năm quan hệ (1969 - 2024)",
    "Hội thi thường niên lần thứ X, quý III/2024",
    "Đón đoàn Lào",
    "Thực hiện Nghị quyết 34-NQ/TW ngày 09/01/2023",
]


class CopyCase(harness.DesksCase):
    def setUp(self):
        super().setUp()
        self.sources = {}
        self.a.must("add", "plan-lead", "year=2023", "area=general",
                    "text=" + LEAD)
        for text, fields in ITEMS:
            self.sources[text] = self.a.json(
                "add", "plan-item", "year=2023", "area=friendship",
                "heading=" + HEADING, "letter=a", "text=" + text,
                *["%s=%s" % pair for pair in fields.items()])["id"]
        self.everybody_syncs()

    def items(self, client, year=2024):
        return client.json("list", "plan-item", "year=%d" % year)

    def texts(self, client, year=2024):
        return [item["fields"]["text"] for item in self.items(client, year)]

    def copy(self, client, *more):
        return client.json("copy", "plan", "--from", "2023", "--to", "2024",
                           *more)

    def kinds(self, said):
        return {step["text"]: step["kind"] for step in said["steps"]}


class Copying(CopyCase):
    def test_a_plan(self):
        said = self.copy(self.a, "--dry-run")
        self.assertEqual((said["copied"], said["change_sets"]), (5, 0))
        self.assertEqual(self.items(self.a), [])
        said = self.copy(self.a)
        self.assertEqual((said["copied"], said["left"]), (5, 1))
        self.assertEqual(self.kinds(said), {
            LEAD: "add", ITEMS[0][0]: "finished", ITEMS[1][0]: "add",
            ITEMS[2][0]: "add", ITEMS[3][0]: "dropped", ITEMS[4][0]: "add"})
        copies = self.items(self.a)
        # In the same order, with the same words.
        self.assertEqual([item["fields"]["text"] for item in copies],
                         [text for text, _ in ITEMS if "Huế" not in text])
        first = copies[0]["fields"]
        old = self.a.json("show", self.sources[ITEMS[0][0]])["fields"]
        for gone in ("status", "result", "when"):
            self.assertNotIn(gone, first)
        for kept in ("rank", "letter", "heading", "area", "level", "place",
                     "countries"):
            self.assertEqual(first[kept], old[kept], kept)
        self.assertEqual(first["carried_from"], self.sources[ITEMS[0][0]])
        self.assertEqual(old["status"], "done")
        self.assertEqual(len(self.a.json("list", "plan-lead",
                                         "year=2024")), 1)

    def test_again_and_elsewhere(self):
        self.copy(self.a)
        again = self.copy(self.a)
        self.assertEqual((again["copied"], again["change_sets"]), (0, 0))
        self.assertEqual(set(self.kinds(again).values()),
                         {"stands", "dropped"})
        self.copy(self.b)
        self.everybody_syncs()
        for client in (self.a, self.b):
            self.assertEqual(client.json("conflict", "list"), [])
            self.assertEqual(len(self.items(client)), 4)
            client.must("verify")
        self.hub.must("verify")

    def test_what_stands_is_left(self):
        """Typed already, as it was or as it is to be; or deleted."""
        for text in (ITEMS[2][0], CARRIED[0]):
            self.a.must("add", "plan-item", "year=2024", "area=friendship",
                        "text=" + text)
        self.assertEqual({text for text, kind in
                          self.kinds(self.copy(self.a)).items()
                          if kind == "stands"}, {ITEMS[2][0], ITEMS[0][0]})
        self.assertEqual(len(self.items(self.a)), 4)
        copied = [item for item in self.items(self.a)
                  if item["fields"]["text"] == ITEMS[4][0]][0]
        self.a.must("rm", copied["id"])
        self.assertEqual(self.kinds(self.copy(self.a))[ITEMS[4][0]],
                         "deleted")
        # What a person made of a copy stays.
        copied = [item for item in self.items(self.a)
                  if item["fields"]["text"] == ITEMS[1][0]][0]
        self.a.must("edit", copied["id"], "text=Hội thi ở Lào")
        self.copy(self.a)
        self.assertIn("Hội thi ở Lào", self.texts(self.a))

    def test_only_what_is_open(self):
        said = self.copy(self.a, "--open")
        self.assertEqual(self.kinds(said), {
            ITEMS[0][0]: "done", ITEMS[1][0]: "add", ITEMS[2][0]: "add",
            ITEMS[3][0]: "dropped", ITEMS[4][0]: "add"})
        self.assertEqual(self.a.json("list", "plan-lead", "year=2024"), [])
        states = {item["fields"]["text"]: item["fields"].get("status")
                  for item in self.items(self.a, 2023)}
        self.assertEqual(states, {
            ITEMS[0][0]: "done", ITEMS[1][0]: "carried",
            ITEMS[2][0]: "carried", ITEMS[3][0]: "dropped",
            ITEMS[4][0]: "carried"})
        self.assertEqual(self.copy(self.a, "--open")["copied"], 0)

    def test_other_records(self):
        self.copy(self.a)
        source = self.sources[ITEMS[1][0]]
        self.a.must("add", "target", "year=2023", "title=Hội thi năm 2023",
                    "indicator=activities", "min=1", "unit=hội thi",
                    "actual=1", "plan_item=" + source)
        self.a.must("add", "delegation", "year=2023", "direction=in",
                    "title=Đón đoàn Lào", "people=15", "leader=Trưởng đoàn",
                    "result=Tốt đẹp", "countries=LA", "status=done")
        for entity in ("target", "delegation"):
            for copied in (1, 0):
                self.assertEqual(self.a.json(
                    "copy", entity, "--from", "2023", "--to",
                    "2024")["copied"], copied)
        target = self.a.json("list", "target", "year=2024")[0]["fields"]
        self.assertEqual(target["min"], 1)
        self.assertNotIn("actual", target)
        # It belongs to the copy of its plan item.
        item = self.a.json("show", target["plan_item"])["fields"]
        self.assertEqual((item["year"], item["carried_from"]),
                         (2024, source))
        delegation = self.a.json("list", "delegation",
                                 "year=2024")[0]["fields"]
        self.assertEqual(set(delegation), {
            "year", "title", "direction", "countries", "carried_from"})

    def test_refused(self):
        for words, code in (
                (["plan"], 2), (["plan", "--from", "2023"], 2),
                (["plan", "--from", "2023", "--to", "2023"], 2),
                (["plan", "--from", "2023", "--to", "x"], 2),
                (["partner", "--from", "2023", "--to", "2024"], 1),
                (["target", "--from", "2023", "--to", "2024", "--open"], 1)):
            self.assertEqual(self.a.run("copy", *words).code, code, words)


class Reviewing(CopyCase):
    def test_all_of_it(self):
        """Accepted, the plan speaks of its year; at the hub too."""
        self.copy(self.a)
        listed = self.a.json("proposal", "list", "--kind", "carried",
                             "--year", "2024")
        # Each copy waits for a person.
        waiting = {one["record"] for one in listed
                   if one["field"] in ("status", "carried_from")}
        self.assertEqual(len(waiting), 5)
        why = [one["why"] for one in listed if one["field"] == "text"
               and "1969" in one["value"]][0]
        self.assertIn("54 → 55", why)
        self.assertIn("năm lẻ 5", why)
        # Nothing is found in words that wait.
        contest = [one["record"] for one in listed
                   if one["field"] == "when"
                   and one["value"] == "2024-Q3"][0]
        self.assertEqual(
            self.a.json("proposal", "list", "--kind", "found", "--record",
                        contest), [])
        self.a.must("proposal", "accept", "--kind", "carried", "--year",
                    "2024", "--all")
        self.assertEqual(self.a.json("proposal", "list", "--kind", "carried"),
                         [])
        self.assertEqual(self.texts(self.a), CARRIED)
        items = self.items(self.a)
        self.assertEqual({item["fields"]["status"] for item in items},
                         {"planned"})
        self.assertEqual({item["fields"]["heading"] for item in items},
                         {"Công tác hữu nghị năm 2024"})
        self.assertEqual(items[1]["fields"]["when"], "2024-Q3")
        self.assertEqual(items[1]["fields"]["when_words"], "quý III/2024")
        self.assertEqual(self.texts(self.a, 2023),
                         [text for text, _ in ITEMS])
        self.everybody_syncs()
        printed = self.hub.must("report", "plan", "--year", "2024").out
        for text in CARRIED + ["Công tác hữu nghị năm 2024", "Năm 2024, "]:
            self.assertIn(text, printed)
        self.assertNotIn("Công tác hữu nghị năm 2023", printed)

    def test_what_a_person_did_first(self):
        """Words done by hand are not counted on a second time."""
        self.copy(self.a)
        copied = {item["fields"]["text"]: item["id"]
                  for item in self.items(self.a)}
        record = copied[ITEMS[1][0]]
        self.a.must("edit", record, "text=" + CARRIED[1])
        self.assertNotIn("text", {one["field"] for one in self.a.json(
            "proposal", "list", "--kind", "carried", "--record", record)})
        # Accepted and then edited: decided.
        record = copied[ITEMS[0][0]]
        self.a.must("proposal", "accept", "--record", record)
        self.a.must("edit", record, "text=Gặp mặt (1968 - 2023), năm 2023")
        self.assertEqual(self.a.json("proposal", "list", "--kind", "carried",
                                     "--record", record), [])

    def test_two_desks(self):
        self.copy(self.a)
        self.copy(self.b)
        for client in (self.a, self.b):
            client.must("proposal", "accept", "--kind", "carried", "--year",
                        "2024", "--all")
        self.everybody_syncs()
        for client in (self.a, self.b):
            self.assertEqual(client.json("conflict", "list"), [])
            self.assertEqual(self.texts(client), CARRIED)
        self.hub.must("verify")


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
