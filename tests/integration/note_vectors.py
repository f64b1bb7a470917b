#!/usr/bin/python3
"""Checkpoints, cosignatures and tlog-proofs, made a second time.

Written from C2SP's signed-note, tlog-checkpoint, tlog-cosignature and
tlog-proof alone: Python's standard library, and nacl for Ed25519. It shares
nothing with the C sources. tests/unit/test_note.c must make the same bytes,
accept what is accepted here and refuse what is refused here.

    note_vectors.py print         prints tests/data/note_vectors.txt
    note_vectors.py check FILE    exit 1 when FILE is not that, or when the
                                  reader here disagrees with it
"""
import base64
import hashlib
import re
import sys

import nacl.bindings
import nacl.exceptions

NOTE_BYTES_MAX = 64 * 1024
SIGNATURES_MAX = 256
NAME_MAX = 256
TREE_SIZE_MAX = 1 << 48
PATH_MAX = 64
EXTRA_MAX = 2 * 1024 * 1024
PROOF_BYTES_MAX = 3 * 1024 * 1024
PROOF_FIRST = "c2sp.org/tlog-proof@v1"

# C2SP signed-note, "Example".
C2SP_VKEY = ("example.com/foo+530d903a+"
             "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
C2SP_NOTE = (
    "This is an example message.\n\n"
    "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlT"
    "gK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n")
# C2SP tlog-cosignature, its example; whose keys it does not say.
C2SP_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+Z"
    "JurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrt"
    "PHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n")


class Refused(Exception):
    pass


def need(condition):
    if not condition:
        raise Refused()


# Making.

def key_of(seed):
    """(public key, secret key) of 32 bytes."""
    return nacl.bindings.crypto_sign_seed_keypair(seed)


def sign(secret, message):
    return nacl.bindings.crypto_sign(message, secret)[:64]


def b64(data):
    return base64.b64encode(data).decode()


def key_id(name, kind, public):
    return hashlib.sha256(
        name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey(name, kind, public):
    return "%s+%s+%s" % (name, key_id(name, kind, public).hex(),
                         b64(bytes([kind]) + public))


def line(name, data):
    return "\u2014 %s %s\n" % (name, b64(data))


def body_of(origin, size, root, extension=""):
    return "%s\n%d\n%s\n%s" % (origin, size, b64(root), extension)


def checkpoint(seed, origin, size, root, extension=""):
    public, secret = key_of(seed)
    body = body_of(origin, size, root, extension)
    return body + "\n" + line(origin, key_id(origin, 1, public)
                              + sign(secret, body.encode()))


def cosignature(seed, name, body, time_s):
    public, secret = key_of(seed)
    message = "cosignature/v1\ntime %d\n%s" % (time_s, body)
    return line(name, key_id(name, 4, public) + time_s.to_bytes(8, "big")
                + sign(secret, message.encode()))


def proof(index, path, note, extra=b""):
    lines = [PROOF_FIRST]
    if extra:
        lines.append("extra " + b64(extra))
    lines.append("index %d" % index)
    lines += [b64(node) for node in path]
    return "\n".join(lines) + "\n\n" + note


# Reading.

def read_base64(text):
    need(re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text) and len(text) % 4 == 0)
    data = base64.b64decode(text, validate=True)
    need(b64(data) == text)
    return data


def read_number(text, limit):
    need(re.fullmatch(r"0|[1-9][0-9]*", text, re.ASCII))
    need(int(text) <= limit)
    return int(text)


def name_is_valid(name):
    return (0 < len(name.encode()) <= NAME_MAX and "+" not in name
            and not any(c.isspace() for c in name))


def read_note(data):
    """(body, [(name, bytes)]) of a note."""
    need(len(data) <= NOTE_BYTES_MAX)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused() from None
    need(not any(c < " " and c != "\n" for c in text))
    before, blank, after = text.rpartition("\n\n")
    need(blank and after.endswith("\n"))
    lines = after[:-1].split("\n")
    need(len(lines) <= SIGNATURES_MAX)
    signatures = []
    for each in lines:
        words = each.split(" ")
        need(len(words) == 3 and words[0] == "\u2014")
        need(name_is_valid(words[1]))
        decoded = read_base64(words[2])
        need(len(decoded) > 4)
        signatures.append((words[1], decoded))
    return before + "\n", signatures


def read_checkpoint(data):
    body, signatures = read_note(data)
    lines = body[:-1].split("\n")
    need(len(lines) >= 3 and all(lines))
    need(len(lines[0].encode()) <= NAME_MAX)
    size = read_number(lines[1], TREE_SIZE_MAX)
    root = read_base64(lines[2])
    need(len(root) == 32)
    return lines[0], size, root, body, signatures


def is_signed(body, signatures, name, public, kind=1):
    """Like nc_checkpoint_is_signed."""
    found = False
    for signer, data in signatures:
        if signer != name or data[:4] != key_id(name, kind, public):
            continue
        try:
            nacl.bindings.crypto_sign_open(
                data[4:] + body.encode(), public)
        except (nacl.exceptions.BadSignatureError, ValueError):
            return False
        found = True
    return found


def read_proof(data):
    need(len(data) <= PROOF_BYTES_MAX)
    head, blank, note = data.partition(b"\n\n")
    need(blank)
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Refused() from None
    need(lines.pop(0) == PROOF_FIRST and lines)
    extra = b""
    if lines[0].startswith("extra "):
        extra = read_base64(lines.pop(0)[6:])
        need(0 < len(extra) <= EXTRA_MAX and lines)
    need(lines[0].startswith("index "))
    index = read_number(lines.pop(0)[6:], TREE_SIZE_MAX - 1)
    need(len(lines) <= PATH_MAX)
    path = [read_base64(each) for each in lines]
    need(all(len(node) == 32 for node in path))
    read_checkpoint(note)
    return index, path, note, extra


# The vectors.

HUB = bytes(range(32))
WITNESS = bytes(range(32, 64))
ORIGIN = "nhipcau.example/cụm-3"
WITNESS_NAME = "nhipcau.example/cụm-3/hà-tĩnh"
ROOT = hashlib.sha256(b"root").digest()
PATH = [hashlib.sha256(b"node %d" % i).digest() for i in range(4)]
EXTENSION = "bàn giao 7\nanything at all\n"
TIME = 1733097600


def hostile_checkpoints(good, signed):
    """name → bytes, each wrong in one way (or odd and right)."""
    origin, size, root = body_of(ORIGIN, 9, ROOT)[:-1].split("\n")
    text = signed[len(good):]  # "\n" and the signature line
    words = signed.rstrip("\n").split(" ")
    base = words[-1]

    def with_body(*lines):
        return "".join(each + "\n" for each in lines) + text

    refused = {
        "empty": "",
        "no-signature": good + "\n",
        "no-blank-line": good + text[1:],
        "no-last-newline": signed[:-1],
        "trailing-newline": signed + "\n",
        "trailing-words": signed + "more\n",
        "two-blank-lines": good + "\n" + text,
        "only-signatures": text[1:],
        "empty-body": "\n" + text,
        "no-origin": with_body("", size, root),
        "no-size": with_body(origin, root),
        "no-root": with_body(origin, size),
        "only-origin": with_body(origin),
        "origin-too-long": with_body("x" * (NAME_MAX + 1), size, root),
        "size-empty": with_body(origin, "", root),
        "size-leading-zero": with_body(origin, "09", root),
        "size-plus": with_body(origin, "+9", root),
        "size-minus": with_body(origin, "-9", root),
        "size-space": with_body(origin, " 9", root),
        "size-space-after": with_body(origin, "9 ", root),
        "size-hexadecimal": with_body(origin, "0x9", root),
        "size-letters": with_body(origin, "nine", root),
        "size-other-digits": with_body(origin, "\u0669", root),
        "root-31": with_body(origin, size, b64(ROOT[:31])),
        "root-33": with_body(origin, size, b64(ROOT + b"x")),
        "root-empty": with_body(origin, size, "="),
        "root-unpadded": with_body(origin, size, root[:-1]),
        "root-padded-more": with_body(origin, size, root + "="),
        "root-trailing-bits": with_body(
            origin, size, root[:-2] + chr(ord(root[-2]) + 1) + "="),
        "root-url-letters": with_body(
            origin, size, "-" + root[1:]),
        # As many bytes as letters are wanted; libsodium 1.0.18 takes them.
        "root-above-ascii": with_body(origin, size, "\u00cc" + root[2:]),
        "root-space": with_body(origin, size, root + " "),
        "root-hexadecimal": with_body(origin, size, ROOT.hex()),
        "extension-empty": with_body(origin, size, root, "", "more"),
        "carriage-return": signed.replace("\n", "\r\n"),
        "one-carriage-return": with_body(origin, size, root, "more\r"),
        "tab": with_body(origin, size, root, "a\tb"),
        "escape": with_body(origin, size, root, "\x1b[2J"),
        "nul": with_body(origin, size, root, "a\0b"),
        "nul-after": signed + "\0",
        "utf8-stray": with_body(origin, size, root).encode() + b"\x80",
        "utf8-cut": good.encode() + b"\xc3\n" + text.encode(),
        "utf8-too-long": good.encode() + b"\xc0\xaf\n" + text.encode(),
        "utf8-too-long-3": good.encode() + b"\xe0\x80\xaf\n" + text.encode(),
        "utf8-too-long-4":
            good.encode() + b"\xf0\x80\x80\xaf\n" + text.encode(),
        "utf8-surrogate": good.encode() + b"\xed\xa0\x80\n" + text.encode(),
        "utf8-past-the-last":
            good.encode() + b"\xf4\x90\x80\x80\n" + text.encode(),
        "utf8-five-bytes":
            good.encode() + b"\xf8\x88\x80\x80\x80\n" + text.encode(),
        "latin-1": good.encode() + b"\xe9l\xe8ve\n" + text.encode(),
        "signature-hyphen": signed.replace("\u2014", "-"),
        "signature-en-dash": signed.replace("\u2014", "\u2013"),
        "signature-no-space": signed.replace("\u2014 ", "\u2014"),
        "signature-two-spaces": signed.replace("\u2014 ", "\u2014  "),
        "signature-no-name": good + "\n\u2014 " + base + "\n",
        "signature-empty-name": good + "\n\u2014  " + base + "\n",
        "signature-no-base64": good + "\n\u2014 name\n",
        "signature-empty": good + "\n\u2014 name \n",
        "signature-key-id-alone": good + "\n\u2014 name " + b64(b"1234")
                                  + "\n",
        "signature-three-bytes": good + "\n\u2014 name " + b64(b"123") + "\n",
        "signature-space-after": signed[:-1] + " \n",
        "signature-more-words": signed[:-1] + " more\n",
        "signature-unpadded": good + "\n\u2014 name " + b64(b"12345")[:-1]
                              + "\n",
        "signature-trailing-bits": good + "\n\u2014 name MTIzNDV=\n",
        "signature-padding-inside": good + "\n\u2014 name "
                                    + b64(bytes(95))[:-1] + "=" + b64(b"123")
                                    + "\n",
        "signature-url-letters": good + "\n\u2014 name "
                                 + base64.urlsafe_b64encode(
                                     b"\xff" * 8).decode() + "\n",
        "signature-above-ascii": signed[:-4] + "\u00cc==\n",
        "signature-above-ascii-first": good + "\n\u2014 name \u00cc"
                                       + base[2:] + "\n",
        "second-signature-broken": signed + "\u2014 name !!!!\n",
        "name-plus": good + "\n\u2014 na+me " + base + "\n",
        "name-no-break-space": good + "\n\u2014 na\u00a0me " + base + "\n",
        "name-ideographic-space": good + "\n\u2014 na\u3000me " + base + "\n",
        "name-en-quad": good + "\n\u2014 na\u2000me " + base + "\n",
        "name-line-separator": good + "\n\u2014 na\u2028me " + base + "\n",
        "name-next-line": good + "\n\u2014 na\u0085me " + base + "\n",
        "name-too-long": good + "\n\u2014 " + "x" * (NAME_MAX + 1) + " "
                         + base + "\n",
    }
    accepted = {
        "c2sp": C2SP_CHECKPOINT,
        "size-zero": with_body(origin, "0", root),
        "size-max": with_body(origin, str(TREE_SIZE_MAX), root),
        "origin-with-spaces": with_body("go.sum database tree", size, root),
        "origin-with-plus": with_body("a+b", size, root),
        "origin-max": with_body("x" * NAME_MAX, size, root),
        "origin-like-a-signature": with_body("\u2014 a b", size, root),
        "extensions": with_body(origin, size, root, "a", " ", "\u2014 b c"),
        "highest-character": with_body(origin, size, root, "\U0010ffff"),
        "name-max": good + "\n\u2014 " + "x" * NAME_MAX + " " + base + "\n",
        "name-zero-width": good + "\n\u2014 a\u200bb " + base + "\n",
        "signature-shortest": good + "\n\u2014 name " + b64(b"12345") + "\n",
        "signature-post-quantum": signed + line("pq", bytes(4900)),
        "signature-96": signed + line("x", bytes(96)),
        "signature-97": signed + line("x", bytes(97)),
    }
    over = {
        "size-over": with_body(origin, str(TREE_SIZE_MAX + 1), root),
        "size-2-64": with_body(origin, str(1 << 64), root),
        "size-2-64-and-nine": with_body(origin, str((1 << 64) + 9), root),
        "size-endless": with_body(origin, "9" * 200, root),
    }
    return refused, accepted, over


def hostile_proofs(note):
    nodes = [b64(node) for node in PATH]

    def with_lines(*lines):
        return "".join(each + "\n" for each in lines) + "\n" + note

    refused = {
        "empty": "",
        "first-line-only": PROOF_FIRST + "\n",
        "first-line-other": with_lines("c2sp.org/tlog-proof@v2", "index 1"),
        "first-line-space": with_lines(PROOF_FIRST + " ", "index 1"),
        "no-index": with_lines(PROOF_FIRST),
        "no-checkpoint": PROOF_FIRST + "\nindex 1\n\n",
        "no-blank-line": PROOF_FIRST + "\nindex 1\n" + note,
        "blank-line-early": PROOF_FIRST + "\n\nindex 1\n\n" + note,
        "two-blank-lines": PROOF_FIRST + "\nindex 1\n\n\n" + note,
        "cut": with_lines(PROOF_FIRST, "index 1")[:-20],
        "trailing": with_lines(PROOF_FIRST, "index 1") + "\n",
        "carriage-return": with_lines(PROOF_FIRST + "\r", "index 1\r"),
        "index-empty": with_lines(PROOF_FIRST, "index "),
        "index-no-space": with_lines(PROOF_FIRST, "index1"),
        "index-two-spaces": with_lines(PROOF_FIRST, "index  1"),
        "index-leading-zero": with_lines(PROOF_FIRST, "index 01"),
        "index-minus": with_lines(PROOF_FIRST, "index -1"),
        "index-capital": with_lines(PROOF_FIRST, "Index 1"),
        "index-twice": with_lines(PROOF_FIRST, "index 1", "index 1"),
        "extra-empty": with_lines(PROOF_FIRST, "extra ", "index 1"),
        "extra-no-space": with_lines(PROOF_FIRST, "extra", "index 1"),
        "extra-twice": with_lines(PROOF_FIRST, "extra eA==", "extra eA==",
                                  "index 1"),
        "extra-after-index": with_lines(PROOF_FIRST, "index 1",
                                        "extra eA=="),
        "extra-alone": with_lines(PROOF_FIRST, "extra eA=="),
        "extra-unpadded": with_lines(PROOF_FIRST, "extra eA", "index 1"),
        "extra-trailing-bits": with_lines(PROOF_FIRST, "extra eB==",
                                          "index 1"),
        "extra-all-padding": with_lines(PROOF_FIRST, "extra ====",
                                        "index 1"),
        "extra-url-letters": with_lines(PROOF_FIRST, "extra __8=",
                                        "index 1"),
        "extra-above-ascii": with_lines(PROOF_FIRST, "extra \u00ccAA",
                                        "index 1"),
        "path-above-ascii": with_lines(PROOF_FIRST, "index 1",
                                       "\u00cc" + nodes[0][2:]),
        "path-31": with_lines(PROOF_FIRST, "index 1", b64(ROOT[:31])),
        "path-33": with_lines(PROOF_FIRST, "index 1", b64(ROOT + b"x")),
        "path-64": with_lines(PROOF_FIRST, "index 1", b64(ROOT + ROOT)),
        "path-unpadded": with_lines(PROOF_FIRST, "index 1", nodes[0][:-1]),
        "path-space": with_lines(PROOF_FIRST, "index 1", nodes[0] + " "),
        "checkpoint-damaged": with_lines(PROOF_FIRST, "index 1").replace(
            "\n9\n", "\n09\n"),
    }
    accepted = {
        "bare": with_lines(PROOF_FIRST, "index 0"),
        "index-max": with_lines(PROOF_FIRST, "index %d"
                                % (TREE_SIZE_MAX - 1)),
        "path-max": with_lines(PROOF_FIRST, "index 5",
                               *([nodes[0]] * PATH_MAX)),
        "extra-one-byte": with_lines(PROOF_FIRST, "extra eA==", "index 1"),
    }
    over = {
        "index-over": with_lines(PROOF_FIRST, "index %d" % TREE_SIZE_MAX),
        "index-endless": with_lines(PROOF_FIRST, "index " + "9" * 99),
        "path-over": with_lines(PROOF_FIRST, "index 5",
                                *([nodes[0]] * (PATH_MAX + 1))),
    }
    return refused, accepted, over


def vectors():
    """[(name, bytes)]"""
    hub, _ = key_of(HUB)
    witness, _ = key_of(WITNESS)
    body = body_of(ORIGIN, 9, ROOT)
    note = checkpoint(HUB, ORIGIN, 9, ROOT)
    cosigned = note + cosignature(WITNESS, WITNESS_NAME, body, TIME)
    out = [
        ("hub.seed", HUB), ("hub.public", hub),
        ("witness.seed", WITNESS), ("witness.public", witness),
        ("origin", ORIGIN), ("witness.name", WITNESS_NAME),
        ("root", ROOT), ("extension", EXTENSION),
        ("hub.vkey", vkey(ORIGIN, 1, hub)),
        ("witness.vkey", vkey(WITNESS_NAME, 4, witness)),
        ("made.checkpoint", note),
        ("made.checkpoint-empty", checkpoint(
            HUB, ORIGIN, 0, hashlib.sha256(b"").digest())),
        ("made.checkpoint-extended", checkpoint(
            HUB, ORIGIN, TREE_SIZE_MAX, ROOT, EXTENSION)),
        ("made.cosignature",
         cosignature(WITNESS, WITNESS_NAME, body, TIME)),
        ("made.cosignature-first",
         cosignature(WITNESS, WITNESS_NAME, body, 0)),
        ("made.cosignature-last",
         cosignature(WITNESS, WITNESS_NAME, body, (1 << 63) - 1)),
        ("made.cosignature-past-the-last",
         cosignature(WITNESS, WITNESS_NAME, body, 1 << 63)),
        ("path", b"".join(PATH)), ("extra", b"change-set"),
        ("made.proof", proof(5, PATH, cosigned, b"change-set")),
        ("c2sp.vkey", C2SP_VKEY), ("c2sp.note", C2SP_NOTE),
    ]
    groups = (("checkpoint", hostile_checkpoints(body, note)),
              ("proof", hostile_proofs(note)))
    for what, (refused, accepted, over) in groups:
        for verdict, table in (("refused", refused), ("accepted", accepted),
                               ("over", over)):
            out += [("%s.%s.%s" % (what, verdict, name), data)
                    for name, data in table.items()]
    return [(name, data.encode() if isinstance(data, str) else data)
            for name, data in out]


def accepts(read, data):
    try:
        read(data)
    except Refused:
        return False
    return True


def self_check(made):
    """What the reader here disagrees with, a sentence each."""
    wrong = []
    for name, data in made.items():
        parts = name.split(".")
        read = {"checkpoint": read_checkpoint, "proof": read_proof}.get(
            parts[0])
        if read and accepts(read, data) != (parts[1] == "accepted"):
            wrong.append("the reader here disagrees about " + name)
    name, digits, rest = C2SP_VKEY.split("+", 2)
    public = base64.b64decode(rest)[1:]
    body, signatures = read_note(made["c2sp.note"])
    if vkey(name, 1, public) != C2SP_VKEY or digits != key_id(
            name, 1, public).hex():
        wrong.append("C2SP's verifier key is not made again")
    if not is_signed(body, signatures, name, public):
        wrong.append("C2SP's note is not signed by its key")
    if is_signed("x" + body, signatures, name, public):
        wrong.append("an altered note counts as signed")
    origin, _, _, body, signatures = read_checkpoint(made["made.checkpoint"])
    if not is_signed(body, signatures, origin, made["hub.public"]):
        wrong.append("our checkpoint is not signed by its key")
    if read_proof(made["made.proof"])[:2] != (5, PATH):
        wrong.append("our proof is not read as it was made")
    return wrong


def text_of(made):
    head = ("# C2SP notes: \"name hex\", one a line. Made by\n"
            "# tests/integration/note_vectors.py print; "
            "tests/unit/test_note.c reads them.\n")
    return head + "".join("%s %s\n" % (name, data.hex())
                          for name, data in made)


def main():
    made = vectors()
    if sys.argv[1:] == ["print"]:
        sys.stdout.write(text_of(made))
        return 0
    if len(sys.argv) != 3 or sys.argv[1] != "check":
        sys.stderr.write(__doc__)
        return 2
    wrong = self_check(dict(made))
    with open(sys.argv[2], encoding="ascii") as file:
        if file.read() != text_of(made):
            wrong.append("%s is not what note_vectors.py prints"
                         % sys.argv[2])
    for sentence in wrong:
        print(sentence)
    if not wrong:
        print("%d vectors: as made, read as said" % len(made))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
