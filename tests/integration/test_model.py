#!/usr/bin/python3
"""The whole model through the programs: every field of every entity goes in
as words and comes out as JSON; and programs of an older model (bin/model-2)
carry what they do not know, and see it after an upgrade.
"""
import os
import sys
import unittest

import harness
import peer

OLD = "model-2"
ID = "0190ab12-0000-7000-8000-%012x"


def words_of(field, turn):
    """A word to type and what JSON shows of it."""
    two = (ID % (turn + 1), ID % (turn + 50))
    if field.kind == "text":
        text = "Gặp %d" % turn
        return text, text
    if field.kind == "enum":
        choice = field.choices[turn % len(field.choices)]
        return choice, choice
    if field.kind == "integer":
        return str(field.min + 1 + turn), field.min + 1 + turn
    return {
        "boolean": ("1", True),
        "date": ("2024-12-0%d" % (turn + 1),) * 2,
        "list": ("Bài %d; Đồng Hới" % turn, ["Bài %d" % turn, "Đồng Hới"]),
        "rank": ("V%d" % (turn + 1),) * 2,
        "reference": (two[0], two[0]),
        "references": ("; ".join(two), list(two)),
        "country": ("Hàn Quốc", "KR"),
        "countries": ("Lào; KH", ["LA", "KH"]),
        "money": ("149.81%d,5 USD" % turn,
                  {"amount": 14981050 + 100 * turn, "currency": "USD"}),
        "bytes": ("%02x" % turn * field.max,) * 2,
    }[field.kind]


class EveryField(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("khanh-hoa")
        self.addCleanup(self.cluster.end)
        self.a = self.cluster.client("khanh-hoa")
        self.b = self.cluster.client("khanh-hoa")

    def typed(self, entity, turn):
        words, shown = [], {}
        for field in entity.fields.values():
            if field.writer == "union":
                word, value = words_of(field, turn)
                words.append("%s=%s" % (field.name, word))
                shown[field.name] = value
        return words, shown

    def test_words_in_and_json_out(self):
        ids = {}
        for entity in peer.MODEL.values():
            if entity.cluster:
                continue
            with self.subTest(entity=entity.name):
                words, shown = self.typed(entity, 0)
                record = self.a.json("add", entity.name, *words)["id"]
                self.assertEqual(self.a.json("show", record)["fields"], shown)
                words, shown = self.typed(entity, 1)
                self.a.must("edit", record, *words)
                self.assertEqual(self.a.json("show", record)["fields"], shown)
                self.assertIn(record, self.a.must("show", record).out)
                self.a.must("history", record)
                listed = self.a.json("list", entity.name, *words)
                self.assertEqual([one["id"] for one in listed], [record])
                self.a.must("list", entity.name)
                ids[entity.name] = record, shown
        self.a.must_sync()
        self.b.must_sync()
        for name, (record, shown) in ids.items():
            with self.subTest(entity=name, at="another desk"):
                self.assertEqual(self.b.json("show", record)["fields"], shown)
        for program in (self.a, self.b, self.cluster.hub):
            program.must("rebuild")
            program.must("verify")
        self.assertEqual(len(ids), 28)
        for name, (record, shown) in ids.items():
            self.assertEqual(self.b.json("show", record)["fields"], shown)

    def test_help_names_every_entity(self):
        said = self.a.must("add", "--help").out
        for entity in peer.MODEL.values():
            if not entity.cluster:
                self.assertIn("  %s: " % entity.name, said)

    def test_what_does_not_fit_is_refused(self):
        for entity, field, value in (
                ("activity", "countries", "Lào Cai"),
                ("partner", "country", "XQ"),
                ("aid", "committed", "khoảng 5 triệu"),
                ("aid", "donors", "0190ab12"),
                ("delegation", "direction", "up")):
            result = self.a.run("add", entity, "%s=%s" % (field, value))
            self.assertEqual(result.code, 1, str(result))
            self.assertEqual(len(result.err.strip().splitlines()), 1)
            self.assertIn('"%s"' % value, result.err)
            self.assertIn(field, result.err)


class Older:
    """The same program as it was when the model had version 2."""

    def arguments(self, *words):
        return [os.path.join(harness.BIN_DIR, OLD, self.name), "--home",
                self.home, *words]


class OlderClient(Older, harness.Client):
    pass


class OlderHub(Older, harness.Hub):
    pass


class TwoBuilds(unittest.TestCase):
    """A hub and desk B of model 2; desks A and C of this model."""

    def setUp(self):
        self.folder = harness.Folder()
        self.addCleanup(self.folder.remove)
        self.hub = OlderHub(self.folder("hub"))
        self.addCleanup(self.stop_hub)
        self.hub.init("khanh-hoa")
        self.hub.serve()
        self.a = self.join(harness.Client, "a")
        self.b = self.join(OlderClient, "b")
        self.c = self.join(harness.Client, "c")

    def stop_hub(self):
        if self.hub.is_serving():
            self.hub.kill()

    def join(self, make, name):
        client = make(self.folder(name))
        client.must("join", self.hub.invite("khanh-hoa"), "--device", name)
        return client

    def sync(self, client):
        said = client.sync()
        self.assertEqual(said["result"], "ok", said)
        return said

    def write(self):
        """What only this model knows: entities, a field, a choice, types."""
        donor = self.a.json("add", "partner", "name=Les Amis",
                            "kind=ngo", "country=Pháp")["id"]
        aid = self.a.json("add", "aid", "year=2024", "title=Nước sạch",
                          "form=project", "donors=" + donor,
                          "committed=149.814 USD")["id"]
        item = self.a.add("Đón đoàn Lào", countries="Lào", kind="delegation",
                          status="carried")
        return donor, aid, item

    def sees_all(self, client, ids, text="Đón đoàn Lào"):
        donor, aid, item = ids
        self.assertEqual(client.json("show", donor)["fields"],
                         {"name": "Les Amis", "kind": "ngo",
                          "country": "FR"})
        self.assertEqual(client.json("show", aid)["fields"],
                         {"year": 2024, "title": "Nước sạch",
                          "form": "project", "donors": [donor],
                          "committed": {"amount": 14981400,
                                        "currency": "USD"}})
        fields = client.json("show", item)["fields"]
        self.assertEqual((fields["countries"], fields["kind"],
                          fields["status"], fields["text"]),
                         (["LA"], "delegation", "carried", text))
        self.assertEqual(client.json("refusal", "list"), [])
        client.must("verify")

    def test_older_forwards_and_sees_after_an_upgrade(self):
        self.assertIn("model 2", self.b.must("--version").out)
        self.assertIn("model 3", self.a.must("--version").out)
        ids = self.write()
        self.sync(self.a)
        self.sync(self.b)
        self.sync(self.c)
        # The hub did not know it, and C has it from the hub alone.
        self.sees_all(self.c, ids)
        # The older desk shows what it knows and works on.
        item = self.b.json("show", ids[2])["fields"]
        self.assertEqual(item["text"], "Đón đoàn Lào")
        self.assertNotIn("kind", item)
        self.assertNotIn("status", item)
        self.assertEqual(self.b.run("list", "aid").code, 1)
        refused = self.b.json("refusal", "list")
        self.assertEqual(len(refused), 1, refused)
        self.b.must("edit", ids[2], "text=Đón đoàn Savannakhet")
        self.b.must("verify")
        self.sync(self.b)
        self.sync(self.a)
        self.sees_all(self.a, ids, "Đón đoàn Savannakhet")
        # B is upgraded, without a line: what it carried is there.
        b = harness.Client(self.b.home)
        self.sees_all(b, ids, "Đón đoàn Savannakhet")
        # So is the hub; then all agree, by their digests.
        self.hub.stop()
        port = self.hub.port
        self.hub = harness.Hub(self.hub.home, port=port)
        self.hub.serve()
        self.assertEqual(self.hub.json("refusal", "list"), [])
        for client in (self.a, b, self.c):
            self.assertTrue(client.must_sync()["agrees"])
            self.sees_all(client, ids, "Đón đoàn Savannakhet")
        self.hub.must("verify")

    def test_deleted_by_one_who_does_not_know_all_of_it(self):
        ids = self.write()
        self.sync(self.a)
        self.sync(self.b)
        self.b.must("rm", ids[2])
        self.sync(self.b)
        self.sync(self.a)
        # B's tombstones are on the fields that B knew: nothing is lost, and
        # a person is asked.
        shown = self.a.json("show", ids[2])
        self.assertEqual(shown["state"], "revived")
        self.assertEqual(shown["fields"]["kind"], "delegation")
        self.assertEqual(shown["fields"]["text"], "Đón đoàn Lào")
        self.assertEqual([one["id"] for one in
                          self.a.json("conflict", "list")], [ids[2]])

    def test_older_program_leaves_a_newer_store_alone(self):
        self.write()
        with open(os.path.join(self.a.home, "store.db"), "rb") as file:
            before = file.read()
        result = OlderClient(self.a.home).run("list", "plan-item")
        self.assertEqual(result.code, 1, str(result))
        self.assertIn("newer", result.err)
        with open(os.path.join(self.a.home, "store.db"), "rb") as file:
            self.assertEqual(file.read(), before)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
