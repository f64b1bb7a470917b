#!/usr/bin/env python3
"""What a person types into fields, read as offices write it: dates at every
precision, ranges, lunar days, numbers, money, countries, values of lists,
labels for names of fields, short ids; and what is refused, with a sentence
that shows how to write it. The real program, in a home that has joined.

usage: test_entry.py BIN_DIR
"""
import sys
import unittest

import harness

TITLE = "title=Gặp mặt"
KINDS = {
    "activity": ["year=2025", TITLE, "kind=meeting"],
    "delegation": ["year=2025", TITLE, "direction=in"],
    "aid": ["year=2025", TITLE, "form=project"],
    "plan-item": ["year=2025", "area=friendship", "text=Gặp mặt"],
    "target": ["year=2025", TITLE, "indicator=delegations-in"],
    "congress": ["year=2025", TITLE, "kind=regular"],
    "legal-ref": ["symbol=80/2020/NĐ-CP"],
}

# The words typed for a field, and what the record then holds: the field, and
# those beside it that the words speak of as well.
DATES = [
    ("15/4/2025", {"when": "2025-04-15"}),
    ("2025-04-15", {"when": "2025-04-15"}),
    ("2025-04", {"when": "2025-04"}),
    ("2025-Q2", {"when": "2025-Q2"}),
    ("2025-H1", {"when": "2025-H1"}),
    ("2025", {"when": "2025"}),
    ("năm 2025", {"when": "2025"}),
    # The day stands before the month, always.
    ("04/05/2025", {"when": "2025-05-04"}),
    ("12-4-2025", {"when": "2025-04-12"}),
    ("12.4.2025", {"when": "2025-04-12"}),
    (" 15/4/2025 ", {"when": "2025-04-15"}),
    ("15/4", {"when": "2025-04-15"}),
    ("ngày 15 tháng 4 năm 2025", {"when": "2025-04-15"}),
    ("ngày 15/4/2025", {"when": "2025-04-15"}),
    ("vào ngày 15/4/2025", {"when": "2025-04-15"}),
    ("ngay 15/4/2025", {"when": "2025-04-15"}),
    ("tháng 4/2025", {"when": "2025-04"}),
    ("thang 4 nam 2025", {"when": "2025-04"}),
    ("4/2025", {"when": "2025-04"}),
    ("tháng 4", {"when": "2025-04"}),
    ("tháng tư năm 2025", {"when": "2025-04"}),
    ("THÁNG 4/2025", {"when": "2025-04"}),
    ("quý II/2025", {"when": "2025-Q2"}),
    ("Quý 2/2025", {"when": "2025-Q2"}),
    ("quy II/2025", {"when": "2025-Q2"}),
    ("quý II", {"when": "2025-Q2"}),
    ("quý II, III/2025", {"when": "2025-Q2", "until": "2025-Q3"}),
    ("quý II hoặc quý III/2025",
     {"when": "2025-Q2", "until": "2025-Q3",
      "when_words": "quý II hoặc quý III/2025"}),
    ("6 tháng đầu năm 2025", {"when": "2025-H1"}),
    ("6 tháng cuối năm 2025", {"when": "2025-H2"}),
    ("01 - 06/12/2025", {"when": "2025-12-01", "until": "2025-12-06"}),
    ("15-17/4/2025", {"when": "2025-04-15", "until": "2025-04-17"}),
    ("28/4 – 02/5/2025", {"when": "2025-04-28", "until": "2025-05-02"}),
    ("30/12/2025 - 02/01/2026",
     {"when": "2025-12-30", "until": "2026-01-02"}),
    ("cuối tháng 11/2025",
     {"when": "2025-11-21", "until": "2025-11-30",
      "when_words": "cuối tháng 11/2025"}),
    ("dự kiến tháng 4/2025",
     {"when": "2025-04", "when_words": "dự kiến tháng 4/2025"}),
    ("sáng 15/4/2025",
     {"when": "2025-04-15", "when_words": "sáng 15/4/2025"}),
    ("mùng 10 tháng 3 âm lịch năm 2025",
     {"when": "2025-04-07",
      "when_words": "mùng 10 tháng 3 âm lịch năm 2025"}),
    ("rằm tháng Bảy năm 2025",
     {"when": "2025-09-06", "when_words": "rằm tháng Bảy năm 2025"}),
    ("mùng 3 tháng Giêng năm Ất Tỵ",
     {"when": "2025-01-31", "when_words": "mùng 3 tháng Giêng năm Ất Tỵ"}),
]

NO_DATES = [
    "31/6/2025", "29/2/2025", "5/13/2025", "2025/4/15", "hôm nay",
    "khi có thông báo", "tháng 13/2025", "quý V/2025", "2/9 và 22/12/2025",
    "quý I, IV/2025", "15/4/2025-13/4/2025", "13/8/1926 - 13/8/2023",
    "trước 15/4/2025", "từ 15/4/2025", "tới 15/4/2025", "sau 15/4/2025",
    "không phải 15/4/2025", "Quý Mão 2024", "9 tháng đầu năm 2025",
    "thập niên 1990", "2025-02-30", "2025-4-5", "-", "20", "April 2025",
]

# entity, field=words, what the record holds
OTHERS = [
    ("activity", "people=05", {"people": 5}),
    ("activity", "people=1.500", {"people": 1500}),
    ("activity", "people=1.234.567", {"people": 1234567}),
    ("activity", "people=1500", {"people": 1500}),
    ("activity", "people=120 người", {"people": 120}),
    ("activity", "people=hơn 500",
     {"people": 500, "people_qualifier": "more-than"}),
    ("activity", "people=khoảng 1.200 người",
     {"people": 1200, "people_qualifier": "about"}),
    ("activity", "people=ít nhất 03",
     {"people": 3, "people_qualifier": "at-least"}),
    ("target", "min=05 - 07", {"min": 5, "max": 7}),
    ("target", "min=ít nhất 03",
     {"min": 3, "qualifier": "at-least"}),
    ("congress", "term_from=2025 - 2030",
     {"term_from": 2025, "term_to": 2030}),
    ("aid", "committed=13,8 tỉ đồng",
     {"committed": {"amount": 13800000000, "currency": "VND"}}),
    ("aid", "committed=149.814 USD",
     {"committed": {"amount": 14981400, "currency": "USD"}}),
    ("aid", "committed=25 triệu đồng",
     {"committed": {"amount": 25000000, "currency": "VND"}}),
    ("aid", "committed=2.624 tỷ đồng",
     {"committed": {"amount": 2624000000000, "currency": "VND"}}),
    ("activity", "countries=Lào", {"countries": ["LA"]}),
    ("activity", "countries=lao; Han Quoc", {"countries": ["LA", "KR"]}),
    ("activity", "countries=LA; KH", {"countries": ["LA", "KH"]}),
    ("activity", "countries=Lào và Thái Lan", {"countries": ["LA", "TH"]}),
    ("activity", "countries=Japan, France", {"countries": ["JP", "FR"]}),
    # NGA is Nigeria's code, and Nga is Russia's name.
    ("activity", "countries=Nga", {"countries": ["RU"]}),
    ("activity", "countries=Mỹ", {"countries": ["US"]}),
    ("activity", "countries=MY", {"countries": ["MY"]}),
    ("activity", "countries=Hoa Kỳ", {"countries": ["US"]}),
    ("activity", "status=đã thực hiện", {"status": "done"}),
    ("activity", "status=DA THUC HIEN", {"status": "done"}),
    ("activity", "status=under way", {"status": "running"}),
    ("activity", "status=done", {"status": "done"}),
    ("delegation", "status=hoãn", {"status": "postponed"}),
    ("activity", "mode=trực tuyến", {"mode": "online"}),
    ("activity", "thời gian=15/4/2025", {"when": "2025-04-15"}),
    ("activity", "Thoi gian=tháng 4/2025", {"when": "2025-04"}),
    ("activity", "Địa điểm=Hội An", {"place": "Hội An"}),
    ("activity", "Countries=Lào", {"countries": ["LA"]}),
    ("activity", "Thời gian (nguyên văn)=đầu xuân",
     {"when_words": "đầu xuân"}),
    ("plan-item", "Tình trạng=đang thực hiện", {"status": "running"}),
    ("aid", "cam kết=13,8 tỉ đồng",
     {"committed": {"amount": 13800000000, "currency": "VND"}}),
    ("legal-ref", "Ngày=08/7/2020", {"date": "2020-07-08"}),
    ("legal-ref", "date=ngày 8 tháng 7 năm 2020", {"date": "2020-07-08"}),
    ("activity", "when=", {}),
]

REFUSED = [
    ("activity", "people=1,500", "1.500"),
    ("activity", "people=13,8", "1.500"),
    ("activity", "people=05 - 07", "1.500"),
    ("activity", "people=nhiều", "1.500"),
    ("activity", "people=-5", "from 0"),
    ("activity", "year=2.025", "năm 2025"),
    ("aid", "committed=149.814", "149.814 USD"),
    ("aid", "committed=hơn 13 tỉ đồng", "149.814 USD"),
    ("aid", "committed=3,286 USD", "149.814 USD"),
    ("target", "min=500 triệu đồng", "1.500"),
    ("activity", "countries=my", "MY"),
    ("activity", "countries=NGA", "Nga"),
    ("activity", "countries=Lào Cai", "Lào, Hàn Quốc or LA"),
    ("activity", "countries=XX", "XX"),
    ("activity", "status=gần xong", "đã thực hiện"),
    ("legal-ref", "date=01 - 06/12/2025", "one date"),
    ("activity", "thời tiết=15/4/2025", "--help"),
    ("activity", "=15/4/2025", "--help"),
    ("activity", "plan_item=lào", "0190ab12"),
    ("activity", "plan_item=ffffffff", "ffffffff"),
]


class Entry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = harness.Cluster("ha-tinh")
        cls.client = cls.cluster.client("ha-tinh")

    @classmethod
    def tearDownClass(cls):
        cls.cluster.end()

    def words(self, entity, *words):
        """What the kind needs, save what the words give."""
        given = {word.split("=")[0] for word in words}
        return ["add", entity, *words,
                *[word for word in KINDS[entity]
                  if word.split("=")[0] not in given]]

    def fields(self, record):
        return self.client.json("show", record)["fields"]

    def add(self, entity, *words):
        return self.client.json(*self.words(entity, *words))["id"]

    def refused(self, *words):
        result = self.client.run(*words)
        self.assertEqual(result.code, 1, str(result))
        self.assertEqual(result.err.count("\n"), 1, result.err)
        self.assertEqual(result.out, "")
        return result.err

    def test_dates(self):
        for typed, held in DATES:
            with self.subTest(typed):
                fields = self.fields(self.add("activity", "when=" + typed))
                self.assertEqual({name: fields[name] for name in
                                  ("when", "until", "when_words")
                                  if name in fields}, held)

    def test_what_is_no_date_is_refused_with_two_right_forms(self):
        for typed in NO_DATES:
            with self.subTest(typed):
                said = self.refused(*self.words("activity", "when=" + typed))
                self.assertIn("/2025", said)
                self.assertGreaterEqual(
                    sum(form in said for form in
                        ("15/4/2025", "tháng 4/2025", "quý II/2025",
                         "15 - 17/4/2025", "02/5/2025")), 2, said)

    def test_a_day_without_a_year_needs_one(self):
        self.assertIn("year=", self.refused(
            "add", "legal-ref", "symbol=1", "date=15/4"))

    def test_other_values(self):
        for entity, word, held in OTHERS:
            with self.subTest(word):
                fields = self.fields(self.add(entity, word))
                before = {name.split("=")[0] for name in KINDS[entity]}
                self.assertEqual({name: value for name, value in fields.items()
                                  if name not in before - held.keys()
                                  and name not in ("rank", "level")}, held)

    def test_refused_with_a_sentence(self):
        for entity, word, words in REFUSED:
            with self.subTest(word):
                self.assertIn(words, self.refused(*self.words(entity, word)))

    def test_given_beside_what_the_words_say(self):
        self.assertIn("until", self.refused(*self.words(
            "activity", "when=01 - 06/12/2025", "until=07/12/2025")))
        fields = self.fields(self.add(
            "activity", "when=01 - 06/12/2025", "until=06/12/2025"))
        self.assertEqual(fields["until"], "2025-12-06")
        fields = self.fields(self.add(
            "activity", "when_words=cuối thu", "when=cuối tháng 11/2025"))
        self.assertEqual(fields["when_words"], "cuối thu")
        self.assertIn("twice", self.refused(*self.words(
            "activity", "when=15/4/2025", "Thời gian=16/4/2025")))

    def test_references_by_short_id(self):
        item = self.add("plan-item")
        activity = self.add("activity")
        digits = item.replace("-", "")[:24]
        for typed in (item, digits, digits.upper()):
            fields = self.fields(self.add("activity", "plan_item=" + typed))
            self.assertEqual(fields["plan_item"], item)
        part = self.client.json(
            "add", "report-part", "year=2025", "kind=annual", "text=Đã làm",
            "about=%s; %s" % (activity, digits))["id"]
        self.assertEqual(self.fields(part)["about"], [activity, item])
        said = self.refused(*self.words(
            "activity", "plan_item=" + activity[:30]))
        self.assertIn("activity", said)
        self.client.must("rm", item)
        self.assertIn("deleted", self.refused(*self.words(
            "activity", "plan_item=" + item[:30])))

    def test_edit_reads_as_add_does(self):
        record = self.add("activity")
        self.client.must("edit", record, "Thời gian=15-17/4")
        fields = self.fields(record)
        self.assertEqual((fields["when"], fields["until"]),
                         ("2025-04-15", "2025-04-17"))
        self.client.must("edit", record, "when=quý III", "until=")
        fields = self.fields(record)
        self.assertEqual(fields["when"], "2025-Q3")
        self.assertNotIn("until", fields)
        self.assertIn("15/4/2025", self.refused(
            "edit", record, "when=khi nào có"))
        self.assertEqual(self.fields(record)["when"], "2025-Q3")
        self.assertEqual(self.client.json(
            "edit", record, "when=quý III/2025")["did"], "nothing")

    def test_an_end_before_its_beginning_is_refused(self):
        self.refused(*self.words(
            "activity", "when=15/4/2025", "until=12/4/2025"))
        record = self.add("activity", "when=10 - 12/4/2025")
        self.assertIn("15 - 17/4/2025",
                      self.refused("edit", record, "when=15/4/2025"))
        self.client.must("edit", record, "when=15/4/2025", "until=")
        self.client.must("edit", record, "until=quý II/2025")
        self.assertEqual(self.fields(record)["until"], "2025-Q2")

    def test_what_stays_beside_is_told(self):
        record = self.add("activity", "when=cuối tháng 4/2025",
                          "people=hơn 500")
        said = self.client.must("edit", record, "when=22/4/2025",
                                "people=520")
        for words in ("(until) stays", "(when_words) stays",
                      "(people_qualifier) stays \"more than\"",
                      "people_qualifier= alone clears it"):
            self.assertIn(words, said.err)
        said = self.client.must("edit", record, "people=khoảng 520",
                                "place=Hội An")
        self.assertEqual(said.err, "")

    def test_list_finds_by_the_same_words(self):
        record = self.add("activity", "when=quý I/2025", "countries=Ai Cập")
        found = self.client.json("list", "activity", "thời gian=quý I/2025",
                                 "countries=ai cap")
        self.assertEqual([at["id"] for at in found], [record])

    def test_what_was_understood_is_shown(self):
        said = self.client.must(*self.words(
            "activity", "when=cuối tháng 11/2025", "people=hơn 500",
            "countries=Lào")).out
        for words in ("(when): 2025-11-21", "(until): 2025-11-30",
                      "(when_words): cuối tháng 11/2025", "(people): 500",
                      "(people_qualifier): more than", "(countries): Laos"):
            self.assertIn(words, said)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
