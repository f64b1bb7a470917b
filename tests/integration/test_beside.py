#!/usr/bin/env python3
"""Two programs have one store open: what one of them has read when the other
writes is of another moment, and no word is lost by it.

usage: test_beside.py BIN_DIR
"""
import fcntl
import os
import pathlib
import signal
import sys
import unittest

import harness

HEAD = "1. Liên hiệp ha-tinh\n"


def beside(program, *words):
    """The same home, where that command comes in between."""
    def prefixed(at):
        prefix = harness.beside(*program.arguments(*words))
        return type(at)(at.home, prefix)
    return prefixed


class Imports(harness.DesksCase):
    """What a person writes while a file is weighed stays."""

    def test_plan(self):
        path = pathlib.Path(self.cluster.folder("plan.txt"))
        path.write_text(HEAD + "- Gặp mặt đầu năm\n- Tiếp đoàn bạn Lào\n")
        take = ("import", "plan", str(path), "--year", "2024", "--json")
        self.a.must(*take)
        one = next(item["id"] for item in self.a.items()
                   if item["fields"]["text"] == "Tiếp đoàn bạn Lào")
        path.write_text(HEAD + "- Gặp mặt đầu năm\n- Tiếp hai đoàn bạn Lào\n")
        meanwhile = beside(self.a, "edit", one, "text=Tiếp đoàn Savannakhet")
        said = meanwhile(self.a).must(*take).json()
        self.assertEqual(
            (said["changed"], said["kept"], said["same"]), (0, 1, 2))
        self.assertIn("Tiếp đoàn Savannakhet", self.a.texts())
        self.assertNotIn("Tiếp hai đoàn bạn Lào", self.a.texts())

    def test_table(self):
        path = pathlib.Path(self.cluster.folder("doan.csv"))
        head = ("Tên đoàn;Nước đến;Thời gian;Số người;"
                "Đoàn ra hay đoàn vào\n")
        row = "Đoàn nhân dân thăm Lào;Lào;12/3/2024;%d;đoàn ra\n"
        path.write_text(head + row % 5)
        take = ("import", "table", str(path), "--entity", "delegation",
                "--year", "2024", "--json")
        self.a.must(*take)
        one = self.a.json("list", "delegation")[0]
        people = next(name for name, value in one["fields"].items()
                      if value == 5)
        path.write_text(head + row % 6)
        meanwhile = beside(self.a, "edit", one["id"], people + "=7")
        meanwhile(self.a).must(*take)
        self.assertEqual(
            self.a.json("list", "delegation")[0]["fields"][people], 7)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
