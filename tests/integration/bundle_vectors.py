#!/usr/bin/python3
"""A second implementation of bundles, written from proto/bundle.proto.

It shares nothing with the C sources: the header is packed and parsed by hand,
the cryptography is PyNaCl's.

    bundle_vectors.py            opens each bundle of tests/data/
                                 bundle_vector.txt and makes it again, byte for
                                 byte; exit 1 when it cannot
    bundle_vectors.py print      prints that file
"""
import hashlib
import os
import struct
import sys

from nacl import bindings

FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))), "data", "bundle_vector.txt")
MAGIC = b"nhipcau-bundle-1\n"
DOMAIN = b"nhipcau/1 bundle\n"
CHUNK = 65536


def device(public):
    return hashlib.sha256(public).digest()[:8]


def varint(number):
    out = bytearray()
    while True:
        byte, number = number & 127, number >> 7
        out.append(byte | (128 if number else 0))
        if not number:
            return bytes(out)


def number_field(field, value):
    return varint(field << 3) + varint(value) if value else b""


def bytes_field(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def take_varint(data, at):
    number = shift = 0
    while True:
        number |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return number, at


def parse(data):
    """A protobuf message as {field: [values]}."""
    at, fields = 0, {}
    while at < len(data):
        key, at = take_varint(data, at)
        if key & 7 == 0:
            value, at = take_varint(data, at)
        elif key & 7 == 2:
            size, at = take_varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError("wire type")
        fields.setdefault(key >> 3, []).append(value)
    return fields


def chunk_nonce(nonce, number):
    return nonce + struct.pack(">Q", number)


def make(v):
    public, secret = bindings.crypto_sign_seed_keypair(v["sender_seed"])
    own, own_secret = bindings.crypto_box_seed_keypair(v["ephemeral_seed"])
    receivers = []
    for seed in v["receiver_seeds"]:
        theirs, _ = bindings.crypto_sign_seed_keypair(seed)
        wrapped = bindings.crypto_box(
            v["content_key"], bytes(24),
            bindings.crypto_sign_ed25519_pk_to_curve25519(theirs), own_secret)
        receivers.append((device(theirs), wrapped))
    made_at = v["made_at_ms"]
    header = b"".join([
        number_field(1, v["kind"]), bytes_field(2, v["cluster"]),
        bytes_field(3, public), number_field(4, v["counter"]),
        number_field(5, made_at << 1 if made_at >= 0 else -2 * made_at - 1),
        bytes_field(6, own),
        *(bytes_field(7, bytes_field(1, a) + bytes_field(2, b))
          for a, b in sorted(receivers)),
        bytes_field(8, v["nonce"])])
    signature = bindings.crypto_sign(DOMAIN + header, secret)[:64]
    plain = b"".join(struct.pack(">I", len(m)) + m for m in v["messages"])
    parts = [plain[i:i + CHUNK] for i in range(0, len(plain), CHUNK)] or [b""]
    out = [MAGIC, struct.pack(">I", len(header)), header, signature]
    for number, part in enumerate(parts):
        data = hashlib.sha256(header).digest() + bytes(
            [number == len(parts) - 1])
        sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
            part, data, chunk_nonce(v["nonce"], number), v["content_key"])
        out += [struct.pack(">I", len(sealed)), sealed]
    return b"".join(out)


def open_bundle(file, seed):
    """(header fields, messages), or an exception."""
    if not file.startswith(MAGIC):
        raise ValueError("not a bundle")
    at = len(MAGIC) + 4
    size, = struct.unpack(">I", file[at - 4:at])
    header, at = file[at:at + size], at + size
    signature, at = file[at:at + 64], at + 64
    fields = parse(header)
    if bindings.crypto_sign_open(signature + DOMAIN + header,
                                 fields[3][0]) != DOMAIN + header:
        raise ValueError("signature")
    public, secret = bindings.crypto_sign_seed_keypair(seed)
    wrapped = [r[2][0] for r in map(parse, fields[7])
               if r[1][0] == device(public)]
    key = bindings.crypto_box_open(
        wrapped[0], bytes(24), fields[6][0],
        bindings.crypto_sign_ed25519_sk_to_curve25519(secret))
    plain, number = b"", 0
    while at < len(file):
        size, = struct.unpack(">I", file[at:at + 4])
        sealed, at = file[at + 4:at + 4 + size], at + 4 + size
        data = hashlib.sha256(header).digest() + bytes([at == len(file)])
        plain += bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed, data, chunk_nonce(fields[8][0], number), key)
        number += 1
    messages = []
    while plain:
        size, = struct.unpack(">I", plain[:4])
        messages.append(plain[4:4 + size])
        plain = plain[4 + size:]
    return fields, messages


def text(v):
    lines = ["kind %d" % v["kind"], "cluster " + v["cluster"].hex(),
             "counter %d" % v["counter"], "made_at_ms %d" % v["made_at_ms"],
             "sender_seed " + v["sender_seed"].hex()]
    lines += ["receiver_seed " + s.hex() for s in v["receiver_seeds"]]
    lines += ["content_key " + v["content_key"].hex(),
              "ephemeral_seed " + v["ephemeral_seed"].hex(),
              "nonce " + v["nonce"].hex()]
    for m in v["messages"]:
        lines.append("message_of %d %02x" % (len(m), m[0]) if len(m) > 1000
                     else "message " + m.hex())
    file = make(v)
    lines.append("sha256 " + hashlib.sha256(file).hexdigest())
    if len(file) < 2000:
        lines.append("bundle " + file.hex())
    return "\n".join(lines)


def vectors():
    """What the file is made of: bytes that count up, so that all can see."""
    def run(start, size):
        return bytes((start + i) % 256 for i in range(size))
    base = {"kind": 1, "cluster": run(1, 16), "counter": 7,
            "made_at_ms": 1733106600000, "sender_seed": run(16, 32),
            "receiver_seeds": [run(48, 32)], "content_key": run(80, 32),
            "ephemeral_seed": run(112, 32), "nonce": run(144, 16),
            "messages": [b"\x00one message"]}
    return [base,
            dict(base, kind=2, counter=0, made_at_ms=-1, messages=[],
                 receiver_seeds=[run(i, 32) for i in (200, 48, 7)]),
            dict(base, kind=3, counter=2 ** 64 - 1, made_at_ms=0,
                 messages=[b"\x01a", b"\x5a" * 70000, b"\x00z"]),
            dict(base, messages=[b"\x21" * (CHUNK - 4)])]


def read(path):
    with open(path, encoding="ascii") as file:
        blocks = file.read().split("\n\n")
    for block in blocks:
        v = {"messages": [], "receiver_seeds": []}
        for line in block.splitlines():
            if not line or line.startswith("#"):
                continue
            name, _, value = line.partition(" ")
            if name in ("kind", "counter", "made_at_ms"):
                v[name] = int(value)
            elif name == "message_of":
                size, byte = value.split()
                v["messages"].append(bytes.fromhex(byte) * int(size))
            elif name == "message":
                v["messages"].append(bytes.fromhex(value))
            elif name == "receiver_seed":
                v["receiver_seeds"].append(bytes.fromhex(value))
            else:
                v[name] = bytes.fromhex(value)
        if "kind" in v:
            yield v


def check(v):
    file = make(v)
    if hashlib.sha256(file).digest() != v["sha256"] or \
            v.get("bundle", file) != file:
        raise ValueError("made again, it is another file")
    file = v.get("bundle", file)
    for seed in v["receiver_seeds"]:
        fields, messages = open_bundle(file, seed)
        if messages != v["messages"] or fields[1] != [v["kind"]] or \
                fields[2] != [v["cluster"]]:
            raise ValueError("it holds something else")


def main():
    if sys.argv[1:] == ["print"]:
        print("# Bundles and all that they are made of: printed by\n"
              "# tests/integration/bundle_vectors.py print, made again by\n"
              "# tests/unit/test_bundle.c. Hexadecimal, save for numbers;\n"
              "# message_of SIZE BYTE is that byte so many times.\n")
        print("\n\n".join(text(v) for v in vectors()))
        return 0
    count = 0
    for v in read(FILE):
        try:
            check(v)
        except Exception as error:
            print("vector %d: %s" % (count, error))
            return 1
        count += 1
    print("%d bundles opened and made again" % count)
    return 0 if count == len(vectors()) else 1


if __name__ == "__main__":
    sys.exit(main())
