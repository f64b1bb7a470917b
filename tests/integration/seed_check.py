#!/usr/bin/env python3
"""The checker on the two real documents: finds what reference/checks.md tells
of them in its parts 1 and 4, and nothing of part 3.

usage: seed_check.py BIN_DIR SHARED_DIR
The documents are not ours to ship: exits 77 where SHARED_DIR is absent.
"""
import json
import pathlib
import subprocess
import sys
from collections import Counter

REPORT = "seeds/000_1c347bc52defe73a.txt"
PLAN = "seeds/004_574ea586c3fff697.txt"

# (line, rule, found, expected); None: any
PLAN_FOUND = [
    (34, "R01", "98", "97"), (34, "R02", "2023", "2024"),
    (6, "R03", "50", "51"), (6, "R04", "50", "51"),
    (121, "R06", "", "79"), (117, "R06", "49", "49 năm"),
    (109, "R09", "9", "10"), (193, "R07", "2023", "2024"),
    (8, "R08", None, None), (93, "R05", None, None),
    (115, "R13", None, None), (78, "R13", None, None),
    (5, "R17", None, "về một số"), (238, "R17", None, "tinh gọn"),
    (286, "R17", None, "triển"), (310, "R17", None, "PCPNN"),
    (234, "R18", None, None), (274, "R18", None, None),
    (21, "R22", None, None), (205, "R23", "17", None), (126, "R30", None, None),
    (5, "R25", None, None), (203, "R19", None, "NFC"),
    (215, "R19", None, "NFC"), (223, "R19", None, "NFC"),
    (229, "R19", None, "NFC"),
]
REPORT_FOUND = [
    (12, "R12", "1", None), (42, "R14", None, None),
    (6, "R17", None, "trung ương"), (87, "R17", None, "Kế hoạch"),
    (63, "R21", None, None), (68, "R27", None, None),
    (53, "R25", None, None), (70, "R28", None, None),
    (152, "R18", None, None),
]
ANNIVERSARY = {"R01", "R02", "R03", "R04", "R06"}
# What part 1 says is right, and part 3: no finding of these rules there.
PLAN_SILENT = [(line, ANNIVERSARY) for line in (
    97, 99, 101, 103, 107, 111, 119, 123, 161, 163, 245, 264)] + [
    (117, ANNIVERSARY - {"R06"}), (193, {"R10", "R11"}),
    (189, {"R07", "R10", "R11", "R27"}), (201, {"R10", "R11"}),
    (316, {"R10", "R11"}), (5, {"R11", "R21"}), (307, {"R11", "R21"}),
    (43, {"R04", "R10", "R11"}), (60, {"R04", "R10", "R11"}),
    (103, {"R07", "R27"}), (105, {"R27"}), (174, {"R27"}),
    (242, {"R27"}), (245, {"R27"})]
REPORT_SILENT = [(line, ANNIVERSARY) for line in (
    16, 84, 26, 27, 30, 35, 67, 68, 105, 5, 77)] + [
    (57, {"R10", "R11"}), (32, {"R10", "R11"}), (78, {"R10", "R11"}),
    (29, {"R07", "R27"}), (134, {"R07", "R27"}), (107, {"R02", "R07"}),
    (105, {"R07", "R23"}), (83, {"R27"}), (128, {"R27"}), (130, {"R27"}),
    (143, {"R27"}), (35, {"R27"})]
# All errors there are, so that a new false one shows.
PLAN_ERRORS = {5, 6, 34, 109, 121, 174, 238, 286, 310}
REPORT_ERRORS = {6, 12, 78, 87, 89}


def check(binaries, path, year):
    run = subprocess.run(
        [binaries / "nhipcau", "check", path, "--year", str(year), "--json"],
        capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def is_there(findings, wanted):
    line, rule, found, expected = wanted
    return any(f["line"] == line and f["rule"] == rule
               and found in (None, f["found"])
               and expected in (None, f["expected"]) for f in findings)


def compare(name, findings, wanted, silent, errors):
    wrong = [f"{name}:{w[0]} {w[1]} is not found" for w in wanted
             if not is_there(findings, w)]
    wrong += [f"{name}:{line} {f['rule']} is false: {f['words']}"
              for line, rules in silent for f in findings
              if f["line"] == line and f["rule"] in rules]
    told = {f["line"] for f in findings if f["level"] == "error"}
    if told != errors:
        wrong.append(f"{name}: errors in lines {sorted(told)}, "
                     f"not {sorted(errors)}")
    counts = Counter(f["rule"] for f in findings)
    print(name, ", ".join(f"{r} {n}" for r, n in sorted(counts.items())))
    return wrong


def main():
    binaries, shared = (pathlib.Path(word) for word in sys.argv[1:3])
    if not (shared / PLAN).exists():
        print("no shared documents here: skipped")
        return 77
    wrong = compare("004", check(binaries, shared / PLAN, 2024), PLAN_FOUND,
                    PLAN_SILENT, PLAN_ERRORS)
    wrong += compare("000", check(binaries, shared / REPORT, 2023),
                     REPORT_FOUND, REPORT_SILENT, REPORT_ERRORS)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
