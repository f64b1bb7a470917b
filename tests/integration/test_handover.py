#!/usr/bin/python3
"""The hub moves to another office: with clients online and offline, by line
and by stick, interrupted at each step, said twice, and what is refused.

usage: test_handover.py BIN_DIR
"""
import os
import shutil
import sys
import unittest

import harness


class Test(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh", "nghe-an")
        self.addCleanup(self.cluster.end)
        self.folder = self.cluster.folder
        self.old = self.cluster.hub
        self.file = self.folder("handover")
        self.hubs = []
        self.addCleanup(self.end_hubs)

    def end_hubs(self):
        for hub in self.hubs:
            if hub.is_serving():
                hub.kill()

    def next_hub(self, name):
        hub = harness.Hub(self.folder(name))
        self.hubs.append(hub)
        return hub

    def key(self, hub):
        return hub.must("handover", "key", "--listen",
                        hub.address).out.strip()

    def hand_over(self, old, new):
        said = old.json("handover", "export", "--yes", "--to",
                        self.key(new), self.file)
        self.assertEqual(said["address"], new.address)
        taken = new.json("handover", "import", self.file)
        self.assertEqual(taken["address"], new.address)
        new.serve()
        return taken

    def report(self, hub):
        return hub.must("report", "plan", "--year", "2024").out

    def refused(self, program, *words, says):
        result = program.run(*words)
        self.assertEqual(result.code, 1, result)
        self.assertEqual(len(result.err.strip().splitlines()), 1, result)
        self.assertRegex(result.err, says)

    def refuses_to_write(self, hub, address):
        """What an old hub does no more, and where to do it instead."""
        for words in (("union", "add", "hue", "Liên hiệp hue"),
                      ("invite", "ha-tinh"),
                      ("device", "revoke", "0")):
            self.refused(hub, *words, says=address)

    def all_follow(self, clients, hub):
        for client in clients:
            said = client.must_sync()
            self.assertEqual(client.json("status")["address"], hub.address,
                             said)
        for client in clients:
            client.must_sync()
            client.must("verify")
            unproven = client.sql(
                "SELECT count(*) FROM log WHERE leaf IS NULL")[0][0]
            self.assertEqual(unproven, 0)
        hub.must("verify")


class HandOver(Test):
    def test_a_year(self):
        first = self.cluster.client("ha-tinh")
        second = self.cluster.client("ha-tinh")
        other = self.cluster.client("nghe-an")
        clients = [first, second, other]
        for number, client in enumerate(clients):
            client.add("máy %d" % number)
            client.must_sync()
        before = self.report(self.old)
        new = self.next_hub("new")
        taken = self.hand_over(self.old, new)
        self.assertEqual(taken["unions"], 2)
        self.assertEqual(taken["from"],
                         self.old.json("status")["device"]["id"])
        self.assertEqual(self.report(new), before)
        self.assertEqual(self.report(self.old), before)
        self.assertIs(self.old.json("status")["handed_over"], True)
        self.assertIs(new.json("status")["handed_over"], False)
        self.refuses_to_write(self.old, new.address)
        # The old hub still answers, and says where the new one is.
        first.add("sau khi bàn giao")
        self.all_follow(clients, new)
        self.assertIn("sau khi bàn giao", self.report(new))
        self.assertEqual(self.report(self.old), before)
        # An invitation by the new hub; its device checks all of history.
        late = harness.Client(self.folder("late"))
        late.must("join", new.invite("nghe-an"), "--device", "máy mới")
        self.all_follow([late], new)
        self.assertEqual(late.texts(), ["máy 2"])
        # The old office may stop now.
        self.assertEqual(self.old.stop(), 0)
        clients.append(late)
        self.all_follow(clients, new)
        # A year later, to a third office; one client slept all the year.
        third = self.next_hub("third")
        before = self.report(new)
        self.hand_over(new, third)
        self.assertEqual(self.report(third), before)
        self.refuses_to_write(new, third.address)
        self.all_follow(clients, third)
        third.must("union", "add", "hue", "Liên hiệp hue")
        third.must("device", "revoke",
                   second.json("status")["device"]["id"])
        self.assertEqual(second.sync()["result"], "revoked-device")

    def test_who_slept_through_two(self):
        client = self.cluster.client("ha-tinh")
        client.add("ngủ")
        new, third = self.next_hub("new"), self.next_hub("third")
        self.hand_over(self.old, new)
        self.hand_over(new, third)
        # It knows the first office's address; each names the next.
        self.all_follow([client], third)
        self.assertIn("ngủ", self.report(third))

    def test_by_stick(self):
        client = self.cluster.client("ha-tinh")
        client.add("không có đường truyền")
        bundle = self.folder("to-hub.ncb")
        new = self.next_hub("new")
        self.hand_over(self.old, new)
        self.assertEqual(self.old.stop(), 0)
        self.assertEqual(client.sync()["result"], "unreachable")
        os.mkdir(self.folder("stick"))
        answer = new.json("bundle", "export", "--union", "ha-tinh",
                          self.folder("stick"))["file"]
        self.assertRegex(os.path.basename(answer),
                         r"^nhipcau-hub-ha-tinh-\d{4}-\d\d-\d{4}\.ncb$")
        client.must("bundle", "import", answer)
        self.assertEqual(client.json("status")["address"], new.address)
        client.must("bundle", "export", bundle)
        said = new.json("bundle", "import", bundle)
        self.assertEqual((said["union"], said["appended"], said["refused"]),
                         ("ha-tinh", 1, 0))
        # Again: no harm.
        self.assertEqual(
            new.json("bundle", "import", bundle)["appended"], 0)
        self.all_follow([client], new)
        self.assertIn("không có đường truyền", self.report(new))
        self.refused(self.old, "bundle", "import", bundle, says=".")

    def test_a_restored_client_that_a_stick_leads(self):
        """Its backup is of before the hand-over, it has written on, and the
        old office has switched off: one answer of the new hub is enough."""
        client = self.cluster.client("ha-tinh")
        client.add("một")
        client.must_sync()
        backup = self.folder("client.backup")
        client.must("backup", backup)
        new = self.next_hub("new")
        self.hand_over(self.old, new)
        client.must_sync()
        client.add("sau bàn giao")
        client.must_sync()
        self.assertEqual(self.old.stop(), 0)
        client.must("restore", backup, "--replace")
        client.add("sau khi khôi phục")
        self.assertEqual(client.sync()["result"], "unreachable")
        answer = self.folder("answer")
        new.must("bundle", "export", "--union", "ha-tinh", answer)
        client.must("bundle", "import", answer)
        texts = ["một", "sau bàn giao", "sau khi khôi phục"]
        self.assertEqual(client.texts(), texts)
        self.assertEqual(client.json("status")["address"], new.address)
        self.all_follow([client], new)
        self.assertEqual(client.texts(), texts)

    def test_a_bundle_for_the_hub_before(self):
        """Neither hub can take it in, and both say what to do; the answer of
        the one that has handed over leads to the other as well."""
        client = self.cluster.client("ha-tinh")
        client.add("trong tệp chuyển")
        bundle = self.folder("bundle")
        client.must("bundle", "export", bundle)
        invitation = self.old.invite("ha-tinh")
        new = self.next_hub("new")
        self.hand_over(self.old, new)
        late = harness.Client(self.folder("late"))
        self.refused(late, "join", invitation, says="present hub's keeper")
        late.must("join", new.invite("ha-tinh"))
        for hub in (new, self.old):
            said = hub.run("bundle", "import", bundle)
            self.assertEqual(said.code, 1, said)
            self.assertIn("bundle export --union", said.err)
        answer = self.folder("answer")
        self.old.must("bundle", "export", "--union", "ha-tinh", answer)
        client.must("bundle", "import", answer)
        self.assertEqual(client.json("status")["address"], new.address)
        client.must("bundle", "export", bundle)
        self.assertEqual(
            new.json("bundle", "import", bundle)["appended"], 1)
        self.all_follow([client], new)

    def test_after_a_restore(self):
        client = self.cluster.client("ha-tinh")
        client.add("một")
        client.must_sync()
        backup = self.folder("backup")
        self.old.must("backup", backup)
        self.assertEqual(self.old.stop(), 0)
        self.old.must("restore", backup, "--replace")
        self.old.serve()
        client.must_sync()
        new = self.next_hub("new")
        self.hand_over(self.old, new)
        self.all_follow([client], new)
        # The old one's backup would make a second hub.
        self.assertEqual(self.old.stop(), 0)
        self.refused(self.old, "restore", backup, "--replace",
                     says=new.address)
        # A backup of what has handed over says no more than it does.
        self.old.must("backup", backup, "--replace")
        again = harness.Hub(self.folder("again"))
        self.assertIsNone(again.json("restore", backup)["generation"])
        self.refuses_to_write(again, new.address)

    def test_old_office_serves_on_from_a_backup(self):
        """What a hub signs that is none any more binds nobody: who believed
        it follows the new one, and nothing is lost."""
        client = self.cluster.client("ha-tinh")
        client.add("trước bàn giao")
        client.must_sync()
        saved = self.folder("saved")
        self.old.must("backup", saved)
        new = self.next_hub("new")
        self.hand_over(self.old, new)
        self.old.stop()
        os.rename(self.old.home, self.old.home + ".gone")
        self.old.must("restore", saved)
        self.old.serve()
        client.add("ở nơi không còn là đầu mối")
        client.must_sync()
        self.old.must("union", "add", "hue", "Liên hiệp hue")
        client.must_sync()
        self.old.stop()
        newcomer = harness.Client(self.folder("newcomer"))
        newcomer.must("join", new.invite("ha-tinh"))
        bundle = self.folder("answer")
        new.must("bundle", "export", "--union", "ha-tinh", bundle)
        client.must("bundle", "import", bundle)
        said = client.must_sync()
        self.assertTrue(said["agrees"], said)
        self.assertEqual(len([name for name in os.listdir(client.home)
                              if name.startswith("evidence-")]), 1)
        self.assertEqual(client.texts(), ["trước bàn giao",
                                          "ở nơi không còn là đầu mối"])
        self.assertNotIn("hue", new.must("union", "list").out)
        client.must("verify")
        new.must("verify")

    def test_imported_again(self):
        """The new office's disk dies when it has served for a while. Its key
        was saved, and the hand-over's file is there."""
        first = self.cluster.client("ha-tinh")
        other = self.cluster.client("nghe-an")
        first.add("trước bàn giao")
        first.must_sync()
        new = self.next_hub("new")
        key = self.key(new)
        saved = self.folder("saved")
        shutil.copytree(new.home, saved)
        self.old.must("handover", "export", "--yes", "--to", key, self.file)
        new.must("handover", "import", self.file)
        new.serve()
        for client in (first, other):
            client.add("sau bàn giao")
            client.must_sync()
        new.must("union", "add", "hue", "Liên hiệp hue")
        first.must_sync()
        self.assertEqual(new.stop(), 0)
        shutil.rmtree(new.home)
        shutil.copytree(saved, new.home)
        new.must("handover", "import", self.file)
        new.serve()
        # As after a restore: told once, and all comes back.
        for client in (first, other):
            self.assertTrue(client.must_sync()["hub_restored"])
        self.all_follow([first, other], new)
        for client in (first, other):
            self.assertFalse(client.must_sync()["hub_restored"])
        self.assertEqual(first.texts(), ["sau bàn giao", "trước bàn giao"])
        self.assertEqual(self.report(new).count("sau bàn giao"), 2)
        self.assertIn("hue", [union["code"]
                              for union in new.json("union", "list")])
        self.assertEqual(new.json("status")["forks"], 0)

    def test_keys_and_files(self):
        new = self.next_hub("new")
        line = self.key(new)
        self.assertEqual(new.must("handover", "key").out.strip(), line)
        self.assertEqual(self.key(new), line)
        other = self.key(self.next_hub("other"))
        self.assertNotEqual(other, line)
        self.refused(self.old, "handover", "key", says="already")
        self.refused(new, "status", says="no cluster yet")
        self.refused(new, "serve", says="no cluster yet")
        # Nothing is handed over by a line that is not whole, to a key of the
        # cluster, or without being sure.
        for bad in (line[:-1], line.replace("nhipcauhub1-", ""), "",
                    self.old.invite("ha-tinh")):
            self.refused(self.old, "handover", "export", "--yes", "--to", bad,
                         self.file, says="nhipcauhub1-")
        unsure = self.old.run("handover", "export", "--to", line, self.file)
        self.assertEqual(unsure.code, 2, unsure)
        self.refused(self.old, "handover", "export", "--yes", "--to", line,
                     self.folder("none", "file"), says="no f")
        self.assertFalse(os.path.exists(self.file))
        self.old.must("union", "add", "hue", "Liên hiệp hue")
        first = self.old.json("handover", "export", "--yes", "--to", line,
                              self.file)
        self.assertFalse(first["again"])
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        again = self.folder("again")
        self.assertTrue(self.old.json("handover", "export", "--to", line,
                                      again)["again"])
        self.refused(self.old, "handover", "export", "--yes", "--to", other,
                     self.folder("third"), says=new.address)
        self.assertFalse(os.path.exists(self.folder("third")))
        # Another's file, half of one, an altered one, none at all.
        self.refused(self.hubs[1], "handover", "import", self.file, says=".")
        nobody = harness.Hub(self.folder("nobody"))
        self.refused(nobody, "handover", "import", self.file,
                     says="handover key")
        self.assertFalse(os.path.exists(nobody.home))
        with open(self.file, "rb") as file:
            whole = file.read()
        bad = self.folder("bad")
        for content in (b"", whole[:100], whole[:-1], whole + b"x",
                        whole[:200] + bytes([whole[200] ^ 1]) + whole[201:],
                        whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]):
            with open(bad, "wb") as file:
                file.write(content)
            self.refused(new, "handover", "import", bad, says=".")
            self.refused(new, "status", says="no cluster yet")
        self.assertEqual(self.old.stop(), 0)
        self.assertFalse(
            new.json("handover", "import", again)["again"])
        self.assertTrue(
            new.json("handover", "import", self.file)["again"])
        self.assertEqual(new.must("handover", "key").out.strip(), line)
        new.serve()
        self.refused(new, "handover", "import", self.file,
                     says="being served")
        codes = [union["code"] for union in new.json("union", "list")]
        self.assertEqual(sorted(codes), ["ha-tinh", "hue", "nghe-an"])


class Killed(Test):
    """One hub by the records, whenever the power goes."""

    def test_export_at_each_step(self):
        self.assertEqual(self.old.stop(), 0)
        new = self.next_hub("new")
        line = self.key(new)
        kinds = set()
        for step in range(1, harness.STEPS_MAX):
            home = self.folder("old-%d" % step)
            shutil.copytree(self.old.home, home)
            hub = harness.Hub(home, prefix=harness.killed_at(step))
            words = ("handover", "export", "--yes", "--to", line, self.file)
            ended = hub.run(*words)
            hub.prefix = ()
            if ended.code == 0:
                break
            self.assertEqual(ended.code, -9, ended)
            # Before the commit it is the hub as ever; after it, it is none.
            added = hub.run("union", "add", "hue", "Liên hiệp hue")
            kinds.add(added.code)
            if added.code != 0:
                self.assertIn(new.address, added.err)
            # Said again, it is done.
            hub.must(*words)
            self.refuses_to_write(hub, new.address)
            hub.must("verify")
            taker = harness.Hub(self.folder("new-%d" % step))
            shutil.copytree(new.home, taker.home)
            taken = taker.json("handover", "import", self.file)
            self.assertEqual(taken["unions"], 3 if added.code == 0 else 2)
            shutil.rmtree(home)
            shutil.rmtree(taker.home)
        else:
            self.fail("export never ended")
        self.assertEqual(kinds, {0, 1})

    def test_import_at_each_step(self):
        client = self.cluster.client("ha-tinh")
        client.add("một")
        client.must_sync()
        new = self.next_hub("new")
        self.old.must("handover", "export", "--yes", "--to", self.key(new),
                      self.file)
        kinds = set()
        for step in range(1, harness.STEPS_MAX):
            home = self.folder("new-%d" % step)
            shutil.copytree(new.home, home)
            hub = harness.Hub(home, prefix=harness.killed_at(step))
            ended = hub.run("handover", "import", self.file)
            hub.prefix = ()
            if ended.code == 0:
                break
            self.assertEqual(ended.code, -9, ended)
            # All of it or nothing; then it is said again.
            kinds.add(hub.run("status").code)
            hub.must("handover", "import", self.file)
            hub.must("verify")
            self.assertIn("một", self.report(hub))
            hub.must("union", "add", "hue", "Liên hiệp hue")
            shutil.rmtree(home)
        else:
            self.fail("import never ended")
        self.assertEqual(kinds, {0, 1})
        new.must("handover", "import", self.file)
        new.serve()
        self.all_follow([client], new)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
