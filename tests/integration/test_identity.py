"""Who a home is, over the years: new keys, lost replies, restored and copied
homes, revoked devices that join again. Nothing typed is ever lost."""
import os
import random
import shutil
import signal
import sys
import time
import unittest

import harness
import peer
from line import Line


class Identity(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh")
        self.hub = self.cluster.hub
        self.client = self.cluster.client("ha-tinh", "máy 1")

    def tearDown(self):
        self.cluster.end()

    def device(self):
        return self.client.json("status")["device"]["id"]

    def kinds(self):
        return [event["kind"]
                for event in self.client.json("status")["events"]]

    def copy(self, name, client=None):
        shutil.copytree((client or self.client).home,
                        self.cluster.folder(name))

    def put_back(self, name):
        shutil.rmtree(self.client.home)
        shutil.copytree(self.cluster.folder(name), self.client.home)

    def all_sound(self, *clients):
        for client in clients or (self.client,):
            client.must("verify")
        self.hub.must("verify")
        self.assertEqual(self.hub.json("status")["refusals"], 0)

    def test_rotate(self):
        self.client.add("trước")
        old = self.device()
        said = self.client.json("device", "rotate")
        self.assertEqual(said["replaces"], old)
        self.assertNotEqual(said["device"], old)
        self.assertEqual(self.device(), said["device"])
        self.assertFalse(os.path.exists(
            os.path.join(self.client.home, "next.key")))
        self.assertEqual(os.stat(os.path.join(
            self.client.home, "device.key")).st_mode & 0o777, 0o600)
        self.client.add("sau")
        self.client.must_sync()
        states = {one["device"]: one["state"]
                  for one in self.hub.json("device", "list")}
        self.assertEqual(states[old], "replaced")
        self.assertEqual(states[said["device"]], "active")
        self.assertEqual(self.client.texts(), ["sau", "trước"])
        self.all_sound()
        again = self.client.json("device", "rotate")
        self.assertEqual(again["replaces"], said["device"])
        self.all_sound()

    def test_rotate_without_a_line_changes_nothing(self):
        old = self.device()
        self.client.add("một")
        self.hub.stop()
        result = self.client.run("device", "rotate")
        self.assertEqual(result.code, 1)
        self.assertEqual(self.device(), old)
        self.hub.serve()
        self.client.must_sync()
        self.assertEqual(self.device(), old)
        self.client.must("device", "rotate")
        self.assertNotEqual(self.device(), old)
        self.all_sound()

    def test_rotate_killed_anywhere(self):
        seed = random.randrange(1 << 32)
        draw = random.Random(seed)
        print("seed %d" % seed)
        written = []
        for number in range(10):
            text = "việc %02d" % number
            self.client.add(text)
            written.append(text)
            process = self.client.start(
                "device", "rotate", log=self.cluster.folder("rotate.log"))
            time.sleep(draw.random() * 0.12)
            process.send_signal(signal.SIGKILL)
            process.wait(harness.GUARD_S)
            self.client.must_sync()
            self.assertEqual(self.client.texts(), written, seed)
        self.client.must("device", "rotate")
        self.client.must_sync()
        self.assertEqual(self.client.texts(), written, seed)
        self.assertEqual(self.client.json("status")["unsent"], 0)
        self.assertEqual(self.client.json("conflict", "list"), [])
        active = [one for one in self.hub.json("device", "list")
                  if one["state"] == "active"]
        self.assertEqual([one["device"] for one in active], [self.device()])
        self.all_sound()

    def test_rotate_killed_at_each_step(self):
        """Whatever came of it, the next word is taken, with no line too."""
        written = []
        for step in range(1, harness.STEPS_MAX):
            written.append("việc %03d" % step)
            self.client.add(written[-1])
            ended = harness.Client(
                self.client.home, prefix=harness.killed_at(step)).run(
                    "device", "rotate")
            if ended.code == 0:
                break
            self.assertEqual(ended.code, -9, ended)
            written.append("việc %03d, chưa gửi" % step)
            self.client.add(written[-1])
            self.assertEqual(self.client.texts(), written, step)
            self.assertEqual(self.client.must_sync()["result"], "ok")
            self.assertEqual(self.client.texts(), written, step)
        else:
            self.fail("rotate never ended")
        self.assertGreater(step, 10)
        self.all_sound()

    def behind(self):
        """The hub behind a line that a test can end."""
        line = Line(("127.0.0.1", self.hub.port), 1)
        self.addCleanup(line.close)
        client = harness.Client(self.cluster.folder("behind"))
        client.must("join", self.invitation_over(line))
        return line, client

    def invitation_over(self, line):
        invitation = peer.invitation_parse(self.hub.invite("ha-tinh"))
        invitation.address = b"tcp://127.0.0.1:%d" % line.port
        return peer.invitation_print(invitation)

    def until_it_ends(self, line, size, client, *words):
        """A command over a line that carries so many bytes; then the person
        loses patience. Whether it got through."""
        line.set(ends_after=size)
        process = client.start(*words, log=self.cluster.folder("ended.log"))
        harness.until(lambda: process.poll() is not None or line.has_gone(),
                      "an end")
        if process.poll() is None:
            process.kill()
        process.wait(harness.GUARD_S)
        line.set(ends_after=None)
        line.heal()
        return process.returncode == 0

    def all_written(self, client, written, when):
        """All that was typed is here now, whatever the line does."""
        self.assertEqual(
            [text for text in client.texts() if text.startswith("w")],
            written, when)

    def write(self, client, written):
        written.append("w%04d" % len(written))
        client.add(written[-1])
        self.all_written(client, written, "a word")

    def test_rotate_on_a_line_that_ends(self):
        """After each 400 bytes more: nothing is out of sight, nothing that is
        typed is turned away, and at the end all is there once."""
        line, client = self.behind()
        written, done = [], False
        sizes = iter(range(400, 40000, 400))
        while not done:
            size = next(sizes)
            self.write(client, written)
            done = self.until_it_ends(line, size, client, "device", "rotate")
            self.all_written(client, written, size)
            self.write(client, written)
            self.until_it_ends(line, size, client, "sync")
            self.all_written(client, written, size)
            self.write(client, written)
            client.must_sync()
            self.all_written(client, written, size)
        self.assertGreater(size, 4000)
        self.assertEqual(client.json("status")["unsent"], 0)
        self.all_sound(client)

    def test_joining_again_on_a_line_that_ends(self):
        line, client = self.behind()
        written, done = [], False
        sizes = iter(range(400, 40000, 400))
        while not done:
            size = next(sizes)
            self.write(client, written)
            self.hub.must("device", "revoke",
                          client.json("status")["device"]["id"])
            text = self.invitation_over(line)
            done = self.until_it_ends(line, size, client, "join", text)
            self.all_written(client, written, size)
            if client.sync()["result"] == "revoked-device":
                client.must("join", text)
            client.must_sync()
            self.all_written(client, written, size)
        self.assertGreater(size, 4000)
        self.all_sound(client)

    def check_writing_beside(self, client, times):
        """One rotates again and again, another writes: each word that was
        taken is there, and none is turned away."""
        process, written = None, []
        for _ in range(times):
            process = client.start(
                "device", "rotate", log=self.cluster.folder("rotate.log"))
            while process.poll() is None:
                self.write(client, written)
            self.assertEqual(process.returncode, 0)
        client.must_sync()
        self.all_written(client, written, "after")
        self.assertEqual(self.hub.json("status")["refusals"], 0)
        self.all_sound(client)

    def test_writing_beside_a_rotation(self):
        self.check_writing_beside(self.client, 8)

    def test_writing_beside_a_rotation_of_a_sealed_key(self):
        passphrase = self.cluster.folder("passphrase")
        with open(passphrase, "w", encoding="utf-8") as file:
            file.write("một câu đủ dài\n")
        os.chmod(passphrase, 0o600)
        client = harness.Client(
            self.client.home,
            prefix=("env", "NHIPCAU_PASSPHRASE_FILE=" + passphrase))
        client.must("device", "seal")
        self.check_writing_beside(client, 2)

    def test_the_hub_s_yes_is_lost(self):
        """The hub has the new key; the client never heard of it, writes on
        under the old one, and goes on by itself."""
        self.client.add("đã gửi")
        self.client.must_sync()
        old = self.device()
        before = len(self.hub.json("device", "list"))
        process = self.client.start(
            "device", "rotate", log=self.cluster.folder("rotate.log"))
        # Often it dies between the two; when it had heard already, the rest
        # holds all the same.
        harness.until(
            lambda: len(self.hub.json("device", "list")) > before or
            process.poll() is not None, "the hub takes the new key")
        process.kill()
        process.wait(harness.GUARD_S)
        self.client.add("chưa gửi")
        said = self.client.must_sync()
        self.assertEqual(said["result"], "ok")
        self.assertNotEqual(self.device(), old)
        self.assertEqual(self.client.texts(), ["chưa gửi", "đã gửi"])
        self.all_sound()

    def test_the_hub_s_yes_never_arrived(self):
        """Exactly between the two: device.key is the old one still, the new
        one waits in next.key, and the hub has taken it."""
        self.client.add("đã gửi")
        self.client.must_sync()
        old = self.device()
        self.copy("before")
        new = self.client.json("device", "rotate")["device"]
        shutil.copy(os.path.join(self.client.home, "device.key"),
                    os.path.join(self.cluster.folder("before"), "next.key"))
        self.put_back("before")
        self.assertEqual(self.device(), old)
        self.client.add("chưa gửi")
        said = self.client.must_sync()
        self.assertTrue(said["rotated"])
        self.assertEqual(said["written_again"], 1)
        self.assertEqual(self.device(), new)
        self.assertFalse(os.path.exists(
            os.path.join(self.client.home, "next.key")))
        self.assertEqual(self.client.texts(), ["chưa gửi", "đã gửi"])
        self.assertEqual(self.client.json("status")["unsent"], 0)
        self.all_sound()

    def test_restored_home(self):
        record = self.client.add("chung")
        self.client.must_sync()
        self.copy("yesterday")
        for number in range(3):
            self.client.add("sau bản sao %d" % number)
        self.client.must("edit", record, "text=sửa hôm qua")
        self.client.must_sync()
        self.put_back("yesterday")
        self.client.add("sau khi khôi phục")
        self.client.must("edit", record, "text=sửa hôm nay")
        said = self.client.must_sync()
        self.assertGreater(said["taken_back"], 0)
        self.assertEqual(said["set_aside"], 2)
        self.assertEqual(said["written_again"], 2)
        self.assertEqual([one["kind"] for one in said["events"]],
                         ["branched"])
        self.assertEqual(len(said["stderr"].strip().splitlines()), 1,
                         said["stderr"])
        texts = self.client.texts()
        for text in ("sau bản sao 0", "sau bản sao 1", "sau bản sao 2",
                     "sau khi khôi phục"):
            self.assertIn(text, texts)
        (conflict,) = self.client.json("conflict", "list")
        self.assertEqual(conflict["id"], record)
        values = {value["value"] for field in conflict["fields"]
                  for value in field["values"]}
        self.assertEqual(values, {"sửa hôm qua", "sửa hôm nay"})
        self.assertEqual(self.kinds(), ["branched"])
        said = self.client.must_sync()
        self.assertEqual(said["events"], [])
        self.all_sound()

    def test_restored_home_that_wrote_nothing(self):
        self.client.add("một")
        self.client.must_sync()
        self.copy("yesterday")
        self.client.add("hai")
        self.client.must_sync()
        self.put_back("yesterday")
        said = self.client.must_sync()
        self.assertEqual(said["taken_back"], 1)
        self.assertEqual(said["set_aside"], 0)
        self.assertEqual([one["kind"] for one in said["events"]],
                         ["taken-back"])
        self.assertEqual(self.client.texts(), ["hai", "một"])
        self.all_sound()

    def test_cloned_home(self):
        """Two machines with one key, both writing, by turns."""
        self.client.add("gốc")
        self.client.must_sync()
        self.copy("clone")
        clone = harness.Client(self.cluster.folder("clone"))
        written = ["gốc"]
        for number in range(4):
            for name, client in (("a", self.client), ("b", clone)):
                written.append("%s %d" % (name, number))
                client.add(written[-1])
            self.client.must_sync()
            clone.must_sync()
        self.client.must_sync()
        clone.must_sync()
        self.assertEqual(self.client.texts(), sorted(written))
        self.assertEqual(clone.texts(), sorted(written))
        self.assertIn("branched", [event["kind"] for event in
                                   clone.json("status")["events"]])
        self.all_sound(self.client, clone)

    def test_revoked_and_joined_again(self):
        self.client.add("đã gửi")
        self.client.must_sync()
        old = self.device()
        record = self.client.add("chưa gửi")
        self.hub.must("device", "revoke", old)
        self.assertEqual(self.client.sync()["result"], "revoked-device")
        self.assertIn("chưa gửi", self.client.texts())
        said = self.client.json("join", self.hub.invite("ha-tinh"))
        self.assertNotEqual(said["device"], old)
        self.assertEqual(said["label"], "máy 1")
        kept = os.path.join(self.client.home, "device-%s.key" % old)
        self.assertEqual(os.stat(kept).st_mode & 0o777, 0o600)
        self.client.must_sync()
        self.assertEqual(self.client.texts(), ["chưa gửi", "đã gửi"])
        self.assertTrue(self.client.json("receipt", record)[0]["placed"])
        self.assertEqual(
            self.client.json("receipt", record)[0]["device"],
            said["device"])
        self.client.add("mới")
        self.client.must_sync()
        self.all_sound()

    def test_revoked_unheard_joins_again(self):
        """The machine has not synced since: join finds out by itself."""
        self.client.add("chưa gửi")
        self.hub.must("device", "revoke", self.device())
        self.client.must("join", self.hub.invite("ha-tinh"))
        self.assertEqual(self.client.texts(), ["chưa gửi"])
        self.assertEqual(self.client.json("status")["unsent"], 0)
        self.all_sound()

    def test_the_hub_is_put_back(self):
        """A hub from an old copy: told, with evidence, and given back."""
        self.client.add("một")
        self.client.must_sync()
        self.hub.stop()
        shutil.copytree(self.hub.home, self.cluster.folder("hub-kept"))
        self.hub.serve()
        self.client.add("hai")
        self.client.must_sync()
        self.hub.stop()
        shutil.rmtree(self.hub.home)
        shutil.copytree(self.cluster.folder("hub-kept"), self.hub.home)
        self.hub.serve()
        said = self.client.must_sync()
        self.assertTrue(said["hub_restored"])
        self.assertEqual(said["hub_lost"], 1)
        self.assertEqual([one["kind"] for one in said["events"]],
                         ["hub-restored"])
        self.assertRegex(os.path.basename(said["evidence"]),
                         r"^evidence-\d{8}T\d{6}Z\.txt$")
        self.assertEqual(os.stat(said["evidence"]).st_mode & 0o777, 0o600)
        with open(said["evidence"], encoding="utf-8") as file:
            self.assertIn("nhipcau-evidence-1", file.read())
        self.assertEqual(self.client.texts(), ["hai", "một"])
        self.assertEqual(self.client.json("status")["unsent"], 0)
        self.assertEqual(self.client.must_sync()["events"], [])
        record = self.client.items()[0]["id"]
        self.assertEqual(self.client.json("receipt", record)[0]["code"],
                         self.hub.json("receipt", record)[0]["code"])
        self.all_sound()

    def test_another_union_s_invitation_is_refused(self):
        self.hub.must("union", "add", "nghe-an", "Liên hiệp nghe-an")
        old = self.device()
        self.hub.must("device", "revoke", old)
        result = self.client.run("join", self.hub.invite("nghe-an"))
        self.assertEqual(result.code, 1)
        self.assertEqual(self.device(), old)

    def test_revoked_key_gets_no_new_one(self):
        self.client.add("chưa gửi")
        self.hub.must("device", "revoke", self.device())
        result = self.client.run("device", "rotate")
        self.assertEqual(result.code, 1)
        self.assertIn("invitation", result.err)
        self.client.must("join", self.hub.invite("ha-tinh"))
        self.assertEqual(self.client.texts(), ["chưa gửi"])
        self.all_sound()


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
