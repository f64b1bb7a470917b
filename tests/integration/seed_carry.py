#!/usr/bin/env python3
"""The cluster's real plan carried from 2024 to 2025 by each of its unions, and
all that is proposed taken: every anniversary has the number of 2025, the
checker's rules on them have nothing to say, and nothing else changed but what
was said to.

usage: seed_carry.py BIN_DIR SHARED_DIR
The document is not ours to ship: exits 77 where SHARED_DIR is absent.
"""
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

import harness

PLAN = "seeds/004_574ea586c3fff697.txt"
# The numbers of 2025 (of 2024 and one more), in the order of the document;
# 98 stands there with 2023 as its end, and 50 where 51 were meant.
NUMBERS = [52, 99, 75, 75, 80, 76, 76, 56, 52, 33, 50, 46, 58, 75, 46, 36, 50,
           46, 56, 71, 36]
failures = []


def check(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED: " + what)


def union_names(text):
    return re.findall(
        r"^\s*\d+\. (Liên hiệp các tổ chức hữu nghị [^\n:;,]+?):?\s*$",
        unicodedata.normalize("NFC", text), re.M)


def anniversaries(text):
    done = subprocess.run(
        [harness.BIN_DIR + "/nhipcau", "explain", "-", "--json", "--year",
         "2025"], input=text.encode(), capture_output=True, check=True,
        timeout=harness.GUARD_S)
    return [fact for fact in json.loads(done.stdout)
            if fact["kind"] == "anniversary"]


def carry(client, plan):
    client.must("import", "plan", str(plan), "--year", "2024")
    client.must("copy", "plan", "--from", "2024", "--to", "2025")
    changes = [one for one in client.json(
        "proposal", "list", "--kind", "carried", "--year", "2025")
        if one["field"] not in ("status", "carried_from")]
    client.must("proposal", "accept", "--kind", "carried", "--year", "2025",
                "--all")
    client.must_sync()
    return changes


def check_changes(changes):
    """Only numbers and names of lunar years differ."""
    for one in changes:
        bare = [re.sub(r"Giáp Thìn|Ất Tỵ|\d+", "#", text)
                for text in (one["current"], one["value"])]
        check(bare[0] == bare[1], "more than numbers: " + one["value"])


def check_printed(hub, folder):
    printed = hub.must("report", "plan", "--year", "2025").out
    found = anniversaries(printed)
    numbers = [fact["years"] for fact in found]
    print("anniversaries: %s" % numbers)
    check(sorted(numbers) == sorted(NUMBERS), "the numbers of 2025")
    for fact in found:
        if fact["to"] is None or not fact["to"].startswith("2025"):
            continue
        check(2025 - int(fact["from"][:4]) == fact["years"],
              "right: " + fact["words"])
    path = pathlib.Path(folder) / "ke-hoach-2025.txt"
    path.write_text(printed, encoding="utf-8")
    done = harness.run([harness.BIN_DIR + "/nhipcau", "check", str(path),
                        "--year", "2025", "--json"], folder)
    rules = [finding for finding in done.json()
             if finding["rule"] in ("R01", "R02")]
    check(rules == [], "the checker: %s" % rules)
    # What is not this year's to move.
    for words in ("05/01/2022", "nhiệm kỳ 2024 - 2029", "2018 - 2025",
                  "nhiệm kỳ 2023-2028", "tháng 7/2023", "lần thứ VII"):
        check(words in printed, "kept: " + words)


def main():
    harness.BIN_DIR, shared = sys.argv[1], pathlib.Path(sys.argv[2])
    plan = shared / PLAN
    if not plan.exists():
        print("skipped: %s is not here" % plan)
        return 77
    names = union_names(plan.read_text(encoding="utf-8"))
    check(len(names) == 11, "the unions: %s" % names)
    folder = harness.Folder()
    hub = harness.Hub(folder("hub"))
    try:
        hub.must("init", "--name", "Cụm thử", "--listen", hub.address)
        for number, name in enumerate(names):
            hub.must("union", "add", "u%d" % number, name, "--order",
                     str(number))
        hub.serve()
        for number in range(len(names)):
            client = harness.Client(folder("client-%d" % number))
            client.must("join", hub.invite("u%d" % number))
            check_changes(carry(client, plan))
        check_printed(hub, folder.path)
    finally:
        if hub.is_serving():
            hub.kill()
        folder.remove()
    print("%d failed" % len(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
