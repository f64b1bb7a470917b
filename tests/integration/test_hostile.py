#!/usr/bin/python3
"""What a hub and a client are told by enemies, and by bad luck: each gets its
verdict, and the hub goes on serving: after every test an honest client syncs
with the same process.
"""
import concurrent.futures
import contextlib
import hashlib
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

import harness
import peer
from peer import FieldChange, RecordChange, exchange_pb2

KIB = 1024
MIB = 1024 * KIB
SEED = 20241202


def verdict_names(reply):
    return [peer.status_name(verdict.status) for verdict in reply.verdicts]


class HostileCase(unittest.TestCase):
    """One cluster for a class; an honest client syncs after each test."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = harness.Cluster("ha-tinh", "nghe-an")
        cls.hub = cls.cluster.hub
        cls.honest = cls.cluster.client("ha-tinh", "máy thật")
        cls.neighbour = cls.cluster.client("nghe-an", "máy láng giềng")
        cls.process = cls.hub.process
        cls.count = 0

    @classmethod
    def tearDownClass(cls):
        cls.cluster.end()

    def setUp(self):
        self.known = set(self.cluster.peers)

    def tearDown(self):
        for extra in set(self.cluster.peers) - self.known:
            extra.close()
        type(self).count += 1
        text = "việc thật %d" % self.count
        self.honest.add(text)
        self.honest.must_sync()
        self.assertIs(self.hub.process, self.process)
        self.assertIsNone(self.process.poll(), "the hub ended")
        self.assertEqual(
            self.hub.sql("SELECT count(*) FROM plan_item WHERE text = ?",
                         text), [(1,)])

    def mallory(self, code="ha-tinh"):
        """An enrolled device that does not play by the rules."""
        return self.cluster.peer(code)

    def push(self, sender, *signed):
        """One raw round; the verdicts."""
        return list(sender.exchange(signed).verdicts)

    def push_one(self, sender, *signed):
        verdicts = self.push(sender, *signed)
        self.assertEqual(len(verdicts), 1)
        return verdicts[0]

    def assertStatus(self, verdict, name):
        self.assertEqual(peer.status_name(verdict.status), name)

    def assertRefused(self, status, call, *arguments):
        with self.assertRaises(peer.Refused) as caught:
            call(*arguments)
        self.assertEqual(caught.exception.status, status)
        return caught.exception

    def draft(self, sender, *texts, **more):
        return peer.encode(sender.draft(
            sorted((sender.item(text) for text in texts),
                   key=lambda record: record.record), **more))


class Change_sets(HostileCase):
    def test_wrong_signature(self):
        mallory = self.mallory()
        payload = self.draft(mallory, "chữ ký sai")
        good = peer.sign(mallory.key, payload)
        flipped = bytearray(good.signature)
        flipped[10] ^= 1
        elsewhere = mallory.draft([mallory.item("x")])
        cases = {
            "a flipped bit": bytes(flipped),
            "zeros": bytes(64),
            "another's key": peer.sign(peer.Key(), payload).signature,
            "no domain": mallory.key.sign(b"", payload),
            "another domain": mallory.key.sign(peer.DOMAIN_ENROL, payload),
            "another payload":
                peer.sign(mallory.key, peer.encode(elsewhere)).signature,
        }
        for name, signature in cases.items():
            with self.subTest(name):
                bad = peer.changeset_pb2.SignedChangeSet(
                    payload=payload, signature=signature)
                verdict = self.push_one(mallory, bad)
                self.assertStatus(verdict, "BAD_SIGNATURE")
                self.assertEqual(verdict.sequence, 0)
        # What was never appended blocks nothing.
        verdict = self.push_one(mallory, good)
        self.assertStatus(verdict, "OK")
        self.assertEqual(verdict.sequence, 1)

    def test_wrong_signature_of_something_held_is_no_fork(self):
        mallory = self.mallory()
        first = mallory.write([mallory.item("một")])
        self.assertStatus(self.push_one(mallory, first), "OK")
        bad = peer.changeset_pb2.SignedChangeSet(
            payload=self.draft(mallory, "hai", sequence=1, previous=b""),
            signature=bytes(64))
        self.assertStatus(self.push_one(mallory, bad), "BAD_SIGNATURE")
        self.assertEqual(self.forks(mallory), 0)

    def forks(self, sender):
        return self.hub.sql("SELECT count(*) FROM fork WHERE device = ?",
                            sender.key.device)[0][0]

    def test_unknown_device(self):
        mallory = self.mallory()
        stranger = self.cluster.stranger(mallory)
        self.assertRefused("UNKNOWN_DEVICE", stranger.exchange)
        signed = peer.sign(stranger.key, self.draft(stranger, "lạ"))
        self.assertRefused("UNKNOWN_DEVICE", stranger.exchange, [signed])
        # The same, carried by one who is known.
        self.assertStatus(self.push_one(mallory, signed), "UNKNOWN_DEVICE")

    def test_another_device_s_name_over_our_line(self):
        mallory, victim = self.mallory(), self.mallory()
        request = mallory.request()
        request.exchange.device = victim.key.device
        self.assertRefused("UNKNOWN_DEVICE", mallory.ask, request)

    def test_another_cluster(self):
        mallory = self.mallory()
        request = mallory.request()
        request.exchange.cluster = mallory.new_id()
        self.assertRefused("WRONG_CLUSTER", mallory.ask, request)

    def test_revoked_device(self):
        lost, other = self.mallory(), self.mallory()
        lost.write([lost.item("trước khi mất")])
        lost.sync()
        self.hub.must("device", "revoke", lost.key.device.hex())
        later = lost.write([lost.item("sau khi mất")])
        self.assertRefused("REVOKED_DEVICE", lost.exchange, [later])
        # A colleague who brings it is no thief: it is kept, and not folded.
        self.assertStatus(self.push_one(other, later), "OK")
        other.sync()
        texts = [row.value(6) for row in other.replica.rows.values()]
        self.assertIn("trước khi mất", texts)
        self.assertNotIn("sau khi mất", texts)
        refused = self.hub.json("refusal", "list")
        self.assertEqual({row["device"] for row in refused},
                         {lost.key.device.hex()})
        self.assertEqual({row["reason"] for row in refused}, {"not-granted"})
        self.hub.must("verify")
        again = peer.Peer(lost.key)
        self.cluster.peers.append(again)
        self.assertRefused("REVOKED_DEVICE", again.enrol,
                           self.hub.invite("ha-tinh"))

    def test_revoked_client_is_told_and_keeps_its_data(self):
        client = self.cluster.client("ha-tinh", "máy bị mất")
        client.add("còn ở đây")
        self.hub.must("device", "revoke", client.key().device.hex())
        said = client.sync()
        self.assertEqual(said["result"], "revoked-device")
        self.assertEqual(said["exit"], 1)
        self.assertIn("còn ở đây", client.texts())
        client.must("verify")

    def test_gap(self):
        mallory = self.mallory()
        one = mallory.write([mallory.item("một")])
        two = mallory.write([mallory.item("hai")])
        three = mallory.write([mallory.item("ba")])
        verdict = self.push_one(mallory, two)
        self.assertStatus(verdict, "GAP")
        self.assertEqual((verdict.sequence, verdict.need_device,
                          verdict.need_sequence),
                         (0, mallory.key.device, 1))
        # The first fault of a stream ends it for the round.
        verdict = self.push_one(mallory, one, three, two)
        self.assertStatus(verdict, "GAP")
        self.assertEqual((verdict.sequence, verdict.need_sequence), (1, 2))
        mallory.replica.acknowledged.clear()
        self.assertGreater(mallory.sync(), 0)

    def test_causal_gap(self):
        author, editor = self.mallory(), self.mallory()
        item = author.item("chưa ai biết")
        first = author.write([item])
        # By hand, as a USB stick would: the editor has what the hub lacks.
        editor.replica.take(first)
        edit = editor.write([editor.edit(item.record, 6, "sửa trước")])
        verdicts = {verdict.device: verdict
                    for verdict in self.push(editor, edit)}
        verdict = verdicts.pop(editor.key.device)
        self.assertStatus(verdict, "GAP")
        self.assertEqual(verdict.sequence, 0)
        # That the hub lacks what the editor holds is told as well.
        self.assertEqual([(other.device, other.sequence)
                          for other in verdicts.values()],
                         [(author.key.device, 0)])
        self.assertEqual((verdict.need_device, verdict.need_sequence),
                         (author.key.device, 1))
        # The editor can help itself: it pushes the cause first.
        self.assertGreater(editor.sync(), 0)
        author.sync()
        row = author.replica.rows[author.union, peer.PLAN_ITEM, item.record]
        self.assertEqual(row.value(6), "sửa trước")
        self.assertFalse(row.conflicts(peer.PLAN_ITEM))

    def test_fork(self):
        mallory = self.mallory()
        first = mallory.write([mallory.item("bản một")])
        self.assertStatus(self.push_one(mallory, first), "OK")
        other = peer.sign(mallory.key, self.draft(
            mallory, "bản hai", sequence=1, previous=b""))
        verdict = self.push_one(mallory, other)
        self.assertStatus(verdict, "FORK")
        self.assertEqual(verdict.sequence, 1)
        self.assertEqual(self.forks(mallory), 1)
        self.push(mallory, other)
        self.assertEqual(self.forks(mallory), 1, "kept once")
        after = peer.sign(mallory.key, self.draft(
            mallory, "bản ba", sequence=2,
            previous=hashlib.sha256(other.payload).digest()))
        self.assertStatus(self.push_one(mallory, after), "FORK")
        self.assertEqual(self.forks(mallory), 2)
        self.assertGreaterEqual(self.hub.json("status")["forks"], 2)
        # The stream itself goes on.
        second = mallory.write([mallory.item("bản một tiếp")])
        self.assertStatus(self.push_one(mallory, second), "OK")

    def test_fork_told_by_hash_alone(self):
        mallory = self.mallory()
        mallory.write([mallory.item("một")])
        mallory.sync()
        have = list(mallory.replica.heads(mallory.key.device))
        for head in have:
            if head.device == mallory.key.device:
                head.hash = hashlib.sha256(b"another").digest()
        reply = mallory.exchange(have=have)
        self.assertEqual(verdict_names(reply), ["FORK"])

    def test_oversized(self):
        mallory = self.mallory()

        def of_size(size):
            """A payload of exactly that many bytes."""
            def items(last):
                out = []
                for _ in range(6):
                    item = mallory.item("đ" * (32 * KIB))
                    item.fields += [FieldChange(14, "k" * (64 * KIB))]
                    item.fields.insert(3, FieldChange(4, "m" * (64 * KIB)))
                    item.fields.sort(key=lambda field: field.field)
                    out.append(item)
                out[-1] = mallory.item("n" * last)
                return out
            room = size - len(peer.encode(mallory.draft(items(40000))))
            payload = peer.encode(mallory.draft(items(40000 + room)))
            self.assertEqual(len(payload), size)
            return payload

        for size, wanted in ((MIB + 1, "TOO_LARGE"), (MIB, "OK")):
            with self.subTest(size):
                signed = peer.sign(mallory.key, of_size(size))
                self.assertStatus(self.push_one(mallory, signed), wanted)

    def test_too_many_records(self):
        mallory = self.mallory()
        for count, wanted in ((1001, "MALFORMED"), (1000, "OK")):
            with self.subTest(count):
                signed = peer.sign(mallory.key, self.draft(
                    mallory, *("mục %d" % n for n in range(count))))
                self.assertStatus(self.push_one(mallory, signed), wanted)

    def malformed(self, mallory):
        """Payloads that break one rule each, and the rule."""
        key = mallory.key.device
        other = bytes([key[0] ^ 1]) + key[1:]
        third = bytes([key[0] ^ 2]) + key[1:]

        def build(change):
            message = peer.changeset_pb2.ChangeSet.FromString(
                self.draft(mallory, "một", "hai"))
            change(message)
            return message.SerializeToString()

        def put(name, value):
            return build(lambda m: setattr(m, name, value))

        def field(change):
            return build(lambda m: change(m.records[0].fields[3]))

        def swap_records(message):
            message.records[0].record, message.records[1].record = \
                message.records[1].record, message.records[0].record

        def many_fields(message):
            for number in range(9, 9 + 257 - 5):
                message.records[0].fields.add(field=number)

        def many_dots(change):
            for _ in range(65):
                change.replaces.add(device=0, sequence=1)

        first = self.draft(mallory, "một")
        return {
            "nothing": b"",
            "no protobuf": b"\xff" * 40,
            "cut short": first[:-1],
            "union of 15 bytes": put("union", bytes(15)),
            "device of 9 bytes": put("device", key + b"\0"),
            "sequence 0": put("sequence", 0),
            "sequence 2^63": put("sequence", 1 << 63),
            "previous of the first": put("previous", bytes(32)),
            "author too long": put("author", b"a" * 257),
            "author not UTF-8": put("author", b"\xc3\x28"),
            "author not NFC": put("author", "Ha\u0300".encode()),
            "devices of 12 bytes": put("devices", bytes(12)),
            "own device among devices": put("devices", key),
            "devices alike": put("devices", other + other),
            "devices not ascending":
                put("devices", max(other, third) + min(other, third)),
            "too many devices": put("devices", b"".join(
                n.to_bytes(8, "big") for n in range(1, 1026))),
            "no records": build(lambda m: m.ClearField("records")),
            "record of 15 bytes": build(
                lambda m: setattr(m.records[0], "record", bytes(15))),
            "entity 0": build(
                lambda m: setattr(m.records[0], "entity", 0)),
            "records not ascending": build(swap_records),
            "records alike": build(lambda m: setattr(
                m.records[1], "record", m.records[0].record)),
            "no fields": build(
                lambda m: m.records[0].ClearField("fields")),
            "too many fields": build(many_fields),
            "field 0": build(
                lambda m: setattr(m.records[0].fields[0], "field", 0)),
            "fields alike": build(
                lambda m: setattr(m.records[0].fields[1], "field", 1)),
            "fields not ascending": build(
                lambda m: setattr(m.records[0].fields[0], "field", 3)),
            "text too long": field(
                lambda f: setattr(f, "text", b"a" * (64 * KIB + 1))),
            "text not UTF-8": field(
                lambda f: setattr(f, "text", b"a\xed\xa0\x80")),
            "overlong UTF-8": field(
                lambda f: setattr(f, "text", b"\xc0\xaf")),
            "text with NUL": field(lambda f: setattr(f, "text", b"a\0b")),
            "text not NFC": field(
                lambda f: setattr(f, "text", "Tie\u0302\u0301p".encode())),
            "blob too long": field(
                lambda f: setattr(f, "blob", b"a" * (64 * KIB + 1))),
            "dot of no device": field(
                lambda f: f.replaces.add(device=1, sequence=1)),
            "dot of sequence 0": field(
                lambda f: f.replaces.add(device=0, sequence=0)),
            "too many dots": field(many_dots),
        }

    def test_malformed(self):
        mallory = self.mallory()
        for name, payload in self.malformed(mallory).items():
            with self.subTest(name):
                # Both implementations refuse it.
                self.assertRaises(peer.Malformed, peer.decode, payload)
                verdict = self.push_one(
                    mallory, peer.sign(mallory.key, payload))
                self.assertStatus(verdict, "MALFORMED")
        self.assertEqual(self.hub.sql(
            "SELECT count(*) FROM log JOIN stream ON number = stream"
            " WHERE device = ?", mallory.key.device), [(0,)])

    def test_odd_and_valid(self):
        """Unusual and right: both implementations fold it alike."""
        mallory = self.mallory()

        def push(name, payload):
            with self.subTest(name):
                signed = peer.sign(mallory.key, payload)
                self.assertStatus(self.push_one(mallory, signed), "OK")
                mallory.replica.take(signed)
                self.assertGreater(mallory.sync(), 0)

        def message():
            return peer.changeset_pb2.ChangeSet.FromString(
                self.draft(mallory, "một", "hai"))

        push("an unknown field at the end",
             message().SerializeToString() + b"\xfa\x07\x03abc")
        plain = message()
        records = plain.records[:]
        plain.ClearField("records")
        only = peer.changeset_pb2.ChangeSet(records=records)
        push("fields in another order",
             only.SerializeToString() + plain.SerializeToString())
        odd = message()
        odd.records[0].entity = 4000000000
        odd.records[1].fields.add(field=4294967295, text=b"x")
        push("an entity and a field of the future",
             odd.SerializeToString())
        odd = message()
        odd.written_at_ms = -(1 << 63)
        odd.model_version = 4294967295
        push("a clock before the world", odd.SerializeToString())
        odd = message()
        odd.written_at_ms = (1 << 63) - 1
        odd.ClearField("author")
        odd.devices = b"\0" * 7 + b"\1" + b"\0" * 7 + b"\2"
        push("a clock after it, nobody, devices that no dot names",
             odd.SerializeToString())
        odd = message()
        odd.records[0].record = bytes(16)
        odd.records[1].record = b"\xff" * 16
        push("ids that are no UUIDs", odd.SerializeToString())
        odd = message()
        for field in odd.records[0].fields:
            field.ClearField("value")
        push("a record of nothing but absent values",
             odd.SerializeToString())
        odd = message()
        odd.records[0].deletes = True
        push("born deleted", odd.SerializeToString())
        odd = message()
        odd.records[0].fields[3].text = "q\u0323\u0307 \u01c4".encode()
        odd.records[1].fields[3].text = "\U0001f1fb\U0001f1f3\uffff".encode()
        push("texts from the edges of Unicode", odd.SerializeToString())
        self.honest.must_sync()

    def test_sent_again_and_again(self):
        mallory = self.mallory()
        signed = mallory.write([mallory.item("một lần thôi")])
        frame = peer.seal(mallory.request([signed]).SerializeToString())
        for _ in range(3):
            reply = mallory.line.ask(frame)
            self.assertEqual(reply.status, exchange_pb2.OK)
            self.assertEqual(reply.exchange.verdicts[0].sequence, 1)
        for twice in ([signed, signed], [signed] * 100):
            self.assertStatus(self.push(mallory, *twice)[0], "OK")
        self.assertEqual(self.hub.sql(
            "SELECT count(*) FROM plan_item WHERE text = 'một lần thôi'"),
            [(1,)])

    def test_unions_do_not_read_each_other(self):
        mallory = self.mallory("nghe-an")
        mallory.sync()
        scopes = {stream[0] for stream in mallory.replica.streams}
        self.assertLessEqual(scopes, {mallory.cluster, mallory.union})
        reply = mallory.exchange(have=[])
        self.assertLessEqual({digest.union for digest in reply.digests},
                             {mallory.cluster, mallory.union})


class Refusals(HostileCase):
    """Validly signed and next: appended, and kept as a refusal."""

    def refusals(self, program, device):
        return sorted(
            (refused["entity"], refused["field"], refused["reason"])
            for refused in program.json("refusal", "list")
            if refused["device"] == device.hex())

    def test_in_another_union_s_stream(self):
        mallory = self.mallory("ha-tinh")
        neighbour = self.cluster.peer("nghe-an")
        record = mallory.item("của người khác")
        signed = peer.sign(mallory.key, peer.encode(
            mallory.draft([record], union=neighbour.union, previous=b"",
                          sequence=1)))
        verdict = self.push_one(mallory, signed)
        self.assertStatus(verdict, "OK")
        self.assertEqual(verdict.sequence, 1)
        self.neighbour.must_sync()
        wanted = sorted(("plan-item", name, "not-granted") for name in
                        ("year", "area", "rank", "text", "level"))
        for program in (self.hub, self.neighbour):
            with self.subTest(program.name):
                self.assertEqual(
                    self.refusals(program, mallory.key.device), wanted)
        self.assertNotIn("của người khác", self.neighbour.texts())
        self.assertGreater(neighbour.sync(), 0)
        self.assertIn(peer.NOT_GRANTED,
                      [refused[5] for refused in neighbour.replica.refusals])
        self.assertIn("not", self.neighbour.must("refusal", "list").out)

    def test_a_cluster_s_field(self):
        mallory = self.mallory("ha-tinh")
        record = RecordChange(mallory.new_id(), peer.SUBMISSION, [
            FieldChange(1, 2024), FieldChange(2, "plan"),
            FieldChange(4, "ghi chú"), FieldChange(5, "accepted"),
            FieldChange(6, "tự khen")])
        mallory.write([record])
        mallory.write([mallory.item("sau đó")])
        mallory.sync()
        self.honest.must_sync()
        for program in (self.hub, self.honest):
            with self.subTest(program.name):
                self.assertEqual(
                    self.refusals(program, mallory.key.device),
                    [("submission", "comment", "cluster-field"),
                     ("submission", "verdict", "cluster-field")])
        shown = [item["fields"] for item in
                 self.honest.json("list", "submission")
                 if item["fields"].get("note") == "ghi chú"]
        self.assertEqual(len(shown), 1)
        self.assertNotIn("verdict", shown[0])
        self.assertNotIn("comment", shown[0])
        self.assertIn("sau đó", self.honest.texts())
        self.honest.must("verify")
        self.hub.must("verify")

    def test_of_the_wrong_kind(self):
        mallory = self.mallory("ha-tinh")
        device = RecordChange(mallory.new_id(), peer.DEVICE, [
            FieldChange(1, "máy giả"), FieldChange(2, os.urandom(32)),
            FieldChange(3, "hub")])
        bad = mallory.item("sai kiểu", year=1066)
        bad.fields[1].value = "piracy"
        bad.fields.append(FieldChange(9, "2024-02-30"))
        mallory.write([device, bad])
        mallory.sync()
        self.assertEqual(self.refusals(self.hub, mallory.key.device), [
            ("device", "label", "wrong-stream"),
            ("device", "public_key", "wrong-stream"),
            ("device", "role", "wrong-stream"),
            ("plan-item", "area", "bad-value"),
            ("plan-item", "when", "bad-value"),
            ("plan-item", "year", "bad-value")])

    def test_in_the_cluster_s_stream(self):
        """An insider makes itself hub: appended, refused, of no effect."""
        mallory = self.mallory("ha-tinh")
        grab = RecordChange(mallory.new_id(), peer.GRANT, [
            FieldChange(1, mallory.key.device),
            FieldChange(2, self.cluster.peer("nghe-an").union),
            FieldChange(3, 1)])
        signed = peer.sign(mallory.key, peer.encode(mallory.draft(
            [grab], union=mallory.cluster, sequence=1, previous=b"")))
        self.assertStatus(self.push_one(mallory, signed), "OK")
        self.assertEqual(self.refusals(self.hub, mallory.key.device), [
            ("grant", name, "not-granted")
            for name in ("device", "first_sequence", "union")])
        self.honest.must_sync()
        self.neighbour.must_sync()
        mallory.sync()
        self.assertEqual(
            len([grant for grant in mallory.replica.registry()[1]
                 if grant[0] == mallory.key.device]), 1)


class Invitations(HostileCase):
    def fresh(self):
        out = peer.Peer()
        self.cluster.peers.append(out)
        return out

    def home(self):
        type(self).homes = getattr(self, "homes", 0) + 1
        return harness.Client(self.cluster.folder("join-%d" % self.homes))

    def refused_join(self, client, text):
        result = client.run("join", text)
        self.assertEqual(result.code, 1, str(result))
        self.assertEqual(len(result.err.strip().splitlines()), 1, result.err)
        self.assertEqual(client.run("status").code, 1)
        return result.err

    def test_used(self):
        text = self.hub.invite("ha-tinh")
        first = self.fresh()
        first.enrol(text)
        self.assertRefused("INVITATION_USED", self.fresh().enrol, text)
        client = self.home()
        self.assertIn("used", self.refused_join(client, text))
        # The one that used it is welcome again: its answer may be lost.
        first.enrol(text)
        first.sync()
        # And the refused home joins with another.
        client.must("join", self.hub.invite("ha-tinh"))
        client.must_sync()

    def test_expired(self):
        text = self.hub.invite("ha-tinh", "--expires", "1s")
        used = self.hub.invite("ha-tinh", "--expires", "3s")
        early = self.fresh()
        early.enrol(used)
        ends = max(peer.invitation_parse(line).expires_at_ms
                   for line in (text, used))
        harness.until(lambda: time.time() * 1000 > ends + 1,
                      "the invitations expire")
        self.assertRefused("INVITATION_EXPIRED", self.fresh().enrol, text)
        self.assertIn("expired", self.refused_join(self.home(), text))
        early.enrol(used)
        early.sync()

    def test_a_week_is_the_longest_life(self):
        week_ms = 7 * 24 * 3600 * 1000
        for words in ((), ("--expires", "7d"), ("--expires", "604800s")):
            before_ms = int(time.time() * 1000)
            ends_ms = peer.invitation_parse(
                self.hub.invite("ha-tinh", *words)).expires_at_ms
            self.assertGreaterEqual(ends_ms, before_ms + week_ms)
            self.assertLessEqual(ends_ms, time.time() * 1000 + week_ms)
        past = self.hub.run("invite", "ha-tinh", "--expires", "604801s")
        self.assertEqual(past.code, 2, str(past))

    def test_unknown(self):
        invitation = peer.invitation_parse(self.hub.invite("ha-tinh"))
        invitation.secret = os.urandom(16)
        text = peer.invitation_print(invitation)
        self.assertRefused("INVITATION_UNKNOWN", self.fresh().enrol, text)
        self.assertIn("does not know", self.refused_join(self.home(), text))

    def test_damaged_text(self):
        text = self.hub.invite("ha-tinh")
        middle = len(text) // 2
        other = "A" if text[middle] != "A" else "B"
        cases = {
            "empty": "",
            "the prefix alone": "nhipcau1-",
            "cut at the end": text[:-1],
            "cut at the front": text[1:],
            "half": text[:middle],
            "a letter changed": text[:middle] + other + text[middle + 1:],
            "a letter lost": text[:middle] + text[middle + 1:],
            "a letter doubled": text[:middle] + text[middle] + text[middle:],
            "a letter of no alphabet": text[:middle] + "%" + text[middle:],
            "padding": text + "=",
            "twice": text + text,
            "another prefix": text.replace("nhipcau1", "nhipcau2"),
            "very long": "nhipcau1-" + "A" * 100000,
        }
        client = self.home()
        for name, damaged in cases.items():
            with self.subTest(name):
                self.assertRaises(peer.Malformed, peer.invitation_parse,
                                  damaged)
                self.assertIn("invitation",
                              self.refused_join(client, damaged))
        # As mail wraps it: white space is forgiven.
        wrapped = "  " + "\n".join(
            text[at:at + 40] for at in range(0, len(text), 40)) + " \r\n"
        client.must("join", wrapped)

    def test_every_single_letter_changed(self):
        text = self.hub.invite("ha-tinh")
        alphabet = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                    "0123456789-_")
        generator = random.Random(SEED)
        for at in range(9, len(text)):
            other = generator.choice(alphabet.replace(text[at], ""))
            try:
                read = peer.invitation_parse(text[:at] + other +
                                             text[at + 1:])
            except peer.Malformed:
                continue
            # Only the last letter's unused bits may differ unseen.
            self.assertEqual(at, len(text) - 1)
            self.assertEqual(peer.invitation_print(read), text)

    def test_signature_and_line(self):
        invitation = peer.invitation_parse(self.hub.invite("ha-tinh"))

        def asked(change):
            device = self.fresh()
            device.hub_key = invitation.hub_key
            device.connect(self.hub.address)
            request = device.enrol_request(invitation)
            change(device, request.enrol)
            return device, request

        def zeros(device, enrol):
            enrol.signature = bytes(64)

        def label(device, enrol):
            enrol.label = "tên khác".encode()

        def replay(device, enrol):
            other = self.fresh()
            enrol.public_key = other.key.public
            enrol.signature = other.key.sign(
                peer.DOMAIN_ENROL, invitation.hub_key + invitation.secret +
                enrol.label)

        def no_key(device, enrol):
            enrol.public_key = b"\xff" * 32

        for change in (zeros, label, replay, no_key):
            with self.subTest(change.__name__):
                device, request = asked(change)
                self.assertRefused("BAD_SIGNATURE", device.ask, request)

        def empty(device, enrol):
            enrol.label = b""

        def long(device, enrol):
            enrol.label = b"a" * 257

        def nul(device, enrol):
            enrol.label = b"a\0"

        for change in (empty, long, nul):
            with self.subTest(change.__name__):
                device, request = asked(change)
                self.assertRefused("MALFORMED", device.ask, request)
        # None of that used it up.
        good = self.fresh()
        good.enrol(peer.invitation_print(invitation))

    def test_a_second_invitation(self):
        """Of the same union it is used up and changes nothing: the first
        answer may have been lost. Of another union it is refused."""
        device = self.fresh()
        device.enrol(self.hub.invite("ha-tinh"))
        second = self.hub.invite("ha-tinh")
        device.enrol(second)
        with self.assertRaises(peer.Refused):
            self.fresh().enrol(second)
        with self.assertRaises(peer.Refused):
            device.enrol(self.hub.invite("nghe-an"))
        device.sync()
        before = self.hub.json("device", "list")
        self.assertEqual(len([known for known in before if known["device"]
                              == device.key.device.hex()]), 1)


class Frames(HostileCase):
    def stranger(self):
        return self.cluster.stranger(self.mallory())

    def asked(self, line, frame):
        """The status name of the answer to a raw frame."""
        return peer.status_name(line.ask(frame).status)

    def test_garbage(self):
        generator = random.Random(SEED)
        line = self.stranger().line
        cases = [b"\x00", b"\x01", b"\x02", b"\xff", b"\x00\xff" * 100,
                 b"GET / HTTP/1.1\r\n\r\n", b"\x01" + b"\0" * 100]
        cases += [generator.randbytes(generator.randint(1, 3000))
                  for _ in range(40)]
        for frame in cases:
            self.assertIn(self.asked(line, frame),
                          ("MALFORMED", "TOO_LARGE", "UNKNOWN_PROTOCOL"),
                          frame[:40])

    def test_damaged_requests(self):
        """A true request with a piece cut off or a bit flipped."""
        generator = random.Random(SEED)
        mallory = self.mallory()
        signed = mallory.write([mallory.item("nguyên vẹn")])
        data = b"\x00" + mallory.request([signed]).SerializeToString()
        answers = set()
        for _ in range(4):
            # A fresh line and key: each has a bucket of its own.
            line = self.stranger().line
            for _ in range(60):
                frame = bytearray(data)
                if generator.random() < 0.5:
                    del frame[generator.randrange(len(frame)):]
                else:
                    at = generator.randrange(len(frame))
                    frame[at] ^= 1 << generator.randrange(8)
                answers.add(self.asked(line, bytes(frame)))
        self.assertLessEqual(answers, {
            "MALFORMED", "UNKNOWN_PROTOCOL", "UNKNOWN_DEVICE",
            "WRONG_CLUSTER", "TOO_LARGE"})
        # From the enrolled device itself: nothing damaged is appended.
        for _ in range(50):
            frame = bytearray(data)
            at = generator.randrange(len(frame) - len(signed.payload) - 70,
                                     len(frame))
            frame[at] ^= 1 << generator.randrange(8)
            mallory.line.ask(bytes(frame))
        self.assertEqual(self.hub.sql(
            "SELECT count(*) FROM log JOIN stream ON number = stream"
            " WHERE device = ? AND payload <> ?", mallory.key.device,
            signed.payload), [(0,)])

    def test_several_frames(self):
        mallory = self.mallory()
        whole = peer.seal(mallory.request().SerializeToString())
        for frames in ((whole, whole), (b"", whole), (b"", b""),
                       (whole,) * 100, (b"a",) * 1000):
            with self.subTest(len(frames)):
                mallory.line.send(*frames)
        # Dropped without an answer: the next answer is to the next question.
        request = mallory.request()
        reply = mallory.line.ask(peer.seal(request.SerializeToString()))
        self.assertEqual(reply.number, request.number)
        self.assertEqual(reply.status, exchange_pb2.OK)

    def test_empty_frame(self):
        line = self.stranger().line
        self.assertEqual(self.asked(line, b""), "MALFORMED")

    def test_a_frame_at_the_limit_and_past_it(self):
        line = self.stranger().line
        line.send(b"\x00" * (4 * MIB + KIB))
        line.wait_event([peer.zmq.EVENT_DISCONNECTED])
        line = self.stranger().line
        line.send(b"\x00" + b"\xff" * (4 * MIB - 1))
        seen = []
        while not line.socket.poll(100):
            seen += line.events()
            self.assertNotIn(peer.zmq.EVENT_DISCONNECTED, seen,
                             "cut off at the limit, not past it")
        reply = exchange_pb2.Reply.FromString(
            peer.open_envelope(line.receive()))
        self.assertEqual(peer.status_name(reply.status), "MALFORMED")

    def test_zstd_bombs(self):
        zstd = peer.zstandard
        line = self.stranger().line

        def packed(size, declared=True):
            chunk = bytes(MIB)
            out = zstd.ZstdCompressor(
                write_content_size=declared).compressobj(
                    size=size if declared else -1)
            data = b"".join(out.compress(chunk[:min(MIB, size - at)])
                            for at in range(0, size, MIB))
            return b"\x01" + data + out.flush()

        def lying(size, says):
            """A frame header that states another size than the frame's."""
            frame = bytearray(packed(size)[1:])
            at = frame.index(size.to_bytes(4, "little"), 0, 16)
            frame[at:at + 4] = says.to_bytes(4, "little")
            return b"\x01" + bytes(frame)

        good = zstd.ZstdCompressor().compress(b"\x08\x01\x10\x05" * 100)
        cases = {
            "declared, 16 MiB and 1": (packed(16 * MIB + 1), "TOO_LARGE"),
            "declared, 1 GiB": (packed(1024 * MIB), "TOO_LARGE"),
            "undeclared, 1 GiB": (packed(1024 * MIB, False), "MALFORMED"),
            "undeclared, small": (packed(10, False), "MALFORMED"),
            "says less than it holds":
                (lying(8 * MIB, 1 * MIB), "MALFORMED"),
            "says more than it holds":
                (lying(8 * MIB, 9 * MIB), "MALFORMED"),
            "says 4 GiB": (lying(8 * MIB, (1 << 32) - 1), "TOO_LARGE"),
            "two frames": (b"\x01" + good + good, "MALFORMED"),
            "something after it": (b"\x01" + good + b"x", "MALFORMED"),
            "cut short": (b"\x01" + good[:-1], "MALFORMED"),
            "at the limit, zeros": (packed(16 * MIB), "MALFORMED"),
        }
        for name, (frame, wanted) in cases.items():
            with self.subTest(name):
                self.assertLess(len(frame), 4 * MIB)
                self.assertEqual(self.asked(line, frame), wanted)
        self.assertLess(self.hub.memory_peak_kib(), 512 * KIB)

    def test_messages_of_nothing(self):
        """Small on the line, large in structs: 16 MiB of empty heads."""
        line = self.stranger().line
        for inner in (b"\x1a\x00", b"\x22\x00"):
            body = inner * (7 * MIB)
            data = b"\x08\x01\x10\x05\x1a" + peer.varint(len(body)) + body
            frame = b"\x01" + peer.zstandard.ZstdCompressor().compress(data)
            for _ in range(4):
                self.assertIn(self.asked(line, frame),
                              ("MALFORMED", "TOO_LARGE"))
        self.assertLess(self.hub.memory_peak_kib(), 512 * KIB)

    def test_more_memory_than_one_request_has(self):
        """Its own fault, and told so: HUB_FAILED is the hub's trouble, and
        would undo the others' requests of the same batch."""
        mallory = self.mallory()
        payload = peer.encode(mallory.draft([
            RecordChange(number.to_bytes(16, "big"), peer.PLAN_ITEM,
                         [FieldChange(1)]) for number in range(1, 1001)]))
        signed = peer.changeset_pb2.SignedChangeSet(
            payload=payload, signature=bytes(64))
        request = mallory.request([signed] * 500)
        reply = mallory.line.ask(peer.seal(request.SerializeToString(), True))
        self.assertIn(peer.status_name(reply.status),
                      ("OK", "TOO_LARGE", "MALFORMED", "BAD_SIGNATURE"))

    def test_ten_thousand_heads(self):
        mallory = self.mallory()

        def heads(count):
            return [exchange_pb2.Head(
                union=mallory.union, device=number.to_bytes(8, "big"),
                sequence=1) for number in range(count)]

        self.assertRefused("TOO_LARGE", mallory.exchange, [], heads(10000))
        self.assertRefused("TOO_LARGE", mallory.exchange, [], heads(4097))
        mallory.exchange(have=heads(4096))
        mallory.sync()

    def test_heads_that_make_no_sense(self):
        mallory = self.mallory()
        own = mallory.key.device
        for name, head, wanted in (
                ("union of 3 bytes", dict(union=b"abc", device=own), False),
                ("device of 3 bytes",
                 dict(union=mallory.union, device=b"abc"), False),
                ("a hash of 31 bytes",
                 dict(union=mallory.union, device=own, sequence=1,
                      hash=bytes(31)), False),
                ("sequence 2^64 - 1",
                 dict(union=mallory.union, device=own,
                      sequence=(1 << 64) - 1), False),
                ("far ahead", dict(union=mallory.union, device=own,
                                   sequence=(1 << 63) - 1, hash=bytes(32)),
                 True),
                ("sequence 0 with a hash",
                 dict(union=mallory.union, device=own, hash=bytes(32)),
                 True)):
            with self.subTest(name):
                have = [exchange_pb2.Head(**head)] * 2
                if wanted:
                    mallory.exchange(have=have)
                else:
                    self.assertRefused("MALFORMED", mallory.exchange, [],
                                       have)

    def test_max_bytes(self):
        mallory = self.mallory()
        for max_bytes in (0, 1, (1 << 32) - 1):
            with self.subTest(max_bytes):
                reply = mallory.exchange(have=[], max_bytes=max_bytes)
                self.assertGreaterEqual(len(reply.pull), 1)
                self.assertEqual(reply.more, max_bytes < 2)
                self.assertEqual(len(reply.digests) > 0, not reply.more)

    def test_unknown_protocol(self):
        mallory = self.mallory()
        for version in (0, 2, 4294967295):
            with self.subTest(version):
                request = mallory.request()
                request.protocol = version
                reply = mallory.line.ask(
                    peer.seal(request.SerializeToString()))
                self.assertEqual(peer.status_name(reply.status),
                                 "UNKNOWN_PROTOCOL")
                self.assertEqual(reply.protocol, 1)
                self.assertEqual(reply.number, request.number)

    def test_no_body(self):
        mallory = self.mallory()
        request = exchange_pb2.Request(protocol=1, number=9)
        reply = mallory.line.ask(peer.seal(request.SerializeToString()))
        self.assertEqual(peer.status_name(reply.status), "MALFORMED")
        self.assertEqual(reply.number, 9)


class Lines(HostileCase):
    """Peers that do not get as far as a request, and hubs that are not."""

    def failed(self, line):
        try:
            seen = line.wait_event([
                peer.zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL,
                peer.zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL,
                peer.zmq.EVENT_HANDSHAKE_FAILED_AUTH,
                peer.zmq.EVENT_DISCONNECTED])
            self.assertNotIn(peer.zmq.EVENT_HANDSHAKE_SUCCEEDED, seen)
        finally:
            line.close()

    def test_without_curve(self):
        self.failed(peer.Line(self.hub.address, None, None))

    def test_wrong_server_key(self):
        mallory = self.mallory()
        self.failed(peer.Line(self.hub.address, peer.Key(), mallory.hub_key,
                              server_key=peer.Key().transport()[0]))

    def test_raw_tcp(self):
        generator = random.Random(SEED)
        sockets = []
        try:
            for at in range(200):
                raw = socket.create_connection(("127.0.0.1", self.hub.port))
                sockets.append(raw)
                if at % 4 == 1:
                    raw.sendall(generator.randbytes(2000))
                elif at % 4 == 2:
                    raw.sendall(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n")
                elif at % 4 == 3:
                    raw.sendall(b"\xff" + bytes(8) + b"\x7f\x03")
            # With all of them open, the hub serves.
            self.honest.add("giữa đám đông")
            self.honest.must_sync()
        finally:
            for raw in sockets:
                raw.close()

    def test_many_peers_come_and_go(self):
        mallory = self.mallory()
        for _ in range(30):
            stranger = self.cluster.stranger(mallory)
            stranger.line.send(peer.seal(
                stranger.request().SerializeToString()))
            stranger.close()
        mallory.sync()

    def test_a_peer_that_never_reads(self):
        mallory = self.mallory()
        deaf = self.mallory()
        frame = peer.seal(deaf.request(have=[]).SerializeToString())
        sent = 0
        try:
            while sent < 500:
                deaf.line.socket.send(frame, peer.zmq.DONTWAIT)
                sent += 1
        except peer.zmq.Again:
            pass
        self.assertGreater(sent, 4)
        mallory.write([mallory.item("người khác vẫn được phục vụ")])
        mallory.sync()

    def test_rate_limit(self):
        mallory = self.mallory()
        fresh = self.cluster.stranger(mallory)
        frame = peer.seal(fresh.request().SerializeToString())
        statuses = []
        while "BUSY" not in statuses and len(statuses) < 5000:
            reply = fresh.line.ask(frame)
            statuses.append(peer.status_name(reply.status))
        self.assertEqual(statuses[-1], "BUSY")
        self.assertGreaterEqual(len(statuses) - 1, 64)
        self.assertGreater(reply.retry_after_ms, 0)
        self.assertEqual(len(reply.exchange.pull), 0)
        # Another is not held up by it.
        mallory.exchange()
        # And service afterwards: ask() waits as long as the hub says.
        self.assertRefused("UNKNOWN_DEVICE", fresh.exchange)

    def test_a_client_waits_when_the_hub_is_busy(self):
        """The device's bucket is emptied by another program with its key."""
        client = self.cluster.client("ha-tinh")
        double = peer.Peer(client.key())
        like = self.mallory()
        double.adopt(None, like.cluster, like.union, like.hub_key)
        double.connect(self.hub.address)
        self.cluster.peers.append(double)
        frame = peer.seal(double.request().SerializeToString())
        while double.line.ask(frame).status != exchange_pb2.BUSY:
            pass
        client.add("chờ một chút")
        client.must_sync()


class Stores(unittest.TestCase):
    """Homes and hubs that are not as they should be."""

    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh")
        self.addCleanup(self.cluster.end)
        self.hub = self.cluster.hub
        self.client = self.cluster.client("ha-tinh")
        self.client.add("một")
        self.client.must_sync()

    def bytes_of(self, program):
        with open(os.path.join(program.home, "store.db"), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def fails(self, program, *words):
        result = program.run(*words)
        self.assertEqual(result.code, 1, str(result))
        self.assertNotEqual(result.err.strip(), "", str(result))
        return result.err

    def test_hub_down(self):
        self.hub.stop()
        self.client.add("hai")
        said = self.client.sync()
        self.assertEqual(said["result"], "unreachable")
        self.assertIn("một", self.client.texts())
        self.hub.serve()
        self.assertEqual(self.client.must_sync()["sent"], 1)

    def test_a_hub_that_hangs(self):
        """TCP answers and nobody is behind it: no stranger, a dead line."""
        self.client.add("hai")
        self.hub.process.send_signal(signal.SIGSTOP)
        try:
            self.assertEqual(self.client.sync()["result"], "unreachable")
        finally:
            self.hub.process.send_signal(signal.SIGCONT)
        self.assertEqual(self.client.must_sync()["sent"], 1)

    def test_another_key_at_the_hub_s_address(self):
        self.hub.stop()
        other = harness.Hub(self.cluster.folder("other"), port=self.hub.port)
        other.init("ha-tinh")
        other.serve()
        try:
            self.client.add("hai")
            said = self.client.sync()
            self.assertEqual(said["result"], "wrong-hub")
            self.assertEqual(other.json("status")["change_sets"],
                             2, "it got nothing")
        finally:
            other.kill()
        self.hub.serve()
        self.assertEqual(self.client.must_sync()["sent"], 1)

    def test_what_is_no_hub_at_the_hub_s_address(self):
        """Nobody with another key: what takes connections for a hub that is
        off, a line cut within the greeting, another service."""
        def close(taken):
            pass

        def hear_and_close(taken):
            taken.recv(64)

        def cut_in_the_greeting(taken):
            taken.sendall(b"\xff\x00\x00\x00")
            taken.recv(64)

        def http(taken):
            taken.recv(64)
            taken.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        self.hub.stop()
        self.client.add("hai")
        for answer in (close, hear_and_close, cut_in_the_greeting, http):
            with self.subTest(answer.__name__):
                self.answered(answer)
        self.hub.serve()
        self.assertEqual(self.client.must_sync()["sent"], 1)

    def answered(self, answer):
        listener = socket.create_server(("127.0.0.1", self.hub.port))
        ended = threading.Event()
        taken = []

        def serve():
            while not ended.is_set():
                try:
                    line, _ = listener.accept()
                except OSError:
                    continue
                taken.append(line)
                line.settimeout(2)
                with contextlib.suppress(OSError):
                    answer(line)
                line.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            said = self.client.sync()
            self.assertEqual(said["result"], "unreachable")
            self.assertIn("cannot be reached", said["stderr"])
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()
        self.assertGreater(len(taken), 0)

    def test_newer_store(self):
        self.hub.stop()
        for program, words in (
                (self.client, [("list", "plan-item"), ("sync",), ("status",),
                               ("verify",), ("rebuild",),
                               ("add", "plan-item", "year=2024",
                                "area=ngo", "text=x")]),
                (self.hub, [("serve",), ("status",), ("verify",),
                            ("rebuild",), ("invite", "ha-tinh")])):
            path = os.path.join(program.home, "store.db")
            with sqlite3.connect(path) as store:
                version = store.execute("PRAGMA user_version").fetchone()[0]
                store.execute("PRAGMA user_version = %d" % (version + 1))
                store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            store.close()
            before = self.bytes_of(program)
            for line in words:
                with self.subTest(" ".join((program.name,) + line)):
                    self.assertIn("newer", self.fails(program, *line))
            self.assertEqual(self.bytes_of(program), before)
            store = sqlite3.connect(path)
            with store:
                store.execute("PRAGMA user_version = %d" % version)
            store.close()
            program.must("verify")
        self.hub.serve()
        self.client.must_sync()

    def test_damaged_store(self):
        """Not a database at all; a page of it overwritten."""
        path = os.path.join(self.client.home, "store.db")
        shutil.copyfile(path, path + ".good")
        for name, damage in (
                ("not a database", lambda file: file.write(b"x" * 4096)),
                ("cut short", lambda file: file.truncate(5000))):
            shutil.copyfile(path + ".good", path)
            with open(path, "r+b") as file:
                damage(file)
            for line in (("list", "plan-item"), ("verify",), ("sync",)):
                with self.subTest(name + ": " + line[0]):
                    self.fails(self.client, *line)
        shutil.copyfile(path + ".good", path)

    def readonly(self, program, lines):
        """A read-only bind mount binds root too."""
        namespace = harness.MountNamespace(
            "mount --bind '%s' '%s'\nmount -o remount,ro,bind '%s'" %
            ((program.home,) * 3))
        try:
            inside = type(program)(program.home, namespace.prefix)
            for line in lines:
                with self.subTest(" ".join((program.name,) + line)):
                    said = self.fails(inside, *line)
                    self.assertIn("home folder", said)
        finally:
            namespace.end()

    def test_read_only_home_of_a_client(self):
        before = self.bytes_of(self.client)
        self.readonly(self.client, [
            ("add", "plan-item", "year=2024", "area=ngo", "text=x"),
            ("sync",), ("list", "plan-item"), ("verify",)])
        self.assertEqual(self.bytes_of(self.client), before)
        self.client.add("lại viết được")
        self.client.must_sync()

    def test_read_only_home_of_a_hub(self):
        self.hub.stop()
        self.readonly(self.hub, [("serve",), ("invite", "ha-tinh"),
                                 ("status",)])
        self.hub.serve()
        self.client.must_sync()

    def test_home_below_a_file(self):
        path = self.cluster.folder("file")
        with open(path, "w"):
            pass
        nowhere = harness.Client(os.path.join(path, "home"))
        invitation = self.hub.invite("ha-tinh")
        result = harness.run(nowhere.arguments("join", invitation),
                             self.cluster.folder.path)
        self.assertEqual(result.code, 1, str(result))
        self.assertNotEqual(result.err, "")

    def full_disk(self, program, size):
        """The home on a file system of its own; outside view of it."""
        namespace = harness.MountNamespace(
            "cp -a '%(home)s' '%(home)s.copy'\n"
            "mount -t tmpfs -o size=%(size)s,mode=0700 tmpfs '%(home)s'\n"
            "cp -a '%(home)s.copy/.' '%(home)s'" %
            {"home": program.home, "size": size})
        self.addCleanup(namespace.end)
        inside = type(program)(program.home, namespace.prefix)
        return inside, namespace.outside(program.home)

    def test_full_disk_of_a_client(self):
        inside, outside = self.full_disk(self.client, "4m")
        inside.add("trước khi đầy")
        filler = os.path.join(outside, "filler")
        harness.fill(filler)
        failures = []
        for number in range(40):
            result = inside.run("add", "plan-item", "year=2024", "area=ngo",
                                "text=" + "đầy %d " % number + "x" * 20000)
            if result.code != 0:
                self.assertEqual(result.code, 1, str(result))
                failures.append(result.err)
            if len(failures) == 3:
                break
        self.assertEqual(len(failures), 3)
        # What is in the write-ahead log alone is read too.
        self.assertIn("trước khi đầy", inside.texts())
        self.assertEqual(inside.run("sync").code, 1)
        os.unlink(filler)
        inside.add("sau khi đầy")
        inside.must("verify")
        inside.must_sync()
        texts = inside.texts()
        self.assertIn("trước khi đầy", texts)
        self.assertIn("sau khi đầy", texts)
        self.assertEqual(
            sorted(text for text, in self.hub.sql(
                "SELECT text FROM plan_item")), texts)
        for sentence in failures:
            self.assertIn("full", sentence)

    # What only reads, and what goes to another disk.
    READING = (("list", "plan-item"), ("status",), ("search", "đầy"),
               ("check", "--year", "2024"), ("calendar", "--year", "2024"),
               ("report", "plan", "--year", "2024"), ("verify",),
               ("proposal", "list", "--year", "2024"), ("receipt",),
               ("conflict", "list"), ("refusal", "list"))

    def test_full_disk_is_read_and_saved_elsewhere(self):
        inside, outside = self.full_disk(self.client, "4m")
        inside.add("trước khi đầy")
        before = inside.texts()
        filler = os.path.join(outside, "filler")
        harness.fill(filler)
        for words in self.READING:
            with self.subTest(" ".join(words)):
                inside.must(*words)
        self.assertEqual(inside.texts(), before)
        saved = self.cluster.folder("saved")
        inside.must("backup", saved)
        # Several at once wait for each other.
        with concurrent.futures.ThreadPoolExecutor(4) as at_once:
            for result in list(at_once.map(
                    lambda _: inside.run("list", "plan-item"), range(8))):
                self.assertEqual(result.code, 0, str(result))
        for words in (("add", "plan-item", "year=2024", "area=ngo",
                       "text=không còn chỗ"), ("rebuild",)):
            said = self.fails(inside, *words)
            self.assertIn("full", said)
            self.assertIn(inside.home, said)
        self.assertEqual(inside.texts(), before)
        os.unlink(filler)
        inside.add("sau khi đầy")
        inside.must("verify")
        inside.must_sync()
        again = harness.Client(self.cluster.folder("again"))
        again.must("restore", saved)
        self.assertEqual(again.texts(), before)

    def test_full_disk_beside_one_who_reads(self):
        """Who has the store open keeps others from holding it alone, and has
        made what they need."""
        inside, outside = self.full_disk(self.client, "4m")
        # As other programs see it: SQLite follows /proc's root to its own.
        holder = subprocess.Popen(
            [*inside.prefix, sys.executable, "-c", self.HOLD,
             os.path.join(inside.home, "store.db")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            count = holder.stdout.readline()
            self.assertIn("store.db-shm", os.listdir(outside))
            harness.fill(os.path.join(outside, "filler"))
            for words in self.READING:
                with self.subTest(" ".join(words)):
                    inside.must(*words)
        finally:
            self.assertEqual(holder.communicate("\n")[0], count)

    HOLD = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.execute("BEGIN")
count = "SELECT count(*) FROM log"
print(store.execute(count).fetchone(), flush=True)
sys.stdin.readline()
print(store.execute(count).fetchone(), flush=True)
"""

    def test_full_disk_of_the_hub(self):
        self.hub.stop()
        inside, outside = self.full_disk(self.hub, "4m")
        inside.port, inside.address = self.hub.port, self.hub.address
        inside.serve()
        self.addCleanup(lambda: inside.is_serving() and inside.kill())
        harness.fill(os.path.join(outside, "filler"))
        acknowledged = []
        for number in range(60):
            text = "mục %d " % number + "y" * 30000
            self.client.add(text)
            said = self.client.sync()
            if said["result"] != "ok":
                break
            acknowledged.append(text)
        self.assertNotEqual(said["result"], "ok", "the disk never filled")
        self.assertTrue(inside.is_serving())
        # Reading goes on, and a second try fails as cleanly.
        self.assertNotEqual(self.client.sync()["result"], "ok")
        os.unlink(os.path.join(outside, "filler"))
        self.client.must_sync()
        self.assertTrue(inside.is_serving())
        inside.must("verify")
        self.assertEqual(inside.stop(), 0)
        result = inside.must("verify")
        self.assertIn("sound", result.out)

    def test_two_homes_with_one_key(self):
        """A copied home: both write; what the second wrote is written again
        on top of what the first sent, and both are told."""
        for mine, his in ((1, 1), (2, 1), (1, 2)):
            with self.subTest("%d and %d change-sets" % (mine, his)):
                first = harness.Client(self.cluster.folder(
                    "first-%d-%d" % (mine, his)))
                second = harness.Client(self.cluster.folder(
                    "second-%d-%d" % (mine, his)))
                original = self.cluster.client("ha-tinh")
                shutil.copytree(original.home, first.home)
                shutil.copytree(original.home, second.home)
                for number in range(mine):
                    first.add("bản một %d-%d %d" % (mine, his, number))
                for number in range(his):
                    second.add("bản hai %d-%d %d" % (mine, his, number))
                first.must_sync()
                device = second.key().device
                said = second.must_sync()
                self.assertEqual(said["set_aside"], his)
                self.assertEqual(said["written_again"], his)
                self.assertEqual(said["taken_back"], mine)
                self.assertEqual(second.json("status")["unsent"], 0)
                self.assertGreaterEqual(self.hub.sql(
                    "SELECT count(*) FROM fork WHERE device = ?",
                    device)[0][0], 1, "kept as evidence")
                texts = second.texts()
                for number in range(his):
                    self.assertIn("bản hai %d-%d %d" % (mine, his, number),
                                  texts)
                for number in range(mine):
                    self.assertIn("bản một %d-%d %d" % (mine, his, number),
                                  texts)
                second.must("verify")
                self.assertEqual(first.must_sync()["taken_back"], his)
                self.assertEqual(first.texts(), second.texts())
                self.assertEqual(second.must_sync()["set_aside"], 0)

    def test_client_restored_from_a_backup(self):
        """It takes its own change-sets back before it writes on."""
        backup = self.cluster.folder("backup")
        shutil.copytree(self.client.home, backup)
        self.client.add("hai")
        self.client.must_sync()
        shutil.rmtree(self.client.home)
        shutil.copytree(backup, self.client.home)
        self.assertEqual(self.client.texts(), ["một"])
        self.assertEqual(self.client.must_sync()["received"], 1)
        self.client.add("ba")
        self.client.must_sync()
        self.assertEqual(self.client.texts(), ["ba", "hai", "một"])

    def test_hub_restored_from_a_backup(self):
        """What it lost is on the clients: they send it again."""
        self.hub.stop()
        backup = self.cluster.folder("backup")
        shutil.copytree(self.hub.home, backup)
        self.hub.serve()
        self.client.add("hai")
        self.client.must_sync()
        self.client.add("ba")
        self.client.must_sync()
        self.restore(backup)
        said = self.client.sync()
        self.assertEqual(said["result"], "ok", said["message"])
        self.assertEqual(
            sorted(text for text, in self.hub.sql(
                "SELECT text FROM plan_item")), ["ba", "hai", "một"])

    def restore(self, backup):
        self.hub.kill()
        shutil.rmtree(self.hub.home)
        shutil.copytree(backup, self.hub.home)
        self.hub.serve()

    def test_hub_restored_gets_its_own_stream_back(self):
        """The cluster's records that it lost are on the clients too, and the
        hub may not write others under their numbers."""
        self.hub.stop()
        backup = self.cluster.folder("backup")
        shutil.copytree(self.hub.home, backup)
        self.hub.serve()
        self.hub.must("union", "add", "nghe-an", "Liên hiệp Nghệ An")
        self.client.must_sync()
        self.restore(backup)
        self.client.add("hai")
        said = self.client.sync()
        self.assertEqual(said["result"], "ok", said["message"])
        codes = {union["code"] for union in self.hub.json("union", "list")}
        self.assertIn("nghe-an", codes)
        self.hub.must("union", "add", "quang-tri", "Liên hiệp Quảng Trị")
        said = self.client.sync()
        self.assertEqual(said["result"], "ok", said["message"])


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
