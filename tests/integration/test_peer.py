#!/usr/bin/python3
"""The second implementation against the real hub, over the real socket.

peer.py is written from docs/PROTOCOL.md. Here it joins, pushes and pulls
beside the C client, checks the hub's tree at every reply, vouches, makes
receipts, gets a new key, loses its store, and goes by bundles.

    test_peer.py BIN_DIR [Class.test …]
"""
import os
import shutil
import sys
import unittest

import harness
import peer


class Base(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh", "nghe-an")
        self.addCleanup(self.cluster.end)
        self.hub = self.cluster.hub

    def receipts_of(self, joined):
        return {number for union, device, number in joined.history.receipts
                if device == joined.key.device}

    def copy_of(self, joined):
        """A machine with the same key that knows what joined knows."""
        copy = peer.Peer(joined.key)
        copy.adopt(joined.key, joined.cluster, joined.union, joined.hub_key,
                   joined.replica.root_key)
        for signed in joined.replica.log:
            copy.replica.take(signed)
        copy.replica.acknowledged = dict(joined.replica.acknowledged)
        copy.connect(self.hub.address)
        self.cluster.peers.append(copy)
        return copy

    def texts(self, joined):
        return sorted(
            live.value for (union, entity, _), row in
            joined.replica.rows.items() if entity == peer.PLAN_ITEM
            for live in row.of(6))


class Tree(Base):
    def test_everything_is_checked_and_placed(self):
        one = self.cluster.peer("ha-tinh")
        client = self.cluster.client("ha-tinh")
        for number in range(5):
            one.write([one.item("Việc %d" % number)])
            client.add("Việc của máy C %d" % number)
            client.must_sync()
            before = one.checked
            self.assertGreater(one.sync(), 0)
            self.assertGreater(one.checked, before)
        client.must_sync()
        for stream in one.replica.streams:
            self.assertEqual(one.history.proven_of(stream),
                             one.replica.sequence(stream))
        self.assertEqual(self.receipts_of(one), {1, 2, 3, 4, 5})
        for number in range(1, 6):
            peer.Receipt(one.history.receipt(one.stream, number),
                         one.cluster, one.hub_key, one.key.public)
        # All leaves are different ones of one tree.
        leaves = [leaf for known in one.history.leaves.values()
                  for leaf in known.values()]
        self.assertEqual(len(leaves), len(set(leaves)))
        self.assertEqual(len(one.replica.log), len(leaves))
        self.assertEqual(sorted(client.texts()), self.texts(one))

    def test_a_receipt_holds_and_an_altered_one_does_not(self):
        one = self.cluster.peer("ha-tinh")
        one.write([one.item("Có biên nhận")])
        one.sync()
        text = one.history.receipt(one.stream, 1)
        checked = peer.Receipt(text, one.cluster, one.hub_key,
                               one.key.public)
        self.assertRegex(checked.code, r"^\d{5} \d{5} \d{5} \d{5}$")
        self.assertEqual(checked.change_set.device, one.key.device)
        with self.assertRaises(peer.Refused):
            peer.Receipt(text, one.cluster, one.key.public)
        index = b"index %d\n" % checked.index
        for other in (checked.index + 1, 0):
            with self.assertRaises(peer.Refused):
                peer.Receipt(text.replace(index, b"index %d\n" % other),
                             one.cluster, one.hub_key)

    def test_receipts_of_either_program_hold_in_the_other(self):
        one = self.cluster.peer("ha-tinh")
        client = self.cluster.client("ha-tinh")
        record = client.add("Có biên nhận")
        one.write([one.item("Của chương trình thứ hai")])
        one.sync()
        client.must_sync()
        name = self.cluster.folder("bien-nhan.txt")
        client.must("receipt", record, "--output", name)
        with open(name, "rb") as file:
            checked = peer.Receipt(file.read(), one.cluster, one.hub_key,
                                   client.key().public)
        said = client.json("receipt", record)
        self.assertIn(checked.code, str(said))
        self.assertEqual(checked.change_set.records[0].record.hex(),
                         record.replace("-", ""))
        # The history's code, worked out from the tree that was verified.
        one.sync()
        client.must_sync()
        last = one.history.last()
        whole = client.json("receipt")
        self.assertEqual(whole["size"], last.size)
        self.assertIn(peer.history_code(last.root, last.size), str(whole))
        with open(name, "wb") as file:
            file.write(one.history.receipt(one.stream, 1))
        said = client.json("verify", "--receipt", name)
        self.assertIs(said["holds"], True)
        self.assertIs(said["author_checked"], True)
        self.assertEqual(said["code"], peer.Receipt(
            one.history.receipt(one.stream, 1), one.cluster,
            one.hub_key).code)
        with open(name, "ab") as file:
            file.write(b"x")
        self.assertEqual(client.run("verify", "--receipt", name).code, 1)

    def test_witnesses_vouch_for_each_other(self):
        one = self.cluster.peer("ha-tinh")
        two = self.cluster.peer("nghe-an")
        client = self.cluster.client("nghe-an")
        one.write([one.item("Một")])
        one.sync()
        one.sync()  # the checkpoint of the first is vouched for here
        client.must_sync()
        client.must_sync()
        two.sync()
        c_device = client.key().device
        self.assertIn(one.key.device, two.history.witnesses)
        self.assertIn(c_device, two.history.witnesses)
        one.sync()
        self.assertIn(c_device, one.history.witnesses)
        self.assertNotIn(one.key.device, one.history.witnesses)

    def test_another_history_is_noticed(self):
        one = self.cluster.peer("ha-tinh")
        one.write([one.item("Một")])
        one.sync()
        # As though the hub had signed another tree of that size before.
        last = one.history.last()
        last.root = bytes(32)
        one.write([one.item("Hai")])
        log, known = len(one.replica.log), dict(one.replica.acknowledged)
        with self.assertRaises(peer.Cheating) as caught:
            one.sync()
        self.assertEqual(caught.exception.status, "HISTORY")
        self.assertEqual(caught.exception.before, last.note)
        self.assertEqual(len(one.replica.log), log)
        self.assertEqual(one.replica.acknowledged, known)

    def test_a_leaf_that_moved_is_noticed(self):
        one = self.cluster.peer("ha-tinh")
        one.write([one.item("Một")])
        one.sync()
        leaf = one.history.leaves[one.stream][1]
        one.history.leaves[one.stream][1] = leaf + 1
        one.history.proven[one.stream] = 0
        with self.assertRaises(peer.Cheating) as caught:
            one.sync()
        self.assertIn("elsewhere", str(caught.exception))


PLAN = """KẾ HOẠCH NĂM 2024
a) Đoàn ra, đoàn vào:
- Cử một đoàn sang nước bạn.
- Cử một đoàn sang nước bạn.
  + Đi vào mùa thu.
b) Phi chính phủ nước ngoài:
Nội dung chung của mục này.
"""

REPORT = """BÁO CÁO
Kết quả công tác năm 2023
I. Kết quả
1. Hoạt động đoàn ra, đoàn vào:
Đã đón mười đoàn.
- Đoàn thứ nhất.
Trên đây là báo cáo./.
"""


class DerivedIds(Base):
    """Section 10.1: two programs make one record of the same thing."""

    def setUp(self):
        super().setUp()
        self.client = self.cluster.client("ha-tinh")
        self.union = peer.id_of(self.client.json("status")["union"]["id"])

    def write(self, name, text):
        path = self.cluster.folder(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def records(self, entity):
        return {peer.id_of(one["id"]): one["fields"]
                for one in self.client.json("list", entity)}

    def test_decisions(self):
        self.client.add("Đón 40 đoàn khách Lào tại Vinh trong quý II/2024, "
                        "kinh phí 149.814 USD")
        proposals = self.client.json("proposal", "list", "--year", "2024")
        created = 0
        for one in proposals:
            if one["creates"]:
                field = "+" + one["creates"]
                continue
            field, value = one["field"], one["value"]
            if isinstance(value, list):
                value = "\n".join(value)
            decision, _ = peer.proposal_ids(
                one["kind"], peer.id_of(one["record"]), field, str(value))
            self.assertEqual(one["id"], decision[-7:].hex(), one)
        self.client.must("proposal", "accept", "--all", "--kind", "found",
                         "--year", "2024")
        targets = self.records("target")
        decisions = self.records("proposal")
        self.assertEqual(len(decisions), len(proposals))
        for id, fields in decisions.items():
            of = peer.id_of(fields["of"])
            decision, made = peer.proposal_ids(
                fields["kind"], of, fields["field"], fields["value"])
            self.assertEqual(id, decision, fields)
            if fields["field"] == "+target":
                self.assertIn(made, targets)
                created += 1
        self.assertEqual(created, len(targets))
        self.assertGreater(created, 0)

    def test_an_exception(self):
        self.client.add("Kỷ niệm 60 năm ngày ký kết (05/9/1962 - 05/9/2024)")
        found = self.client.json("check", "--year", "2024")
        self.client.must("ignore", found[0]["finding"], "--year", "2024",
                         "--reason", "Đã đối chiếu")
        (id, fields), = self.records("exception").items()
        self.assertEqual(id, peer.exception_id(
            fields["rule"], peer.id_of(fields["of"]), 2024, fields["words"]))

    def test_an_imported_plan_and_its_copy(self):
        self.client.must("import", "plan", self.write("plan.txt", PLAN),
                         "--year", "2024")
        before, items = {}, self.records("plan-item")
        for entity, name in ((10, "plan-item"), (11, "plan-lead")):
            records = self.records(name)
            expected = {}
            for fields in sorted(records.values(), key=lambda f: f["rank"]):
                places = [fields.get(at, "") for at in (
                    "area", "letter", "heading")]
                same = tuple(places + [fields["text"]])
                id = peer.imported_id(self.union, 2024, entity, places,
                                      fields["text"], before.get(same, 0))
                before[same] = before.get(same, 0) + 1
                expected[id] = peer.imported_mark(
                    places, fields["text"], fields.get("level", 0)).hex()
            self.assertEqual({id: fields["imported"] for id, fields
                              in records.items()}, expected)
        self.assertEqual(max(before.values()), 2)
        self.client.must("copy", "plan", "--from", "2024", "--to", "2025")
        copies = {id for id, fields in self.records("plan-item").items()
                  if fields["year"] == 2025}
        self.assertEqual(copies, {peer.copied_id(self.union, 2025, id)
                                  for id in items})

    def test_an_imported_report(self):
        self.client.must("import", "annual", self.write("report.txt", REPORT))
        expected = {}
        for fields in self.records("report-part").values():
            places = [fields.get(at, "") for at in (
                "area", "section", "part", "label")]
            words = fields.get("heading") or fields["text"]
            expected[peer.imported_id(
                self.union, 2023, 33, places, words, kind="annual")] = \
                peer.imported_mark(places, words, fields["level"]).hex()
        self.assertEqual({id: fields["imported"] for id, fields in
                          self.records("report-part").items()}, expected)
        (id, fields), = self.records("document").items()
        self.assertEqual(id, peer.imported_id(
            self.union, 2023, 34, [], "", kind="annual"))
        places = [fields.get(at, "") for at in (
            "symbol", "place", "date", "closing", "recipients", "signer",
            "signer_title")]
        places = ["\n".join(place) if isinstance(place, list) else place
                  for place in places]
        self.assertEqual(fields["imported"], peer.imported_mark(
            places, fields["title"], 0).hex())


class Branches(Base):
    def test_two_machines_with_one_key_lose_nothing(self):
        one = self.cluster.peer("ha-tinh")
        item = one.item("Ban đầu")
        one.write([item])
        one.sync()
        two = self.copy_of(one)
        one.write([one.edit(item.record, 6, "Của máy thứ nhất")])
        one.sync()
        two.write([two.edit(item.record, 6, "Viết dở")])
        two.write([two.edit(item.record, 6, "Của máy thứ hai")])
        two.write([two.item("Việc mới của máy thứ hai")])
        two.sync()
        one.sync()
        self.assertEqual(self.texts(one), sorted([
            "Của máy thứ nhất", "Của máy thứ hai",
            "Việc mới của máy thứ hai"]))
        self.assertEqual(self.texts(one), self.texts(two))
        # The first was known as acknowledged alone: it came back as it was.
        self.assertEqual([aside.done for aside in two.asides], [True] * 4)
        client = self.cluster.client("ha-tinh")
        client.must_sync()
        self.assertEqual(len(client.json("conflict", "list")), 1)

    def test_a_restored_machine_takes_its_own_back(self):
        one = self.cluster.peer("ha-tinh")
        one.write([one.item("Một")])
        one.sync()
        old = self.copy_of(one)
        for text in ("Hai", "Bốn", "Năm"):
            one.write([one.item(text)])
            one.sync()
        old.write([old.item("Ba")])
        old.sync()
        self.assertEqual(self.texts(old), ["Ba", "Bốn", "Hai", "Một", "Năm"])
        self.assertEqual(self.receipts_of(old), {1, 2, 3, 4, 5})


class Keys(Base):
    def test_a_new_key_writes_on(self):
        one = self.cluster.peer("ha-tinh")
        item = one.item("Một")
        one.write([item])
        one.sync()
        one.write([one.edit(item.record, 6, "Chưa gửi")])
        old = one.key
        one.rotate(self.hub.address)
        self.assertNotEqual(one.key.device, old.device)
        self.assertEqual(self.texts(one), ["Chưa gửi"])
        one.write([one.item("Bằng khoá mới")])
        one.sync()
        client = self.cluster.client("ha-tinh")
        client.must_sync()
        self.assertEqual(client.texts(), ["Bằng khoá mới", "Chưa gửi"])
        states = {each["device"]: each["state"] for each in
                  self.hub.json("device", "list")}
        self.assertEqual(states[old.device.hex()], "replaced")
        self.assertEqual(states[one.key.device.hex()], "active")
        # The same rotation once more, over the new key's line, is welcome.
        again = peer.Peer(old)
        again.adopt(old, one.cluster, one.union, one.hub_key)
        one.ask(again.rotate_request(one.key))

    def test_what_a_revoked_device_wrote_late_is_refused_by_all(self):
        one = self.cluster.peer("ha-tinh")
        two = self.cluster.peer("ha-tinh")
        one.write([one.item("Sớm")])
        one.sync()
        late = one.write([one.item("Muộn")])
        self.hub.must("device", "revoke", one.key.device.hex())
        two.sync()
        two.replica.take(late)
        two.sync()
        self.assertEqual(self.texts(two), ["Sớm"])
        self.assertIn(peer.NOT_GRANTED,
                      [refused[5] for refused in two.replica.refusals])
        client = self.cluster.client("ha-tinh")
        client.must_sync()
        self.assertEqual(client.texts(), ["Sớm"])


    def test_what_was_folded_before_the_revocation_is_judged_by_it(self):
        one = self.cluster.peer("ha-tinh")
        two = self.cluster.peer("ha-tinh")
        one.write([one.item("Sớm")])
        one.sync()
        two.sync()
        # By hand, before anyone knows; the hub learns of it afterwards.
        two.replica.take(one.write([one.item("Muộn")]))
        self.assertEqual(self.texts(two), ["Muộn", "Sớm"])
        self.hub.must("device", "revoke", one.key.device.hex())
        self.assertGreater(two.sync(), 0)
        self.assertEqual(self.texts(two), ["Sớm"])
        client = self.cluster.client("ha-tinh")
        client.must_sync()
        self.assertEqual(client.texts(), ["Sớm"])


class Bundles(Base):
    def carry(self, joined, data):
        """To the hub, and its answer back."""
        name = self.cluster.folder("hỏi.bundle")
        with open(name, "wb") as file:
            file.write(data)
        self.hub.must("bundle", "import", name)
        out = self.cluster.folder("answers")
        os.makedirs(out, exist_ok=True)
        for old in os.listdir(out):
            os.remove(os.path.join(out, old))
        path = os.path.join(out, "tra-loi.bundle")
        self.hub.must("bundle", "export", path, "--union", "ha-tinh")
        with open(path, "rb") as file:
            return file.read()

    def test_a_union_without_a_line(self):
        one = peer.Peer()
        text = self.hub.invite("ha-tinh")
        invitation = peer.invitation_parse(text)
        one.belong(invitation)
        answer = self.carry(one, one.bundle_ask(invitation))
        self.assertGreater(one.bundle_take(answer), 0)
        one.write([one.item("Gửi bằng USB")])
        first = one.bundle_ask()
        answer_2 = self.carry(one, first)
        one.bundle_take(answer_2)
        self.assertEqual(one.unsent(), [])
        self.assertEqual(self.receipts_of(one), {1})
        # Old ones, and the same again, do no harm.
        one.write([one.item("Và một việc nữa")])
        self.carry(one, first)
        one.bundle_take(answer)
        one.bundle_take(answer_2)
        self.assertEqual(len(one.unsent()), 1)
        one.bundle_take(self.carry(one, one.bundle_ask()))
        client = self.cluster.client("ha-tinh")
        client.must_sync()
        self.assertEqual(client.texts(), self.texts(one))

    def test_an_altered_bundle_is_refused(self):
        one = self.cluster.peer("ha-tinh")
        one.write([one.item("Một")])
        answer = self.carry(one, one.bundle_ask())
        for at in (20, len(answer) // 2, len(answer) - 1):
            altered = bytearray(answer)
            altered[at] ^= 1
            with self.assertRaises(peer.Refused):
                one.bundle_take(bytes(altered))
        with self.assertRaises(peer.Refused):
            one.bundle_take(answer[:-1])
        one.bundle_take(answer)
        self.assertEqual(one.unsent(), [])


    def test_the_c_clients_bundle_is_read(self):
        client = self.cluster.client("ha-tinh")
        client.add("Trong bundle")
        name = self.cluster.folder("c.bundle")
        client.must("bundle", "export", name)
        hub_key = peer.Key.load(os.path.join(self.hub.home, "device.key"))
        with open(name, "rb") as file:
            header, messages = peer.bundle_open(file.read(), hub_key)
        self.assertEqual(header.kind, peer.REQUESTS)
        self.assertEqual(header.sender, client.key().public)
        requests = [peer.exchange_pb2.Request.FromString(
            peer.open_envelope(message)) for message in messages]
        pushed = [peer.decode(signed.payload) for request in requests
                  for signed in request.exchange.push]
        self.assertEqual([field.value for change_set in pushed
                          for record in change_set.records
                          for field in record.fields if field.field == 6],
                         ["Trong bundle"])
        with open(name, "rb") as file, self.assertRaises(peer.Refused):
            peer.bundle_open(file.read(), client.key())


class Hubs(Base):
    def test_the_next_hub_is_followed(self):
        one = self.cluster.peer("ha-tinh")
        one.write([one.item("Ở hub cũ")])
        one.sync()
        one.write([one.item("Chưa gửi khi bàn giao")])
        old_key, last = one.hub_key, one.history.last()
        next_hub = harness.Hub(self.cluster.folder("next"))
        line = next_hub.must("handover", "key", "--listen",
                             next_hub.address).out.strip()
        public, address = peer.hub_key_parse(line)
        self.assertEqual(address, next_hub.address)
        name = self.cluster.folder("ban-giao.bundle")
        self.hub.must("handover", "export", name, "--to", line, "--yes")
        next_hub.must("handover", "import", name)
        next_hub.serve()
        self.addCleanup(next_hub.kill)
        self.assertGreater(one.sync(), 0)
        self.assertEqual(one.hub_key, public)
        self.assertNotEqual(one.hub_key, old_key)
        self.assertEqual(one.replica.address, next_hub.address)
        self.assertEqual(one.history.last().generation, last.generation + 1)
        self.assertIsNone(one.history.lost)
        self.assertIn("after ", one.history.last().extension)
        self.assertEqual(self.receipts_of(one), {1, 2})
        # Receipts of the old hub's time hold by the old hub's key.
        peer.Receipt(one.history.receipt(one.stream, 1), one.cluster,
                     old_key, one.key.public)
        # Who joins now learns of both hubs from the invitation.
        text = next_hub.invite("ha-tinh")
        invitation = peer.invitation_parse(text)
        self.assertEqual(invitation.root_key, old_key)
        self.assertEqual(invitation.hub_key, public)
        two = peer.Peer()
        two.enrol(text)
        self.cluster.peers.append(two)
        self.assertGreater(two.sync(), 0)
        self.assertEqual(self.texts(two), self.texts(one))
        with open(name, "rb") as file:
            header, messages = peer.bundle_open(
                file.read(), peer.Key.load(os.path.join(
                    next_hub.home, "device.key")))
        self.assertEqual(header.kind, peer.HANDOVER)
        self.assertEqual(header.sender, old_key)

    def test_what_an_old_hub_wrote_after_its_hand_over_is_refused(self):
        """The old office brings back a backup from before, and goes on. What
        it wrote since has no standing, with every replica."""
        one = self.cluster.peer("ha-tinh")
        one.write([one.item("Một")])
        one.sync()
        saved = self.cluster.folder("hub.backup")
        self.hub.must("backup", saved)
        next_hub = harness.Hub(self.cluster.folder("next"))
        line = next_hub.must("handover", "key", "--listen",
                             next_hub.address).out.strip()
        name = self.cluster.folder("ban-giao.bundle")
        self.hub.must("handover", "export", name, "--to", line, "--yes")
        next_hub.must("handover", "import", name)
        next_hub.serve()
        self.addCleanup(next_hub.kill)
        self.hub.stop()
        os.rename(self.hub.home, self.hub.home + ".gone")
        self.hub.must("restore", saved)
        self.hub.serve()
        one.connect(self.hub.address)
        one.write([one.item("Ở hub cũ, sau bàn giao")])
        self.hub.must("union", "add", "nam-dinh", "Nam Định")
        one.sync()
        self.assertEqual(one.replica.hubs()[2].reason, "restored")
        self.assertEqual(one.replica.refusals, [])
        # Another device of the union brings all of it to the present hub.
        two = peer.Peer()
        two.enrol(next_hub.invite("ha-tinh"))
        self.cluster.peers.append(two)
        two.sync()
        for signed in one.replica.log:
            two.replica.take(signed)
        self.assertEqual(two.replica.hubs()[2].reason, "handed-over")
        self.assertNotEqual(two.replica.refusals, [])
        self.assertEqual(two.sync(), 2)  # digests, agreed on
        self.assertEqual(self.texts(two), ["Một", "Ở hub cũ, sau bàn giao"])
        three = peer.Peer()
        three.enrol(next_hub.invite("nghe-an"))
        self.cluster.peers.append(three)
        self.assertEqual(three.sync(), 2)
        self.assertEqual(three.replica.digest(three.cluster),
                         two.replica.digest(two.cluster) if
                         two.sync() else None)
        codes = {row.value(1) for (_, entity, _), row in
                 three.replica.rows.items() if entity == 2}
        self.assertEqual(codes, {"ha-tinh", "nghe-an"})
        self.assertIn(peer.NOT_GRANTED,
                      [refused[5] for refused in three.replica.refusals])

    def test_a_restored_hub_is_told_and_believed(self):
        one = self.cluster.peer("ha-tinh")
        one.write([one.item("Một")])
        one.sync()
        saved = self.cluster.folder("hub.backup")
        self.hub.must("backup", saved)
        one.write([one.item("Hai")])
        one.sync()
        before = one.history.last()
        self.hub.stop()
        os.rename(self.hub.home, self.hub.home + ".lost")
        self.hub.must("restore", saved)
        self.hub.serve()
        one.connect(self.hub.address)
        self.assertGreater(one.sync(), 0)
        self.assertGreater(one.history.last().generation, before.generation)
        self.assertIsNotNone(one.history.lost)
        self.assertGreaterEqual(one.history.lost, 1)
        self.assertEqual(one.history.proven_of(one.stream), 2)
        client = self.cluster.client("ha-tinh")
        client.must_sync()
        self.assertEqual(client.texts(), ["Hai", "Một"])

    def test_a_hub_put_back_in_silence_says_so_itself(self):
        """A copy of its files, and no restore: a client shows it."""
        one = self.cluster.peer("ha-tinh")
        one.write([one.item("Một")])
        one.sync()
        self.hub.stop()
        shutil.copytree(self.hub.home, self.hub.home + ".old")
        self.hub.serve()
        one.connect(self.hub.address)
        one.write([one.item("Hai")])
        one.sync()
        self.hub.stop()
        shutil.rmtree(self.hub.home)
        os.rename(self.hub.home + ".old", self.hub.home)
        self.hub.serve()
        one.connect(self.hub.address)
        one.sync()
        self.assertEqual(one.history.lost, 1)
        self.assertEqual(one.history.last().generation, 2)
        self.assertEqual(one.replica.hubs()[2].reason, "restored")
        client = self.cluster.client("ha-tinh")
        client.must_sync()
        self.assertEqual(client.texts(), self.texts(one))


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
