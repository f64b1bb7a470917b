#!/usr/bin/env python3
"""Reads the real annual report and compares every section with the counts.

usage: seed_report.py BIN_DIR SHARED_DIR
Runs `nhipcau read annual --json` on the real document: the sections' numbers,
headings, lines, paragraphs and items of both levels must be those of
reference/report_item_counts.csv, and every word of the document must be in
the answer, as often as it is printed. The document itself is not ours to
ship: exits 77 where SHARED_DIR is absent.
"""
import collections
import csv
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

SEED = "seeds/000_1c347bc52defe73a.txt"
COUNTS = "reference/report_item_counts.csv"
AREAS = {"delegations": "delegations", "overseas Vietnamese": "overseas",
         "external information": "information", "foreign NGO": "ngo"}


def words_of(text):
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def squeeze(text):
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text).strip()


def all_sections(sections):
    for section in sections:
        yield section
        yield from all_sections(section["sections"])


def check_counts(report, rows):
    wrong = []
    sections = list(all_sections(report["sections"]))
    found = {section["number"]: section for section in sections}
    if [s["number"] for s in sections] != [r["section_path"] for r in rows]:
        wrong.append("sections: %s" % [s["number"] for s in sections])
    for row in rows:
        section = found.get(row["section_path"])
        if section is None:
            wrong.append("no section %s" % row["section_path"])
            continue
        levels = collections.Counter(i["level"] for i in section["items"])
        have = (section["line"], levels[1], levels[2],
                len(section["paragraphs"]), sum(levels.values()))
        want = tuple(int(row[name]) for name in (
            "heading_line", "level1_bulleted", "level2_bulleted",
            "paragraphs"))
        want += (want[1] + want[2],)
        if have != want:
            wrong.append("%s: %s, should be %s"
                         % (row["section_path"], have, want))
        printed = squeeze(row["heading_as_printed"])
        if not printed.endswith(squeeze(section["heading"])):
            wrong.append("%s: heading %s" % (row["section_path"],
                                             section["heading"]))
        area = AREAS.get(row["meaning"].replace("directions: ", ""))
        if area is not None and section["area"] != area:
            wrong.append("%s: area %s" % (row["section_path"],
                                          section["area"]))
    return wrong


def texts_of(report):
    yield from report["title"]
    yield from report["lead"]
    for section in all_sections(report["sections"]):
        # of "2.1." under "2." all is printed, of "1." under "II." the end
        yield section["label"]
        yield section["heading"]
        yield from section["paragraphs"]
        for item in section["items"]:
            yield item["text"]
    yield from report["closing"]
    yield from report["signature"]
    yield report["recipients_heading"]
    yield from report["recipients"]
    for unread in report["unread"]:
        yield unread["text"]


def check_words(report, text):
    want = collections.Counter(words_of(text))
    have = collections.Counter(
        word for part in texts_of(report) for word in words_of(part))
    lost, made = want - have, have - want
    wrong = ["lost: %s" % dict(lost)] if lost else []
    return wrong + (["made up: %s" % dict(made)] if made else [])


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    binary = pathlib.Path(sys.argv[1]) / "nhipcau"
    shared = pathlib.Path(sys.argv[2])
    if not (shared / SEED).exists():
        print("skipped: %s is not here" % (shared / SEED))
        return 77
    answer = subprocess.run(
        [binary, "read", "annual", shared / SEED, "--json"],
        capture_output=True, check=True)
    report = json.loads(answer.stdout)
    with open(shared / COUNTS, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = check_counts(report, rows)
    wrong += check_words(report, (shared / SEED).read_text("utf-8-sig"))
    if report["unread"]:
        wrong.append("unread: %s" % report["unread"])
    if len(report["title"]) != 3 or len(report["recipients"]) != 5:
        wrong.append("title or recipients: %s, %s"
                     % (report["title"], report["recipients"]))
    if report["kind"] != "annual" or report["year"] != 2023:
        wrong.append("kind or year")
    print("\n".join(wrong) if wrong else
          "%d sections as counted, no word lost" % len(rows))
    return 1 if wrong else 0


sys.exit(main())
