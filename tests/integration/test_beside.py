#!/usr/bin/env python3
"""Two programs have one store open: what one of them has read when the other
writes is of another moment, and no word is lost by it.

usage: test_beside.py BIN_DIR
"""
import fcntl
import os
import pathlib
import shutil
import signal
import sys
import unittest

import harness

HEAD = "1. Liên hiệp ha-tinh\n"


def beside(program, *words):
    """The same home, where that command comes in between."""
    def prefixed(at):
        prefix = harness.beside(*program.arguments(*words))
        return type(at)(at.home, prefix)
    return prefixed


class Imports(harness.DesksCase):
    """What a person writes while a file is weighed stays."""

    def test_plan(self):
        path = pathlib.Path(self.cluster.folder("plan.txt"))
        path.write_text(HEAD + "- Gặp mặt đầu năm\n- Tiếp đoàn bạn Lào\n")
        take = ("import", "plan", str(path), "--year", "2024", "--json")
        self.a.must(*take)
        one = next(item["id"] for item in self.a.items()
                   if item["fields"]["text"] == "Tiếp đoàn bạn Lào")
        path.write_text(HEAD + "- Gặp mặt đầu năm\n- Tiếp hai đoàn bạn Lào\n")
        meanwhile = beside(self.a, "edit", one, "text=Tiếp đoàn Savannakhet")
        said = meanwhile(self.a).must(*take).json()
        self.assertEqual(
            (said["changed"], said["kept"], said["same"]), (0, 1, 2))
        self.assertIn("Tiếp đoàn Savannakhet", self.a.texts())
        self.assertNotIn("Tiếp hai đoàn bạn Lào", self.a.texts())

    def test_table(self):
        path = pathlib.Path(self.cluster.folder("doan.csv"))
        head = ("Tên đoàn;Nước đến;Thời gian;Số người;"
                "Đoàn ra hay đoàn vào\n")
        row = "Đoàn nhân dân thăm Lào;Lào;12/3/2024;%d;đoàn ra\n"
        path.write_text(head + row % 5)
        take = ("import", "table", str(path), "--entity", "delegation",
                "--year", "2024", "--json")
        self.a.must(*take)
        one = self.a.json("list", "delegation")[0]
        people = next(name for name, value in one["fields"].items()
                      if value == 5)
        path.write_text(head + row % 6)
        meanwhile = beside(self.a, "edit", one["id"], people + "=7")
        meanwhile(self.a).must(*take)
        self.assertEqual(
            self.a.json("list", "delegation")[0]["fields"][people], 7)


class Conflicts(harness.DesksCase):
    def test_a_value_comes_while_one_is_chosen(self):
        """It stays, in conflict with what was chosen."""
        one = self.a.add("một")
        self.everybody_syncs()
        self.a.must("edit", one, "text=hai")
        self.b.must("edit", one, "text=ba")
        self.everybody_syncs()
        self.assertEqual(len(self.a.json("conflict", "list")), 1)
        self.b.must("edit", one, "text=bốn")
        self.b.must_sync()
        beside(self.a, "sync")(self.a).must("conflict", "resolve", one)
        self.everybody_syncs()
        for desk in self.clients:
            self.assertEqual(len(desk.json("conflict", "list")), 1)
            self.assertIn("bốn", desk.must("conflict", "list").out)


class HubPutBack(harness.DesksCase):
    """A hub that was put back, told so by a bundle between a command's opening
    and its writing: what that writes has no number that was given before."""

    def setUp(self):
        super().setUp()
        kept, self.bundle = map(self.cluster.folder, ("kept", "asks.ncb"))
        self.hub.stop()
        shutil.copytree(self.hub.home, kept)
        self.hub.must("union", "add", "gia-lai", "Liên hiệp gia-lai")
        self.hub.serve()
        self.a.must_sync()
        self.hub.stop()
        shutil.rmtree(self.hub.home)
        shutil.copytree(kept, self.hub.home)
        self.a.must("bundle", "export", self.bundle)

    def write_beside(self, *words):
        meanwhile = beside(self.hub, "bundle", "import", self.bundle)
        return meanwhile(self.hub).must(*words)

    def all_agree(self):
        self.hub.serve()
        self.assertTrue(self.a.must_sync()["hub_restored"])
        self.a.must_sync()
        self.b.must_sync()
        for desk in self.a, self.b:
            self.assertEqual(desk.json("status")["forks"], 0)

    def test_invite(self):
        self.write_beside("invite", "ha-tinh")
        self.all_agree()

    def test_hand_over(self):
        following = harness.Hub(self.cluster.folder("next"))
        self.addCleanup(lambda: following.is_serving() and following.kill())
        key = following.must("handover", "key", "--listen",
                             following.address).out.strip()
        path = self.cluster.folder("all.ncb")
        self.write_beside("handover", "export", "--to", key, "--yes", path)
        following.must("handover", "import", path)
        following.serve()
        self.all_agree()
        self.assertEqual(self.a.json("status")["address"], following.address)


class Watching(harness.DesksCase):
    """sync --watch between two rounds, while other commands go on."""

    def watch(self):
        watcher = self.a.start("sync", "--watch", "1s",
                               log=self.cluster.folder("watch.log"))
        self.addCleanup(watcher.wait)
        self.addCleanup(watcher.kill)
        self.next_round(watcher)
        return watcher

    def next_round(self, watcher):
        def last():
            return self.a.json("status")["last_sync"]["at"]
        before = last()
        harness.until(lambda: watcher.poll() is not None or last() > before,
                      "the next round")
        self.assertIsNone(watcher.poll())

    def stop(self, watcher):
        """Outside its turn: others may have theirs."""
        with open(os.path.join(self.a.home, "sync.lock"), "rb") as turn:
            def stopped():
                watcher.send_signal(signal.SIGSTOP)
                try:
                    fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return True
                except BlockingIOError:
                    watcher.send_signal(signal.SIGCONT)
                    return False
            harness.until(stopped, "a pause between two rounds")

    def test_the_hub_moves(self):
        """Another command has followed it: the watch goes along."""
        watcher = self.watch()
        following = harness.Hub(self.cluster.folder("next"))
        self.addCleanup(lambda: following.is_serving() and following.kill())
        key = following.must("handover", "key", "--listen",
                             following.address).out.strip()
        path = self.cluster.folder("all.ncb")
        self.stop(watcher)
        self.hub.must("handover", "export", "--to", key, "--yes", path)
        following.must("handover", "import", path)
        following.serve()
        self.a.must_sync()
        self.assertEqual(self.a.json("status")["address"], following.address)
        watcher.send_signal(signal.SIGCONT)
        self.next_round(watcher)
        self.assertEqual(self.a.json("status")["last_sync"]["result"], "ok")


class Turns(harness.DesksCase):
    def test_a_bundle_waits_while_the_key_changes(self):
        """It is the new key's: the hub takes nothing from the old one."""
        path = os.path.join(self.a.home, "device.key")
        bundle = self.cluster.folder("asks.ncb")
        old = pathlib.Path(path).read_bytes()
        rotated = self.a.json("device", "rotate")["device"]
        new = pathlib.Path(path).read_bytes()
        pathlib.Path(path).write_bytes(old)
        turn = os.path.join(self.a.home, "sync.lock")
        with open(turn, "rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            export = self.a.start("bundle", "export", bundle,
                                  log=self.cluster.folder("export.log"))
            files = "/proc/%d/fd" % export.pid
            harness.until(lambda: any(
                os.path.realpath(os.path.join(files, name)) == turn
                for name in os.listdir(files)), "it waits for its turn")
            pathlib.Path(path).write_bytes(new)
        self.assertEqual(export.wait(harness.GUARD_S), 0)
        self.assertEqual(
            self.hub.json("bundle", "import", bundle)["device"], rotated)


class Sealing(harness.DesksCase):
    def test_a_key_changes_while_a_passphrase_is_typed(self):
        """The new key is sealed: the old one opens nothing any more."""
        typed = self.cluster.folder("typed")
        os.mkfifo(typed, 0o600)
        asked = ("env", "NHIPCAU_PASSPHRASE_FILE=" + typed)
        sealing = harness.Client(self.a.home, asked).start(
            "device", "seal", log=self.cluster.folder("seal.log"))
        # Opened once the other side reads: the home was opened before.
        with open(typed, "w", encoding="utf-8") as words:
            rotated = self.a.json("device", "rotate")["device"]
            words.write("mật khẩu của phòng hành chính\n")
        self.assertEqual(sealing.wait(harness.GUARD_S), 0)
        os.unlink(typed)
        with open(typed, "w", encoding="utf-8",
                  opener=lambda path, flags: os.open(path, flags, 0o600)
                  ) as words:
            words.write("mật khẩu của phòng hành chính\n")
        opened = harness.Client(self.a.home, asked)
        self.assertEqual(
            opened.json("status")["device"]["id"], rotated)
        opened.add("sau khi đổi khóa")
        opened.must_sync()


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
