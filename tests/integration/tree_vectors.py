#!/usr/bin/python3
"""The test vectors of the history's Merkle tree.

Written from the recursive definitions of RFC 6962 section 2.1 (MTH, PATH and
PROOF) and of our proof for several leaves at once; it shares nothing with the
C sources and needs Python's own library only.

    tree_vectors.py          prints tests/data/tree_vectors.txt
    tree_vectors.py FILE     exit 1 and the first difference when FILE differs
"""
import functools
import hashlib
import sys

SIZES = range(0, 131)
HEAD = """\
# The Merkle tree of RFC 6962 section 2.1, "name value", one a line. Made by
# tests/integration/tree_vectors.py; tests/unit/test_tree.c makes the same
# with the C sources. Entry i is the number i in four bytes, big-endian.
#
#   leaf.I               hash of entry I: SHA-256(00 || entry)
#   root.N               MTH of the first N entries
#   paths.N              SHA-256 of PATH(0, D[N]) ... PATH(N - 1, D[N]), joined
#   consistencies.N      SHA-256 of PROOF(1, D[N]) ... PROOF(N - 1, D[N])
#   shared.N             SHA-256 of the proofs for five sets of leaves, joined:
#                          even       0, 2, 4 ...
#                          half       0 to (N + 1) / 2 - 1
#                          single     2 * N / 3 alone
#                          all        0 to N - 1
#                          scattered  every i for which the first byte of
#                                     SHA-256(root.N || entry i) is under 32
#   path.N.I, consistency.N.M, shared.N.SET    some of them in full; - is none
"""


def sha256(data):
    return hashlib.sha256(data).digest()


def entry(i):
    return i.to_bytes(4, "big")


def split(n):
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


# D[a:b] is written (a, b).
@functools.lru_cache(None)
def mth(a, b):
    if b == a:
        return sha256(b"")
    if b - a == 1:
        return sha256(b"\x00" + entry(a))
    k = split(b - a)
    return sha256(b"\x01" + mth(a, a + k) + mth(a + k, b))


def path(m, a, b):
    if b - a == 1:
        return []
    k = split(b - a)
    if m < k:
        return path(m, a, a + k) + [mth(a + k, b)]
    return path(m - k, a + k, b) + [mth(a, a + k)]


def subproof(m, a, b, whole):
    if m == b - a:
        return [] if whole else [mth(a, b)]
    k = split(b - a)
    if m <= k:
        return subproof(m, a, a + k, whole) + [mth(a + k, b)]
    return subproof(m - k, a + k, b, False) + [mth(a, a + k)]


def proof(m, n):
    return subproof(m, 0, n, True)


def shared(wanted, a, b):
    if not any(a <= i < b for i in wanted):
        return [mth(a, b)]
    if b - a == 1:
        return []
    k = split(b - a)
    return shared(wanted, a, a + k) + shared(wanted, a + k, b)


def leaves_proof(wanted, n):
    return shared(wanted, 0, n) if wanted else []


def leaf_sets(n):
    root = mth(0, n)
    return {
        "even": list(range(0, n, 2)),
        "half": list(range((n + 1) // 2)),
        "single": [2 * n // 3],
        "all": list(range(n)),
        "scattered": [i for i in range(n)
                      if sha256(root + entry(i))[0] < 32],
    }


def digest(proofs):
    return sha256(b"".join(h for p in proofs for h in p)).hex()


def full(hashes):
    return b"".join(hashes).hex() or "-"


def lines():
    for i in range(8):
        yield "leaf.%d %s" % (i, mth(i, i + 1).hex())
    for n in SIZES:
        yield "root.%d %s" % (n, mth(0, n).hex())
    for n in SIZES[1:]:
        sets = leaf_sets(n).values()
        yield "paths.%d %s" % (n, digest(path(i, 0, n) for i in range(n)))
        yield "consistencies.%d %s" % (
            n, digest(proof(m, n) for m in range(1, n)))
        yield "shared.%d %s" % (n, digest(leaves_proof(s, n) for s in sets))
    for n in (1, 2, 3, 7, 8, 130):
        some = range(n) if n < 130 else (0, 1, 63, 64, 127, 128, 129)
        for i in some:
            yield "path.%d.%d %s" % (n, i, full(path(i, 0, n)))
        for m in some:
            if m > 0:
                yield "consistency.%d.%d %s" % (n, m, full(proof(m, n)))
        for name, wanted in leaf_sets(n).items():
            if n < 130 or name in ("half", "single", "all"):
                yield "shared.%d.%s %s" % (
                    n, name, full(leaves_proof(wanted, n)))


def main():
    text = HEAD + "".join(line + "\n" for line in lines())
    if len(sys.argv) == 1:
        sys.stdout.write(text)
        return 0
    with open(sys.argv[1], encoding="ascii") as file:
        have = file.read()
    if have == text:
        print("%d lines agree" % text.count("\n"))
        return 0
    ours, theirs = text.split("\n"), have.split("\n")
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b),
              min(len(ours), len(theirs)))
    print("%s:%d differs from what the definitions say" % (
        sys.argv[1], at + 1))
    return 1


if __name__ == "__main__":
    sys.exit(main())
