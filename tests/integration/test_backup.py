#!/usr/bin/python3
"""Backups while others write; restored on the hub and on a client; what comes
back from the others; and what cannot be restored.

usage: test_backup.py BIN_DIR
"""
import hashlib
import os
import shutil
import sqlite3
import sys
import threading
import unittest

import harness
from line import Line


def fingerprint(home):
    """The names and bytes of a home, without the lock."""
    out = {}
    for name in sorted(os.listdir(home)):
        if name == "lock":
            continue
        with open(os.path.join(home, name), "rb") as file:
            out[name] = hashlib.sha256(file.read()).hexdigest()
    return out


class Test(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh", "nghe-an")
        self.addCleanup(self.cluster.end)
        self.folder = self.cluster.folder
        self.hub = self.cluster.hub
        self.file = self.folder("backup")

    def refused(self, program, *words, says):
        """Exit 1 and one sentence."""
        result = program.run(*words)
        self.assertEqual(result.code, 1, result)
        self.assertEqual(len(result.err.strip().splitlines()), 1, result)
        self.assertRegex(result.err, says)
        return result

    def restore_hub(self):
        self.assertEqual(self.hub.stop(), 0)
        said = self.hub.json("restore", self.file, "--replace")
        self.hub.serve()
        return said

    def all_agree(self, clients):
        """After everybody has synced, all is everywhere, and sound."""
        for _ in range(2):
            for client in clients:
                client.must_sync()
        for client in clients:
            again = client.must_sync()
            self.assertFalse(again["hub_restored"], again)
            client.must("verify")
            unproven = client.sql(
                "SELECT count(*) FROM log WHERE leaf IS NULL")[0][0]
            self.assertEqual(unproven, 0)
            self.assertEqual(client.json("status")["unsent"], 0)
        self.hub.must("verify")


class OnTheHub(Test):
    def test_while_others_write(self):
        clients = [self.cluster.client("ha-tinh"),
                   self.cluster.client("nghe-an")]
        stop = threading.Event()
        faults = []

        def work(client):
            try:
                while not stop.is_set():
                    client.add("Đón đoàn")
                    client.must_sync()
            except Exception as fault:  # shown by the test itself
                faults.append(fault)

        threads = [threading.Thread(target=work, args=(client,))
                   for client in clients]
        for thread in threads:
            thread.start()
        try:
            sizes = []
            for number in range(4):
                path = self.folder("b%d" % number)
                said = self.hub.json("backup", path)
                sizes.append(said["change_sets"])
                self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(faults, [])
        self.assertEqual(sizes, sorted(sizes))
        for number in range(4):
            home = harness.Hub(self.folder("r%d" % number))
            home.must("restore", self.folder("b%d" % number))
            home.must("verify")
            # And what the restore itself writes.
            self.assertEqual(home.json("status")["change_sets"],
                             sizes[number] + 1)
        self.all_agree(clients)
        self.assertEqual([name for name in os.listdir(self.folder.path)
                          if ".part" in name], [])

    def test_what_came_after_comes_back(self):
        first = self.cluster.client("ha-tinh")
        second = self.cluster.client("ha-tinh")
        other = self.cluster.client("nghe-an")
        clients = [first, second, other]
        first.add("trước")
        for client in clients:
            client.must_sync()
        self.hub.must("backup", self.file)
        expected = {"trước"}
        for turn in range(2):
            for number, client in enumerate(clients):
                text = "sau %d, máy %d" % (turn, number)
                client.add(text)
                expected.add(text)
                client.must_sync()
            for client in clients:
                client.must_sync()
            said = self.restore_hub()
            self.assertEqual(said["generation"], turn + 2)
            self.assertTrue(os.path.exists(
                os.path.join(self.hub.home, said["kept_store"])))
            # What only one client has, and typed before it was told.
            first.add("chưa gửi %d" % turn)
            expected.add("chưa gửi %d" % turn)
            for client in clients:
                told = client.must_sync()
                self.assertTrue(told["hub_restored"], told)
                self.assertGreater(told["hub_lost"], 0, told)
            self.all_agree(clients)
            self.assertEqual(self.hub_texts(), expected)

    def hub_texts(self):
        return {row[0] for row in self.hub.sql(
            "SELECT text FROM plan_item WHERE state & 1 = 0")}

    def test_a_device_that_joined_after(self):
        first = self.cluster.client("ha-tinh")
        self.hub.must("backup", self.file)
        self.hub.must("union", "add", "quang-binh", "Liên hiệp quang-binh")
        late = self.cluster.client("quang-binh")
        late.add("đến sau")
        late.must_sync()
        first.must_sync()
        self.restore_hub()
        # The one that was there before brings the cluster's records back.
        self.assertTrue(first.must_sync()["hub_restored"])
        late.must_sync()
        self.all_agree([first, late])
        self.assertIn("đến sau", self.hub_texts())
        codes = [union["code"] for union in self.hub.json("union", "list")]
        self.assertIn("quang-binh", codes)
        # And the hub can write its own records.
        self.cluster.client("quang-binh").must_sync()

    def test_a_revocation_that_comes_back(self):
        """A hub that had lost it takes the device's words; then a colleague
        brings it, and they count no more. Joined again, they do."""
        first = self.cluster.client("ha-tinh")
        other = self.cluster.client("ha-tinh")
        first.add("trước")
        first.must_sync()
        self.hub.must("backup", self.file)
        self.hub.must("device", "revoke",
                      first.json("status")["device"]["id"])
        other.must_sync()
        self.restore_hub()
        item = first.add("hub chưa biết")
        first.must_sync()
        first.must("edit", item, "text=đầu mối chưa biết")
        first.must_sync()
        first.add("chưa gửi")
        self.assertTrue(other.must_sync()["hub_restored"])
        self.assertEqual(other.texts(), ["trước"])
        self.assertEqual(first.sync()["result"], "revoked-device")
        first.must("join", self.hub.invite("ha-tinh"))
        self.all_agree([first, other])
        for client in (first, other):
            self.assertEqual(client.texts(), ["chưa gửi", "trước",
                                              "đầu mối chưa biết"])
            self.assertEqual(client.json("conflict", "list"), [])
            self.assertEqual(client.json("status")["waiting_again"], 0)
        before = first.json("status")["change_sets"]
        self.all_agree([first, other])
        self.assertEqual(first.json("status")["change_sets"], before)

    def test_a_union_added_again(self):
        """The keeper misses what was made after the backup and makes it again;
        then the clients give the first back: it is one union, not two."""
        first = self.cluster.client("ha-tinh")
        self.hub.must("backup", self.file)
        make = (("union", "add", "hue", "Liên hiệp hue"),
                ("union", "merge", "ha-tinh", "nghe-an", "--into", "moi",
                 "--name", "Liên hiệp mới", "--from", "2025-07-01"))
        clients = {}
        for turn in ("lúc đầu", "lần nữa"):
            for words in make:
                self.hub.must(*words)
            for code in ("hue", "moi"):
                client = self.cluster.client(code)
                client.must("add", "plan-item", "year=2026", "area=general",
                            "text=%s %s" % (code, turn))
                client.must_sync()
                clients[code, turn] = client
            if turn == "lúc đầu":
                first.must_sync()
                self.restore_hub()
        everybody = [first, *clients.values()]
        # The one that was there before brings the rest back.
        self.assertTrue(first.must_sync()["hub_restored"])
        self.all_agree(everybody)
        codes = [union["code"] for union in self.hub.json("union", "list")]
        self.assertEqual(sorted(codes),
                         ["ha-tinh", "hue", "moi", "nghe-an"])
        self.assertEqual(len(self.hub.json("union", "succession", "list")), 1)
        self.assertEqual(self.hub.json("conflict", "list"), [])
        for code in ("hue", "moi"):
            for turn in ("lúc đầu", "lần nữa"):
                self.assertEqual(clients[code, turn].texts(),
                                 [code + " lúc đầu", code + " lần nữa"])

    def test_a_key_that_nobody_gives_back(self):
        """Its office alone has seen the joining: a new invitation, and the
        same key comes in again with all that it has."""
        first = self.cluster.client("ha-tinh")
        self.hub.must("backup", self.file)
        first.must("device", "rotate")
        later = self.cluster.client("nghe-an")
        later.add("của người đến sau")
        later.must_sync()
        first.add("dưới khóa mới")
        first.must_sync()
        self.restore_hub()
        self.assertEqual(first.sync()["result"], "unknown-device")
        device = first.json("status")["device"]["id"]
        first.must("join", self.hub.invite("ha-tinh"))
        self.assertEqual(first.json("status")["device"]["id"], device)
        self.all_agree([first, later])
        self.assertEqual(first.texts(), ["dưới khóa mới"])
        self.assertEqual(later.texts(), ["của người đến sau"])
        # Two records name one key now; one word is enough.
        self.hub.must("device", "revoke", device)
        self.assertEqual(first.sync()["result"], "revoked-device")

    def put_a_copy_into_place(self, between, home_too):
        """The store as it was before `between`, with its home's other files as
        they are now, or as they were."""
        self.assertEqual(self.hub.stop(), 0)
        copy = self.folder("copy")
        shutil.copytree(self.hub.home, copy)
        self.hub.serve()
        between()
        self.assertEqual(self.hub.stop(), 0)
        if home_too:
            shutil.rmtree(self.hub.home)
            shutil.copytree(copy, self.hub.home)
            return
        for name in os.listdir(self.hub.home):
            if name.startswith("store.db"):
                os.remove(os.path.join(self.hub.home, name))
        shutil.copy(os.path.join(copy, "store.db"), self.hub.home)

    def check_a_copy_in_place(self, home_too):
        first = self.cluster.client("ha-tinh")
        other = self.cluster.client("nghe-an")
        first.add("trước")
        first.must_sync()
        other.must_sync()

        def between():
            for client in (first, other):
                client.add("sau")
                client.must_sync()
            self.hub.must("union", "add", "hue", "Liên hiệp hue")
            first.must_sync()

        self.put_a_copy_into_place(between, home_too)
        self.hub.serve()
        # Of a whole home the first that shows it more makes it notice.
        self.assertEqual(self.hub.logged("put-back"), not home_too)
        if not home_too:
            # What it writes now nobody holds otherwise.
            self.hub.must("union", "add", "vinh", "Liên hiệp vinh")
        self.assertTrue(first.must_sync()["hub_restored"])
        self.assertEqual(self.hub.logged("put-back"), 1)
        self.all_agree([first, other])
        self.assertEqual(len(first.items()), 2)
        self.assertEqual(len(other.items()), 1)
        codes = [union["code"] for union in self.hub.json("union", "list")]
        self.assertIn("hue", codes)
        self.assertEqual("vinh" in codes, not home_too)
        self.assertEqual(self.hub.json("status")["forks"], 0)

    def test_a_file_copied_into_place(self):
        self.check_a_copy_in_place(False)

    def test_a_home_copied_into_place(self):
        self.check_a_copy_in_place(True)

    def test_a_home_copied_into_place_and_written_at(self):
        """What docs/OPERATING.md asks keepers not to do, and its way out: who
        held the numbers is alarmed for good, and no word is lost."""
        first = self.cluster.client("ha-tinh")
        other = self.cluster.client("nghe-an")
        first.add("trước")
        for client in (first, other):
            client.must_sync()

        def between():
            self.hub.must("union", "add", "hue", "Liên hiệp hue")
            first.add("sau")
            first.must_sync()

        self.put_a_copy_into_place(between, True)
        self.hub.must("union", "add", "vinh", "Liên hiệp vinh")
        self.hub.serve()
        for text in ("chưa gửi", "sau báo động"):
            first.add(text)
            self.assertIn(first.sync()["result"], ("history", "fork"))
        other.must_sync()
        joined = self.cluster.client("ha-tinh")
        joined.must_sync()
        self.assertEqual(joined.texts(), ["chưa gửi", "sau", "sau báo động",
                                          "trước"])
        self.all_agree([other, joined])

    def test_a_file_copied_into_place_of_a_hub_on_sticks(self):
        """Each command that goes on with the store looks, and says it once; a
        client gives back what it got by stick."""
        first = self.cluster.client("ha-tinh")
        first.must_sync()

        def between():
            self.hub.must("invite", "ha-tinh")
            self.hub.must("bundle", "export", "--union", "ha-tinh", self.file)

        self.put_a_copy_into_place(between, False)
        first.must("bundle", "import", self.file)
        for turn in range(2):
            said = self.hub.run("invite", "ha-tinh")
            self.assertEqual(said.code, 0, said)
            self.assertEqual("put back" in said.err, turn == 0, said.err)
        # Nothing but a checkpoint of this hub's shows anything.
        path = os.path.join(self.hub.home, "checkpoint")
        with open(path, "rb") as file:
            true = file.read()
        for bytes_ in (b"", b"\xff" * 100, true[:-20], b"x" * 70000,
                       true.replace(b"\n", b"\r\n")):
            with open(path, "wb") as file:
                file.write(bytes_)
            said = self.hub.must("invite", "ha-tinh")
            self.assertEqual(said.err, "")
        self.hub.serve()
        self.assertEqual(self.hub.logged("put-back"), 0)
        # It had no checkpoint of what was lost, so it misses nothing.
        said = first.must_sync()
        self.assertEqual((said["sent"], said["hub_restored"]), (1, False))
        self.all_agree([first])
        self.assertEqual(self.hub.json("status")["forks"], 0)

    def test_told_although_the_line_breaks(self):
        """The first reply says that the hub was restored, and the line ends
        before the last: what the hub had signed is kept all the same."""
        with Line(("127.0.0.1", self.hub.port), 1) as line:
            client = harness.Client(self.folder("client"))
            self.hub.stop()
            shutil.rmtree(self.hub.home)
            self.hub.must("init", "--name", "Cụm thử", "--listen",
                          self.hub.address, "--address",
                          "tcp://127.0.0.1:%d" % line.port)
            self.hub.must("union", "add", "ha-tinh", "Liên hiệp ha-tinh")
            self.hub.serve()
            client.must("join", self.hub.invite("ha-tinh"))
            self.hub.must("backup", self.file, "--replace")
            client.add("sau bản sao")
            client.must_sync()
            kept = self.folder("kept")
            shutil.copytree(client.home, kept)
            before = client.json("status")["last_sync"]
            told = 0
            for size in range(1000, 6000, 150):
                self.restore_hub()
                shutil.rmtree(client.home)
                shutil.copytree(kept, client.home)
                line.heal()
                line.set(ends_after=size)
                log = self.folder("log-%d" % size)
                watching = client.start("sync", "--watch", "1h", log=log)
                harness.until(
                    lambda: line.has_gone() or client.json("status")[
                        "last_sync"] != before, "the line is used up")
                watching.terminate()
                watching.wait(harness.GUARD_S)
                status = client.json("status")
                for event in status["events"]:
                    told += status["last_sync"]["result"] != "ok"
                    with open(event["text"], encoding="utf-8") as file:
                        self.assertIn("nhipcau-evidence-1", file.read())
                if status["last_sync"]["result"] == "ok" and \
                        status["last_sync"] != before:
                    break
            self.assertGreater(told, 0)

    def test_only_one_at_work(self):
        self.hub.must("backup", self.file)
        self.refused(self.hub, "restore", self.file, "--replace",
                     says="being served")
        self.refused(self.hub, "serve", says="being served")
        self.assertTrue(self.hub.is_serving())
        # Killed, it holds nothing any more.
        self.hub.kill()
        self.hub.must("restore", self.file, "--replace")
        self.hub.serve()

    def test_sealed(self):
        secret = self.folder("secret")
        with open(secret, "w", encoding="utf-8") as file:
            file.write("cầu qua sông dài\n")
        os.chmod(secret, 0o600)
        self.assertEqual(self.hub.stop(), 0)
        self.hub.prefix = ("env", "NHIPCAU_PASSPHRASE_FILE=" + secret)
        self.hub.must("device", "seal")
        self.assertTrue(self.hub.json("backup", self.file)["key_sealed"])
        bare = harness.Hub(self.folder("bare"), prefix=("setsid", "-w"))
        self.refused(bare, "restore", self.file,
                     says="NHIPCAU_PASSPHRASE_FILE")
        self.assertFalse(os.path.exists(self.folder("bare", "store.db")))
        home = harness.Hub(self.folder("r"), prefix=self.hub.prefix)
        home.must("restore", self.file)
        with open(self.folder("r", "device.key"), "rb") as file:
            restored = file.read()
        with open(self.folder("hub", "device.key"), "rb") as file:
            self.assertEqual(restored, file.read())


class OnAClient(Test):
    def test_older_backup(self):
        client = self.cluster.client("ha-tinh")
        other = self.cluster.client("ha-tinh")
        client.add("trước")
        client.must_sync()
        client.must("backup", self.file)
        client.add("sau, gửi rồi")
        client.must_sync()
        self.refused(client, "restore", self.file, says="--replace")
        said = client.json("restore", self.file, "--replace")
        self.assertIsNone(said["generation"])
        self.assertEqual(client.texts(), ["trước"])
        # Typed before it knows what it had sent.
        client.add("sau đó nữa")
        client.must_sync()
        other.must_sync()
        want = sorted(["trước", "sau, gửi rồi", "sau đó nữa"])
        self.assertEqual(client.texts(), want)
        self.assertEqual(other.texts(), want)
        self.all_agree([client, other])
        # The old store is whole, under its other name.
        kept = harness.Client(self.folder("kept"))
        os.mkdir(kept.home)
        shutil.copy(os.path.join(client.home, said["kept_store"]),
                    os.path.join(kept.home, "store.db"))
        shutil.copy(os.path.join(client.home, said["kept_key"]),
                    os.path.join(kept.home, "device.key"))
        kept.must("verify")
        self.assertEqual(kept.texts(), sorted(["trước", "sau, gửi rồi"]))

    def test_backup_of_an_older_key(self):
        """The keys that came since are in force, not the backup's."""
        client = self.cluster.client("ha-tinh")
        client.add("một")
        client.must_sync()
        client.add("lúc sao")
        client.must("backup", self.file)
        for number in range(2):
            client.must("device", "rotate")
            client.add("sau lần %d" % number)
            client.must_sync()
        device = client.json("status")["device"]["id"]
        client.must("restore", self.file, "--replace")
        client.add("sau khi khôi phục")
        self.assertTrue(client.must_sync()["rotated"])
        self.assertEqual(client.json("status")["device"]["id"], device)
        self.assertEqual(client.texts(), [
            "lúc sao", "một", "sau khi khôi phục", "sau lần 0", "sau lần 1"])
        self.all_agree([client])

    def test_not_beside_a_watching_sync(self):
        client = self.cluster.client("ha-tinh")
        client.must("backup", self.file)
        log = self.folder("watch.log")
        before = client.json("status")["last_sync"]
        watching = client.start("sync", "--watch", "1s", log=log)
        try:
            harness.until(
                lambda: client.json("status")["last_sync"] != before,
                "the watching sync has begun")
            self.refused(client, "restore", self.file, "--replace",
                         says="at work")
        finally:
            watching.terminate()
            watching.wait(harness.GUARD_S)
        client.must("restore", self.file, "--replace")
        client.must_sync()

    def test_killed_at_each_step(self):
        client = self.cluster.client("ha-tinh")
        client.add("trong bản sao")
        client.must_sync()
        client.must("backup", self.file)
        client.add("sau đó")
        client.must_sync()
        for into_empty in (True, False):
            seen = set()
            for step in range(1, harness.STEPS_MAX):
                home = self.folder("k%d-%d" % (into_empty, step))
                os.mkdir(home, 0o700)
                if not into_empty:
                    for name in ("store.db", "device.key"):
                        shutil.copy(os.path.join(client.home, name), home)
                ended = harness.Client(home, prefix=harness.killed_at(step)).run(
                    "restore", self.file, "--replace")
                after = harness.Client(home)
                if ended.code == 0:
                    break
                self.assertEqual(ended.code, -9, ended)
                if os.path.exists(os.path.join(home, "store.db")):
                    after.must("verify")
                    texts = after.texts()
                    old = sorted(["trong bản sao", "sau đó"])
                    self.assertIn(texts, [old, ["trong bản sao"]])
                    seen.add(len(texts))
                else:
                    self.assertTrue(into_empty)
                    seen.add(0)
                after.must("restore", self.file, "--replace")
                self.assertEqual(after.texts(), ["trong bản sao"])
                self.assertEqual(
                    [name for name in os.listdir(home)
                     if ".new" in name or name.endswith("-wal")], [])
                shutil.rmtree(home)
            else:
                self.fail("restore never ended")
            # Before the rename and after it.
            self.assertEqual(seen, {0, 1} if into_empty else {2, 1})

    def test_backup_killed_at_each_step(self):
        client = self.cluster.client("ha-tinh")
        for step in range(1, harness.STEPS_MAX):
            ended = harness.Client(client.home, prefix=harness.killed_at(step)).run(
                "backup", self.file)
            if ended.code == 0:
                break
            self.assertEqual(ended.code, -9, ended)
            if os.path.exists(self.file):
                os.remove(self.file)
            client.must("verify")
            client.must("backup", self.file)
            harness.Client(self.folder("r")).must("restore", self.file)
            shutil.rmtree(self.folder("r"))
            os.remove(self.file)
        else:
            self.fail("backup never ended")
        self.assertGreater(step, 4, "nothing was killed")


class Refused(Test):
    def unchanged(self, program, *words, says):
        before = fingerprint(program.home)
        self.refused(program, *words, says=says)
        self.assertEqual(fingerprint(program.home), before)

    def test_files_that_are_no_backups(self):
        client = self.cluster.client("ha-tinh")
        client.add("một")
        client.must_sync()
        client.must("backup", self.file)
        self.hub.must("backup", self.folder("hub.backup"))
        self.assertEqual(self.hub.stop(), 0)
        bad = self.folder("bad")
        with open(self.file, "rb") as file:
            whole = file.read()
        self.unchanged(client, "restore", self.folder("none"), "--replace",
                       says="no file")
        self.unchanged(client, "restore", self.folder.path, "--replace",
                       says="no backup")
        self.unchanged(client, "restore", self.folder("hub.backup"),
                       "--replace", says="hub's backup")
        self.unchanged(self.hub, "restore", self.file, "--replace",
                       says="union's backup")
        self.unchanged(client, "restore",
                       os.path.join(client.home, "store.db"), "--replace",
                       says="no backup")
        for content in (b"", b"x", b"SQLite format 3\0",
                        whole[:len(whole) // 2], whole[:-1],
                        b"\0" * len(whole)):
            with open(bad, "wb") as file:
                file.write(content)
            self.unchanged(client, "restore", bad, "--replace",
                           says="no backup")
        os.remove(bad)
        other = sqlite3.connect(bad)
        other.execute("CREATE TABLE t(a)")
        other.commit()
        other.close()
        self.unchanged(client, "restore", bad, "--replace", says="no backup")
        self.changed(bad, "PRAGMA user_version = 99")
        self.unchanged(client, "restore", bad, "--replace", says="newer")
        for change in (
                "UPDATE log SET payload = x'00' WHERE position = 1",
                "UPDATE log SET signature = zeroblob(64) WHERE position = 2",
                "DELETE FROM log WHERE position = 2",
                "UPDATE meta SET value = x'00' WHERE key = 'identity'",
                "UPDATE meta SET value = x'00' WHERE key = 'backup-key'",
                "UPDATE plan_item SET text = 'khác'"):
            with self.subTest(change):
                self.changed(bad, change)
                self.unchanged(client, "restore", bad, "--replace",
                               says="no backup")
        self.changed(bad, "DELETE FROM meta WHERE key = 'backup-made'")
        self.unchanged(client, "restore", bad, "--replace", says="no backup")
        # An empty home stays one.
        empty = harness.Client(self.folder("empty"))
        self.refused(empty, "restore", bad, says="no backup")
        self.assertEqual(fingerprint(empty.home), {})
        # And the test's own material is good.
        client.must("restore", self.file, "--replace")

    def changed(self, path, change):
        """The good backup with one thing changed in it."""
        shutil.copy(self.file, path)
        store = sqlite3.connect(path)
        store.execute(change)
        store.commit()
        store.close()

    def test_where_no_backup_can_be_written(self):
        client = self.cluster.client("ha-tinh")
        store = os.path.join(client.home, "store.db")
        linked = self.folder("linked")
        os.link(store, linked)
        with open(self.file, "w", encoding="ascii") as file:
            file.write("mine")
        self.unchanged(client, "backup", store, "--replace", says="belongs")
        self.unchanged(client, "backup", linked, "--replace", says="belongs")
        self.unchanged(client, "backup",
                       os.path.join(client.home, "device.key"), "--replace",
                       says="belongs")
        self.unchanged(client, "backup", self.folder.path, says="folder")
        self.unchanged(client, "backup", self.folder("no", "file"),
                       says="no folder")
        self.unchanged(client, "backup", self.file, says="--replace")
        with open(self.file, encoding="ascii") as file:
            self.assertEqual(file.read(), "mine")
        client.must("backup", self.file, "--replace")
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)

    def test_full_and_read_only_disks(self):
        client = self.cluster.client("ha-tinh")
        small, fixed = self.folder("small"), self.folder("fixed")
        os.mkdir(small)
        os.mkdir(fixed)
        space = harness.MountNamespace(
            "mount -t tmpfs -o size=64k tmpfs '%s'\n"
            "mount -t tmpfs tmpfs '%s'\nmount -o remount,ro '%s'" % (
                small, fixed, fixed))
        self.addCleanup(space.end)
        inside = harness.Client(client.home, prefix=space.prefix)
        self.refused(inside, "backup", os.path.join(small, "b"), says="full")
        self.assertEqual(os.listdir(space.outside(small)), [])
        self.refused(inside, "backup", os.path.join(fixed, "b"),
                     says="may not be")
        client.must("backup", self.file)
        tiny = harness.Client(os.path.join(small, "home"),
                              prefix=space.prefix)
        self.refused(tiny, "restore", self.file, says="full")
        self.assertEqual(os.listdir(space.outside(tiny.home)), ["lock"])


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
