#!/usr/bin/python3
"""A second implementation of the client, written from docs/PROTOCOL.md.

It shares nothing with the C sources but proto/*.proto, compiled by protoc
into a temporary folder, and the model's table, which it reads out of
docs/PROTOCOL.md itself. The tests use it as a library: an honest peer whose
fold and digests the hub's are held against, and the pieces of a hostile one.

    peer.py vectors    prints tests/data/vectors.txt
    peer.py model      prints the model as PROTOCOL.md's table gives it
"""
import atexit
import base64
import hashlib
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

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

PROTOCOL = 1
DOMAIN_CHANGE_SET = b"nhipcau/1 change-set\n"
DOMAIN_ENROL = b"nhipcau/1 enrol\n"
INVITATION_PREFIX = "nhipcau1-"

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


# The wire's messages.

def _compile_protos():
    folder = tempfile.mkdtemp(prefix="nhipcau-proto-")
    atexit.register(shutil.rmtree, folder, True)
    protos = os.path.join(ROOT, "proto")
    subprocess.run(["protoc", "-I", protos, "--python_out=" + folder,
                    "changeset.proto", "exchange.proto"], check=True)
    sys.path.insert(0, folder)
    import changeset_pb2
    import exchange_pb2
    sys.path.remove(folder)
    return changeset_pb2, exchange_pb2


changeset_pb2, exchange_pb2 = _compile_protos()


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


def invitation_print(invitation):
    data = invitation.SerializeToString()
    return INVITATION_PREFIX + base64url(
        data + hashlib.sha256(data).digest()[:4])


def invitation_parse(text):
    text = re.sub(r"[ \t\r\n]", "", text)
    if not text.startswith(INVITATION_PREFIX):
        raise Malformed("prefix")
    letters = text[len(INVITATION_PREFIX):]
    if not re.fullmatch(r"[A-Za-z0-9_-]*", letters):
        raise Malformed("letters")
    try:
        data = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except ValueError:
        raise Malformed("letters") from None
    data, check = data[:-4], data[-4:]
    if not data or hashlib.sha256(data).digest()[:4] != check:
        raise Malformed("check")
    invitation = exchange_pb2.Invitation.FromString(data)
    for name, size in (("hub_key", 32), ("cluster", 16), ("union", 16),
                       ("secret", 16)):
        if len(getattr(invitation, name)) != size:
            raise Malformed(name)
    return invitation


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
            self.min = self.max = int(re.fullmatch(r"(\d+) bytes",
                                                   words).group(1))
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


# A replica: the log, and the fold over it.

NOT_GRANTED, CLUSTER_FIELD, UNION_FIELD, WRONG_STREAM, BAD_VALUE = range(1, 6)
DEVICE, GRANT, PLAN_ITEM, SUBMISSION = 3, 4, 10, 12


class Replica:
    def __init__(self, cluster, hub_key):
        self.cluster = cluster
        self.hub_key = hub_key
        self.streams = {}  # (union, device) → [(payload, signature)]
        self.log = []      # the same in the order in which they came
        self.rows = {}     # (union, entity, record) → Row
        self.refusals = []  # (union, device, sequence, record, field, why)
        self.acknowledged = {}
        self._registry = None

    def sequence(self, stream):
        return len(self.streams.get(stream, ()))

    def head_hash(self, stream):
        sets = self.streams.get(stream)
        return hashlib.sha256(sets[-1][0]).digest() if sets else b""

    def heads(self, own):
        for stream in sorted(self.streams):
            yield exchange_pb2.Head(
                union=stream[0], device=stream[1],
                sequence=self.sequence(stream),
                hash=self.head_hash(stream) if stream[1] == own else b"")

    def public_key(self, device):
        if device == device_of(self.hub_key):
            return self.hub_key
        return self.registry()[0].get(device)

    def take(self, signed):
        """Verifies, appends, folds. True: it was new."""
        device = changeset_pb2.ChangeSet.FromString(signed.payload).device
        public = self.public_key(device)
        if public is None:
            raise Refused("UNKNOWN_DEVICE", device.hex())
        if not verify(public, DOMAIN_CHANGE_SET, signed.payload,
                      signed.signature):
            raise Refused("BAD_SIGNATURE", device.hex())
        change_set = decode(signed.payload)
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
        self._fold(change_set)
        return True

    def _fold(self, change_set):
        standing = self.standing(change_set.union, change_set.device,
                                 change_set.sequence)
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

    def standing(self, union, device, sequence):
        """None, "union" or "hub"."""
        devices, grants, hubs = self.registry()
        if device == device_of(self.hub_key):
            return "hub"
        for grant in grants:
            if grant[0] == device and grant[1] == union and \
                    grant[2] <= sequence <= grant[3]:
                return "union"
        return "hub" if device in hubs else None

    def registry(self):
        """Public keys by device, grants, devices in the hub's role."""
        if self._registry is None:
            devices, grants, hubs = {}, [], set()
            for (union, entity, _), row in self.rows.items():
                if union != self.cluster or row.is_gone():
                    continue
                if entity == DEVICE and isinstance(row.value(2), bytes):
                    devices[device_of(row.value(2))] = row.value(2)
                    if row.value(3) == "hub":
                        hubs.add(device_of(row.value(2)))
                if entity == GRANT and row.value(1) and row.value(2):
                    def number(field):
                        value = row.value(field)
                        return (1 << 63) - 1 if value is None else value
                    grants.append((row.value(1), row.value(2), number(3),
                                   number(4)))
            self._registry = devices, grants, hubs
        return self._registry

    def digest(self, union):
        return digest_of(row.canonical(record, entity)
                         for (of, entity, record), row in self.rows.items()
                         if of == union)


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

class Peer:
    """One device of a union, with its replica and its line."""

    def __init__(self, key=None, now_ms=None):
        self.key = key or Key()
        self.now_ms = now_ms or (lambda: int(time.time() * 1000))
        self.line = None
        self.number = int.from_bytes(os.urandom(4), "little")
        self.pushed = self.pulled = self.busy = self.rounds = 0

    def connect(self, address):
        if self.line is not None:
            self.line.close()
        self.line = Line(address, self.key, self.hub_key)

    def close(self):
        if self.line is not None:
            self.line.close()
        self.line = None

    def enrol_request(self, invitation, label="máy thử"):
        label = label.encode("utf-8")
        self.number += 1
        request = exchange_pb2.Request(protocol=PROTOCOL, number=self.number)
        request.enrol.secret = invitation.secret
        request.enrol.public_key = self.key.public
        request.enrol.label = label
        request.enrol.signature = self.key.sign(
            DOMAIN_ENROL, invitation.hub_key + invitation.secret + label)
        return request

    def enrol(self, text, label="máy thử", address=None):
        invitation = invitation_parse(text)
        self.hub_key = invitation.hub_key
        self.connect(address or invitation.address.decode("utf-8"))
        reply = self.ask(self.enrol_request(invitation, label))
        if reply.enrol.cluster != invitation.cluster or \
                reply.enrol.union != invitation.union:
            raise Refused("WRONG_CLUSTER")
        self.cluster = invitation.cluster
        self.union = invitation.union
        self.replica = Replica(self.cluster, self.hub_key)

    def adopt(self, other_key, cluster, union, hub_key):
        """A peer that knows the cluster without having enrolled."""
        self.key = other_key or self.key
        self.cluster, self.union, self.hub_key = cluster, union, hub_key
        self.replica = Replica(cluster, hub_key)

    def ask(self, request, timeout_s=60):
        """One question, asked again while the hub is busy."""
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
        if reply.status != exchange_pb2.OK:
            raise Refused(status_name(reply.status),
                          reply.message.decode("utf-8", "replace"))
        return reply

    def request(self, push=(), have=None, max_bytes=PULL_BYTES):
        self.number += 1
        request = exchange_pb2.Request(protocol=PROTOCOL, number=self.number)
        exchange = request.exchange
        exchange.cluster = self.cluster
        exchange.device = self.key.device
        exchange.have.extend(self.replica.heads(self.key.device)
                             if have is None else have)
        exchange.push.extend(push)
        exchange.max_bytes = max_bytes
        return request

    def exchange(self, push=(), have=None, max_bytes=PULL_BYTES):
        """One round, raw: the ExchangeReply."""
        return self.ask(self.request(push, have, max_bytes)).exchange

    def unsent(self):
        """In the log's order, so that causes come first."""
        out, size = [], 0
        for signed in self.replica.log:
            header = changeset_pb2.ChangeSet.FromString(signed.payload)
            stream = header.union, header.device
            if header.sequence <= self.replica.acknowledged.get(stream, 0):
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
            push = self.unsent()
            reply = self.exchange(push)
            self.rounds += 1
            progress, trouble = self._verdicts(reply)
            for signed in reply.pull:
                header = changeset_pb2.ChangeSet.FromString(signed.payload)
                if self.replica.take(signed):
                    self.pulled += 1
                stream = header.union, header.device
                self.replica.acknowledged[stream] = max(
                    header.sequence,
                    self.replica.acknowledged.get(stream, 0))
                progress = True
            if not reply.more and not self.unsent():
                if trouble is not None:
                    raise trouble
                return self._compare(reply)
            if not reply.more and trouble is not None and not progress:
                raise trouble
            quiet = 0 if progress else quiet + 1
            if quiet == 4:
                raise Refused("GAP", "the hub lacks what we lack too")

    def _verdicts(self, reply):
        progress, trouble = False, None
        acknowledged = self.replica.acknowledged
        for verdict in reply.verdicts:
            stream = verdict.union, verdict.device
            if verdict.status == exchange_pb2.OK and \
                    verdict.sequence > acknowledged.get(stream, 0):
                self.pushed += verdict.sequence - acknowledged.get(stream, 0)
                progress = True
            if verdict.status == exchange_pb2.FORK:
                trouble = Refused("FORK", verdict.device.hex())
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
    peer.hub_key = hub.public
    request = peer.enrol_request(invitation, label.decode())
    put("enrol.request", request.SerializeToString())
    put("enrol.envelope", seal(request.SerializeToString(), False))

    a1 = ChangeSet(union, a.device, 1, b"", 1733100000000, [
        RecordChange(record, PLAN_ITEM, [
            FieldChange(1, 2024), FieldChange(2, "friendship"),
            FieldChange(3, "b"), FieldChange(5, "V"),
            FieldChange(6, "Tiếp đoàn Bôlykhămxay (Lào)"),
            FieldChange(7, bytes(range(16))), FieldChange(8, 1)]),
        RecordChange(lead, 11, [
            FieldChange(1, 2024), FieldChange(2, "ngo"),
            FieldChange(5, "V"), FieldChange(6, "Đón 12 đoàn.")]),
    ], "văn thư")
    saw = [(a.device, 1)]
    b1 = ChangeSet(union, b.device, 1, b"", 1733100060000, [
        RecordChange(record, PLAN_ITEM, [
            FieldChange(6, "Tiếp đoàn tỉnh Bôlykhămxay (Lào)", saw)])],
        "chánh văn phòng")
    a2 = ChangeSet(union, a.device, 2, hashlib.sha256(encode(a1)).digest(),
                   1733100050000, [
        RecordChange(record, PLAN_ITEM, [
            FieldChange(3, None, saw),
            FieldChange(6, "Đón đoàn Bôlykhămxay (Lào)", saw)])],
        "văn thư")
    saw_text = [(b.device, 1)]
    b2 = ChangeSet(union, b.device, 2, hashlib.sha256(encode(b1)).digest(),
                   1733100070000, [
        RecordChange(record, PLAN_ITEM, [
            FieldChange(1, 2024, saw), FieldChange(2, "friendship", saw),
            FieldChange(3, "b", saw), FieldChange(5, "V", saw),
            FieldChange(6, "Tiếp đoàn tỉnh Bôlykhămxay (Lào)", saw_text),
            FieldChange(7, bytes(range(16)), saw), FieldChange(8, 1, saw)],
            True)], "chánh văn phòng")
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
    reply.exchange.model_version = MODEL_VERSION
    put("exchange.reply", reply.SerializeToString())
    return out


VECTORS_HEAD = """\
# Worked examples of docs/PROTOCOL.md, section 12: "name hex", one a line.
# Made by tests/integration/peer.py vectors; tests/unit/test_vectors.c makes
# the same bytes with the C sources.
"""


def main(arguments):
    if arguments == ["vectors"]:
        sys.stdout.write(VECTORS_HEAD)
        for name, data in vectors():
            print(name, data)
        return 0
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
