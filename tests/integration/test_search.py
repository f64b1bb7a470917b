#!/usr/bin/env python3
"""`search` in both programs: what is found, in which order, what is said of
it, and that the index behind it is never missed.

usage: test_search.py BIN_DIR [--shared FOLDER]
With --shared: the fold cases of the domain reference through the real search;
skipped, and said so, where the folder is absent.
"""
import csv
import os
import sys
import threading
import unittest

import harness


def texts(program, *words):
    found = program.json("search", *words)
    return [hit["excerpt"] for hit in found["hits"]]


class Search(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = harness.Cluster("ha-tinh", "gia-lai")
        cls.hub = cls.cluster.hub
        cls.client = cls.cluster.client("ha-tinh")

    @classmethod
    def tearDownClass(cls):
        cls.cluster.end()

    def add(self, text, **fields):
        return self.client.add(text, **fields)

    def test_a_hit_says_where_and_whose(self):
        id_ = self.add("Tiếp đoàn nghệ thuật Attapeu", place="Vinh",
                       countries="Lào")
        found = self.client.json("search", "attapeu", "lao", "vinh")
        self.assertEqual(len(found["hits"]), 1)
        hit = found["hits"][0]
        self.assertEqual(hit["id"], id_)
        self.assertEqual(hit["entity"], "plan-item")
        self.assertEqual(hit["union"], "ha-tinh")
        self.assertEqual(hit["state"], "present")
        self.assertEqual(hit["rank"], "folded")
        self.assertTrue(hit["shown"])
        self.assertFalse(hit["conflicts"])
        self.assertEqual(hit["device_label"], "máy 1")
        self.assertFalse(found["more"])
        self.assertFalse(found["read_all"])
        one = self.client.json("search", "attapeu")["hits"][0]
        self.assertEqual(one["field"], "text")
        self.assertEqual(one["excerpt"], "Tiếp đoàn nghệ thuật Attapeu")
        self.assertEqual(one["hit"], "Attapeu")
        country = self.client.json("search", "Laos", "--entity",
                                   "plan-item")["hits"]
        self.assertEqual([hit["field"] for hit in country], ["countries"])

    def test_words_before_labels_of_choices(self):
        def item(text):
            return self.client.json("add", "plan-item", "year=2033",
                                    "area=friendship", "text=" + text)["id"]
        said = item("Triển lãm tranh hoà bình, hữu nghị")
        later = item("Trồng cây")
        hits = self.client.json("search", "hòa bình", "--year", "2033")["hits"]
        self.assertEqual([(hit["id"], hit["field"]) for hit in hits],
                         [(said, "text"), (later, "area")])

    def test_words_on_the_screen(self):
        id_ = self.add("Gặp mặt kiều bào Savannakhet")
        said = self.client.must("search", "savannakhet").out
        first, second, third = said.splitlines()
        short = first.split()[0]
        self.assertTrue(id_.startswith(short))
        self.assertIn("ha-tinh", first)
        self.assertIn("2024", first)
        self.assertIn("Gặp mặt kiều bào Savannakhet", second)
        self.assertIn("máy 1", third)
        self.assertEqual(self.client.json("show", short)["id"], id_)
        self.assertIn("Nothing", self.client.must("search", "zzz").out)

    def test_marks_quotation_and_prefix(self):
        self.add("chùm ca khúc tháng tám")
        self.add("chúm chím")
        self.assertEqual(len(texts(self.client, "chum")), 2)
        self.assertEqual(texts(self.client, "chúm"), ["chúm chím"])
        self.assertEqual(texts(self.client, '"khúc ca"'), [])
        self.assertEqual(len(texts(self.client, '"ca khúc"')), 1)
        self.assertEqual(len(texts(self.client, "khuc", "ca")), 1)
        self.assertEqual(texts(self.client, "khú"), [])
        self.assertEqual(len(texts(self.client, "khú*")), 1)

    def test_deleted_and_conflicting(self):
        other = self.cluster.client("ha-tinh")
        id_ = self.add("bản gốc Pakse")
        gone = self.add("bản thừa Pakse")
        self.client.must("rm", gone)
        self.client.must_sync()
        other.must_sync()
        self.client.must("edit", id_, "text=bên này Pakse hướng đông")
        other.must("edit", id_, "text=bên kia Pakse hướng tây")
        self.client.must_sync()
        other.must_sync()
        self.client.must_sync()
        for program in (self.client, other, self.hub):
            for side in ("đông", "tây"):
                hits = program.json("search", "hướng", side)["hits"]
                self.assertEqual([hit["id"] for hit in hits], [id_])
                self.assertTrue(hits[0]["conflicts"])
            shown = [program.json("search", '"hướng %s"' % side)["hits"][0]
                     ["shown"] for side in ("đông", "tây")]
            self.assertEqual(sorted(shown), [False, True])
            self.assertEqual(texts(program, "bản thừa"), [])
            hits = program.json("search", "bản thừa", "--deleted")["hits"]
            self.assertEqual([(hit["id"], hit["state"]) for hit in hits],
                             [(gone, "deleted")])
        self.assertIn("(deleted)", self.client.must(
            "search", "bản thừa", "--deleted").out)
        self.assertIn("not shown", self.client.must(
            "search", '"hướng đông"').out)

    def test_narrowed(self):
        self.add("khảo sát Khammouane")
        self.client.must("add", "plan-item", "year=2023", "area=ngo",
                         "text=khảo sát Khammouane lần đầu")
        self.client.must("add", "partner", "kind=ngo",
                         "name=Quỹ Khammouane")
        def count(*more):
            return len(texts(self.client, "khammouane", *more))
        self.assertEqual(count(), 3)
        self.assertEqual(count("--year", "2023"), 1)
        self.assertEqual(count("--entity", "partner"), 1)
        self.assertEqual(count("--entity", "partner", "--year", "2023"), 0)
        self.assertEqual(count("--limit", "2"), 2)
        self.assertTrue(self.client.json("search", "khammouane", "--limit",
                                         "2")["more"])
        self.assertIn("more", self.client.must(
            "search", "khammouane", "--limit", "2").out)

    def test_wrong_usage(self):
        for words, code in (((), 2), (("a", "--limit", "0"), 2),
                            (("a", "--limit", "-1"), 2),
                            (("a", "--limit", "1001"), 2),
                            (("a", "--limit", "x"), 2),
                            (("a", "--entity", "nothing"), 2),
                            (("a", "--year", "24"), 2), (("",), 1),
                            (("?!",), 1), (("x" * 1025,), 1),
                            (("x " * 33,), 1)):
            with self.subTest(words):
                result = self.client.run("search", *words)
                self.assertEqual(result.code, code, str(result))
                self.assertTrue(result.err.startswith("nhipcau: "))

    def test_no_query_language(self):
        self.add("NOT một AND hai OR ba NEAR bốn: \"năm\" (sáu) * bảy'")
        for words in ('"', "AND", "NOT", "a AND NOT b", "NEAR(a b, 2)",
                      "words : a", "- a", "^a", "(a", "a)", "a OR", "*a",
                      "a + b", "'; DROP TABLE search; --", "\x7f a", "{a}"):
            with self.subTest(words):
                result = self.client.run("search", "--json", "--", words)
                if result.code == 0:
                    self.assertFalse(result.json()["read_all"], words)
                else:
                    self.assertIn("no word", result.err)
        self.assertEqual(len(texts(self.client, "NOT", "bảy")), 1)
        self.assertEqual(len(texts(self.client, "năm sáu NEAR")), 1)

    def behind(self, program):
        return program.sql("SELECT (SELECT max(position) FROM log) -"
                           " (SELECT position FROM search_state)")[0][0]

    def test_the_index_follows(self):
        self.add("điểm hẹn Salavan")
        self.client.must_sync()
        self.assertEqual(self.behind(self.client), 0)
        self.assertEqual(len(texts(self.client, "salavan")), 1)
        self.add("điểm hẹn Salavan lần hai")
        self.assertEqual(self.behind(self.client), 1)
        self.assertEqual(len(texts(self.client, "salavan")), 2)
        self.assertEqual(self.behind(self.client), 0)
        self.client.must("rebuild")
        self.assertEqual(self.behind(self.client), 0)
        self.assertEqual(len(texts(self.client, "salavan")), 2)
        self.client.must("verify")
        self.assertEqual(len(texts(self.client, "salavan")), 2)

    def test_beside_a_hub_that_serves(self):
        """Others write while somebody searches: nobody waits or fails."""
        wrong = []

        def write():
            for i in range(15):
                self.add("liên tục Champasak %d" % i)
                said = self.client.sync()
                if said["result"] != "ok":
                    wrong.append(said)
        writer = threading.Thread(target=write)
        writer.start()
        counts = []
        while writer.is_alive():
            found = self.hub.json("search", "champasak", "--limit", "1000")
            counts.append(len(found["hits"]))
        writer.join()
        self.assertEqual(wrong, [])
        self.assertEqual(counts, sorted(counts))
        self.assertEqual(len(texts(self.hub, "champasak")), 15)

    def test_a_revoked_device(self):
        """Rights that end change rows of long ago."""
        lost = self.cluster.client("gia-lai", "máy mất")
        lost.add("chuyến đi Xekong")
        lost.must_sync()
        self.assertEqual(len(texts(self.hub, "xekong")), 1)
        listed = self.hub.json("device", "list")
        id_ = [d["device"] if "device" in d else d["id"] for d in listed
               if d["label"] == "máy mất"][0]
        self.hub.must("device", "revoke", id_)
        # What it wrote before stays; what it writes now is nobody's.
        self.assertEqual(len(texts(self.hub, "xekong")), 1)
        lost.add("chuyến đi Xekong nữa")
        lost.sync()
        self.assertEqual(len(texts(self.hub, "xekong")), 1)

    def test_a_full_disk(self):
        """The index cannot be written; the records can be read."""
        self.add("mùa mưa Phongsaly")
        namespace = harness.MountNamespace(
            "cp -a '%(home)s' '%(home)s.copy'\n"
            "mount -t tmpfs -o size=16m,mode=0700 tmpfs '%(home)s'\n"
            "cp -a '%(home)s.copy/.' '%(home)s/'\n" %
            {"home": self.client.home})
        try:
            inside = harness.Client(self.client.home, namespace.prefix)
            inside.must("add", "plan-item", "year=2024", "area=ngo",
                        "text=mùa khô Phongsaly")
            # What reading takes (SQLite's shared memory) and no more.
            spare = namespace.outside(
                os.path.join(self.client.home, "spare"))
            with open(spare, "wb") as file:
                file.write(b"x" * 40960)
            harness.fill(namespace.outside(
                os.path.join(self.client.home, "full")))
            os.unlink(spare)
            inside.must("list", "plan-item")
            result = inside.run("search", "phongsaly", "--json")
            self.assertEqual(result.code, 0, str(result))
            self.assertTrue(result.json()["read_all"])
            self.assertEqual(len(result.json()["hits"]), 2)
            self.assertIn("all records were read", result.err)
            os.unlink(namespace.outside(
                os.path.join(self.client.home, "full")))
            found = inside.json("search", "phongsaly")
            self.assertFalse(found["read_all"])
            self.assertEqual(len(found["hits"]), 2)
        finally:
            namespace.end()


class FoldCases(unittest.TestCase):
    """search_fold_cases.csv, each target a record."""

    @classmethod
    def setUpClass(cls):
        folder = harness.OPTIONS.shared or ""
        cls.path = os.path.join(folder, "reference", "search_fold_cases.csv")
        if not os.path.exists(cls.path):
            raise unittest.SkipTest("there is no " + cls.path)
        cls.cluster = harness.Cluster("ha-tinh")

    @classmethod
    def tearDownClass(cls):
        cls.cluster.end()

    def test_each(self):
        client = self.cluster.client("ha-tinh")
        with open(self.path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertGreater(len(rows), 10)
        ids = [client.add(row["target"]) for row in rows]
        for program in (client, self.cluster.hub):
            client.must_sync()
            for row, id_ in zip(rows, ids):
                with self.subTest(program.name + ": " + row["query"]):
                    found = program.json("search", row["query"], "--limit",
                                         "1000", "--entity", "plan-item")
                    self.assertFalse(found["read_all"])
                    self.assertEqual(
                        id_ in [hit["id"] for hit in found["hits"]],
                        row["should_match"].startswith("yes"))


def add_options(parser):
    parser.add_argument("--shared")


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__], add_options))
