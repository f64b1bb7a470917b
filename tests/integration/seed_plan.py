#!/usr/bin/env python3
"""Reads the cluster's real plan and compares every item with its index.

usage: seed_plan.py BIN_DIR SHARED_DIR
Runs `nhipcau read plan --json` on the real document and compares unions,
sections, areas, levels, lines and the hashes of all items with
reference/plan_items_index.csv (the hash recipe is in reference/README.md).
The document itself is not ours to ship: exits 77 where SHARED_DIR is absent.
"""
import csv
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

SEED = "seeds/004_574ea586c3fff697.txt"
INDEX = "reference/plan_items_index.csv"
COUNTS = "reference/plan_item_counts.csv"
AREAS = {"ALL": "general", "DOAN": "delegations", "HBDKHN": "friendship",
         "PCPNN": "ngo", "TTDN": "information", "NVNONN": "overseas",
         "PTTC": "organization"}
CODES = {"HT": "ha-tinh", "QB": "quang-binh", "QT": "quang-tri",
         "TTH": "thua-thien-hue", "DN": "da-nang", "QNA": "quang-nam",
         "BD": "binh-dinh", "PY": "phu-yen", "KH": "khanh-hoa",
         "DL": "dak-lak", "GL": "gia-lai"}


def digest(text):
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ")
    text = re.sub(r"\s+", " ", text).strip()
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected_items(shared):
    return [(CODES[row["union_code"]], row["section_letter"],
             AREAS[row["section_canonical"]], int(row["level"]),
             int(row["line_text"]), row["sha256_16_of_nfc_text"])
            for row in read_table(shared / INDEX)]


def found_items(plan):
    return [(union["code"], section["letter"], section["area"],
             item["level"], item["line"], digest(item["text"]))
            for union in plan["unions"] for section in union["sections"]
            for item in section["items"]]


def compare_headings(plan, shared):
    """The sections' headings as printed, up to a heading's colon."""
    expected = [(CODES[row["union_code"]], row["section_letter"],
                 row["section_heading_as_printed"])
                for row in read_table(shared / COUNTS)
                if row["section_letter"]]
    found = [(union["code"], section["letter"], section["heading"])
             for union in plan["unions"] for section in union["sections"]
             if section["letter"]]
    wrong = []
    for want, have in zip(expected, found):
        printed = re.sub(r"^\S+\s+", "", unicodedata.normalize("NFC", want[2]))
        if want[:2] != have[:2] or not printed.startswith(have[2]):
            wrong.append("heading %s, found %s" % (want, have))
    if len(expected) != len(found):
        wrong.append("%d sections, found %d" % (len(expected), len(found)))
    return wrong


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    binary = pathlib.Path(sys.argv[1]) / "nhipcau"
    shared = pathlib.Path(sys.argv[2])
    if not (shared / SEED).is_file() or not (shared / INDEX).is_file():
        print("SKIPPED: no %s" % (shared / SEED))
        return 77
    output = subprocess.run([binary, "read", "plan", shared / SEED, "--json"],
                            check=True, stdout=subprocess.PIPE).stdout
    plan = json.loads(output)
    expected, found = expected_items(shared), found_items(plan)
    wrong = ["item %d: %s, found %s" % (i + 1, want, have)
             for i, (want, have) in enumerate(zip(expected, found))
             if want != have]
    if len(expected) != len(found):
        wrong.append("%d items, found %d" % (len(expected), len(found)))
    wrong += compare_headings(plan, shared)
    same = sum(want == have for want, have in zip(expected, found))
    print("\n".join(wrong + ["%d of %d items agree" % (same, len(expected))]))
    return 1 if wrong or not expected else 0


sys.exit(main())
