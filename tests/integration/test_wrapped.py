#!/usr/bin/env python3
"""Reads plans that a margin cut into lines and compares them with the whole.

usage: test_wrapped.py BIN_DIR SHARED_DIR
Wraps a plan of traps, each of examples/plans and, where SHARED_DIR is there,
the cluster's real plan at several widths, and runs `nhipcau read plan --json`
on each: unions, sections, levels and words must be those of the plan that was
not wrapped. At every width no word may be lost: all that the file has and the
reading has not are the bullets and numbers that the whole has not either.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unicodedata

SEED = "seeds/004_574ea586c3fff697.txt"
EXAMPLES = pathlib.Path(__file__).parents[2] / "examples" / "plans"
WIDTHS = (60, 66, 72, 80, 90)
TRAPS = """LIÊN HIỆP CÁC TỔ CHỨC HỮU NGHỊ TỈNH VĨNH LONG
a. Công tác hòa bình, đoàn kết, hữu nghị
- Gặp mặt nhân ngày thành lập Hội vào sáng 12/5/2026 tại Vĩnh Long và trao 30 \
suất quà, mỗi suất 1.500.000 đồng.
- Cùng Sở Ngoại vụ, Hội hữu nghị Việt - Nga và Hội hữu nghị Việt - Lào mở 02 \
buổi tọa đàm trong quý II. Sau đó báo cáo Thường trực Tỉnh ủy và Ủy ban nhân \
dân tỉnh. Việc chuẩn bị làm xong trong tháng 3. Kinh phí do tỉnh cấp.
- Đón khoảng 12 đoàn với 150 lượt người, trong đó có 05 đoàn Hàn Quốc, 03 đoàn \
Nhật Bản (từ 10/3/2026 - 15/3/2026) và vài đoàn khác của ASEAN.
b. Công tác phi chính phủ nước ngoài
- Vận động viện trợ giai đoạn 2025 - 2026 theo ba bước: (1) lập danh mục; (2) \
gặp các tổ chức phi chính phủ; (3) ký kết và thực hiện trong năm.
"""


def read_plan(binary, text):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(text)
        file.flush()
        output = subprocess.run([binary, "read", "plan", file.name, "--json"],
                                check=True, stdout=subprocess.PIPE).stdout
    return json.loads(output)


def printed(text):
    return " ".join(text.split())


def outline_of(plan):
    """All that was read, in order, without the lines' numbers."""
    lines = []
    for union in plan["unions"]:
        lines.append(("union", printed(union["name"])))
        lines += [("lead", printed(lead)) for lead in union["lead"]]
        for section in union["sections"]:
            lines.append(("section", printed(
                section["letter"] + " " + section["heading"])))
            lines += [("lead", printed(lead)) for lead in section["lead"]]
            lines += [(item["level"], printed(item["text"]))
                      for item in section["items"]]
    return lines + [("left out", printed(left["text"]))
                    for left in plan["left_out"]]


def lost_words(text, outline):
    """Words of the file that were not read: numbers of unions and items.
    Bullets are no words; what closes a word is not looked at."""
    def words(of):
        bare = (word.strip(".:;)(") for word in of.split())
        return collections.Counter(
            word for word in bare if any(c.isalnum() for c in word))
    return words(text) - words(" ".join(line for _, line in outline))


def wrap(text, width):
    return "\n".join(textwrap.fill(line, width, break_on_hyphens=False,
                                   break_long_words=False)
                     for line in text.split("\n"))


def compare(binary, name, text, widths):
    wrong = []
    whole = outline_of(read_plan(binary, text))
    lost = lost_words(text, whole)
    for width in range(min(widths), max(widths) + 1):
        wrapped = wrap(text, width)
        found = outline_of(read_plan(binary, wrapped))
        if lost_words(wrapped, found) != lost:
            wrong.append("%s at %d loses %s, not %s" % (
                name, width, lost_words(wrapped, found), lost))
        if width in widths and found != whole:
            other = [pair for pair in zip(whole, found) if pair[0] != pair[1]]
            wrong.append("%s at %d: %d lines, found %d; first %s" % (
                name, width, len(whole), len(found), other[:1]))
    return wrong


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    binary = pathlib.Path(sys.argv[1]).resolve() / "nhipcau"
    seed = pathlib.Path(sys.argv[2]) / SEED
    wrong = compare(binary, "traps", TRAPS, range(56, 91))
    plans = sorted(EXAMPLES.glob("*.txt"))
    if not plans:
        wrong.append("no plans in %s" % EXAMPLES)
    if seed.is_file():
        plans.append(seed)
    else:
        print("SKIPPED: no %s" % seed)
    for path in plans:
        # Letters typed apart from their marks count as one, as in columns.
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
        wrong += compare(binary, path.name, text, WIDTHS)
    print("\n".join(wrong + ["%d plans wrapped" % (len(plans) + 1)]))
    return 1 if wrong else 0


sys.exit(main())
