#!/usr/bin/python3
"""Two people write about one thing without knowing of each other: nothing is
lost, every replica says the same, and a person's word ends it everywhere.
"""
import os
import random
import sys
import unittest

import harness
import peer

# Printed when a storm fails; --seed N replays it.
SEED = 20241202
STORMS = 6
STORM_STEPS = 60


class ConflictCase(harness.DesksCase):
    """And a third desk, C, that only looks."""

    def setUp(self):
        super().setUp()
        self.c = self.cluster.client("ha-tinh", "máy C")
        self.clients += (self.c,)

    def shared_item(self, text="Gặp mặt hữu nghị"):
        record = self.a.add(text)
        self.everybody_syncs()
        return record

    def edit(self, client, record, author, **fields):
        words = ["%s=%s" % pair for pair in fields.items()]
        return client.json("edit", record, *words, "--author", author)

    def conflicts(self, program):
        return {conflict["id"]: conflict
                for conflict in program.json("conflict", "list")}

    def replicas(self):
        return self.clients + (self.hub,)

    def everywhere(self, look):
        """What all replicas say, which is one thing."""
        said = [look(program) for program in self.replicas()]
        for program, one in zip(self.replicas(), said):
            self.assertEqual(one, said[0], program.home)
        return said[0]

    def values(self, conflict, field):
        for one in conflict["fields"]:
            if one["field"] == field:
                return one["values"]
        return []

    def shown(self, program, record, field="text"):
        """By SQL, so that the hub and clients are asked alike."""
        return program.sql("SELECT %s FROM plan_item WHERE record = ?"
                           % field, bytes.fromhex(record.replace("-", "")))

    def no_conflicts(self):
        for program in self.replicas():
            self.assertEqual(self.conflicts(program), {}, program.home)
            program.must("verify")


class Edits(ConflictCase):
    def test_same_field(self):
        record = self.shared_item()
        self.edit(self.a, record, "văn thư", text="Gặp mặt hữu nghị Việt - Lào")
        self.edit(self.b, record, "chánh văn phòng", text="Gặp mặt hữu nghị Hà Tĩnh")
        self.everybody_syncs()
        conflict = self.everywhere(lambda program:
                                   self.conflicts(program)[record])
        values = self.values(conflict, "text")
        self.assertEqual({(value["author"], value["value"])
                          for value in values},
                         {("văn thư", "Gặp mặt hữu nghị Việt - Lào"),
                          ("chánh văn phòng", "Gặp mặt hữu nghị Hà Tĩnh")})
        self.assertEqual([value["shown"] for value in values].count(True), 1)
        for value in values:
            self.assertRegex(value["written_at"], r"^20\d\d-\d\d-\d\dT")
            self.assertRegex(value["device"], r"^[0-9a-f]{16}$")
        shown = max(values, key=lambda value: (value["written_at"],
                                               value["device"]))
        self.assertTrue(shown["shown"], "the latest is shown")
        self.assertEqual(self.everywhere(
            lambda program: self.shown(program, record)),
            [(shown["value"],)])
        for program in self.replicas():
            self.assertEqual(program.json("status")["conflicts"], 1)
        for text in ("văn thư", "chánh văn phòng", "Việt - Lào", "Hà Tĩnh"):
            self.assertIn(text, self.c.must("conflict", "list").out)

        # A third desk decides for the value that is not shown.
        hidden = next(value for value in values if not value["shown"])
        self.c.must("conflict", "resolve", record, "--keep", "%s/%d" % (
            hidden["device"], hidden["sequence"]), "--author", "chuyên viên")
        self.everybody_syncs()
        self.no_conflicts()
        self.assertEqual(self.everywhere(
            lambda program: self.shown(program, record)),
            [(hidden["value"],)])
        # Nothing typed is gone from the history.
        history = self.a.must("history", record).out
        for text in ("Việt - Lào", "Hà Tĩnh", "văn thư", "chánh văn phòng", "chuyên viên"):
            self.assertIn(text, history)

    def test_resolve_without_choice_keeps_what_is_shown(self):
        record = self.shared_item()
        self.edit(self.a, record, "văn thư", text="một")
        self.edit(self.b, record, "chánh văn phòng", text="hai")
        self.everybody_syncs()
        before = self.everywhere(lambda program: self.shown(program, record))
        self.a.must("conflict", "resolve", record)
        self.everybody_syncs()
        self.no_conflicts()
        self.assertEqual(self.everywhere(
            lambda program: self.shown(program, record)), before)

    def test_an_edit_that_saw_both_ends_it(self):
        record = self.shared_item()
        self.edit(self.a, record, "văn thư", text="một")
        self.edit(self.b, record, "chánh văn phòng", text="hai")
        self.everybody_syncs()
        self.edit(self.c, record, "chuyên viên", text="một hai")
        self.everybody_syncs()
        self.no_conflicts()
        self.assertEqual(self.everywhere(
            lambda program: self.shown(program, record)), [("một hai",)])

    def test_different_fields(self):
        record = self.shared_item()
        self.edit(self.a, record, "văn thư", place="Vinh")
        self.edit(self.b, record, "chánh văn phòng", result="Tốt")
        self.everybody_syncs()
        self.no_conflicts()
        self.assertEqual(self.everywhere(lambda program: self.shown(
            program, record, "place || result")), [("VinhTốt",)])

    def test_the_same_words(self):
        record = self.shared_item()
        self.edit(self.a, record, "văn thư", text="cùng một câu")
        self.edit(self.b, record, "chánh văn phòng", text="cùng một câu")
        self.everybody_syncs()
        self.no_conflicts()

    def test_three_and_a_field_cleared(self):
        record = self.shared_item()
        self.edit(self.a, record, "văn thư", place="Vinh")
        self.everybody_syncs()
        self.edit(self.a, record, "văn thư", place="Huế")
        self.edit(self.b, record, "chánh văn phòng", place="")
        self.edit(self.c, record, "chuyên viên", place="Hà Nội")
        self.everybody_syncs()
        conflict = self.everywhere(lambda program:
                                   self.conflicts(program)[record])
        self.assertEqual({value["value"] for value in
                          self.values(conflict, "place")},
                         {"Huế", None, "Hà Nội"})
        self.b.must("conflict", "resolve", record)
        self.everybody_syncs()
        self.no_conflicts()

    def test_two_resolutions_at_once(self):
        record = self.shared_item()
        self.edit(self.a, record, "văn thư", text="một")
        self.edit(self.b, record, "chánh văn phòng", text="hai")
        self.everybody_syncs()
        values = self.values(self.conflicts(self.a)[record], "text")
        for client, value in zip((self.a, self.b), values):
            client.must("conflict", "resolve", record, "--keep", "%s/%d" % (
                value["device"], value["sequence"]))
        self.everybody_syncs()
        conflict = self.everywhere(lambda program:
                                   self.conflicts(program)[record])
        self.assertEqual({value["value"] for value in
                          self.values(conflict, "text")}, {"một", "hai"})
        self.c.must("conflict", "resolve", record)
        self.everybody_syncs()
        self.no_conflicts()

    def test_resolve_what_is_no_conflict(self):
        record = self.shared_item()
        result = self.a.run("conflict", "resolve", record)
        self.assertEqual(result.code, 1)
        self.assertIn("no conflict", result.err)

    def test_a_clock_decides_nothing(self):
        """An edit that saw another wins over it, whatever the clocks say."""
        future = self.cluster.peer("ha-tinh", "máy 2035")
        past = self.cluster.peer("ha-tinh", "máy 2010")
        future.now_ms = lambda: 2051222400000
        past.now_ms = lambda: 1262304000000
        item = future.item("từ tương lai")
        future.write([item])
        future.sync()
        past.sync()
        past.write([past.edit(item.record, 6, "từ quá khứ")])
        past.sync()
        self.everybody_syncs()
        self.no_conflicts()
        record = item.record.hex()
        self.assertEqual(self.everywhere(
            lambda program: self.shown(program, record)), [("từ quá khứ",)])
        # Unseen by each other: both are kept, the later claim is shown.
        future.sync()
        future.write([future.edit(item.record, 6, "một")])
        past.write([past.edit(item.record, 6, "hai")])
        past.sync()
        future.sync()
        past.sync()
        self.everybody_syncs()
        self.assertEqual(len(self.everywhere(self.conflicts)), 1)
        self.assertEqual(self.everywhere(
            lambda program: self.shown(program, record)), [("một",)])


class Deletions(ConflictCase):
    def revived(self):
        """A deletes, B edits, neither knows of the other."""
        record = self.shared_item("sẽ bị xóa")
        self.edit(self.a, record, "văn thư", place="Vinh")
        self.everybody_syncs()
        self.a.must("rm", record, "--author", "văn thư")
        self.edit(self.b, record, "chánh văn phòng", text="vẫn còn cần")
        self.everybody_syncs()
        return record

    def test_an_unseen_edit_brings_it_back_flagged(self):
        record = self.revived()
        conflict = self.everywhere(lambda program:
                                   self.conflicts(program)[record])
        self.assertEqual(conflict["state"], "revived")
        self.assertEqual([one["author"] for one in conflict["deleted_by"]],
                         ["văn thư"])
        self.assertEqual(self.everywhere(lambda program: self.shown(
            program, record, "text || ' ' || place")),
            [("vẫn còn cần Vinh",)])
        self.assertIn("vẫn còn cần", self.c.texts())

    def test_resolved_to_stay(self):
        record = self.revived()
        self.c.must("conflict", "resolve", record)
        self.everybody_syncs()
        self.no_conflicts()
        self.assertEqual(self.everywhere(lambda program: self.shown(
            program, record, "text || ' ' || place")),
            [("vẫn còn cần Vinh",)])
        for client in self.clients:
            self.assertEqual(client.json("show", record)["state"], "present")

    def test_resolved_to_go(self):
        record = self.revived()
        self.c.must("conflict", "resolve", record, "--delete")
        self.everybody_syncs()
        self.no_conflicts()
        for client in self.clients:
            self.assertEqual(client.texts(), [])

    def test_both_delete(self):
        record = self.shared_item()
        self.a.must("rm", record)
        self.b.must("rm", record)
        self.everybody_syncs()
        self.no_conflicts()
        for client in self.clients:
            self.assertEqual(client.texts(), [])
        self.assertEqual(self.c.run("edit", record, "text=x").code, 1)

    def test_a_seen_edit_does_not_bring_it_back(self):
        record = self.shared_item()
        self.edit(self.b, record, "chánh văn phòng", text="sửa rồi")
        self.everybody_syncs()
        self.a.must("rm", record)
        self.everybody_syncs()
        self.no_conflicts()
        for client in self.clients:
            self.assertEqual(client.texts(), [])

    def test_a_union_deletes_what_the_cluster_judged(self):
        """Its right, though the verdict is the cluster's field; and when an
        unseen edit brings it back, the union can end that alone."""
        record = self.a.json("add", "submission", "year=2024",
                             "kind=plan")["id"]
        self.everybody_syncs()
        self.hub_says(record)
        self.everybody_syncs()
        self.a.must("rm", record)
        self.edit(self.b, record, "chánh văn phòng", note="đã bổ sung")
        self.everybody_syncs()
        self.assertEqual(self.everywhere(
            lambda program: self.conflicts(program)[record]["state"]),
            "revived")
        self.a.must("conflict", "resolve", record)
        self.everybody_syncs()
        self.no_conflicts()

    def hub_says(self, record):
        """The hub's device writes a verdict: there is no command for it yet,
        so its key is borrowed while it stands still."""
        keeper = peer.Peer(peer.Key.load(os.path.join(self.hub.home,
                                                      "device.key")))
        like = self.cluster.peer("ha-tinh")
        like.sync()
        record = bytes.fromhex(record.replace("-", ""))
        keeper.adopt(keeper.key, like.cluster, like.union, like.hub_key)
        for signed in like.replica.log:
            keeper.replica.take(signed)
        signed = keeper.write([peer.RecordChange(record, peer.SUBMISSION, [
            peer.FieldChange(5, "returned"), peer.FieldChange(6, "thiếu")])])
        # Anybody enrolled may carry it.
        verdict = like.exchange([signed]).verdicts[0]
        self.assertEqual(verdict.status, peer.exchange_pb2.OK)


class Storms(unittest.TestCase):
    """Many desks, any order: one fold, in two implementations."""

    def storm(self, seed):
        generator = random.Random(seed)
        cluster = harness.Cluster("ha-tinh")
        self.addCleanup(cluster.end)
        client = cluster.client("ha-tinh")
        peers = [cluster.peer("ha-tinh") for _ in range(3)]
        for one in peers:
            base = generator.randrange(1262304000000, 2051222400000)
            one.now_ms = lambda base=base: base + generator.randrange(1000)
        for step in range(STORM_STEPS):
            one = generator.choice(peers)
            rows = {key[2]: row for key, row in one.replica.rows.items()
                    if key[1] == peer.PLAN_ITEM}
            present = sorted(record for record, row in rows.items()
                             if not row.is_gone())
            action = generator.random()
            if action < 0.2 or not present:
                one.write([one.item("mục %d" % step)])
            elif action < 0.55:
                field, value = generator.choice([
                    (6, "chữ %d" % generator.randrange(3)), (11, None),
                    (11, "nơi %d" % step), (8, generator.randint(1, 9)),
                    (1, generator.randint(1890, 2210)),
                    (7, generator.randbytes(16)), (99, "mai sau")])
                one.write([one.edit(generator.choice(present), field,
                                    value)])
            elif action < 0.7:
                one.write([one.deletion(generator.choice(present))])
            else:
                one.sync()
        for one in peers + peers:
            # Compares the hub's digests with its own.
            self.assertGreater(one.sync(), 0)
        client.must_sync()
        client.must("verify")
        cluster.hub.must("verify")
        digests = {one.replica.digest(one.union) for one in peers}
        self.assertEqual(len(digests), 1)
        conflicts = {key[2].hex() for key, row in
                     peers[0].replica.rows.items() if row.conflicts(key[1])}
        self.assertEqual(conflicts, {
            one["id"].replace("-", "")
            for one in client.json("conflict", "list")})
        self.assertEqual(
            sorted(row.value(6) or "" for key, row in
                   peers[0].replica.rows.items()
                   if key[1] == peer.PLAN_ITEM and not row.is_gone()),
            client.texts())

    def test_storms(self):
        first = harness.OPTIONS.seed
        for seed in range(first, first + harness.OPTIONS.storms):
            with self.subTest(seed=seed):
                self.storm(seed)


def options(parser):
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--storms", type=int, default=STORMS)


PLAN = ["I. Công tác đoàn vào", "1. Đón bạn Savannakhet.",
        "2. Cử đoàn đi Thái Lan.", "3. Đón bạn Salavan.",
        "4. Họp ở cửa khẩu."]
REPORT = ["BÁO CÁO", "Kết quả công tác năm 2026", "I. Kết quả",
          "Đơn vị đã làm xong mọi việc.", "II. Phương hướng",
          "- Giữ các mối quen cũ."]


class Imports(ConflictCase):
    """An import ends no conflict with what a person wrote, and says so."""

    def take(self, client, kind, lines, *options):
        path = self.cluster.folder("giay.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        return client.json("import", kind, path, "--year", "2026", *options)

    def record(self, client, entity, words):
        (found,) = [one["id"] for one in client.json("list", entity)
                    if words in one["fields"].get("text", "")]
        return found

    def in_conflict(self, kind, lines, at, entity):
        """A person changes a line on A, and the file does on B."""
        self.take(self.a, kind, lines)
        self.everybody_syncs()
        record = self.record(self.a, entity, lines[at].split(". ")[-1][:12])
        self.edit(self.a, record, "văn thư", text="Sửa tay.")
        changed = list(lines)
        changed[at] = lines[at][:-1] + ", lần hai."
        self.take(self.b, kind, changed)
        self.everybody_syncs()
        self.assertIn(record, self.conflicts(self.b))
        return record, changed

    def test_another_line_ends_no_conflict(self):
        for kind, lines, at, entity in (
                ("plan", PLAN, 2, "plan-item"),
                ("annual", REPORT, 3, "report-part")):
            with self.subTest(kind):
                record, changed = self.in_conflict(kind, lines, at, entity)
                before = self.conflicts(self.b)[record]
                # the same file again says nothing of it
                self.assertEqual(self.take(self.b, kind, changed)["steps"],
                                 [])
                changed[at] = changed[at][:-1] + ", lần ba."
                said = self.take(self.b, kind, changed)
                self.assertEqual([(step["kind"], step["why"], step["id"])
                                  for step in said["steps"]],
                                 [("keep", "conflict", record)])
                self.assertEqual(self.conflicts(self.b)[record], before)
                self.everybody_syncs()
                self.assertEqual(self.everywhere(
                    lambda program: self.conflicts(program)[record]), before)

    def test_a_line_that_is_gone_ends_none(self):
        record, changed = self.in_conflict("plan", PLAN, 2, "plan-item")
        before = self.conflicts(self.b)[record]
        del changed[2]
        said = self.take(self.b, "plan", changed)
        self.assertEqual([(step["kind"], step["why"])
                          for step in said["steps"]], [("keep", "conflict")])
        self.assertEqual(self.conflicts(self.b)[record], before)

    def test_a_deletion_that_an_import_crossed(self):
        self.take(self.a, "plan", PLAN)
        self.everybody_syncs()
        record = self.record(self.a, "plan-item", "Thái Lan")
        self.a.must("rm", record)
        changed = list(PLAN)
        changed[2] = "2. Cử đoàn đi Thái Lan, Lào."
        self.take(self.b, "plan", changed)
        self.everybody_syncs()
        self.assertIn(record, self.conflicts(self.b))
        changed[2] = "2. Cử đoàn đi Thái Lan, Lào và Mã Lai."
        said = self.take(self.b, "plan", changed)
        self.assertEqual([(step["kind"], step["why"])
                          for step in said["steps"]], [("keep", "conflict")])
        self.assertIn(record, self.conflicts(self.b))

    def test_imports_settle_what_is_theirs(self):
        """Two desks took in two files: the third file is the word."""
        self.take(self.a, "plan", PLAN)
        self.everybody_syncs()
        record = self.record(self.a, "plan-item", "Thái Lan")
        for client, words in ((self.a, "Lào"), (self.b, "Mã Lai")):
            changed = list(PLAN)
            changed[2] = "2. Cử đoàn đi Thái Lan, %s." % words
            self.take(client, "plan", changed)
        self.everybody_syncs()
        self.assertIn(record, self.conflicts(self.b))
        changed[2] = "2. Cử đoàn đi Thái Lan, Lào và Mã Lai."
        said = self.take(self.b, "plan", changed)
        self.assertEqual([step["kind"] for step in said["steps"]], ["edit"])
        self.everybody_syncs()
        self.no_conflicts()

    def test_a_place_that_a_person_gave_is_kept(self):
        """In another year it is gone from this plan, and stays there."""
        self.take(self.a, "plan", PLAN)
        record = self.record(self.a, "plan-item", "Thái Lan")
        self.edit(self.a, record, "văn thư", year="2027")
        said = self.take(self.a, "plan", PLAN)
        self.assertEqual([(step["kind"], step["why"], step["line"])
                          for step in said["steps"]], [("keep", "changed", 3)])
        (found,) = [one["fields"]["year"] for one in
                    self.a.json("list", "plan-item") if one["id"] == record]
        self.assertEqual(found, 2027)

if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__], options))
