#!/usr/bin/env python3
"""`nhipcau calendar`: days, lunar months, plans, iCalendar, hostile words.

usage: test_calendar.py BIN_DIR
"""
import datetime
import json
import os
import re
import subprocess
import sys
import unittest

import harness


def run(folder, *words, environment=()):
    """Without a home, unless the folder has one."""
    return subprocess.run(
        [os.path.join(harness.BIN_DIR, "nhipcau"), "calendar", *words],
        capture_output=True, timeout=harness.GUARD_S,
        env={**harness.environment(folder), **dict(environment)})


def day(text):
    return datetime.date.fromisoformat(text)


class Ics:
    """RFC 5545, as strictly as an all-day calendar needs; from the RFC alone.
    Anything else raises."""

    NAME = re.compile(r"[A-Z][A-Z0-9-]*\Z")
    ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION",
            "CATEGORIES", "TRANSP"}

    def __init__(self, data):
        if not data.endswith(b"\r\n"):
            raise ValueError("the last line has no end")
        raw = data[:-2].split(b"\r\n")
        for line in raw:
            if b"\r" in line or b"\n" in line:
                raise ValueError("a bare CR or LF: %r" % line)
            if len(line) > 75:
                raise ValueError("%d octets: %r" % (len(line), line))
            line.decode("utf-8")  # each by itself: no character is split
        lines = []
        for line in raw:
            if line[:1] in (b" ", b"\t"):
                lines[-1] += line[1:]
            else:
                lines.append(line)
        self.lines = [line.decode("utf-8") for line in lines]
        self.events = []
        self.properties = {}
        self.read()

    def read(self):
        stack = []
        for line in self.lines:
            if any(ord(char) < 32 or ord(char) == 127 for char in line):
                raise ValueError("a control character: %r" % line)
            head, colon, value = line.partition(":")
            name, *parameters = head.split(";")
            if not colon or not self.NAME.match(name):
                raise ValueError("no property: %r" % line)
            if name == "BEGIN":
                self.begin(stack, value)
            elif name == "END":
                if not stack or stack.pop() != value:
                    raise ValueError("END:%s of another" % value)
            else:
                self.put(stack, name, parameters, value)
        if stack or not self.events:
            raise ValueError("unfinished, or empty")
        for event in self.events:
            if set(event) != self.ONCE:
                raise ValueError("properties %s" % sorted(event))
        if self.properties.get("VERSION") != "2.0" or \
                not self.properties.get("PRODID"):
            raise ValueError("no VERSION or PRODID")

    def begin(self, stack, value):
        if (value, stack) not in [("VCALENDAR", []),
                                  ("VEVENT", ["VCALENDAR"])]:
            raise ValueError("%s within %s" % (value, stack))
        if value == "VCALENDAR" and self.properties:
            raise ValueError("two calendars")
        stack.append(value)
        if value == "VEVENT":
            self.events.append({})

    def put(self, stack, name, parameters, value):
        if not stack:
            raise ValueError("outside of all: " + name)
        where = self.properties if len(stack) == 1 else self.events[-1]
        if name in where:
            raise ValueError("twice: " + name)
        if name in ("DTSTART", "DTEND"):
            if parameters != ["VALUE=DATE"]:
                raise ValueError("no date: %s" % parameters)
            if not re.fullmatch(r"\d{8}", value):
                raise ValueError("no date: " + value)
            value = datetime.datetime.strptime(value, "%Y%m%d").date()
        elif parameters:
            raise ValueError("parameters of " + name)
        elif name == "DTSTAMP":
            datetime.datetime.strptime(value, "%Y%m%dT%H%M%SZ")
        elif name in ("SUMMARY", "DESCRIPTION"):
            value = self.text(value)
        elif len(stack) == 2 and name not in self.ONCE:
            raise ValueError("not expected: " + name)
        where[name] = value

    @staticmethod
    def text(value):
        """3.3.11: backslashes before \\ ; , n N and nothing else."""
        if re.search(r"(?<!\\)(?:\\\\)*[,;]", value):
            raise ValueError("not escaped: " + value)
        if not re.fullmatch(r"(?:[^\\]|\\[\\;,nN])*", value):
            raise ValueError("a stray backslash: " + value)
        return re.sub(r"\\(.)", lambda at: "\n" if at.group(1) in "nN"
                      else at.group(1), value)


class Alone(unittest.TestCase):
    """No home."""

    def setUp(self):
        self.folder = harness.Folder()

    def tearDown(self):
        self.folder.remove()

    def must(self, *words, **named):
        done = run(self.folder.path, *words, **named)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout

    def json(self, *words):
        return json.loads(self.must(*words, "--json"))

    def test_lunar_as_the_design_says(self):
        said = self.json("--year", "2025", "--lunar")
        self.assertEqual(list(said), ["year", "name", "months"])
        self.assertEqual((said["year"], said["name"]), (2025, "Ất Tỵ"))
        self.assertEqual(list(said["months"][0].items()), [
            ("start", "2025-01-29"), ("month", 1), ("leap", False),
            ("days", 30)])
        self.assertEqual([month["month"] for month in said["months"]],
                         [1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12])
        self.assertEqual([month["month"] for month in said["months"]
                          if month["leap"]], [6])

    def test_lunar_years_join(self):
        for year in (1900, 1967, 1985, 2019, 2032, 2033, 2198):
            months = self.json("--year", str(year), "--lunar")["months"]
            after = self.json("--year", str(year + 1), "--lunar")["months"]
            for month, follows in zip(months, months[1:] + after[:1]):
                self.assertEqual(
                    day(month["start"]) +
                    datetime.timedelta(month["days"]), day(follows["start"]))
                self.assertIn(month["days"], (29, 30))

    def test_days_of_a_year(self):
        said = self.json("--year", "2024")
        self.assertEqual(said["joined"], False)
        self.assertEqual((said["from"], said["to"]),
                         ("2024-01-01", "2024-12-31"))
        by_name = {one["name_vi"]: one for one in said["days"]}
        self.assertEqual(len(by_name), len(said["days"]))
        mongolia = by_name["Thiết lập quan hệ ngoại giao Việt Nam - Mông Cổ"]
        self.assertEqual(mongolia, {
            "date": "2024-11-17", "to": "2024-11-17", "kind": "relations",
            "name_vi": "Thiết lập quan hệ ngoại giao Việt Nam - Mông Cổ",
            "name_en": "Diplomatic relations of Viet Nam and Mongolia",
            "country": "MN", "years": 70, "class": "tròn", "lunar": None,
            "confidence": "H", "planned": None})
        sweden = by_name["Thiết lập quan hệ ngoại giao Việt Nam - Thụy Điển"]
        self.assertEqual((sweden["years"], sweden["class"]), (55, "lẻ 5"))
        self.assertEqual(by_name["Giỗ Tổ Hùng Vương"]["lunar"], {
            "year": 2024, "month": 3, "leap": False, "day": 10})
        self.assertEqual(by_name["Tết Trung thu"]["date"], "2024-09-17")
        dates = [one["date"] for one in said["days"]]
        self.assertEqual(dates, sorted(dates))

    def test_next_days(self):
        said = self.json("--from", "2025-01-20", "--days", "20")
        self.assertEqual((said["from"], said["to"]),
                         ("2025-01-20", "2025-02-08"))
        for one in said["days"]:
            self.assertTrue("2025-01-20" <= one["date"] <= "2025-02-08")
        self.assertIn("Tết Nguyên đán",
                      [one["name_vi"] for one in said["days"]])
        said = self.json("--from", "2025-12-01")
        self.assertEqual(said["to"], "2026-01-29")
        self.assertEqual(day(self.json("--days", "1")["from"]),
                         day(self.json("--days", "1")["to"]))

    def test_countries(self):
        for words in (["--country", "LA,KH"], ["--country", "la", "khm"],
                      ["--country", "Lào", "Campuchia"],
                      ["--country", "LA", "LA,KH"]):
            said = self.json("--year", "2025", *words)
            self.assertEqual({one["country"] for one in said["days"]},
                             {"LA", "KH", "VN", None}, words)

    def test_table(self):
        out = self.must("--year", "2025", "--country", "LA").decode()
        self.assertRegex(out, r"02/12 +Tuesday +National Day of Laos +50 \(round")
        self.assertRegex(out, r"29/1 +Wednesday +Lunar New Year +1/1")
        days = self.json("--year", "2025", "--country", "LA")["days"]
        self.assertEqual(
            [int(month) for month in re.findall(r"^Month (\d+)/2025$", out,
                                                re.M)],
            sorted({day(one["date"]).month for one in days}))

    def test_ics(self):
        path = self.folder("lich.ics")
        said = json.loads(self.must("--year", "2025", "--ics", path,
                                    "--json"))
        with open(path, "rb") as file:
            data = file.read()
        calendar = Ics(data)
        days = self.json("--year", "2025")["days"]
        self.assertEqual(said, {"file": path, "events": len(days)})
        self.assertEqual(len(calendar.events), len(days))
        self.assertEqual(len({event["UID"] for event in calendar.events}),
                         len(days))
        for event, one in zip(calendar.events, days):
            self.assertEqual(event["DTSTART"], day(one["date"]))
            self.assertEqual(event["DTEND"],
                             day(one["to"]) + datetime.timedelta(1))
            self.assertEqual(event["TRANSP"], "TRANSPARENT")
            self.assertEqual(event["CATEGORIES"], one["kind"])
            self.assertTrue(event["SUMMARY"].startswith(one["name_en"]))
        # The same again, but for the stamp.
        self.must("--year", "2025", "--ics", path)
        with open(path, "rb") as file:
            again = Ics(file.read())
        for left, right in zip(calendar.events, again.events):
            self.assertEqual({**left, "DTSTAMP": ""},
                             {**right, "DTSTAMP": ""})
        for broken in (data.replace(b"\r\n", b"\n"), data[:-2],
                       data.replace(b"END:VEVENT\r\n", b"", 1),
                       data.replace(b"SUMMARY:", b"SUMMARY:" + b"x" * 75, 1),
                       data.replace(b"SUMMARY:", b"SUMMARY:,", 1),
                       data.replace(b"20250129\r\n", b"20250229\r\n", 1)):
            with self.assertRaises(ValueError):  # the parser is strict
                Ics(broken)

    def test_hostile(self):
        path = self.folder("no", "lich.ics")
        cases = [
            (2, ["--year", "25"]), (2, ["--year", "2200"]),
            (2, ["--year", "1899"]), (2, ["--year", "2025x"]),
            (2, ["--year", ""]), (2, ["--days", "0"]), (2, ["--days", "-1"]),
            (2, ["--days", "367"]), (2, ["--days", "6 0"]),
            (2, ["--days", "99999999999999999999"]), (2, ["--days", ""]),
            (2, ["--from", "2025-02-29"]), (2, ["--from", "01/02/2025"]),
            (2, ["--from", ""]), (2, ["--from", "1899-12-31"]),
            (2, ["--from", "2199-12-31", "--days", "2"]),
            (2, ["--year", "2025", "--days", "60"]),
            (2, ["--year", "2025", "--from", "2025-01-01"]),
            (2, ["--country", "XX"]), (2, ["--country", ""]),
            (2, ["--country", "LA,,KH"]), (2, ["--country", "Atlantis"]),
            (2, ["--country", b"\xff\xff"]), (2, ["--country", "x" * 9999]),
            (2, ["LA"]), (2, ["--lunar", "LA"]),
            (2, ["--lunar", "--days", "60"]), (2, ["--lunar", "--ics", "x"]),
            (2, ["--lunar", "--country", "LA"]), (2, ["--lunar", "--from",
                                                     "2025-01-01"]),
            (2, ["--lunar", "--year", "2200"]), (2, ["--author", "x"]),
            (1, ["--year", "2025", "--ics", path]),
            (1, ["--year", "2025", "--ics", self.folder.path]),
            (1, ["--from", "2025-11-19", "--days", "1", "--country", "LA",
                 "--ics", self.folder("leer.ics")]),
        ]
        for code, words in cases:
            done = run(self.folder.path, *words)
            said = [line for line in
                    done.stderr.decode(errors="replace").splitlines()
                    if line and not line.startswith("usage:")]
            with self.subTest(words=words):
                self.assertEqual(done.returncode, code, said)
                self.assertEqual(len(said), 1, said)
                self.assertTrue(said[0].startswith("nhipcau: "), said)
                self.assertEqual(done.stdout, b"")
        self.assertEqual(os.listdir(self.folder.path), [])


class Joined(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = harness.Cluster("thu")
        cls.client = cls.cluster.client("thu")
        add = cls.client.add
        cls.laos = add("Gặp mặt nhân Quốc khánh nước bạn; \\ , ;\nvà hai "
                       "dòng", countries="Lào")
        cls.cambodia = add("Gặp mặt nhân ngày Quốc khánh nước bạn",
                           country_words="Vương quốc Campuchia")
        cls.women = add("Giao lưu nhân ngày Quốc tế Phụ nữ 8/3")
        cls.japan = add("Kỷ niệm 51 năm thiết lập quan hệ ngoại giao Việt Nam "
                        "- Nhật Bản (21/9/1973 - 21/9/2024)",
                        countries="Nhật Bản")

    @classmethod
    def tearDownClass(cls):
        cls.cluster.end()

    def days(self, *words):
        said = self.client.json("calendar", *words)
        self.assertTrue(said["joined"])
        return {one["name_vi"]: one for one in said["days"]}

    def test_countries_of_the_plan(self):
        self.assertEqual({one["country"] for one in
                          self.days("--year", "2024").values()},
                         {"LA", "JP", "KH", "VN", None})
        # Nothing is planned for that year: all countries.
        self.assertIn("Quốc khánh Cuba", self.days("--year", "2023"))
        self.assertIn("Quốc khánh Cuba",
                      self.days("--year", "2024", "--country", "CU"))

    def test_what_is_planned(self):
        days = self.days("--year", "2024")
        planned = {name: [item["id"] for item in one["planned"]]
                   for name, one in days.items() if one["planned"]}
        self.assertEqual(planned, {
            "Quốc khánh Lào": [self.laos],
            "Quốc khánh Campuchia": [self.cambodia],
            "Ngày Quốc tế Phụ nữ": [self.women],
            "Thiết lập quan hệ ngoại giao Việt Nam - Nhật Bản": [self.japan],
        })
        # Of another year's days nothing is.
        for one in self.days("--from", "2025-01-01", "--days",
                             "366").values():
            self.assertEqual(one["planned"], [])

    def test_table_says_what_is_open(self):
        out = self.client.must("calendar", "--year", "2024").out
        self.assertIn("nothing planned", out)
        self.assertRegex(out, r"08/3 .*Giao lưu nhân ngày Quốc tế Phụ nữ 8/3")
        self.assertRegex(out, r"Days: \d+; with nothing planned: \d+\.")

    def test_ics_has_the_plan(self):
        path = self.cluster.folder("lich.ics")
        self.client.must("calendar", "--year", "2024", "--ics", path)
        with open(path, "rb") as file:
            events = {event["UID"]: event for event in Ics(file.read()).events}
        self.assertIn("\n- Gặp mặt nhân Quốc khánh nước bạn; \\ , ;\nvà hai "
                      "dòng",
                      events["national-day-la-2024@nhipcau"]["DESCRIPTION"])

    def test_a_home_without_a_union(self):
        home = self.cluster.folder("half")
        os.mkdir(home)
        client = harness.Client(home)
        self.assertFalse(client.json("calendar", "--year", "2024")["joined"])


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
