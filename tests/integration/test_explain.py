#!/usr/bin/env python3
"""What `nhipcau explain` finds in words, and what it leaves alone.

usage: test_explain.py BIN_DIR [--shared DIR]

Without --shared: the phrases of tests/data/explain/phrases.csv (ours, none of
the real documents'), each with all facts that are in it; prints precision and
recall by kind, and fails below 95 %. Then the output's form and hostile input.

With --shared: the same over the two real documents, against the facts that
this file lists by line. Exits 77 where the folder is absent.
"""
import csv
import json
import pathlib
import subprocess
import sys

KINDS = ("date", "money", "country", "count", "anniversary")
KEYS = {
    "date": ["kind", "words", "from", "to", "precision", "calendar"],
    "money": ["kind", "words", "currency", "assumed", "min", "max",
              "qualifier", "per"],
    "country": ["kind", "words", "code"],
    "count": ["kind", "words", "unit", "min", "max", "qualifier"],
    "anniversary": ["kind", "words", "years", "from", "to", "class"],
}
LEAST = 0.95
DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "explain"
failures = []


def check(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED: " + what)


def explain(binary, words, *options, stdin=None):
    return subprocess.run([binary, "explain", words, *options], input=stdin,
                          capture_output=True, timeout=120)


def facts_of(binary, words, year, stdin=None):
    done = explain(binary, words, "--json", "--year", str(year), stdin=stdin)
    if done.returncode != 0:
        raise AssertionError("%s: %s" % (words, done.stderr.decode()))
    return json.loads(done.stdout)


def bounds(fact):
    low, high = fact["min"], fact["max"]
    if low == high:
        return "%s" % low
    if high is None:
        return "%s+" % low
    return "-%s" % high if low is None else "%s..%s" % (low, high)


def value_of(fact):
    """As the tables write it."""
    kind = fact["kind"]
    if kind == "country":
        return fact["code"]
    if kind == "money":
        return fact["currency"] + " " + bounds(fact)
    if kind == "count":
        return bounds(fact) + " " + fact["unit"]
    ends = "%s/%s" % (fact["from"] or "", fact["to"] or "")
    return "%d %s" % (fact["years"], ends) if kind == "anniversary" else ends


def expected_of(text):
    for fact in filter(None, text.split(" || ")):
        kind, rest = fact.split(": ", 1)
        words, value = rest.rsplit(" = ", 1)
        assert kind in KINDS, fact
        yield kind, words, value


def is_same(fact, expected):
    """The words may have an article more (ngày, nhân) or less."""
    kind, words, value = expected
    if fact["kind"] != kind:
        return False
    if words not in fact["words"] and fact["words"] not in words:
        return False
    if kind == "count" and value_of(fact) != value:
        # The unit may be a word shorter or longer, never another.
        left, right = value_of(fact).split(" ", 1), value.split(" ", 1)
        return left[0] == right[0] and (
            left[1].startswith(right[1]) or right[1].startswith(left[1]))
    return value_of(fact) == value


class Score:
    def __init__(self):
        self.right = dict.fromkeys(KINDS, 0)
        self.wrong = dict.fromkeys(KINDS, 0)
        self.missed = dict.fromkeys(KINDS, 0)

    def add(self, where, facts, expected):
        left = list(expected)
        for fact in facts:
            hit = next((one for one in left if is_same(fact, one)), None)
            if hit is None:
                self.wrong[fact["kind"]] += 1
                print("  too much: %s: %s [%s] %s" % (
                    where, fact["kind"], fact["words"], value_of(fact)))
            else:
                left.remove(hit)
                self.right[fact["kind"]] += 1
        for kind, words, value in left:
            self.missed[kind] += 1
            print("  missed: %s: %s [%s] %s" % (where, kind, words, value))

    def tell(self, what):
        print("%-12s %9s %9s %6s %6s %6s" % (what, "precision", "recall",
                                             "right", "wrong", "missed"))
        for kind in KINDS:
            right = self.right[kind]
            found = right + self.wrong[kind]
            there = right + self.missed[kind]
            precision = right / found if found else 1
            recall = right / there if there else 1
            print("%-12s %8.1f%% %8.1f%% %6d %6d %6d" % (
                kind, 100 * precision, 100 * recall, right,
                self.wrong[kind], self.missed[kind]))
            check(there > 0, "%s: no %s is in the table" % (what, kind))
            check(precision >= LEAST and recall >= LEAST,
                  "%s: %s is below 95 %%" % (what, kind))


def check_form(facts):
    """The keys in their order, numbers as numbers."""
    for fact in facts:
        check(list(fact) == KEYS[fact["kind"]], "keys of %s" % fact)
        for key in ("min", "max", "years"):
            check(not isinstance(fact.get(key), (str, bool)),
                  "%s of %s" % (key, fact))


def check_order(text, facts):
    """In order of appearance; none over another but a country within an
    anniversary or a list of counts by country."""
    at = 0
    end = 0
    for fact in facts:
        begin = text.index(fact["words"], at)
        within = fact["kind"] == "country" and begin < end
        check(begin >= end or within, "%s stands over another" % fact)
        at = begin + 1
        end = max(end, begin + len(fact["words"]))


def phrases(binary):
    score = Score()
    with open(DATA / "phrases.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    check(len(rows) >= 500, "five hundred phrases")
    for row in rows:
        facts = facts_of(binary, row["phrase"], 2025)
        check_form(facts)
        check_order(row["phrase"], facts)
        score.add(row["phrase"], facts, expected_of(row["facts"]))
    score.tell("%d phrases" % len(rows))


def examples(binary):
    """The example of docs/CLI.md, to the letter."""
    words = ("quý II/2024, 13,8 tỉ đồng, Lào, 40 đoàn; kỷ niệm 55 năm quan hệ"
             " (11.01.1969 - 11.01.2024)")
    check(json.loads(explain(binary, words, "--json").stdout) == [
        {"kind": "date", "words": "quý II/2024", "from": "2024-04-01",
         "to": "2024-06-30", "precision": "quarter", "calendar": "solar"},
        {"kind": "money", "words": "13,8 tỉ đồng", "currency": "VND",
         "assumed": False, "min": 13800000000, "max": 13800000000,
         "qualifier": "", "per": ""},
        {"kind": "country", "words": "Lào", "code": "LA"},
        {"kind": "count", "words": "40 đoàn", "unit": "đoàn", "min": 40,
         "max": 40, "qualifier": ""},
        {"kind": "anniversary",
         "words": "kỷ niệm 55 năm quan hệ (11.01.1969 - 11.01.2024)",
         "years": 55, "from": "1969-01-11", "to": "2024-01-11",
         "class": "lẻ 5"}], "the design's example")
    done = explain(binary, "-", "--json", stdin="8/3\r\nnăm\n2024\n".encode())
    check(json.loads(done.stdout)[0] == {
        "kind": "date", "words": "8/3", "from": None, "to": None,
        "precision": "day", "calendar": "solar"}, "a day of no year")
    check([fact["words"] for fact in json.loads(done.stdout)] ==
          ["8/3", "2024"], "lines stand alone: %s" % done.stdout)
    done = explain(binary, "31/6/2025 và 1.234.567,89 USD", "--json")
    check(b'"min": 1234567.89,' in done.stdout, "an exact fraction")
    check(len(json.loads(done.stdout)) == 1, "31/6 is no date")
    check(b"31/6/2025" in done.stderr, "31/6 is told of")
    done = explain(binary, "1,500 USD và 1,500 người", "--json")
    check([fact["min"] for fact in json.loads(done.stdout)] == [1500, 1500],
          "a comma and three figures are thousands")
    check(done.stderr.count("write thousands with a dot".encode()) == 2,
          "that they may be decimals is told: %s" % done.stderr)
    for year in ("1899", "2200"):
        done = explain(binary, "8/3", "--year", year)
        check(done.returncode == 2 and b"from 1900 to 2199" in done.stderr,
              "the years there are: %s" % done.stderr)
    done = explain(binary, "không có gì", "--json")
    check(done.returncode == 0 and json.loads(done.stdout) == [], "nothing")
    decomposed = "quy\u0301 II/2024 ơ\u0309 La\u0300o"
    check([fact["kind"] for fact in facts_of(binary, decomposed, 2024)] ==
          ["date", "country"], "decomposed marks")
    check("Lào" in explain(binary, "thăm Lào").stdout.decode(), "a table")


def hostile(binary):
    """Each refused with one sentence."""
    cases = [
        (2, [], None), (1, [""], None), (1, [" \n "], None),
        (2, ["Lào", "--year", "24"], None), (2, ["Lào", "--year", ""], None),
        (2, ["Lào", "--years"], None), (2, ["Lào", "--author", "x"], None),
        (1, [b"\xff\xfe"], None), (1, ["-"], b"a\0b"), (1, ["-"], b""),
        (1, ["-"], b"\xc3"), (1, ["-"], b"1 " * 600000),
        (1, ["a" + "\u0301" * 50], None),
    ]
    for code, words, stdin in cases:
        done = subprocess.run([binary, "explain", *words], input=stdin or b"",
                              capture_output=True, timeout=120)
        said = done.stderr.decode(errors="replace").strip()
        lines = [line for line in said.splitlines()
                 if not line.startswith("usage:")]
        check(done.returncode == code, "%.60s: exit %d, not %d: %s" % (
            words, done.returncode, code, said))
        check(len(lines) == 1 and lines[0].startswith("nhipcau: "),
              "%.60s: one sentence: %s" % (words, said))
        check(done.stdout == b"", "%.60s: prints nothing" % words)
    # A mebibyte of figures and signs ends, and is JSON.
    for piece in ("1/", "1.", "(", "quý ", "Lào ", "kỷ niệm 5 năm ", "١",
                  "lần thứ 99 ", "5 năm a (", "1/1, ", "1 USD = "):
        text = (piece * (200000 // len(piece.encode()))).encode()
        done = explain(binary, "-", "--json", stdin=text)
        check(done.returncode == 0, "%s again and again" % piece)
        json.loads(done.stdout)


def places_of(text, facts):
    """Where each fact's words begin; they come in order."""
    at = 0
    for fact in facts:
        at = text.index(fact["words"], at)
        yield at, fact


def by_reference(shared, lines, found):
    """What the reference says about lines of the documents, whatever our own
    tables do: found is the facts of (document, line)."""
    def rows(name):
        path = shared / "reference" / name
        with open(path, encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    def line_of(row):
        document, _, line = row["source"].partition(":")
        return found.get((document, int(line))) if line.isdigit() else None

    told = 0
    for row in rows("number_money_cases.csv"):
        facts = line_of(row)
        if facts is None or row["value_min"] == "":
            continue
        told += 1
        ends = {row["value_min"], row["value_max"]} - {""}
        check(any({str(fact.get("min")), str(fact.get("max"))} - {"None"} ==
                  ends for fact in facts), "reference: %s" % row["input"])
    for row in rows("date_cases.csv"):
        facts = line_of(row)
        if facts is None or row["start_iso"] == "":
            continue
        told += 1
        check(any(fact.get("from") == row["start_iso"] and
                  fact.get("to") == row["end_iso"] for fact in facts),
              "reference: %s" % row["input"])
    for row in rows("entity_traps.csv"):
        codes = row["naive_country_match"].split()
        facts = found.get((row["doc"], int(row["line"])))
        if codes == [] or facts is None:
            continue
        told += 1
        if "donor" in row["what_it_is"]:
            check(set(codes) <= {fact.get("code") for fact in facts},
                  "the donor's country: %s" % row["text"])
            continue
        # No such country begins within the trap's words.
        text = lines[row["doc"]][int(row["line"]) - 1]
        for words in row["text"].split("; "):
            begin = text.replace("–", "-").find(words)
            check(begin >= 0 and not any(
                begin <= at < begin + len(words) and fact.get("code") in codes
                for at, fact in places_of(text, facts)),
                "trap %s:%s: %s" % (row["doc"], row["line"], words))
    check(told >= 50, "the reference's rows were looked at: %d" % told)
    print("%d rows of the reference" % told)


def documents(binary, shared):
    score = Score()
    found = {}
    texts = {}
    for table, seed, year in (("000.csv", "000_1c347bc52defe73a.txt", 2023),
                              ("004.csv", "004_574ea586c3fff697.txt", 2024)):
        lines = (shared / "seeds" / seed).read_text("utf-8").split("\n")
        texts[table[:3]] = lines
        expected = {}
        with open(DATA / table, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                expected.setdefault(int(row["line"]), []).append(
                    (row["kind"], row["words"], row["value"]))
        for number, line in enumerate(lines, 1):
            if line.strip() == "":
                continue
            facts = facts_of(binary, "-", year, stdin=line.encode())
            found[table[:3], number] = facts
            score.add("%s:%d" % (table[:3], number), facts,
                      expected.get(number, []))
    by_reference(shared, texts, found)
    score.tell("documents")


def main():
    binary = str(pathlib.Path(sys.argv[1]) / "nhipcau")
    if "--shared" in sys.argv:
        shared = pathlib.Path(sys.argv[sys.argv.index("--shared") + 1])
        if not (shared / "seeds").is_dir():
            print("skipped: there is no " + str(shared))
            return 77
        documents(binary, shared)
    else:
        phrases(binary)
        examples(binary)
        hostile(binary)
    print("%d failed" % len(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
