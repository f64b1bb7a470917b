"""Sync by file: a union that never has a line takes part fully."""
import os
import random
import shutil
import sys
import unittest

import harness


class Bundles(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh", "nghe-an", "quang-tri")
        self.hub = self.cluster.hub
        self.count = 0

    def tearDown(self):
        self.cluster.end()

    def path(self):
        self.count += 1
        return self.cluster.folder("%d.ncb" % self.count)

    def join(self, code):
        """A client that joins without a line, and its first round trip."""
        self.count += 1
        client = harness.Client(self.cluster.folder("stick-%d" % self.count))
        asks = self.path()
        said = client.json("join", self.hub.invite(code), "--bundle", asks)
        self.assertEqual(said["file"], asks)
        self.assertTrue(self.hub.json("bundle", "import", asks)["enrolled"])
        client.must("bundle", "import", self.answer(code))
        return client

    def ask(self, client):
        path = self.path()
        self.assertEqual(client.json("bundle", "export", path)["file"], path)
        return path

    def answer(self, code):
        path = self.path()
        self.hub.must("bundle", "export", "--union", code, path)
        return path

    def round(self, client, code):
        self.hub.must("bundle", "import", self.ask(client))
        return client.json("bundle", "import", self.answer(code))

    def refused(self, program, path):
        result = program.run("bundle", "import", path)
        self.assertEqual(result.code, 1, str(result))
        self.assertEqual(len(result.err.strip().splitlines()), 1, str(result))
        return result.err

    def test_long_answers_say_who_vouches(self):
        """An answer in several messages: the last of them says it."""
        client = self.join("ha-tinh")
        other, line = (self.cluster.client(code)
                       for code in ("nghe-an", "ha-tinh"))
        for one in other, line, other, line:
            one.must_sync()
        random.seed(1)
        letters = "ăâđêôơưbcdghklmnpqrstvxy "
        for _ in range(80):
            line.add("".join(random.choices(letters, k=38000)))
        line.must_sync()
        self.round(client, "ha-tinh")
        self.assertEqual(len(client.items()), 80)
        self.assertEqual(client.json("receipt")["vouched"], 2)

    def test_takes_part_fully(self):
        client = self.join("ha-tinh")
        plan = self.cluster.folder("plan.txt")
        with open(plan, "w", encoding="utf-8") as file:
            file.write("KẾ HOẠCH NĂM 2025\n\n1. Công tác hữu nghị\n"
                       "- Đón đoàn Lào\n- Gặp mặt hữu nghị\n")
        imported = client.json("import", "plan", plan, "--year", "2025")
        self.assertGreater(imported["added"], 0)
        said = self.round(client, "ha-tinh")
        self.assertGreater(said["sent"], 0)
        self.assertEqual(said["unsent"], 0)
        self.assertGreater(said["placed"], 0)
        record = client.items()[0]["id"]
        receipt = client.json("receipt", record)[0]
        self.assertTrue(receipt["placed"])
        self.assertEqual(receipt["code"],
                         self.hub.json("receipt", record)[0]["code"])
        client.must("verify")
        self.hub.must("verify")

    def test_before_the_answer_nothing_is_written(self):
        client = harness.Client(self.cluster.folder("early"))
        client.must("join", self.hub.invite("ha-tinh"), "--bundle",
                    self.path())
        result = client.run("add", "plan-item", "year=2024", "area=ngo",
                            "text=x")
        self.assertEqual(result.code, 1)
        self.assertIn("bundle", result.err)

    def test_names_in_a_folder(self):
        client = self.join("ha-tinh")
        stick = self.cluster.folder("stick")
        os.mkdir(stick)
        for _ in range(3):
            client.must("bundle", "export", stick)
        names = sorted(os.listdir(stick))
        self.assertEqual(len(names), 3)
        for name in names:
            self.assertRegex(
                name, r"^nhipcau-ha-tinh-\d{4}-\d{2}-\d{4}\.ncb$")
        counts = [int(name[-8:-4]) for name in names]
        self.assertEqual(counts, list(range(counts[0], counts[0] + 3)))

    def test_twice_out_of_order_and_old(self):
        client = self.join("ha-tinh")
        first_answer = self.answer("ha-tinh")
        asks = []
        for number in range(3):
            client.add("việc %d" % number)
            asks.append(self.ask(client))
        # The newest holds all that is unsent; the others come late, twice.
        for path in (asks[2], asks[0], asks[2], asks[1], asks[0]):
            self.hub.must("bundle", "import", path)
        answer = self.answer("ha-tinh")
        client.must("bundle", "import", answer)
        before = client.texts()
        for path in (answer, first_answer, answer):
            said = client.json("bundle", "import", path)
            self.assertEqual(said["received"], 0)
            self.assertEqual(said["unsent"], 0)
        self.assertEqual(client.texts(), before)
        self.assertEqual(client.json("status")["unsent"], 0)
        client.must("verify")
        self.hub.must("verify")

    def test_lost_ones_are_made_up_for(self):
        client = self.join("ha-tinh")
        client.add("một")
        self.ask(client)  # lost
        client.add("hai")
        self.hub.must("bundle", "import", self.ask(client))
        self.answer("ha-tinh")  # lost
        self.assertEqual(client.json("status")["unsent"], 2)
        said = self.round(client, "ha-tinh")
        self.assertEqual(said["unsent"], 0)

    def test_truncated_and_altered(self):
        client = self.join("ha-tinh")
        client.add("một")
        seed = random.randrange(1 << 32)
        draw = random.Random(seed)
        with self.subTest(seed=seed):
            for program, path in ((self.hub, self.ask(client)),
                                  (client, self.answer("ha-tinh"))):
                with open(path, "rb") as file:
                    whole = file.read()
                for _ in range(12):
                    bad = self.path()
                    with open(bad, "wb") as file:
                        file.write(whole[:draw.randrange(len(whole))])
                    self.refused(program, bad)
                for _ in range(12):
                    altered = bytearray(whole)
                    altered[draw.randrange(len(whole))] ^= \
                        1 << draw.randrange(8)
                    bad = self.path()
                    with open(bad, "wb") as file:
                        file.write(altered)
                    self.refused(program, bad)
                bad = self.path()
                with open(bad, "wb") as file:
                    file.write(whole + b"\0")
                self.refused(program, bad)
        self.assertEqual(self.round(client, "ha-tinh")["unsent"], 0)

    def test_foreign(self):
        client = self.join("ha-tinh")
        other = self.join("nghe-an")
        theirs = self.answer("nghe-an")
        self.refused(client, theirs)
        self.refused(client, self.ask(client))
        self.refused(self.hub, self.answer("ha-tinh"))
        self.refused(client, self.cluster.folder("nothing.ncb"))
        strange = harness.Cluster("ha-tinh")
        try:
            self.refused(strange.hub, self.ask(client))
        finally:
            strange.end()
        self.assertEqual(self.round(client, "ha-tinh")["unsent"], 0)
        self.assertEqual(self.round(other, "nghe-an")["unsent"], 0)

    def test_too_large(self):
        client = self.join("ha-tinh")
        path = self.path()
        with open(path, "wb") as file:
            file.truncate(256 * 1024 * 1024 + 1)
        self.assertIn("larger", self.refused(client, path))

    def test_restored_home_by_stick(self):
        """A copy of the home that wrote on: by files too nothing is lost."""
        client = self.join("ha-tinh")
        client.add("chung")
        self.round(client, "ha-tinh")
        for later in (1, 3):
            kept = self.cluster.folder("kept-%d" % later)
            shutil.copytree(client.home, kept)
            for number in range(later):
                client.add("trước %d/%d" % (later, number))
            self.round(client, "ha-tinh")
            shutil.rmtree(client.home)
            shutil.copytree(kept, client.home)
            client.add("sau %d/0" % later)
            client.add("sau %d/1" % later)
            for _ in range(4):
                said = self.round(client, "ha-tinh")
            self.assertEqual(said["unsent"], 0)
        self.assertEqual(client.texts(), sorted([
            "chung", "trước 1/0", "sau 1/0", "sau 1/1", "trước 3/0",
            "trước 3/1", "trước 3/2", "sau 3/0", "sau 3/1"]))
        client.must("verify")
        self.hub.must("verify")

    def test_a_hub_that_was_put_back(self):
        """A stick shows the hub that its file was: the keeper is told."""
        client = self.join("ha-tinh")
        self.round(client, "ha-tinh")
        self.hub.stop()
        kept = self.cluster.folder("kept-hub")
        shutil.copytree(self.hub.home, kept)
        client.add("chung")
        self.round(client, "ha-tinh")
        self.round(client, "ha-tinh")
        shutil.rmtree(self.hub.home)
        shutil.copytree(kept, self.hub.home)
        path = self.ask(client)
        self.assertIn("put back",
                      self.hub.must("bundle", "import", path).err)
        self.assertNotIn("put back",
                         self.hub.must("bundle", "import", path).err)
        client.must("bundle", "import", self.answer("ha-tinh"))
        for _ in range(2):
            said = self.round(client, "ha-tinh")
        self.assertEqual(said["unsent"], 0)
        self.assertEqual(client.texts(), ["chung"])
        client.must("verify")
        self.hub.must("verify")

    def test_a_new_key_by_stick(self):
        """The line is down for good after a change of keys was asked for: the
        bundle carries it on, and the words with it."""
        client = self.join("ha-tinh")
        client.add("một")
        self.round(client, "ha-tinh")
        old = client.json("status")["device"]["id"]
        client.add("hai")
        self.hub.stop()
        self.assertEqual(client.run("device", "rotate").code, 1)
        client.add("ba")
        asks = self.ask(client)
        self.assertTrue(
            self.hub.json("bundle", "import", asks)["rotated"])
        self.assertEqual(client.texts(), ["ba", "hai", "một"])
        said = client.json("bundle", "import", self.answer("ha-tinh"))
        self.assertTrue(said["rotated"])
        self.assertNotEqual(client.json("status")["device"]["id"], old)
        self.assertEqual(client.texts(), ["ba", "hai", "một"])
        self.assertEqual(self.round(client, "ha-tinh")["unsent"], 0)
        self.assertEqual(self.hub.json("status")["refusals"], 0)
        client.must("verify")
        self.hub.must("verify")

    def test_revoked_and_joined_again_by_stick(self):
        """Nobody can ask the hub: a new invitation makes a new key, the one
        that it joined with does not."""
        client = self.join("ha-tinh")
        old = client.json("status")["device"]["id"]
        client.add("chưa gửi")
        self.hub.must("device", "revoke", old)
        self.assertIn("invite", self.refused(self.hub, self.ask(client)))
        invitation = self.hub.invite("ha-tinh")
        ids = []
        for _ in range(2):
            asks = self.path()
            ids.append(client.json("join", invitation, "--bundle",
                                   asks)["device"])
            self.assertEqual(client.texts(), ["chưa gửi"])
        self.assertEqual(ids[0], ids[1])
        self.assertNotEqual(ids[0], old)
        self.hub.must("bundle", "import", asks)
        client.must("bundle", "import", self.answer("ha-tinh"))
        self.assertEqual(client.texts(), ["chưa gửi"])
        asks = self.path()
        self.assertEqual(
            client.json("join", invitation, "--bundle", asks)["device"],
            ids[0])
        self.assertEqual(self.round(client, "ha-tinh")["unsent"], 0)
        self.assertEqual(self.hub.json("status")["refusals"], 0)

    def test_joined_after_the_hub_s_backup(self):
        """The hub does not know the device any more: its keeper learns what to
        do, and the device says nothing of a revocation that there was not."""
        backup = self.cluster.folder("hub.backup")
        self.hub.must("backup", backup)
        client = self.join("ha-tinh")
        client.add("đã gửi")
        self.round(client, "ha-tinh")
        client.add("chưa gửi")
        asks = self.ask(client)
        self.hub.stop()
        self.hub.must("restore", backup, "--replace")
        self.hub.serve()
        self.assertIn("invite", self.refused(self.hub, asks))
        asks = self.path()
        said = client.must("join", self.hub.invite("ha-tinh"), "--bundle",
                           asks)
        self.assertNotIn("revoked", said.err)
        self.hub.must("bundle", "import", asks)
        said = client.must("bundle", "import", self.answer("ha-tinh"))
        self.assertIn("gives back", said.err)
        self.assertEqual(self.round(client, "ha-tinh")["unsent"], 0)
        self.assertEqual(client.texts(), ["chưa gửi", "đã gửi"])
        self.assertEqual(self.hub.json("status")["refusals"], 0)
        client.must("verify")

    def test_two_by_stick_and_one_by_line_agree(self):
        sticks = {code: self.join(code) for code in ("ha-tinh", "nghe-an")}
        line = self.cluster.client("quang-tri")
        mates = self.cluster.client("ha-tinh")
        for number in range(3):
            for code, client in sticks.items():
                client.add("%s %d" % (code, number))
                self.round(client, code)
            line.add("quang-tri %d" % number)
            line.must_sync()
            mates.add("bạn %d" % number)
            mates.must_sync()
        for _ in range(2):
            for code, client in sticks.items():
                self.assertEqual(self.round(client, code)["unsent"], 0)
            line.must_sync()
            mates.must_sync()
        self.assertEqual(sticks["ha-tinh"].texts(), mates.texts())
        self.assertEqual(len(sticks["ha-tinh"].texts()), 6)
        self.assertEqual(len(sticks["nghe-an"].texts()), 3)
        self.assertEqual(len(line.texts()), 3)
        self.assertEqual(self.hub.json("status", "--year", "2024")[
            "refusals"], 0)
        for client in (*sticks.values(), line, mates):
            client.must("verify")
        self.hub.must("verify")


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
