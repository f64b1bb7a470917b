"""Receipts: what `receipt` says, and its proofs held against a second
implementation, made from C2SP's texts (tlog-proof, tlog-checkpoint,
signed-note) and RFC 6962."""
import base64
import hashlib
import sys
import unittest

import nacl.exceptions
import nacl.signing

import harness


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def code(domain, digest, number):
    """20 digits in four groups, as docs/PROTOCOL.md has them."""
    whole = sha256(domain, digest, number.to_bytes(8, "big"))
    digits = "%020d" % (int.from_bytes(whole[:9], "big") % 10 ** 20)
    return " ".join(digits[i:i + 5] for i in range(0, 20, 5))


def vkey(text):
    name, key_id, encoded = text.strip().split("+", 2)
    typed = base64.b64decode(encoded, validate=True)
    if len(typed) != 33 or typed[0] != 1:
        raise ValueError("no Ed25519 log key")
    if sha256(name.encode(), b"\n", typed)[:4].hex() != key_id:
        raise ValueError("key id")
    return name, bytes.fromhex(key_id), typed[1:]


def fields_of(message):
    """The length-delimited fields of a protobuf message."""
    out, at = {}, 0

    def varint(at):
        value, shift = 0, 0
        while True:
            byte = message[at]
            value |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return value, at
    while at < len(message):
        tag, at = varint(at)
        if tag & 7 == 2:
            size, at = varint(at)
            out.setdefault(tag >> 3, message[at:at + size])
            at += size
        else:
            value, at = varint(at)
            out.setdefault(tag >> 3, value)
    return out


class Proof:
    """A tlog-proof, checked; raises ValueError for what does not hold."""

    def __init__(self, text, key):
        head, note = text.split("\n\n", 1)
        lines = head.split("\n")
        if lines[0] != "c2sp.org/tlog-proof@v1":
            raise ValueError("head")
        extra = base64.b64decode(lines[1].removeprefix("extra "))
        self.index = int(lines[2].removeprefix("index "))
        self.path = [base64.b64decode(line) for line in lines[3:]]
        body, signatures = note.split("\n\n", 1)
        body += "\n"
        self.origin, size, root = body.split("\n")[:3]
        self.size, self.root = int(size), base64.b64decode(root)
        self.lines = signatures.splitlines()
        name, key_id, public_key = vkey(key)
        if name != self.origin:
            raise ValueError("another log")
        verified = False
        for line in self.lines:
            dash, of, signature = line.split(" ")
            raw = base64.b64decode(signature)
            if dash == "—" and of == name and raw[:4] == key_id:
                nacl.signing.VerifyKey(public_key).verify(
                    body.encode(), raw[4:])
                verified = True
        if not verified:
            raise ValueError("not signed by the hub")
        signed = fields_of(extra)
        self.payload, self.signature = signed[1], signed[2]
        self.leaf = sha256(b"\0", self.payload)
        if self.climb() != self.root:
            raise ValueError("path")

    def climb(self):
        """RFC 6962 section 2.1.1, as RFC 9162 2.1.3.2 walks it."""
        if self.index >= self.size:
            raise ValueError("index")
        fn, sn, node = self.index, self.size - 1, self.leaf
        for sibling in self.path:
            if sn == 0:
                raise ValueError("path too long")
            if fn & 1 or fn == sn:
                node = sha256(b"\1", sibling, node)
                while not fn & 1 and fn:
                    fn, sn = fn >> 1, sn >> 1
            else:
                node = sha256(b"\1", node, sibling)
            fn, sn = fn >> 1, sn >> 1
        if sn:
            raise ValueError("path too short")
        return node


class Receipts(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh", "nghe-an")
        self.client = self.cluster.client("ha-tinh")
        self.nowhere = harness.Client(self.cluster.folder("nowhere"))

    def tearDown(self):
        self.cluster.end()

    def file(self, text, name="proof.txt"):
        path = self.cluster.folder(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def refused(self, text, key, client=None):
        """The one sentence with which a proof is refused."""
        result = (client or self.nowhere).run(
            "verify", "--receipt", self.file(text, "bad.txt"), "--hub", key)
        self.assertEqual(result.code, 1, str(result))
        self.assertEqual(len(result.err.strip().splitlines()), 1, str(result))
        self.assertEqual(result.out, "")
        return result.err

    def test_before_and_after_a_sync(self):
        record = self.client.add("Đón đoàn")
        before = self.client.json("receipt", record)
        self.assertEqual([said["placed"] for said in before], [False])
        self.assertIn("nhipcau sync", self.client.must(
            "receipt", record).out)
        result = self.client.run("receipt", record, "--proof")
        self.assertEqual(result.code, 1)
        self.assertIn("sync", result.err)
        self.client.must_sync()
        after = self.client.json("receipt", record)
        self.assertEqual([said["placed"] for said in after], [True])
        self.assertLess(after[0]["leaf"], after[0]["size"])
        self.assertEqual(after[0]["generation"], 1)
        self.assertEqual(after[0]["union"], "ha-tinh")

    def test_hub_and_union_say_the_same_code(self):
        record = self.client.add("Đón đoàn")
        self.client.must_sync()
        for other in range(3):
            self.client.add("khác %d" % other)
        self.client.must_sync()
        ours = self.client.json("receipt", record)[0]
        hubs = self.cluster.hub.json("receipt", record)[0]
        self.assertEqual(ours["code"], hubs["code"])
        self.assertEqual(ours["leaf"], hubs["leaf"])
        self.assertRegex(ours["code"], r"^\d{5}( \d{5}){3}$")
        self.assertEqual(self.client.json("receipt")["code"],
                         self.cluster.hub.json("receipt")["code"])
        (root,) = self.client.sql(
            "SELECT root FROM checkpoint ORDER BY size DESC LIMIT 1")[0]
        size = self.client.json("receipt")["size"]
        self.assertEqual(self.client.json("receipt")["code"],
                         code(b"nhipcau/1 history code\n", root, size))

    def test_a_change_of_a_field_has_its_own_receipt(self):
        record = self.client.add("Đón đoàn")
        self.client.must_sync()
        self.client.must("edit", record, "text=Đón đoàn Lào")
        said = self.client.json("receipt", record)
        self.assertEqual(sorted(one["placed"] for one in said),
                         [False, True])
        self.client.must_sync()
        said = self.client.json("receipt", record)
        self.assertEqual([one["placed"] for one in said], [True, True])
        self.assertEqual(len({one["code"] for one in said}), 2)

    def test_unions_vouch(self):
        other = self.cluster.client("nghe-an")
        record = self.client.add("Đón đoàn")
        for _ in range(2):
            self.client.must_sync()
            other.add("một việc")
            other.must_sync()
        self.client.must_sync()
        said = self.client.json("receipt")
        self.assertEqual(said["vouched"], 2)
        self.assertIsNotNone(said["vouched_until"])
        status = self.client.json("status")
        self.assertEqual(status["history"]["vouched"], 2)
        self.assertEqual(status["placed"], status["change_sets"])
        self.assertEqual(
            self.cluster.hub.json("status")["history"]["vouched"], 2)
        self.assertEqual(self.client.json("receipt", record)[0]["vouched"],
                         self.cluster.hub.json("receipt", record)[0][
                             "vouched"])

    def proofs(self):
        record = self.client.add("Đón đoàn Lào")
        for number in range(4):
            self.client.add("việc %d" % number)
        self.client.must_sync()
        ours = self.client.must("receipt", record, "--proof").out
        hubs = self.cluster.hub.must("receipt", record, "--proof").out
        key = self.client.must("receipt", "--key").out.strip()
        self.assertEqual(key,
                         self.cluster.hub.must("receipt",
                                               "--key").out.strip())
        return record, ours, hubs, key

    def test_another_implementation_agrees(self):
        record, ours, hubs, key = self.proofs()
        said = self.client.json("receipt", record)[0]
        for text in (ours, hubs):
            proof = Proof(text, key)
            self.assertEqual(proof.index, said["leaf"])
            self.assertEqual(
                code(b"nhipcau/1 receipt code\n", proof.leaf, proof.index),
                said["code"])
            self.assertIn("Đón đoàn Lào".encode(), proof.payload)
            nacl.signing.VerifyKey(self.client.key().public).verify(
                b"nhipcau/1 change-set\n" + proof.payload, proof.signature)

    def test_checked_with_and_without_a_home(self):
        record, ours, _, key = self.proofs()
        path = self.cluster.folder("giấy.txt")
        self.client.must("receipt", record, "-o", path)
        self.cluster.hub.stop()  # nothing of this needs a line
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), ours)
        said = self.client.json("verify", "--receipt", path)
        self.assertTrue(said["holds"] and said["author_checked"])
        self.assertEqual(said["records"][0]["id"], record)
        self.assertEqual(said["records"][0]["fields"]["text"],
                         "Đón đoàn Lào")
        said = self.nowhere.json("verify", "--receipt", path, "--hub", key)
        self.assertTrue(said["holds"])
        self.assertFalse(said["author_checked"])
        self.assertEqual(said["code"],
                         self.client.json("receipt", record)[0]["code"])
        result = self.nowhere.run("verify", "--receipt", path)
        self.assertEqual(result.code, 1)
        self.assertIn("--hub", result.err)

    def test_every_altered_byte_is_refused(self):
        _, text, _, key = self.proofs()
        raw = text.encode()
        step = max(1, len(raw) // 60)
        for at in range(0, len(raw), step):
            altered = bytearray(raw)
            altered[at] = ord("B") if altered[at] != ord("B") else ord("C")
            try:
                changed = altered.decode()
            except UnicodeDecodeError:
                continue
            with self.subTest(at=at):
                self.refused(changed, key, self.client)

    def test_each_part_has_its_sentence(self):
        _, text, _, key = self.proofs()
        lines = text.split("\n")
        index = int(lines[2].removeprefix("index "))
        blank = lines.index("")
        raw = bytearray(base64.b64decode(lines[1].removeprefix("extra ")))
        raw[raw.index("Lào".encode())] ^= 0x20
        word = base64.b64encode(bytes(raw)).decode()
        path = bytearray(base64.b64decode(lines[3]))
        path[5] ^= 1
        cut = lines[:3] + lines[blank:]
        other = self.cluster.folder("other-hub")
        second = harness.Hub(other)
        second.init("x")
        foreign = second.must("receipt", "--key").out.strip()
        sentences = {
            "word": self.refused(
                "\n".join(lines[:1] + ["extra " + word] + lines[2:]), key),
            "index": self.refused(
                "\n".join(lines[:2] + ["index %d" % (index + 1)] +
                          lines[3:]), key),
            "index past": self.refused(
                "\n".join(lines[:2] + ["index 999"] + lines[3:]), key),
            "path": self.refused(
                "\n".join(lines[:3] + [base64.b64encode(path).decode()] +
                          lines[4:]), key),
            "no path": self.refused("\n".join(cut), key),
            "size": self.refused(
                "\n".join(lines[:blank + 2] +
                          [str(int(lines[blank + 2]) + 1)] +
                          lines[blank + 3:]), key),
            "no change-set": self.refused(
                "\n".join(lines[:1] + lines[2:]), key),
            "cut": self.refused(text[:len(text) // 2], key),
            "nothing": self.refused("", key),
            "foreign key": self.refused(text, foreign),
            "no key": self.refused(text, key[:-1]),
        }
        self.assertIn("altered", sentences["word"])
        self.assertIn("999", sentences["index past"])
        self.assertIn("signature", sentences["size"])
        self.assertIn("without the change-set", sentences["no change-set"])
        self.assertEqual(len({sentences[name] for name in (
            "word", "index past", "size", "no change-set", "nothing",
            "foreign key", "no key")}), 7)

    def test_the_author_s_signature_counts_where_he_is_known(self):
        _, text, _, key = self.proofs()
        lines = text.split("\n")
        raw = bytearray(base64.b64decode(lines[1].removeprefix("extra ")))
        raw[-1] ^= 1
        lines[1] = "extra " + base64.b64encode(bytes(raw)).decode()
        path = self.file("\n".join(lines))
        self.nowhere.must("verify", "--receipt", path, "--hub", key)
        result = self.client.run("verify", "--receipt", path)
        self.assertEqual(result.code, 1)
        self.assertIn("author", result.err)

    def test_the_other_implementation_can_refuse(self):
        _, text, _, key = self.proofs()
        lines = text.split("\n")
        path = bytearray(base64.b64decode(lines[3]))
        path[0] ^= 1
        lines[3] = base64.b64encode(path).decode()
        with self.assertRaises(ValueError):
            Proof("\n".join(lines), key)
        with self.assertRaises((ValueError,
                                nacl.exceptions.BadSignatureError)):
            Proof(text.replace("\n" + str(Proof(text, key).size) + "\n",
                               "\n999\n"), key)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
