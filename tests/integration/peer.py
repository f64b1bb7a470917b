#!/usr/bin/python3
"""A second implementation of the client, written from docs/PROTOCOL.md.

It shares nothing with the C sources but proto/*.proto, compiled by protoc
into a temporary folder, and the model's table, which it reads out of
docs/PROTOCOL.md itself. The tests use it as a library: an honest peer whose
fold and digests the hub's are held against, and the pieces of a hostile one.
Notes and receipts are note_vectors.py's, which is C2SP said a second time too.

    peer.py vectors       prints tests/data/vectors.txt
    peer.py check FILE    exit 1 when FILE is not that
    peer.py model         prints the model as PROTOCOL.md's table gives it
"""
import atexit
import base64
import datetime
import hashlib
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata

import nacl.bindings
import nacl.exceptions
import zmq
import zstandard
from zmq.utils.monitor import parse_monitor_message

import note_vectors as notes

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

PROTOCOL = 1
DOMAIN_CHANGE_SET = b"nhipcau/1 change-set\n"
DOMAIN_ENROL = b"nhipcau/1 enrol\n"
DOMAIN_ROTATE = b"nhipcau/1 rotate\n"
DOMAIN_VOUCH = b"nhipcau/1 vouch\n"
DOMAIN_BUNDLE = b"nhipcau/1 bundle\n"
DOMAIN_RECEIPT_CODE = b"nhipcau/1 receipt code\n"
DOMAIN_HISTORY_CODE = b"nhipcau/1 history code\n"
INVITATION_PREFIX = "nhipcau1-"
HUB_KEY_PREFIX = "nhipcauhub1-"

MIB = 1024 * 1024
CHANGE_SET_BYTES_MAX = MIB
CHANGE_SET_RECORDS_MAX = 1000
RECORD_FIELDS_MAX = 256
FIELD_REPLACES_MAX = 64
CHANGE_SET_DEVICES_MAX = 1024
TEXT_BYTES_MAX = 64 * 1024
LABEL_BYTES_MAX = 256
MESSAGE_BYTES_MAX = 4 * MIB
MESSAGE_DECODED_MAX = 16 * MIB
HAVE_MAX = 4096
PUSH_BYTES = MIB
PULL_BYTES = MIB
CHECKPOINT_BYTES_MAX = 4096
COSIGNATURE_BYTES_MAX = 1024
CONSISTENCY_BYTES_MAX = 4096
PLACED_MAX = 16384
WITNESSES_MAX = 256
TREE_SIZE_MAX = 1 << 48
GENERATION_MAX = 1000000
COSIGN_EVERY_S = 20 * 3600


# The wire's messages.

def _compile_protos():
    folder = tempfile.mkdtemp(prefix="nhipcau-proto-")
    atexit.register(shutil.rmtree, folder, True)
    protos = os.path.join(ROOT, "proto")
    subprocess.run(["protoc", "-I", protos, "--python_out=" + folder,
                    "changeset.proto", "exchange.proto", "bundle.proto"],
                   check=True)
    sys.path.insert(0, folder)
    import bundle_pb2
    import changeset_pb2
    import exchange_pb2
    sys.path.remove(folder)
    return bundle_pb2, changeset_pb2, exchange_pb2


bundle_pb2, changeset_pb2, exchange_pb2 = _compile_protos()


def status_name(number):
    return exchange_pb2.Status.Name(number)


class Refused(Exception):
    """The other side, or a check of ours, said no: status and sentence."""

    def __init__(self, status, message=""):
        super().__init__("%s %s" % (status, message))
        self.status = status
        self.message = message


class Malformed(Refused):
    def __init__(self, what):
        super().__init__("MALFORMED", what)


class TooLarge(Refused):
    def __init__(self, what):
        super().__init__("TOO_LARGE", what)


# Keys.

class Key:
    """An Ed25519 key from its seed of 32 bytes."""

    def __init__(self, seed=None):
        self.seed = os.urandom(32) if seed is None else seed
        self.public, self.secret = nacl.bindings.crypto_sign_seed_keypair(
            self.seed)
        self.device = device_of(self.public)

    def sign(self, domain, data):
        return nacl.bindings.crypto_sign(domain + data, self.secret)[:64]

    def transport(self):
        return (nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(
                    self.public),
                nacl.bindings.crypto_sign_ed25519_sk_to_curve25519(
                    self.secret))

    @classmethod
    def load(cls, path):
        """The key file of the C client: the words and 64 digits."""
        with open(path) as file:
            words, digits = file.read().split()
        assert words == "nhipcau-key-1"
        return cls(bytes.fromhex(digits))


def device_of(public):
    return hashlib.sha256(public).digest()[:8]


def verify(public, domain, data, signature):
    try:
        nacl.bindings.crypto_sign_open(signature + domain + data, public)
        return True
    except nacl.exceptions.BadSignatureError:
        return False


# The invitation.

def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _line_print(prefix, data):
    return prefix + base64url(data + hashlib.sha256(data).digest()[:4])


def _line_parse(prefix, text):
    text = re.sub(r"[ \t\r\n]", "", text)
    if not text.startswith(prefix):
        raise Malformed("prefix")
    letters = text[len(prefix):]
    if not re.fullmatch(r"[A-Za-z0-9_-]*", letters):
        raise Malformed("letters")
    try:
        data = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except ValueError:
        raise Malformed("letters") from None
    data, check = data[:-4], data[-4:]
    if not data or hashlib.sha256(data).digest()[:4] != check:
        raise Malformed("check")
    return data


def invitation_print(invitation):
    return _line_print(INVITATION_PREFIX, invitation.SerializeToString())


def invitation_parse(text):
    """root_key is there always: the hub's, where the text has none."""
    invitation = exchange_pb2.Invitation.FromString(
        _line_parse(INVITATION_PREFIX, text))
    if not invitation.root_key:
        invitation.root_key = invitation.hub_key
    for name, size in (("hub_key", 32), ("cluster", 16), ("union", 16),
                       ("secret", 16), ("root_key", 32)):
        if len(getattr(invitation, name)) != size:
            raise Malformed(name)
    return invitation


def hub_key_print(public, address):
    """What the next hub's office sends for a hand-over."""
    return _line_print(HUB_KEY_PREFIX, public + address.encode("utf-8"))


def hub_key_parse(text):
    data = _line_parse(HUB_KEY_PREFIX, text)
    if not 32 < len(data) <= 32 + LABEL_BYTES_MAX or \
            not is_clean(data[32:]) or re.search(rb"[\0- \x7f]", data[32:]):
        raise Malformed("address")
    return data[:32], data[32:].decode("utf-8")


# The envelope.

def seal(data, compress=None, level=9):
    """compress: True, False, or None for where it pays."""
    if compress is None:
        packed = zstandard.ZstdCompressor(level).compress(data)
        compress = len(data) >= 128 and len(packed) < len(data)
    if compress:
        return b"\x01" + zstandard.ZstdCompressor(level).compress(data)
    return b"\x00" + data


def open_envelope(frame):
    if len(frame) > MESSAGE_BYTES_MAX:
        raise TooLarge("envelope")
    if not frame:
        raise Malformed("envelope")
    if frame[0] == 0:
        return frame[1:]
    if frame[0] != 1:
        raise Malformed("envelope")
    size = zstandard.frame_content_size(frame[1:])
    if size < 0:
        raise Malformed("no content size")
    if size > MESSAGE_DECODED_MAX:
        raise TooLarge("content size")
    data = zstandard.ZstdDecompressor().decompress(frame[1:])
    if len(data) != size:
        raise Malformed("content size")
    return data


# The tree: RFC 6962's definitions. D is a list of leaf hashes.

def leaf_hash(payload):
    return hashlib.sha256(b"\0" + payload).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size):
    """The largest power of two below size, which is above 1."""
    return 1 << (size - 1).bit_length() - 1


def mth(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def prove_consistency(old_size, leaves, whole=True):
    if old_size == 0:
        return b""
    if old_size == len(leaves):
        return b"" if whole else mth(leaves)
    k = split(len(leaves))
    if old_size <= k:
        return prove_consistency(old_size, leaves[:k], whole) + \
            mth(leaves[k:])
    return prove_consistency(old_size - k, leaves[k:], False) + \
        mth(leaves[:k])


def prove_shared(wanted, leaves, begin=0):
    """wanted: indexes; the proof for all of them."""
    here = [i for i in wanted if begin <= i < begin + len(leaves)]
    if not here:
        return mth(leaves)
    if len(leaves) == 1:
        return b""
    k = split(len(leaves))
    return prove_shared(here, leaves[:k], begin) + \
        prove_shared(here, leaves[k:], begin + k)


class Proof:
    """Hashes one after another."""

    def __init__(self, data):
        if len(data) % 32:
            raise Malformed("half a hash")
        self.hashes = [data[at:at + 32] for at in range(0, len(data), 32)]
        self.at = 0

    def take(self):
        if self.at == len(self.hashes):
            raise ValueError("the proof is too short")
        self.at += 1
        return self.hashes[self.at - 1]

    def end(self):
        if self.at != len(self.hashes):
            raise ValueError("the proof is too long")


def check_consistency(old_size, old_root, new_size, new_root, data):
    """RFC 9162 section 2.1.4.2."""
    proof = Proof(data)
    if old_size > new_size:
        return False
    if old_size == 0 and old_root != mth([]):
        return False
    if old_size == new_size:
        return not data and old_root == new_root
    if old_size == 0:
        return not data
    if old_size & old_size - 1 == 0:
        proof.hashes.insert(0, old_root)
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    try:
        old = new = proof.take()
        while proof.at < len(proof.hashes):
            if last == 0:
                return False
            other = proof.take()
            if at & 1 or at == last:
                old, new = node_hash(other, old), node_hash(other, new)
                while at and not at & 1:
                    at, last = at >> 1, last >> 1
            else:
                new = node_hash(new, other)
            at, last = at >> 1, last >> 1
    except ValueError:
        return False
    return last == 0 and old == old_root and new == new_root


def check_path(index, leaf, size, root, data):
    """RFC 9162 section 2.1.3.2."""
    proof = Proof(data)
    if not 0 <= index < size <= TREE_SIZE_MAX:
        return False
    last, found = size - 1, leaf
    for other in proof.hashes:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node_hash(other, found)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, other)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def check_shared(leaves, size, root, data):
    """leaves: {index: leaf hash}. Each leaf's audit path by its index, or
    None when the proof does not hold."""
    proof = Proof(data)
    paths = {index: [] for index in leaves}
    if not leaves:
        return paths if not data else None
    if max(leaves) >= size or size > TREE_SIZE_MAX:
        return None

    def check(begin, end, here):
        if not here:
            return proof.take()
        if end - begin == 1:
            return leaves[begin]
        middle = begin + split(end - begin)
        left = [i for i in here if i < middle]
        right = [i for i in here if i >= middle]
        left_hash = check(begin, middle, left)
        right_hash = check(middle, end, right)
        for i in left:
            paths[i].append(right_hash)
        for i in right:
            paths[i].append(left_hash)
        return node_hash(left_hash, right_hash)

    try:
        found = check(0, size, sorted(leaves))
        proof.end()
    except ValueError:
        return None
    if found != root:
        return None
    return {index: b"".join(path) for index, path in paths.items()}


# Checkpoints.

def uuid_text(data):
    digits = data.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20],
                     digits[20:]))


def origin_of(cluster, generation):
    return "nhipcau/%s/%d" % (uuid_text(cluster), generation)


def witness_name(cluster, device):
    return "nhipcau/%s/%s" % (uuid_text(cluster), device.hex())


class Checkpoint:
    """A parsed note. Refused when it is none of this cluster's."""

    def __init__(self, note, cluster):
        if len(note) > CHECKPOINT_BYTES_MAX:
            raise Malformed("checkpoint")
        try:
            origin, self.size, self.root, self.body, self.signatures = \
                notes.read_checkpoint(note)
        except notes.Refused:
            raise Malformed("checkpoint") from None
        found = re.fullmatch(r"nhipcau/[0-9a-f-]{36}/([1-9][0-9]{0,6})",
                             origin, re.ASCII)
        if not found or int(found.group(1)) > GENERATION_MAX or \
                origin_of(cluster, int(found.group(1))) != origin:
            raise Malformed("origin")
        self.note = note
        self.origin = origin
        self.generation = int(found.group(1))
        self.extension = "".join(
            line + "\n" for line in self.body[:-1].split("\n")[3:])

    def is_signed(self, public):
        return notes.is_signed(self.body, self.signatures, self.origin,
                               public)


def check_cosignature(line, name, public, body):
    """When it was made, or None. line: bytes."""
    try:
        text = line.decode("utf-8")
        words = text.rstrip("\n").split(" ")
        notes.need(len(line) <= COSIGNATURE_BYTES_MAX)
        notes.need(len(words) == 3 and words[:2] == ["\u2014", name])
        data = notes.read_base64(words[2])
    except (notes.Refused, UnicodeDecodeError):
        return None
    if len(data) != 4 + 8 + 64 or data[:4] != notes.key_id(name, 4, public):
        return None
    time_s = int.from_bytes(data[4:12], "big")
    message = b"cosignature/v1\ntime %d\n" % time_s + body.encode("utf-8")
    return time_s if verify(public, b"", message, data[12:]) else None


# Receipts.

def _code(domain, digest, number):
    data = hashlib.sha256(domain + digest + number.to_bytes(8, "big"))
    digits = "%020d" % (int.from_bytes(data.digest()[:9], "big") % 10 ** 20)
    return " ".join(digits[at:at + 5] for at in range(0, 20, 5))


def receipt_code(leaf, index):
    return _code(DOMAIN_RECEIPT_CODE, leaf, index)


def history_code(root, size):
    return _code(DOMAIN_HISTORY_CODE, root, size)


class Receipt:
    """A tlog-proof, checked against the key of its generation's hub. author:
    the author's public key, or None where it is not known."""

    def __init__(self, text, cluster, hub_public, author=None):
        try:
            self.index, path, note, extra = notes.read_proof(text)
        except notes.Refused:
            raise Malformed("receipt") from None
        self.checkpoint = Checkpoint(note, cluster)
        if not self.checkpoint.is_signed(hub_public):
            raise Refused("BAD_SIGNATURE", "checkpoint")
        self.signed = changeset_pb2.SignedChangeSet.FromString(extra)
        self.change_set = decode(self.signed.payload)
        self.leaf = leaf_hash(self.signed.payload)
        if not check_path(self.index, self.leaf, self.checkpoint.size,
                          self.checkpoint.root, b"".join(path)):
            raise Refused("BAD_SIGNATURE", "path")
        if author is not None and not (
                device_of(author) == self.change_set.device and
                verify(author, DOMAIN_CHANGE_SET, self.signed.payload,
                       self.signed.signature)):
            raise Refused("BAD_SIGNATURE", "author")
        self.code = receipt_code(self.leaf, self.index)


# Bundles.

BUNDLE_MAGIC = b"nhipcau-bundle-1\n"
BUNDLE_BYTES_MAX = 256 * MIB
BUNDLE_HEADER_MAX = 16384
BUNDLE_CHUNK = 65536
BUNDLE_MESSAGES_MAX = 65536
BUNDLE_MESSAGE_MAX = 5 * MIB
REQUESTS, REPLIES, HANDOVER = 1, 2, 3


def bundle_make(kind, key, cluster, counter, made_at_ms, receivers, messages,
                content_key=None, ephemeral_seed=None, nonce=None):
    """receivers: Ed25519 public keys; messages: envelopes."""
    content_key = content_key or os.urandom(32)
    ephemeral, secret = nacl.bindings.crypto_box_seed_keypair(
        ephemeral_seed or os.urandom(32))
    header = bundle_pb2.BundleHeader(
        kind=kind, cluster=cluster, sender=key.public, counter=counter,
        made_at_ms=made_at_ms, ephemeral=ephemeral,
        nonce=nonce or os.urandom(16))
    for public in sorted(set(receivers), key=device_of):
        header.receivers.add(
            device=device_of(public), wrapped=nacl.bindings.crypto_box(
                content_key, bytes(24),
                nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(public),
                secret))
    head = header.SerializeToString()
    plain = b"".join(len(message).to_bytes(4, "big") + message
                     for message in messages)
    out = [BUNDLE_MAGIC, len(head).to_bytes(4, "big"), head,
           key.sign(DOMAIN_BUNDLE, head)]
    parts = [plain[at:at + BUNDLE_CHUNK]
             for at in range(0, len(plain), BUNDLE_CHUNK)] or [b""]
    for number, part in enumerate(parts):
        sealed = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
            part, hashlib.sha256(head).digest() +
            bytes([number == len(parts) - 1]),
            header.nonce + number.to_bytes(8, "big"), content_key)
        out += [len(sealed).to_bytes(4, "big"), sealed]
    return b"".join(out)


class _Cut:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if size > len(self.data) - self.at:
            raise Malformed("cut off")
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, low, high):
        number = int.from_bytes(self.take(4), "big")
        if not low <= number <= high:
            raise Malformed("size")
        return number

    def left(self):
        return len(self.data) - self.at


def _bundle_header(data):
    try:
        header = bundle_pb2.BundleHeader.FromString(data)
    except Exception:
        raise Malformed("header") from None
    devices = [receiver.device for receiver in header.receivers]
    if header.kind not in (REQUESTS, REPLIES, HANDOVER) or \
            [len(header.cluster), len(header.sender), len(header.ephemeral),
             len(header.nonce)] != [16, 32, 32, 16] or \
            not 1 <= len(devices) <= 64 or \
            devices != sorted(set(devices)) or \
            any(len(receiver.device) != 8 or len(receiver.wrapped) != 48
                for receiver in header.receivers):
        raise Malformed("header")
    return header


def bundle_open(data, key):
    """(header, envelopes) of a bundle that is whole, or Refused."""
    if len(data) > BUNDLE_BYTES_MAX:
        raise TooLarge("bundle")
    rest = _Cut(data)
    if rest.take(len(BUNDLE_MAGIC)) != BUNDLE_MAGIC:
        raise Malformed("no bundle, or a newer one")
    head = rest.take(rest.number(1, BUNDLE_HEADER_MAX))
    header = _bundle_header(head)
    if not verify(header.sender, DOMAIN_BUNDLE, head, rest.take(64)):
        raise Refused("BAD_SIGNATURE", "bundle")
    wrapped = [receiver.wrapped for receiver in header.receivers
               if receiver.device == key.device]
    if not wrapped:
        raise Refused("DENIED", "for others")
    plain = []
    try:
        content_key = nacl.bindings.crypto_box_open(
            wrapped[0], bytes(24), header.ephemeral, key.transport()[1])
        for number in itertools.count():
            sealed = rest.take(rest.number(16, 16 + BUNDLE_CHUNK))
            last = rest.left() == 0
            plain.append(
                nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
                    sealed, hashlib.sha256(head).digest() + bytes([last]),
                    header.nonce + number.to_bytes(8, "big"), content_key))
            if not last and len(plain[-1]) != BUNDLE_CHUNK or \
                    last and number > 0 and not plain[-1]:
                raise Malformed("chunk")
            if last:
                break
    except nacl.exceptions.CryptoError:
        raise Refused("CORRUPT", "bundle") from None
    content, messages = _Cut(b"".join(plain)), []
    while content.left():
        messages.append(content.take(content.number(1, BUNDLE_MESSAGE_MAX)))
    if len(messages) > BUNDLE_MESSAGES_MAX:
        raise TooLarge("messages")
    return header, messages


# The model: the table of PROTOCOL.md.

class Field:
    def __init__(self, number, name, kind, writer, required, rule):
        self.number = number
        self.name = name
        self.kind = kind
        self.writer = writer
        self.required = required
        self.choices = None
        self.min, self.max = 0, TEXT_BYTES_MAX
        words = rule.replace("`", "")
        if kind == "enum":
            self.choices = words.split(", ")
        elif kind in ("integer", "boolean", "time"):
            low, high = re.fullmatch(r"(-?\d+) to (-?\d+)", words).groups()
            self.min, self.max = int(low), int(high)
        elif kind in ("reference", "device", "bytes"):
            self.min = self.max = int(re.match(r"(\d+) bytes",
                                               words).group(1))
        elif kind == "references":
            self.min, self.max = 16, 16 * int(
                re.match(r"1 to (\d+) ids", words).group(1))
        elif words:
            self.max = int(re.fullmatch(r"at most (\d+) bytes",
                                        words).group(1))


class Entity:
    def __init__(self, number, name, cluster):
        self.number = number
        self.name = name
        self.cluster = cluster
        self.fields = {}


def read_model(path=os.path.join(ROOT, "docs", "PROTOCOL.md")):
    """(version, entities by number)."""
    entities = {}
    entity = None
    version = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            found = re.match(r"This is model version (\d+)\.", line)
            if found:
                version = int(found.group(1))
            found = re.match(r"#### (\d+) `([a-z-]+)` — (cluster|union)",
                             line)
            if found:
                entity = Entity(int(found.group(1)), found.group(2),
                                found.group(3) == "cluster")
                entities[entity.number] = entity
            found = re.match(r"\| (\d+) \| `(\w+)` \| (\w+) \| (\w+) \| "
                             r"(yes|no) \| (.*) \|$", line)
            if found and entity is not None:
                number, name, kind, writer, required, rule = found.groups()
                entity.fields[int(number)] = Field(
                    int(number), name, kind, writer, required == "yes",
                    rule)
            elif line.startswith("## "):
                entity = None
    return version, entities


MODEL_VERSION, MODEL = read_model()
# The examples' programs are of this one; examples do not change with the model.
VECTORS_MODEL = 2


def is_clean(data):
    """NFC UTF-8 without NUL or long runs of marks; data is bytes."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > 30:
            return False
    return "\0" not in text and unicodedata.is_normalized("NFC", text)


def is_date(text):
    found = re.fullmatch(r"(\d{4})(?:-(?:Q[1-4]|H[12]|(\d\d)(?:-(\d\d))?))?",
                         text, re.ASCII)
    if not found or int(found.group(1)) < 1:
        return False
    year, month, day = found.groups()
    if month is not None and not 1 <= int(month) <= 12:
        return False
    if day is None:
        return True
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][int(month) - 1]
    year = int(year)
    if month == "02" and year % 4 == 0 and (year % 100 or year % 400 == 0):
        days = 29
    return 1 <= int(day) <= days


def fits(field, value):
    """Whether a value fits its field; None clears and fits every field."""
    if value is None:
        return True
    if field.kind in ("integer", "boolean", "time"):
        return isinstance(value, int) and field.min <= value <= field.max
    if field.kind in ("reference", "device", "bytes"):
        return isinstance(value, bytes) and \
            field.min <= len(value) <= field.max
    if field.kind == "references":
        ids = [value[i:i + 16] for i in range(0, len(value), 16)] \
            if isinstance(value, bytes) else []
        return 0 < len(value) <= field.max and len(value) % 16 == 0 and \
            len(ids) == len(set(ids)) > 0
    if not isinstance(value, str):
        return False
    data = value.encode("utf-8")
    if len(data) > field.max or not is_clean(data):
        return False
    if field.kind == "enum":
        return value in field.choices
    if field.kind == "date":
        return is_date(value)
    if field.kind == "list":
        return all(item != "" for item in value.split("\n"))
    if field.kind == "country":
        return re.fullmatch(r"[A-Z]{2}", value) is not None
    if field.kind == "countries":
        codes = value.split("\n")
        return all(re.fullmatch(r"[A-Z]{2}", code) for code in codes) and \
            len(codes) == len(set(codes))
    if field.kind == "money":
        found = re.fullmatch(r"(0|[1-9][0-9]{0,18}) [A-Z]{3}", value)
        return found is not None and int(found.group(1)) < 1 << 63
    if field.kind == "rank":
        return re.fullmatch(r"[0-9A-Za-z]{0,254}[1-9A-Za-z]", value) is not None
    return True


# Change-sets: plain objects and their payload.

class FieldChange:
    """value: None (absent), str, int or bytes. replaces: (device, sequence)
    pairs."""

    def __init__(self, field, value=None, replaces=()):
        self.field = field
        self.value = value
        self.replaces = list(replaces)


class RecordChange:
    def __init__(self, record, entity, fields, deletes=False):
        self.record = record
        self.entity = entity
        self.fields = fields
        self.deletes = deletes


class ChangeSet:
    def __init__(self, union, device, sequence, previous, written_at_ms,
                 records, author="", model_version=None):
        self.union = union
        self.device = device
        self.sequence = sequence
        self.previous = previous
        self.written_at_ms = written_at_ms
        self.records = records
        self.author = author
        self.model_version = (MODEL_VERSION if model_version is None
                              else model_version)


def encode(change_set):
    """The payload, in the canonical order."""
    message = changeset_pb2.ChangeSet()
    message.union = change_set.union
    message.device = change_set.device
    message.sequence = change_set.sequence
    message.previous = change_set.previous
    message.written_at_ms = change_set.written_at_ms
    message.model_version = change_set.model_version
    message.author = change_set.author.encode("utf-8")
    devices = sorted({dot[0] for record in change_set.records
                      for field in record.fields for dot in field.replaces}
                     - {change_set.device})
    message.devices = b"".join(devices)
    index = {device: at + 1 for at, device in enumerate(devices)}
    index[change_set.device] = 0
    for record in sorted(change_set.records, key=lambda r: r.record):
        out = message.records.add()
        out.record = record.record
        out.entity = record.entity
        out.deletes = record.deletes
        for field in sorted(record.fields, key=lambda f: f.field):
            change = out.fields.add()
            change.field = field.field
            if isinstance(field.value, str):
                change.text = field.value.encode("utf-8")
            elif isinstance(field.value, int):
                change.integer = field.value
            elif isinstance(field.value, bytes):
                change.blob = field.value
            for device, sequence in field.replaces:
                change.replaces.add(device=index[device], sequence=sequence)
    return message.SerializeToString()


def decode(payload):
    """A payload, with every check of PROTOCOL.md, as a ChangeSet."""
    if len(payload) > CHANGE_SET_BYTES_MAX:
        raise TooLarge("payload")
    try:
        message = changeset_pb2.ChangeSet.FromString(payload)
    except Exception:
        raise Malformed("protobuf") from None
    if len(message.union) != 16 or len(message.device) != 8:
        raise Malformed("union or device")
    if not 1 <= message.sequence < 1 << 63:
        raise Malformed("sequence")
    if len(message.previous) != (0 if message.sequence == 1 else 32):
        raise Malformed("previous")
    if len(message.author) > LABEL_BYTES_MAX or not is_clean(message.author):
        raise Malformed("author")
    if len(message.devices) % 8 or \
            len(message.devices) > 8 * CHANGE_SET_DEVICES_MAX:
        raise Malformed("devices")
    devices = [message.devices[at:at + 8]
               for at in range(0, len(message.devices), 8)]
    if devices != sorted(set(devices)) or message.device in devices:
        raise Malformed("order of devices")
    devices.insert(0, message.device)
    if not 1 <= len(message.records) <= CHANGE_SET_RECORDS_MAX:
        raise Malformed("number of records")
    records = [_decode_record(record, devices) for record in message.records]
    ids = [record.record for record in records]
    if ids != sorted(set(ids)):
        raise Malformed("order of records")
    if any(device == message.device and sequence >= message.sequence
           for record in records for field in record.fields
           for device, sequence in field.replaces):
        raise Malformed("dot of its own")
    return ChangeSet(message.union, message.device, message.sequence,
                     message.previous, message.written_at_ms, records,
                     message.author.decode("utf-8"), message.model_version)


def _decode_record(message, devices):
    if len(message.record) != 16 or message.entity == 0:
        raise Malformed("record")
    if not 1 <= len(message.fields) <= RECORD_FIELDS_MAX:
        raise Malformed("number of fields")
    fields = [_decode_field(field, devices) for field in message.fields]
    numbers = [field.field for field in fields]
    if numbers != sorted(set(numbers)) or numbers[0] == 0:
        raise Malformed("order of fields")
    return RecordChange(message.record, message.entity, fields,
                        message.deletes)


def _decode_field(message, devices):
    kind = message.WhichOneof("value")
    value = None if kind is None else getattr(message, kind)
    if kind in ("text", "blob") and len(value) > TEXT_BYTES_MAX:
        raise Malformed("value too long")
    if kind == "text":
        if not is_clean(value):
            raise Malformed("text not NFC UTF-8")
        value = value.decode("utf-8")
    if len(message.replaces) > FIELD_REPLACES_MAX:
        raise Malformed("too many values replaced")
    dots = []
    for dot in message.replaces:
        if dot.device >= len(devices) or dot.sequence == 0:
            raise Malformed("dot")
        dots.append((devices[dot.device], dot.sequence))
    return FieldChange(message.field, value, dots)


def sign(key, payload):
    return changeset_pb2.SignedChangeSet(
        payload=payload, signature=key.sign(DOMAIN_CHANGE_SET, payload))


# The merge rule.

class Live:
    def __init__(self, field, device, sequence, written_at_ms, tombstone,
                 value):
        self.field = field
        self.dot = (device, sequence)
        self.written_at_ms = written_at_ms
        self.tombstone = tombstone
        self.value = value

    def precedence(self):
        """The shown value of a field is the greatest."""
        return (not self.tombstone, self.written_at_ms, self.dot)

    def content(self):
        return self.tombstone, type(self.value), self.value


class Row:
    """All live values of one record."""

    def __init__(self):
        self.live = []

    def apply(self, change, dot, written_at_ms):
        for field in change.fields:
            applied = any(live.field == field.field and live.dot == dot
                          for live in self.live)
            self.live = [live for live in self.live
                         if live.field != field.field or live.dot == dot
                         or live.dot not in field.replaces]
            if not applied:
                self.live.append(Live(field.field, dot[0], dot[1],
                                      written_at_ms, change.deletes,
                                      field.value))

    def of(self, field):
        return [live for live in self.live if live.field == field]

    def shown(self, field):
        live = self.of(field)
        return max(live, key=Live.precedence) if live else None

    def value(self, field):
        shown = self.shown(field)
        return None if shown is None else shown.value

    def is_gone(self):
        return all(live.tombstone for live in self.live)

    def is_revived(self, entity):
        """A tombstone in a field that the record's owner writes."""
        entity = MODEL[entity]
        owner = "cluster" if entity.cluster else "union"
        return not self.is_gone() and any(
            live.tombstone and entity.fields[live.field].writer == owner
            for live in self.live)

    def conflicts(self, entity):
        if self.is_gone():
            return False
        if self.is_revived(entity):
            return True
        return any(len({live.content() for live in self.of(field)}) > 1
                   for field in {live.field for live in self.live})

    def canonical(self, record, entity):
        out = bytearray(record + varint(entity))
        for live in sorted(self.live, key=lambda x: (x.field, x.dot)):
            out += varint(live.field) + live.dot[0] + varint(live.dot[1])
            out.append(live.tombstone)
            if live.value is None:
                out.append(0)
            elif isinstance(live.value, int):
                out.append(2)
                out += varint(zigzag(live.value))
            else:
                text = isinstance(live.value, str)
                data = live.value.encode("utf-8") if text else live.value
                out.append(1 if text else 3)
                out += varint(len(data)) + data
        return bytes(out)


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def zigzag(number):
    return number << 1 if number >= 0 else ~(number << 1)


def member_hash(canonical):
    return int.from_bytes(hashlib.blake2b(canonical, digest_size=32).digest(),
                          "little")


def digest_of(rows):
    """rows: canonical bytes. 32 bytes, little-endian sum modulo 2^256."""
    total = sum(member_hash(row) for row in rows) % (1 << 256)
    return total.to_bytes(32, "little")


# Ids that follow from what a record says (10.1).

def id_of(text):
    return bytes.fromhex(text.replace("-", ""))


def derived_id(time_ms, ten):
    out = bytearray(time_ms.to_bytes(6, "big") + ten)
    out[6] = out[6] & 0x0f | 0x70
    out[8] = out[8] & 0x3f | 0x80
    return bytes(out)


def new_year_ms(year):
    return (datetime.date(year, 1, 1) - datetime.date(1970, 1, 1)).days * \
        86400000


def _sized(text):
    data = text.encode("utf-8")
    return varint(len(data)) + data


def _time_of(record):
    return int.from_bytes(record[:6], "big")


def proposal_ids(kind, of, field, value):
    """The decision's record, and the one that accepting it makes."""
    digest = hashlib.sha256(b"nhipcau/1 proposal\n" + _sized(kind) + of +
                            _sized(field) + _sized(value)).digest()
    return (derived_id(_time_of(of), digest[7:10] + digest[:7]),
            derived_id(_time_of(of), digest[16:26]))


def exception_id(rule, of, year, words):
    digest = hashlib.sha256(b"nhipcau/1 exception\n" + _sized(rule) + of +
                            _sized(str(year)) + _sized(words)).digest()
    return derived_id(_time_of(of), digest[:10])


def imported_id(union, year, entity, places, words, before=0, kind=None):
    """kind: of reports alone."""
    digest = hashlib.sha256(
        b"nhipcau/1 imported record\n" + union + varint(year) +
        varint(entity) + (b"" if kind is None else _sized(kind)) +
        b"".join(_sized(place) for place in places) + _sized(words) +
        varint(before)).digest()
    return derived_id(new_year_ms(year), digest[:10])


def imported_mark(places, words, level):
    where = "".join(place + "\0" for place in places) + str(level)
    return b"".join(hashlib.sha256(text.encode("utf-8")).digest()[:8]
                    for text in (words, where))


def copied_id(union, year, source):
    digest = hashlib.sha256(b"nhipcau/1 copied record\n" + union +
                            year.to_bytes(2, "big") + source).digest()
    return derived_id(new_year_ms(year), digest[:10])


def joined_id(one, other):
    digest = hashlib.sha256(b"nhipcau/1 member join\n" + min(one, other) +
                            max(one, other)).digest()
    return derived_id(0, digest[:10])


# A replica: the log, and the fold over it.

NOT_GRANTED, CLUSTER_FIELD, UNION_FIELD, WRONG_STREAM, BAD_VALUE = range(1, 6)
CLUSTER, DEVICE, GRANT, HUB, PLAN_ITEM, SUBMISSION = 1, 3, 4, 6, 10, 12
END = (1 << 63) - 1


class HubRecord:
    """One generation (PROTOCOL.md, 13.1)."""

    def __init__(self, generation, device, address, reason, after=None,
                 former=None, author=None):
        self.generation = generation
        self.device = device
        self.address = address
        self.reason = reason
        self.after = after  # (size, root)
        # Another record of this generation, which does not count.
        self.former = former
        self.author = author  # the device whose change-set gave the number

    def of_generation(self):
        """This record and all others of its generation."""
        return [self] + (self.former.of_generation() if self.former else [])

    def extension(self, cluster):
        if self.after is None or self.generation < 2:
            return ""
        return "after %s %d %s\n" % (
            origin_of(cluster, self.generation - 1), self.after[0],
            base64.b64encode(self.after[1]).decode("ascii"))


class Replica:
    def __init__(self, cluster, hub_key, root_key=None):
        self.cluster = cluster
        self.root_key = root_key or hub_key
        self.hub_key = hub_key  # the one that is followed
        self.address = None     # … and where, once it is another
        self.streams = {}  # (union, device) → [(payload, signature)]
        self.log = []      # the same in the order in which they came
        self.sets = []     # … decoded
        self.acknowledged = {}
        self._fixed = None
        self._forget()

    def _forget(self):
        """An empty fold."""
        self.rows = {}      # (union, entity, record) → Row
        self.refusals = []  # (union, device, sequence, record, field, why)
        self._registry = None
        self._refold_needed = self._hubs_ended = False

    # What a reply may be taken back to.

    def save(self):
        return ({stream: list(sets) for stream, sets in self.streams.items()},
                list(self.log), list(self.sets), dict(self.acknowledged),
                self.hub_key, self.address)

    def restore(self, saved):
        (self.streams, self.log, self.sets, self.acknowledged, self.hub_key,
         self.address) = saved
        self.refold()

    def sequence(self, stream):
        return len(self.streams.get(stream, ()))

    def head_hash(self, stream):
        sets = self.streams.get(stream)
        return hashlib.sha256(sets[-1][0]).digest() if sets else b""

    def heads(self, own, proven=lambda stream: 0):
        for stream in sorted(self.streams):
            yield exchange_pb2.Head(
                union=stream[0], device=stream[1],
                sequence=self.sequence(stream), proven=proven(stream),
                hash=self.head_hash(stream) if stream[1] == own else b"")

    # Keys (13.2, 13.3).

    def public_key(self, device):
        """Of a device that the records name; None for others."""
        for public in (self.root_key, self.hub_key):
            if device == device_of(public):
                return public
        return self.registry()[0].get(device)

    def author_key(self, change_set):
        public = self.public_key(change_set.device)
        if public is not None:
            return public
        found = self.voucher(change_set)
        first = self.cluster, change_set.device
        if found is None and self.sequence(first) > 0:
            found = self.voucher(decode(self.streams[first][0][0]))
        return found and found[0]

    def voucher(self, change_set):
        """(new key, device that vouches), or None."""
        if change_set.sequence != 1 or change_set.union != self.cluster:
            return None
        for record in change_set.records:
            values = {field.field: field.value for field in record.fields}
            public, signature, by = (values.get(n) for n in (2, 6, 7))
            if record.entity != DEVICE or record.deletes or \
                    values.get(3) != "hub" or \
                    not isinstance(public, bytes) or len(public) != 32 or \
                    not isinstance(signature, bytes) or \
                    len(signature) != 64 or \
                    not isinstance(by, bytes) or len(by) != 8 or \
                    device_of(public) != change_set.device:
                continue
            devices, _, hub_keys = self.registry()[:3]
            if by == device_of(self.root_key):
                voucher = self.root_key
            elif by in hub_keys:
                voucher = devices[by]
            else:
                continue
            if verify(voucher, DOMAIN_VOUCH, self.cluster + public,
                      signature):
                return public, by
        return None

    # Appending.

    def take(self, signed):
        """Verifies, appends, folds. True: it was new."""
        change_set = decode(signed.payload)
        device = change_set.device
        public = self.author_key(change_set)
        if public is None:
            raise Refused("UNKNOWN_DEVICE", device.hex())
        if not verify(public, DOMAIN_CHANGE_SET, signed.payload,
                      signed.signature):
            raise Refused("BAD_SIGNATURE", device.hex())
        stream = change_set.union, change_set.device
        held = self.sequence(stream)
        if change_set.sequence <= held:
            if self.streams[stream][change_set.sequence - 1][0] != \
                    signed.payload:
                raise Refused("FORK", device.hex())
            return False
        if change_set.sequence > held + 1:
            raise Refused("GAP", device.hex())
        if change_set.previous != self.head_hash(stream):
            raise Refused("FORK", device.hex())
        for record in change_set.records:
            for field in record.fields:
                for dot in field.replaces:
                    if dot[1] > self.sequence((change_set.union, dot[0])):
                        raise Refused("GAP", "%s/%d" % (dot[0].hex(),
                                                        dot[1]))
        entry = signed.payload, signed.signature
        self.streams.setdefault(stream, []).append(entry)
        self.log.append(signed)
        self.sets.append(change_set)
        self._fold(change_set)
        if self._refold_needed:
            self.refold()
        return True

    def drop(self, stream, after):
        """Takes a stream's later change-sets out: [(signed, decoded)]."""
        out, log, sets = [], [], []
        for signed, change_set in zip(self.log, self.sets):
            if (change_set.union, change_set.device) == stream and \
                    change_set.sequence > after:
                out.append((signed, change_set))
            else:
                log.append(signed)
                sets.append(change_set)
        self.log, self.sets = log, sets
        if stream in self.streams:
            del self.streams[stream][after:]
        self.acknowledged[stream] = min(
            self.acknowledged.get(stream, 0), self.sequence(stream))
        self.refold()
        return out

    def put_back(self, payload):
        """One that came back stands before what was written on it."""
        at = next((at for at, signed in enumerate(self.log)
                   if signed.payload == payload), 0)
        back = self.sets[at] if at else None
        for first, other in enumerate(self.sets[:at]):
            if other.union == back.union and any(
                    (back.device, back.sequence) in field.replaces
                    for record in other.records for field in record.fields):
                self.sets.insert(first, self.sets.pop(at))
                self.log.insert(first, self.log.pop(at))
                self.refold()
                return

    # The fold (9).

    def refold(self):
        cluster = [change_set for change_set in self.sets
                   if change_set.union == self.cluster]
        self._forget()
        for change_set in cluster:
            self._fold(change_set)
        if self._hubs_ended:
            fixed = self.registry()[1:3]
            self._forget()
            self._fixed = fixed
            for change_set in cluster:
                self._fold(change_set)
            self._fixed = self._registry = None
        for change_set in self.sets:
            if change_set.union != self.cluster:
                self._fold(change_set)
        self._refold_needed = False

    def _fold(self, change_set):
        standing = self.standing(change_set.union, change_set.device,
                                 change_set.sequence, change_set)
        in_cluster = change_set.union == self.cluster
        dot = change_set.device, change_set.sequence
        for record in change_set.records:
            entity = MODEL.get(record.entity)
            if entity is None:
                continue
            allowed = []
            for field in record.fields:
                if field.field not in entity.fields:
                    continue
                why = self._ruling(entity, entity.fields[field.field],
                                   field.value, record.deletes, standing,
                                   in_cluster)
                if why is None:
                    allowed.append(field)
                else:
                    self.refusals.append((change_set.union,) + dot +
                                         (record.record, field.field, why))
            if allowed:
                row = self.rows.setdefault(
                    (change_set.union, record.entity, record.record), Row())
                row.apply(RecordChange(record.record, record.entity, allowed,
                                       record.deletes),
                          dot, change_set.written_at_ms)
        if in_cluster:
            self._registry = None
            self._rights_changed(change_set)

    def _rights_changed(self, change_set):
        """Whether what is held was folded with other rights than it has."""
        for record in change_set.records:
            row = self.rows.get((self.cluster, record.entity, record.record))
            if record.entity == GRANT and row is not None:
                # Of what it said before nothing is known here.
                head = self.sequence((row.value(2), row.value(1)))
                if head > 0 or any(field.replaces for field in
                                   record.fields) or row.conflicts(GRANT):
                    self._refold_needed = True
            if record.entity == DEVICE and self._fixed is None and \
                    any(field.field == 4 for field in record.fields):
                hub_keys = self.registry()[2]
                for union, device in self.streams:
                    if (device in hub_keys or
                        device == device_of(self.root_key)) and \
                            self.standing(union, device, self.sequence(
                                (union, device))) is None:
                        self._hubs_ended = self._refold_needed = True

    @staticmethod
    def _ruling(entity, field, value, deletes, standing, in_cluster):
        if standing is None:
            return NOT_GRANTED
        if entity.cluster != in_cluster:
            return WRONG_STREAM
        if standing == "hub" and field.writer != "cluster":
            return UNION_FIELD
        if standing == "union" and field.writer != "union" and not deletes:
            return CLUSTER_FIELD
        return None if fits(field, value) else BAD_VALUE

    def standing(self, union, device, sequence, change_set=None):
        """None, "union" or "hub"."""
        grants, hub_keys = self._fixed or self.registry()[1:3]
        if self._is_open(device, hub_keys):
            return "hub"
        granted = any(grant[0] == device and grant[1] == union and
                      grant[2] <= sequence <= grant[3] for grant in grants)
        if granted and (device in hub_keys or
                        device == device_of(self.root_key)):
            return "hub"
        if granted:
            return "union"
        found = change_set and self.voucher(change_set)
        if found and self._is_open(found[1], hub_keys):
            return "hub"
        return None

    def _is_open(self, device, hub_keys):
        for _ in range(64):
            if device not in hub_keys:
                return device == device_of(self.root_key)
            revoked, vouched_by = hub_keys[device]
            if revoked:
                return False
            if vouched_by is None:
                return True
            device = vouched_by
        return False

    def registry(self):
        """Public keys by device; grants; hubs' keys: device → (revoked,
        vouched by); hub records by generation; revoked devices."""
        if self._registry is None:
            devices, grants, hubs, vouched_by = {}, [], {}, {}
            revoked, hubs_own = set(), set()
            for (union, entity, id), row in sorted(
                    self.rows.items(), key=lambda item: item[0]):
                if union != self.cluster or row.is_gone():
                    continue
                if entity == DEVICE and isinstance(row.value(2), bytes):
                    # In the order of ids: the first one names the key.
                    device = device_of(row.value(2))
                    devices.setdefault(device, row.value(2))
                    vouched_by.setdefault(device, row.value(7))
                    if vouched_by[device] is None:
                        vouched_by[device] = row.value(7)
                    if row.value(4) is not None:
                        revoked.add(device)
                    if row.value(3) == "hub":
                        hubs_own.add(device)
                if entity == GRANT and row.value(1) and row.value(2):
                    first, last = (END if row.value(n) is None
                                   else row.value(n) for n in (3, 4))
                    grants.append((row.value(1), row.value(2), first, last))
                if entity == HUB and row.value(1):
                    # In the order of ids: the later one counts.
                    after = row.value(6), row.value(7)
                    former = hubs.get(row.value(1))
                    hubs[row.value(1)] = HubRecord(
                        row.value(1), row.value(2), row.value(3),
                        row.value(4),
                        None if None in after else after, former,
                        row.shown(1).dot[0])
            cluster = self.rows.get((self.cluster, CLUSTER, self.cluster))
            if 1 not in hubs and cluster is not None:
                hubs[1] = HubRecord(1, device_of(self.root_key),
                                    cluster.value(2), "founded")
            hub_keys = {device: (device in revoked, vouched_by[device])
                        for device in hubs_own}
            self._registry = devices, grants, hub_keys, hubs, revoked
        return self._registry

    def hubs(self):
        return self.registry()[3]

    def follow(self):
        """Names the present hub of the records; True: it was another."""
        hubs = self.hubs()
        if not hubs:
            return False
        hub = hubs[max(hubs)]
        devices, _, hub_keys = self.registry()[:3]
        public = (devices[hub.device] if hub.device in hub_keys else
                  self.root_key if hub.device == device_of(self.root_key)
                  else None)
        if public is None or public == self.hub_key:
            return False
        # Records that do not reach to the hub that is followed yet.
        if device_of(self.hub_key) not in {h.device for h in hubs.values()}:
            return False
        self.hub_key = public
        self.address = hub.address or self.address
        return True

    def digest(self, union):
        return digest_of(row.canonical(record, entity)
                         for (of, entity, record), row in self.rows.items()
                         if of == union)


# What a client knows of the hub's tree (PROTOCOL.md, 12.5).

class Cheating(Refused):
    """The hub shows another history than it signed; the evidence."""

    def __init__(self, what, before=b"", now=b"", proof=b""):
        super().__init__("HISTORY", what)
        self.before, self.now, self.proof = before, now, proof


class History:
    def __init__(self, replica):
        self.replica = replica
        self.checkpoints = {}  # (generation, size) → Checkpoint
        self.leaves = {}       # stream → {sequence: leaf}
        self.proven = {}       # stream → everything up to here is known
        self.receipts = {}     # (union, device, sequence) → (checkpoint, path)
        self.witnesses = {}    # device → (generation, size, root, time, line)
        self.witnesses_at = 0, 0  # generation, the hub's count
        self.cosigned = 0, 0      # generation, time
        self.lost = None          # of a told restore: how many leaves
        self.newer = False        # whether the last reply was news

    def save(self):
        return {name: dict(value) if isinstance(value, dict) else value
                for name, value in vars(self).items() if name != "leaves"}, {
                    stream: dict(leaves)
                    for stream, leaves in self.leaves.items()}

    def restore(self, saved):
        vars(self).update(saved[0])
        self.leaves = saved[1]

    def last(self):
        return self.checkpoints[max(self.checkpoints)] \
            if self.checkpoints else None

    def proven_of(self, stream):
        return min(self.proven.get(stream, 0), self.replica.sequence(stream))

    def forget_stream(self, stream, after):
        leaves = self.leaves.get(stream, {})
        for sequence in [n for n in leaves if n > after]:
            del leaves[sequence]
            self.receipts.pop(stream + (sequence,), None)
        self.proven[stream] = min(self.proven.get(stream, 0), after)

    def void(self):
        """A told restore: all is to be proven anew."""
        self.leaves, self.proven, self.receipts = {}, {}, {}

    def _forget_former(self):
        """What a hub that was none any more has signed binds nobody."""
        forgot = False
        while self.last() is not None:
            last = self.last()
            hub = self.replica.hubs().get(last.generation)
            key = hub and self.replica.registry()[0].get(hub.device)
            if key is None or last.is_signed(key):
                break
            del self.checkpoints[last.generation, last.size]
            self.void()
            forgot = True
        return forgot

    def check(self, reply, union, own_device, from_bundle=False):
        """All of 12.5, after the reply's pulls are folded."""
        self.newer = False
        replica = self.replica
        if self._forget_former():
            return  # the proofs are for what was sent
        last = self.last()
        note = reply.checkpoint or (last.note if last else b"")
        shown = Checkpoint(note, replica.cluster)
        if not shown.is_signed(replica.hub_key):
            raise Refused("BAD_SIGNATURE", "checkpoint")
        self._check_limits(reply)

        def cheats(what):
            return Cheating(what, last.note if last else b"", note,
                            reply.consistency)

        hubs = replica.hubs()
        hub = hubs.get(shown.generation)
        if hub is None and reply.more:
            return
        if from_bundle and hub is not None and \
                shown.generation < max(hubs):
            return
        if hub is None or hub.device != device_of(replica.hub_key):
            raise cheats("it began a history that no record names")
        newest = hubs[max(hubs)]
        if shown.generation < newest.generation and not reply.more:
            if newest.reason == "restored" and \
                    (last is None or last.generation < newest.generation) \
                    and any(verdict.device == newest.author and
                            verdict.sequence == 0
                            for verdict in reply.verdicts):
                return
            raise cheats("it goes on with a history that has ended")
        if shown.extension not in (
                record.extension(replica.cluster)
                for record in hub.of_generation()
                if record.device == hub.device):
            if reply.more:
                return
            raise cheats("it names another history before its own")
        kept = self._kept(last, shown, hubs)
        grows = last is None or not reply.checkpoint or check_consistency(
            last.size, last.root, shown.size, shown.root, reply.consistency)
        if from_bundle and last is not None and (
                shown.generation < last.generation or not grows and
                (kept is None or kept >= last.size and reply.consistency)):
            return
        self.newer = True
        if last is not None and shown.generation < last.generation:
            raise cheats("it goes on with a history that has ended")
        if not grows and kept is not None:
            self.lost = max(last.size - kept, 1)
            self.void()
        elif not grows and shown.size < last.size:
            raise cheats("change-sets are missing from it")
        elif not grows:
            raise cheats("what it held before is not how it begins")
        known = self.checkpoints.get((shown.generation, shown.size))
        if known is not None and known.root != shown.root:
            raise cheats("two roots of one size")
        self.checkpoints[shown.generation, shown.size] = shown
        self._check_placed(reply, shown, union, cheats)
        for witness in reply.witnesses:
            self._check_witness(witness, shown, cheats)
        if not reply.more:
            self.witnesses_at = shown.generation, reply.witnesses_at

    @staticmethod
    def _check_limits(reply):
        placed = sum(len(run.leaf) for run in reply.placed)
        if len(reply.consistency) > CONSISTENCY_BYTES_MAX or \
                placed > PLACED_MAX or \
                len(reply.witnesses) > WITNESSES_MAX or \
                any(not run.leaf or run.first == 0 for run in reply.placed):
            raise Malformed("tree")

    @staticmethod
    def _kept(last, shown, hubs):
        """What the restored hubs since say that they have kept, or None."""
        return min((hub.after[0] for counted in hubs.values()
                    for hub in counted.of_generation()
                    if last is not None and
                    last.generation < hub.generation <= shown.generation
                    and hub.reason == "restored" and hub.after is not None),
                   default=None)

    def _check_placed(self, reply, shown, union, cheats):
        where, hashes = {}, {}
        for run in reply.placed:
            stream = run.union, run.device
            held = self.replica.streams.get(stream, ())
            for number, leaf in enumerate(itertools.accumulate(run.leaf),
                                          run.first):
                if number > len(held) or leaf in where or \
                        number > run.first and leaf <= before:
                    raise Malformed("placed")
                before = leaf
                where[leaf] = stream, number
                hashes[leaf] = leaf_hash(held[number - 1][0])
        paths = check_shared(hashes, shown.size, shown.root, reply.proof)
        if paths is None:
            raise cheats("a change-set is not in it where it says")
        for leaf, (stream, number) in where.items():
            leaves = self.leaves.setdefault(stream, {})
            if leaves.setdefault(number, leaf) != leaf:
                raise cheats("a change-set stands elsewhere than before")
            if stream[0] == union:
                self.receipts[stream + (number,)] = shown, paths[leaf]
        for stream in {stream for stream, _ in where.values()}:
            number = self.proven.get(stream, 0)
            while number + 1 in self.leaves[stream]:
                number += 1
            self.proven[stream] = number

    def _check_witness(self, witness, shown, cheats):
        devices, _, hub_keys = self.replica.registry()[:3]
        if witness.device not in devices or witness.device in hub_keys:
            return
        body = notes.body_of(shown.origin, witness.size, witness.root,
                             shown.extension)
        time_s = check_cosignature(
            witness.cosignature,
            witness_name(self.replica.cluster, witness.device),
            devices[witness.device], body)
        if time_s is None:
            return
        if not check_consistency(witness.size, witness.root, shown.size,
                                 shown.root, witness.consistency):
            raise cheats("another union was shown another history")
        kept = shown.generation, witness.size, witness.root, time_s, \
            witness.cosignature
        before = self.witnesses.get(witness.device)
        if before is None or (kept[0], kept[1], kept[3]) > \
                (before[0], before[1], before[3]):
            self.witnesses[witness.device] = kept

    def receipt(self, stream, sequence):
        """The tlog-proof's bytes."""
        shown, path = self.receipts[stream + (sequence,)]
        payload, signature = self.replica.streams[stream][sequence - 1]
        extra = changeset_pb2.SignedChangeSet(payload=payload,
                                              signature=signature)
        return notes.proof(
            self.leaves[stream][sequence], Proof(path).hashes,
            shown.note.decode("utf-8"),
            extra.SerializeToString()).encode("utf-8")


# The line.

class Unreachable(Exception):
    """Nothing answered in time; .events tells what the monitor saw."""

    def __init__(self, events):
        super().__init__("no answer: %s" % [event.name for event in events])
        self.events = events


class Line:
    """A DEALER over CURVE. hub_key: Ed25519; None: no CURVE at all."""

    def __init__(self, address, key, hub_key, server_key=None):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.setsockopt(zmq.HANDSHAKE_IVL, 5000)
        self.socket.setsockopt(zmq.IMMEDIATE, 1)
        self.socket.setsockopt(zmq.IPV6, 1)
        if hub_key is not None:
            public, secret = key.transport()
            self.socket.curve_publickey = public
            self.socket.curve_secretkey = secret
            self.socket.curve_serverkey = (
                server_key or
                nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(hub_key))
        self.monitor = self.socket.get_monitor_socket()
        self.socket.connect(address)

    def close(self):
        self.socket.disable_monitor()
        self.monitor.close(0)
        self.socket.close(0)
        self.context.term()

    def events(self):
        seen = []
        while self.monitor.poll(0):
            seen.append(parse_monitor_message(
                self.monitor.recv_multipart())["event"])
        return seen

    def wait_event(self, wanted, timeout_s=30):
        """Until one of the wanted events came; returns all seen."""
        seen = []
        deadline = time.monotonic() + timeout_s
        while not set(seen) & set(wanted):
            if time.monotonic() > deadline:
                raise Unreachable(seen)
            self.monitor.poll(200)
            seen += self.events()
        return seen

    def send(self, *frames, timeout_s=30):
        if not self.socket.poll(int(timeout_s * 1000), zmq.POLLOUT):
            raise Unreachable(self.events())
        self.socket.send_multipart(frames)

    def receive(self, timeout_s=60):
        if not self.socket.poll(int(timeout_s * 1000)):
            raise Unreachable(self.events())
        return self.socket.recv_multipart()[0]

    def ask(self, frame, timeout_s=60):
        self.send(frame, timeout_s=timeout_s)
        return exchange_pb2.Reply.FromString(
            open_envelope(self.receive(timeout_s)))


# The client.

class Aside:
    """A change-set that could not stay where it stood (section 14)."""

    def __init__(self, stream, theirs, signed, change_set):
        self.stream = stream
        self.theirs = theirs  # another's: the hub will send it
        self.signed = signed
        self.change_set = change_set
        self.done = False


class Peer:
    """One device of a union, with its replica and its line."""

    def __init__(self, key=None, now_ms=None):
        self.key = key or Key()
        self.now_ms = now_ms or (lambda: int(time.time() * 1000))
        self.line = self.replica = self._hub_key = None
        self.number = int.from_bytes(os.urandom(4), "little")
        self.pushed = self.pulled = self.busy = self.rounds = 0
        self.checked = 0      # replies whose tree was checked
        self.vouches = True
        self.asides = []
        self.branched = False
        self.counter = 0      # of bundles
        self._cosigning = None

    @property
    def hub_key(self):
        return self.replica.hub_key if self.replica else self._hub_key

    @hub_key.setter
    def hub_key(self, public):
        self._hub_key = public

    def connect(self, address, hub_key=None):
        if self.line is not None:
            self.line.close()
        self.line = Line(address, self.key, hub_key or self.hub_key)

    def close(self):
        if self.line is not None:
            self.line.close()
        self.line = None

    def enrol_request(self, invitation, label="máy thử"):
        """Numbered after the device, so that no answer to another key is taken
        for its own."""
        label = label.encode("utf-8")
        self.number = int.from_bytes(self.key.device, "big")
        request = exchange_pb2.Request(protocol=PROTOCOL, number=self.number)
        request.enrol.secret = invitation.secret
        request.enrol.public_key = self.key.public
        request.enrol.label = label
        request.enrol.signature = self.key.sign(
            DOMAIN_ENROL, invitation.hub_key + invitation.secret + label)
        return request

    def enrol(self, text, label="máy thử", address=None):
        invitation = invitation_parse(text)
        self.connect(address or invitation.address.decode("utf-8"),
                     invitation.hub_key)
        reply = self.ask(self.enrol_request(invitation, label))
        if reply.enrol.cluster != invitation.cluster or \
                reply.enrol.union != invitation.union:
            raise Refused("WRONG_CLUSTER")
        self.belong(invitation)

    def belong(self, invitation):
        """An invitation's cluster and union are ours."""
        self.adopt(None, invitation.cluster, invitation.union,
                   invitation.hub_key, invitation.root_key)

    def adopt(self, other_key, cluster, union, hub_key, root_key=None):
        """A peer that knows the cluster without having enrolled."""
        self.key = other_key or self.key
        self.cluster, self.union = cluster, union
        self.replica = Replica(cluster, hub_key, root_key)
        self.history = History(self.replica)

    def ask(self, request, timeout_s=60, moved=False):
        """One question, asked again while the hub is busy. moved: whether a
        hub that has handed over is an answer too."""
        frame = seal(request.SerializeToString())
        while True:
            reply = self.line.ask(frame, timeout_s)
            if reply.number not in (request.number, 0):
                continue
            if reply.status != exchange_pb2.BUSY:
                break
            self.busy += 1
            # The protocol's own wait: the hub said how long.
            time.sleep((reply.retry_after_ms or 1000) / 1000)
        if reply.status != exchange_pb2.OK and not (
                moved and reply.status == exchange_pb2.MOVED):
            raise Refused(status_name(reply.status),
                          reply.message.decode("utf-8", "replace"))
        return reply

    @property
    def stream(self):
        return self.union, self.key.device

    def request(self, push=(), have=None, max_bytes=PULL_BYTES):
        self.number += 1
        request = exchange_pb2.Request(protocol=PROTOCOL, number=self.number)
        exchange = request.exchange
        exchange.cluster = self.cluster
        exchange.device = self.key.device
        exchange.have.extend(self._heads() if have is None else have)
        exchange.push.extend(push)
        exchange.max_bytes = max_bytes
        self._cosigning = None
        last = self.history.last()
        if last is None:
            return request
        exchange.checkpoint = last.note
        if self.history.witnesses_at[0] == last.generation:
            exchange.witnesses_after = self.history.witnesses_at[1]
        if self.vouches:
            exchange.cosignature = self._cosignature(last)
        return request

    def _heads(self):
        leaving = self.leaving() if self.branched else {}
        for head in self.replica.heads(self.key.device,
                                       self.history.proven_of):
            stream = head.union, head.device
            if self.branched and head.device == self.key.device:
                head.sequence = self.common(stream)
                head.hash = b""
            if stream in leaving:
                head.sequence = leaving[stream]
                head.proven = min(head.proven, head.sequence)
            yield head

    def _cosignature(self, last):
        """b"" when it is not yet time to vouch again."""
        generation, before = self.history.cosigned
        now = self.now_ms() // 1000
        if generation == last.generation and \
                0 <= now - before < COSIGN_EVERY_S:
            return b""
        self._cosigning = last.generation, now
        return notes.cosignature(
            self.key.seed, witness_name(self.cluster, self.key.device),
            last.body, now).encode("utf-8")

    def exchange(self, push=(), have=None, max_bytes=PULL_BYTES):
        """One round, raw: the ExchangeReply."""
        return self.ask(self.request(push, have, max_bytes)).exchange

    def unsent(self):
        """In the log's order, so that causes come first."""
        out, size = [], 0
        leaving = self.leaving() if self.branched else {}
        for signed, change_set in zip(self.replica.log, self.replica.sets):
            stream = change_set.union, change_set.device
            if change_set.sequence <= \
                    self.replica.acknowledged.get(stream, 0) or \
                    stream in leaving:
                continue
            size += len(signed.payload)
            if out and size > PUSH_BYTES:
                break
            out.append(signed)
        return out

    def sync(self):
        """Rounds until both sides are quiet; the digests must agree."""
        quiet = 0
        while True:
            reply = self.ask(self.request(self.unsent()), moved=True)
            exchange = reply.exchange
            self.rounds += 1
            progress, trouble, followed = self.take_reply(reply)
            if followed:
                self.connect(self.replica.address)
                continue
            if reply.status == exchange_pb2.MOVED:
                if not exchange.more:
                    raise Refused("MOVED")
                continue
            if trouble is not None and trouble.status == "FORK":
                raise trouble
            if self.branched:
                continue
            if not exchange.more and not self.unsent():
                if trouble is not None:
                    raise trouble
                return self._compare(exchange)
            if not exchange.more and trouble is not None and not progress:
                raise trouble
            quiet = 0 if progress else quiet + 1
            if quiet == 4:
                raise Refused("GAP", "the hub lacks what we lack too")

    def take_reply(self, reply, sender=None):
        """All of 7.3, or nothing. sender: of a bundle. Whether something
        moved, what is wrong with a stream, whether there is another hub."""
        saved = (self.replica.save(), self.history.save(), self.pushed,
                 self.pulled, self.branched, list(self.asides),
                 [aside.done for aside in self.asides])
        try:
            return self._take(reply, sender)
        except Exception as error:
            self.history.restore(saved[1])
            self.replica.restore(saved[0])
            self.pushed, self.pulled, self.branched, self.asides = saved[2:6]
            for aside, done in zip(self.asides, saved[6]):
                aside.done = done
            # Something was written here after the hub was asked.
            if isinstance(error, Refused) and error.status == "FORK" and \
                    error.message == self.key.device.hex() and \
                    not self.branched:
                self.branched = True
                return True, None, False
            raise

    def _take(self, reply, sender):
        exchange, progress, trouble = reply.exchange, self.branched, None
        acknowledged = self.replica.acknowledged
        if self.branched:
            self.leave_branch()
            acknowledged = self.replica.acknowledged
        for signed in exchange.pull:
            if self.replica.take(signed):
                self.pulled += 1
            header = changeset_pb2.ChangeSet.FromString(signed.payload)
            stream = header.union, header.device
            acknowledged[stream] = max(header.sequence,
                                       acknowledged.get(stream, 0))
            progress = True
        followed = self.replica.follow()
        if reply.status == exchange_pb2.MOVED or \
                sender is None and followed or \
                sender not in (None, self.hub_key):
            return progress, None, followed
        if self._cosigning is not None and sender is None:
            self.history.cosigned = self._cosigning
        self.history.check(exchange, self.union, self.key.device,
                           sender is not None)
        self.checked += 1
        moved, trouble = self._verdicts(exchange, sender is not None)
        if not exchange.more and not self.branched:
            moved = self.write_again() > 0 or moved
        return progress or moved, trouble, followed

    def _verdicts(self, reply, from_bundle=False):
        progress, trouble = False, None
        acknowledged = self.replica.acknowledged
        for verdict in reply.verdicts:
            stream = verdict.union, verdict.device
            if verdict.status == exchange_pb2.FORK:
                if stream == self.stream and not self.branched:
                    self.branched = progress = True
                else:
                    trouble = Refused("FORK", verdict.device.hex())
                continue
            if verdict.sequence > acknowledged.get(stream, 0):
                self.pushed += verdict.sequence - acknowledged.get(stream, 0)
                progress = True
            if from_bundle and not self.history.newer and \
                    verdict.sequence < acknowledged.get(stream, 0):
                continue
            acknowledged[stream] = verdict.sequence
            if verdict.status == exchange_pb2.GAP:
                acknowledged[verdict.union, verdict.need_device] = \
                    verdict.need_sequence - 1
            elif verdict.status != exchange_pb2.OK:
                trouble = Refused(status_name(verdict.status),
                                  verdict.device.hex())
        return progress, trouble

    def _compare(self, reply):
        if reply.model_version != MODEL_VERSION:
            return 0
        for digest in reply.digests:
            if self.replica.digest(digest.union) != digest.value:
                raise Refused("DIVERGED", digest.union.hex())
        return len(reply.digests)

    # Own words, written again (section 14).

    def common(self, stream):
        """How far the hub's tree is known to hold what we hold: what was only
        acknowledged may be another branch's."""
        return self.history.proven_of(stream)

    def leaving(self):
        """Of which streams what is past which number leaves the log with the
        own branch: the own past common, and what others wrote on that."""
        after = {self.stream: self.common(self.stream)}
        for change_set in self.replica.sets:
            stream = change_set.union, change_set.device
            dots = (((change_set.union, device), sequence)
                    for record in change_set.records
                    for field in record.fields
                    for device, sequence in field.replaces)
            if stream not in after and any(
                    sequence > after.get(of, sequence)
                    for of, sequence in dots):
                after[stream] = change_set.sequence - 1
        return after

    def leave_branch(self):
        self.branched = False
        for stream, after in self.leaving().items():
            self.set_aside(stream, after, stream != self.stream)

    def set_aside(self, stream, after, theirs=False):
        self.history.forget_stream(stream, after)
        self.asides += [Aside(stream, theirs, *dropped)
                        for dropped in self.replica.drop(stream, after)]

    def write_again(self):
        """How many were written."""
        now, count = {}, 0
        for aside in reversed(self.asides):
            self.replica.put_back(aside.signed.payload)
        for aside in self.asides:
            change_set = aside.change_set
            held = self.replica.streams.get(aside.stream, ())
            if not aside.done and change_set.sequence <= len(held) and \
                    held[change_set.sequence - 1][0] == aside.signed.payload:
                aside.done = True  # the hub had it all along
            if aside.done or aside.theirs or self.replica.standing(
                    self.union, self.key.device,
                    self.replica.sequence(self.stream) + 1) is None:
                continue
            records = [RecordChange(record.record, record.entity, [
                FieldChange(field.field, field.value,
                            self._dots_now(field.replaces, now))
                for field in record.fields], record.deletes)
                       for record in change_set.records]
            draft = self.draft(records, author=change_set.author)
            draft.written_at_ms = change_set.written_at_ms
            self.replica.take(sign(self.key, encode(draft)))
            now[change_set.device, change_set.sequence] = (
                self.key.device, draft.sequence)
            aside.done = True
            count += 1
        return count

    def _dots_now(self, dots, now):
        out = []
        for dot in (now.get(dot, dot) for dot in dots):
            if dot not in out and \
                    dot[1] <= self.replica.sequence((self.union, dot[0])):
                out.append(dot)
        return out

    # A new key (13.5).

    def rotate_request(self, new_key):
        """Numbered after the new device, so that no answer to an earlier
        rotation is taken for its own."""
        self.number = int.from_bytes(new_key.device, "big")
        request = exchange_pb2.Request(protocol=PROTOCOL, number=self.number)
        rotate = request.rotate
        rotate.cluster = self.cluster
        rotate.device = self.key.device
        rotate.public_key = new_key.public
        said = self.cluster + self.key.public + new_key.public
        rotate.old_signature = self.key.sign(DOMAIN_ROTATE, said)
        rotate.new_signature = new_key.sign(DOMAIN_ROTATE, said)
        return request

    def rotate(self, address, new_key=None):
        new_key = new_key or Key()
        self.ask(self.rotate_request(new_key))
        old = self.stream
        self.key = new_key
        self.connect(address)
        self.sync_rotated(old)

    def sync_rotated(self, old):
        self.set_aside(old, self.replica.acknowledged.get(old, 0))
        self.sync()

    # Bundles (section 15).

    def bundle_ask(self, invitation=None, label="máy thử"):
        """A bundle for the hub; nothing counts as sent by it."""
        messages = []
        if invitation is not None:
            messages.append(seal(self.enrol_request(
                invitation, label).SerializeToString()))
        acknowledged = dict(self.replica.acknowledged)
        while True:
            push = self.unsent()
            messages.append(seal(self.request(push).SerializeToString()))
            for signed in push:
                header = changeset_pb2.ChangeSet.FromString(signed.payload)
                self.replica.acknowledged[
                    header.union, header.device] = header.sequence
            if not self.unsent():
                break
        self.replica.acknowledged = acknowledged
        self.counter += 1
        return bundle_make(REQUESTS, self.key, self.cluster, self.counter,
                           self.now_ms(), [self.hub_key], messages)

    def bundle_take(self, data):
        """The hub's answer. How many of its replies are for this device."""
        header, messages = bundle_open(data, self.key)
        if header.kind != REPLIES or header.cluster != self.cluster:
            raise Refused("DENIED", "another kind of bundle, or cluster")
        count, pulled, exchange, trouble = 0, self.pulled, None, None
        for message in messages:
            reply = exchange_pb2.Reply.FromString(open_envelope(message))
            if reply.device != self.key.device:
                continue
            count += 1
            exchange = reply.exchange
            trouble = self.take_reply(reply, header.sender)[1] or trouble
        if count == 0:
            raise Refused("DENIED", "for another device")
        if self.branched:  # the next bundle asks for the hub's branch
            self.leave_branch()
        if header.sender != self.hub_key:
            if self.pulled == pulled:
                raise Refused("DENIED", "another hub's")
        elif trouble is not None:
            raise trouble
        elif self.history.newer and not exchange.more and not self.unsent():
            self._compare(exchange)
        return count


    # Writing.

    def new_id(self):
        """A UUIDv7."""
        out = bytearray(self.now_ms().to_bytes(6, "big") + os.urandom(10))
        out[6] = out[6] & 0x0f | 0x70
        out[8] = out[8] & 0x3f | 0x80
        return bytes(out)

    def draft(self, records, union=None, sequence=None, previous=None,
              author="văn thư"):
        """The next change-set of our stream, as an object."""
        union = union or self.union
        stream = union, self.key.device
        return ChangeSet(
            union, self.key.device,
            sequence or self.replica.sequence(stream) + 1,
            self.replica.head_hash(stream) if previous is None else previous,
            self.now_ms(), records, author)

    def write(self, records, **more):
        """Signs, appends and folds; returns the signed change-set."""
        signed = sign(self.key, encode(self.draft(records, **more)))
        self.replica.take(signed)
        return signed

    def saw(self, entity, record, field, union=None):
        """The dots of a field's live values: what a write replaces."""
        row = self.replica.rows.get((union or self.union, entity, record))
        return [live.dot for live in row.of(field)] if row else []

    def item(self, text, record=None, year=2024):
        return RecordChange(record or self.new_id(), PLAN_ITEM, [
            FieldChange(1, year), FieldChange(2, "friendship"),
            FieldChange(5, "V"), FieldChange(6, text), FieldChange(8, 1)])

    def edit(self, record, field, value, entity=PLAN_ITEM):
        return RecordChange(record, entity, [FieldChange(
            field, value, self.saw(entity, record, field))])

    def deletion(self, record, entity=PLAN_ITEM):
        row = self.replica.rows[self.union, entity, record]
        return RecordChange(record, entity, [
            FieldChange(field, row.value(field),
                        self.saw(entity, record, field))
            for field in sorted({live.field for live in row.live})], True)


# Vectors: what PROTOCOL.md's examples and tests/unit/test_vectors.c share.

def vectors():
    hub, a, b = (Key(bytes(range(at, at + 32))) for at in (0, 32, 64))
    cluster = bytes.fromhex("0193854c3e007000800000000000c001")
    union = bytes.fromhex("0193854c3e007000800000000000d002")
    record = bytes.fromhex("0193854c3e007000800000000000e003")
    lead = bytes.fromhex("0193854c3e007000800000000000e004")
    out = []

    def put(name, data):
        out.append((name, data if isinstance(data, str) else data.hex()))

    for name, key in (("hub", hub), ("a", a), ("b", b)):
        put(name + ".seed", key.seed)
        put(name + ".public", key.public)
        put(name + ".device", key.device)
        put(name + ".transport-public", key.transport()[0])
        put(name + ".transport-secret", key.transport()[1])

    secret = bytes(range(0xa0, 0xb0))
    invitation = exchange_pb2.Invitation(
        address=b"tcp://127.0.0.1:7800", hub_key=hub.public, cluster=cluster,
        union=union,
        union_name="Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh".encode(),
        secret=secret, expires_at_ms=1733704800000)
    put("invitation.text", invitation_print(invitation).encode())

    label = "máy văn thư".encode()
    put("enrol.signed", DOMAIN_ENROL + hub.public + secret + label)
    peer = Peer(a, lambda: 1733100000000)
    peer.number = 0
    request = peer.enrol_request(invitation, label.decode())
    put("enrol.request", request.SerializeToString())
    put("enrol.envelope", seal(request.SerializeToString(), False))

    # Written by a program of model version 1.
    a1 = ChangeSet(union, a.device, 1, b"", 1733100000000, [
        RecordChange(record, PLAN_ITEM, [
            FieldChange(1, 2024), FieldChange(2, "friendship"),
            FieldChange(3, "b"), FieldChange(5, "V"),
            FieldChange(6, "Tiếp đoàn Bôlykhămxay (Lào)"),
            FieldChange(7, bytes(range(16))), FieldChange(8, 1)]),
        RecordChange(lead, 11, [
            FieldChange(1, 2024), FieldChange(2, "ngo"),
            FieldChange(5, "V"), FieldChange(6, "Đón 12 đoàn.")]),
    ], "văn thư", 1)
    saw = [(a.device, 1)]
    b1 = ChangeSet(union, b.device, 1, b"", 1733100060000, [
        RecordChange(record, PLAN_ITEM, [
            FieldChange(6, "Tiếp đoàn tỉnh Bôlykhămxay (Lào)", saw)])],
        "chánh văn phòng", 1)
    a2 = ChangeSet(union, a.device, 2, hashlib.sha256(encode(a1)).digest(),
                   1733100050000, [
        RecordChange(record, PLAN_ITEM, [
            FieldChange(3, None, saw),
            FieldChange(6, "Đón đoàn Bôlykhămxay (Lào)", saw)])],
        "văn thư", 1)
    saw_text = [(b.device, 1)]
    b2 = ChangeSet(union, b.device, 2, hashlib.sha256(encode(b1)).digest(),
                   1733100070000, [
        RecordChange(record, PLAN_ITEM, [
            FieldChange(1, 2024, saw), FieldChange(2, "friendship", saw),
            FieldChange(3, "b", saw), FieldChange(5, "V", saw),
            FieldChange(6, "Tiếp đoàn tỉnh Bôlykhămxay (Lào)", saw_text),
            FieldChange(7, bytes(range(16)), saw), FieldChange(8, 1, saw)],
            True)], "chánh văn phòng", 1)
    rows = {record: (Row(), PLAN_ITEM), lead: (Row(), 11)}
    sets = (("a1", a, a1), ("b1", b, b1), ("a2", a, a2), ("b2", b, b2))
    for name, key, change_set in sets:
        payload = encode(change_set)
        signed = sign(key, payload)
        put(name + ".payload", payload)
        put(name + ".signature", signed.signature)
        put(name + ".hash", hashlib.sha256(payload).digest())
        for change in change_set.records:
            rows[change.record][0].apply(
                change, (change_set.device, change_set.sequence),
                change_set.written_at_ms)
        put(name + ".row", rows[record][0].canonical(record, PLAN_ITEM))
        put(name + ".digest", digest_of(
            row.canonical(id, entity) for id, (row, entity) in rows.items()))

    peer.adopt(a, cluster, union, hub.public)
    peer.number = 6
    request = peer.request(
        [sign(a, encode(a2))],
        [exchange_pb2.Head(union=cluster, device=hub.device, sequence=4),
         exchange_pb2.Head(union=union, device=a.device, sequence=2,
                           hash=hashlib.sha256(encode(a2)).digest())])
    put("exchange.request", request.SerializeToString())
    put("exchange.envelope", seal(request.SerializeToString(), True))
    reply = exchange_pb2.Reply(protocol=1, number=7)
    reply.exchange.verdicts.add(union=union, device=a.device, sequence=2)
    reply.exchange.pull.append(sign(b, encode(b1)))
    reply.exchange.digests.add(union=cluster, value=bytes(32))
    reply.exchange.digests.add(union=union, value=digest_of(
        row.canonical(id, entity) for id, (row, entity) in rows.items()))
    reply.exchange.hub_time_ms = 1733100100000
    reply.exchange.model_version = 1
    put("exchange.reply", reply.SerializeToString())
    _tree_vectors(put, cluster, union, hub, a, b,
                  {name: (key, change_set) for name, key, change_set in sets})
    return out


def _id(last):
    return bytes.fromhex("0193854c3e0070008000000000000000"[:-4] + last)


def _grant(last, device, union):
    return RecordChange(_id(last), GRANT, [
        FieldChange(1, device), FieldChange(2, union), FieldChange(3, 1)])


def _device(last, key, label, role, more=()):
    return RecordChange(_id(last), DEVICE, [
        FieldChange(1, label), FieldChange(2, key.public),
        FieldChange(3, role), *more])


def _hub_records(cluster, union, hub, v, a, b):
    """The cluster's three change-sets: founded, two devices, restored."""
    address = "tcp://127.0.0.1:7800"
    found = ChangeSet(cluster, hub.device, 1, b"", 1733099990000, [
        RecordChange(cluster, CLUSTER, [
            FieldChange(1, "Cụm 3"), FieldChange(2, address),
            FieldChange(3, 0)]),
        _device("0a01", hub, "nhipcaud", "hub"),
        RecordChange(_id("0a02"), HUB, [
            FieldChange(1, 1), FieldChange(2, hub.device),
            FieldChange(3, address), FieldChange(4, "founded"),
            FieldChange(5, 1733099990000)])], "nhipcaud", VECTORS_MODEL)
    devices = ChangeSet(
        cluster, hub.device, 2, hashlib.sha256(encode(found)).digest(),
        1733099995000, [
            RecordChange(union, 2, [FieldChange(1, "ha-tinh"),
                                    FieldChange(2, "Hà Tĩnh")]),
            _device("0a03", a, "máy văn thư", "member"),
            _device("0a04", b, "máy chánh văn phòng", "member"),
            _grant("0a05", a.device, union), _grant("0a06", b.device, union)],
        "nhipcaud", VECTORS_MODEL)

    def restored(size, root):
        return ChangeSet(cluster, v.device, 1, b"", 1733100080000, [
            _device("0a07", v, address, "hub", [
                FieldChange(6, hub.sign(DOMAIN_VOUCH, cluster + v.public)),
                FieldChange(7, hub.device)]),
            RecordChange(_id("0a08"), HUB, [
                FieldChange(1, 2), FieldChange(2, hub.device),
                FieldChange(3, address), FieldChange(4, "restored"),
                FieldChange(5, 1733100080000), FieldChange(6, size),
                FieldChange(7, root)])], address, VECTORS_MODEL)
    return found, devices, restored


def _tree_vectors(put, cluster, union, hub, a, b, known):
    """A log of seven, its hub restored before the last; the messages, the
    receipt and the bundle around it. Taken by a Peer, who must believe it."""
    v, c = Key(bytes(range(0x60, 0x80))), Key(bytes(range(0x80, 0xa0)))
    for name, key in (("v", v), ("c", c)):
        put(name + ".seed", key.seed)
        put(name + ".public", key.public)
        put(name + ".device", key.device)
    put("hub-key.text", hub_key_print(
        c.public, "tcp://hub.example:7800").encode("utf-8"))

    found, devices, restored = _hub_records(cluster, union, hub, v, a, b)
    log = [("found", hub, found), ("devices", hub, devices)] + [
        (name, *known[name]) for name in ("a1", "b1", "a2", "b2")]
    signed = [sign(key, encode(change_set)) for _, key, change_set in log]
    leaves = [leaf_hash(each.payload) for each in signed]
    last = restored(6, mth(leaves))
    log.append(("restored", v, last))
    signed.append(sign(v, encode(last)))
    leaves.append(leaf_hash(signed[-1].payload))
    for (name, _, _), each in zip(log, signed):
        if name not in known:
            put(name + ".payload", each.payload)
            put(name + ".signature", each.signature)
    put("vouch.signed", DOMAIN_VOUCH + cluster + v.public)

    for index, leaf in enumerate(leaves):
        put("tree.leaf.%d" % index, leaf)
    for size in (4, 6, 7):
        put("tree.root.%d" % size, mth(leaves[:size]))
    put("tree.consistency.4.7", prove_consistency(4, leaves))
    put("tree.shared.2.5", prove_shared([2, 5], leaves))
    paths = check_shared({2: leaves[2], 5: leaves[5]}, 7, mth(leaves),
                         prove_shared([2, 5], leaves))
    put("tree.path.2", paths[2])
    put("tree.path.5", paths[5])

    before = notes.checkpoint(hub.seed, origin_of(cluster, 1), 4,
                              mth(leaves[:4]))
    hub_2 = HubRecord(2, hub.device, "", "restored", (6, mth(leaves[:6])))
    now = notes.checkpoint(hub.seed, origin_of(cluster, 2), 7, mth(leaves),
                           hub_2.extension(cluster))
    put("checkpoint.4", before.encode("utf-8"))
    put("checkpoint.7", now.encode("utf-8"))
    body = Checkpoint(before.encode("utf-8"), cluster).body
    put("cosignature.a", notes.cosignature(
        a.seed, witness_name(cluster, a.device), body,
        1733100090).encode("utf-8"))
    line = notes.cosignature(
        b.seed, witness_name(cluster, b.device), notes.body_of(
            origin_of(cluster, 2), 6, mth(leaves[:6]),
            hub_2.extension(cluster)), 1733100095).encode("utf-8")
    put("cosignature.b", line)

    # A holds what the first checkpoint covers, and its own second.
    peer = Peer(a, lambda: 1733100090000)
    peer.adopt(a, cluster, union, hub.public)
    for each in signed[:5]:
        peer.replica.take(each)
    first = exchange_pb2.ExchangeReply(checkpoint=before.encode("utf-8"))
    for stream, numbers in (((cluster, hub.device), (0, 1)),
                            ((union, a.device), (2,)),
                            ((union, b.device), (3,))):
        first.placed.add(union=stream[0], device=stream[1], first=1,
                         leaf=_steps(numbers))
        peer.replica.acknowledged[stream] = len(numbers)
    peer.history.check(first, union, a.device)
    peer.number = 8
    request = peer.request(peer.unsent())
    put("tree.request", request.SerializeToString())

    reply = exchange_pb2.Reply(protocol=1, number=9)
    out = reply.exchange
    out.verdicts.add(union=union, device=a.device, sequence=2)
    out.pull.extend(signed[5:])
    for scope, rows in ((cluster, None), (union, None)):
        out.digests.add(union=scope)
    out.hub_time_ms = 1733100100000
    out.model_version = VECTORS_MODEL
    out.checkpoint = now.encode("utf-8")
    out.consistency = prove_consistency(4, leaves)
    for stream, number, leaf in (((cluster, v.device), 1, 6),
                                 ((union, a.device), 2, 4),
                                 ((union, b.device), 2, 5)):
        out.placed.add(union=stream[0], device=stream[1], first=number,
                       leaf=[leaf])
    out.proof = prove_shared([4, 5, 6], leaves)
    out.witnesses.add(device=b.device, size=6, root=mth(leaves[:6]),
                      cosignature=line,
                      consistency=prove_consistency(6, leaves))
    out.witnesses_at = 1
    peer.take_reply(reply)
    for digest in out.digests:
        digest.value = peer.replica.digest(digest.union)
    peer._compare(out)
    assert [peer.history.proven_of(stream) for stream in
            ((cluster, hub.device), (cluster, v.device), (union, a.device),
             (union, b.device))] == [2, 1, 2, 2]
    assert not peer.replica.refusals and peer.history.lost is None
    put("tree.reply", reply.SerializeToString())
    put("tree.digest.cluster", peer.replica.digest(cluster))

    receipt = peer.history.receipt((union, a.device), 2)
    put("receipt.text", receipt)
    checked = Receipt(receipt, cluster, hub.public, a.public)
    put("receipt.code", checked.code.encode("ascii"))
    put("history.code", history_code(mth(leaves), 7).encode("ascii"))

    peer.number = 0
    put("rotate.signed", DOMAIN_ROTATE + cluster + a.public + c.public)
    put("rotate.request", peer.rotate_request(c).SerializeToString())
    envelope = seal(request.SerializeToString(), False)
    bundle = bundle_make(REQUESTS, a, cluster, 3, 1733100110000,
                         [hub.public], [envelope], bytes(range(0xb0, 0xd0)),
                         bytes(range(0xd0, 0xf0)), bytes(range(0x10, 0x20)))
    put("bundle.content-key", bytes(range(0xb0, 0xd0)))
    put("bundle.ephemeral-seed", bytes(range(0xd0, 0xf0)))
    put("bundle.nonce", bytes(range(0x10, 0x20)))
    put("bundle.file", bundle)
    assert bundle_open(bundle, hub)[1] == [envelope]


def _steps(leaves):
    return [leaf - before for before, leaf in zip((0, *leaves), leaves)]


VECTORS_HEAD = """\
# Worked examples of docs/PROTOCOL.md, section 17: "name hex", one a line.
# Made by tests/integration/peer.py vectors; tests/unit/test_vectors.c makes
# the same bytes with the C sources.
"""


def vectors_text():
    return VECTORS_HEAD + "".join("%s %s\n" % pair for pair in vectors())


def main(arguments):
    if arguments == ["vectors"]:
        sys.stdout.write(vectors_text())
        return 0
    if len(arguments) == 2 and arguments[0] == "check":
        with open(arguments[1], encoding="ascii") as file:
            same = file.read() == vectors_text()
        print("the vectors are as made" if same else
              "%s is not what peer.py vectors prints" % arguments[1])
        return 0 if same else 1
    if arguments == ["model"]:
        for entity in MODEL.values():
            for field in entity.fields.values():
                print(entity.number, entity.name, int(entity.cluster), "|",
                      field.number, field.name, field.kind, field.writer,
                      int(field.required))
        return 0
    sys.stderr.write(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
