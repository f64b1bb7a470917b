#!/usr/bin/env python3
"""Reads the real annual report and compares every section with the counts.

usage: seed_report.py BIN_DIR SHARED_DIR
Runs `nhipcau read annual --json` on the real document: the sections' numbers,
headings, lines, paragraphs and items of both levels must be those of
reference/report_item_counts.csv, and every word of the document must be in
the answer, as often as it is printed. Then a client of the union imports it:
every paragraph is in the records, counted section by section, the same file
again changes nothing, and the report printed from them, as text at the client
and at the hub and as Word, has every word in its place. The document itself is
not ours to ship: exits 77 where SHARED_DIR is absent.
"""
import collections
import csv
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import unicodedata

import docx
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

import harness

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


def out_of_place(before, after):
    match = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [(kind, " ".join(before[a:b]), " ".join(after[c:d]))
            for kind, a, b, c, d in match.get_opcodes() if kind != "equal"]


def check_records(client, rows, unread):
    """Every paragraph is in one record, and stands where it is counted."""
    wrong = []
    parts = [part["fields"] for part in client.json(
        "list", "report-part", "year=2023", "kind=annual")]
    bodies = collections.defaultdict(collections.Counter)
    for fields in parts:
        if "text" in fields:
            bodies[fields.get("part", "")][fields["level"]] += 1
    for row in rows:
        of_section = bodies.pop(row["section_path"], {})
        have = [of_section.get(level, 0) for level in (0, 1, 2)]
        want = [int(row[name]) for name in (
            "paragraphs", "level1_bulleted", "level2_bulleted")]
        if have != want:
            wrong.append("records of %s: %s, should be %s"
                         % (row["section_path"], have, want))
    headings = [fields for fields in parts if "heading" in fields]
    if len(headings) != len(rows) + 1:
        wrong.append("%d headings" % len(headings))
    # three lines of the title, the closing, five recipients
    if set(bodies) != {""} or sum(bodies[""].values()) != 9 + len(unread):
        wrong.append("outside of sections: %s" % dict(bodies))
    return wrong


def check_whole_way(shared, rows):
    cluster = harness.Cluster("khanh-hoa")
    try:
        return whole_way(cluster, str(shared / SEED),
                         words_of((shared / SEED).read_text("utf-8-sig")),
                         rows)
    finally:
        cluster.end()


def whole_way(cluster, seed, said, rows):
    client = cluster.client("khanh-hoa")
    first = client.json("import", "annual", seed)
    again = client.json("import", "annual", seed)
    wrong = check_records(client, rows, first["unread"])
    if again["steps"] or again["change_sets"]:
        wrong.append("the same file again: %s" % again["steps"])
    client.must_sync()
    order = ("report", "annual", "--year", "2023")
    for program in (client, cluster.hub):
        printed = program.must(*order).out
        for change in out_of_place(said, words_of(printed)):
            wrong.append("%s prints: %s" % (program.name, change))
    path = cluster.folder("again.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write(client.must(*order).out)
    if client.json("import", "annual", path)["steps"]:
        wrong.append("the printed report is another one")
    path = cluster.folder("again.docx")
    cluster.hub.must(*order, "-o", path)
    found = words_of("\n".join(
        paragraph.text for paragraph in map(
            lambda node: Paragraph(node, None),
            docx.Document(path).element.body.iter(qn("w:p")))))
    # a letterhead to fill in stands above it
    if found[-len(said):] != said:
        wrong += ["Word: %s" % (change,) for change in out_of_place(
            said, found[-len(said):])]
    return wrong


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
    harness.BIN_DIR = os.path.abspath(sys.argv[1])
    wrong += check_whole_way(shared, rows)
    print("\n".join(wrong) if wrong else
          "%d sections as counted, no word lost" % len(rows))
    return 1 if wrong else 0


sys.exit(main())
