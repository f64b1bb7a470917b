#!/usr/bin/env python3
"""Imports one union's plan again and again: what came, went, came back.

usage: test_import.py BIN_DIR
"""
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

HEAD = "1. Liên hiệp các tổ chức hữu nghị thành phố Hải Phòng\n"
NAME = "Liên hiệp các tổ chức hữu nghị thành phố Hải Phòng"
V1 = HEAD + "- Một việc\n- Hai bạn Lào\n- Ba đoàn\n- Bốn xã\n- Năm trường\n"
V2 = HEAD + "- Một việc\n- Ba đoàn\n- Bốn xã\n- Năm trường\n"


class Bench:
    def __init__(self, binaries, work):
        self.nc, self.ncd = binaries / "nhipcau", binaries / "nhipcaud"
        self.work, self.home, hub = work, work / "home", work / "hub"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.run(self.ncd, "init", "--home", hub, "--name", "Cụm",
                 "--listen", "tcp://127.0.0.1:%d" % port)
        self.run(self.ncd, "union", "add", "hai-phong", NAME, "--order", "1",
                 "--home", hub)
        invitation = self.run(self.ncd, "invite", "hai-phong", "--home",
                              hub).stdout.strip()
        server = subprocess.Popen([self.ncd, "serve", "--home", hub],
                                  stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            self.join(invitation)
        finally:
            server.terminate()
            server.wait()

    def join(self, invitation):
        for _ in range(50):
            if self.run(self.nc, "join", invitation, "--home", self.home,
                        "--device", "máy", status=None).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError("cannot join")

    def run(self, *command, status=0):
        done = subprocess.run([str(word) for word in command],
                              capture_output=True, text=True, check=False)
        if status is not None and done.returncode != status:
            raise AssertionError("%s: %d: %s" % (command, done.returncode,
                                                 done.stderr))
        return done

    def take(self, text, *options, status=0, year="2024"):
        path = self.work / "plan.txt"
        path.write_text(text, encoding="utf-8")
        years = ["--year", year] if year else []
        return self.run(self.nc, "import", "plan", path, *years, "--json",
                        "--home", self.home, *options, status=status)

    def counts(self, text, *options, **named):
        said = json.loads(self.take(text, *options, **named).stdout)
        return tuple(said[word] for word in
                     ("added", "changed", "removed", "kept", "same"))

    def items(self, year="2024"):
        report = json.loads(self.run(
            self.nc, "report", "plan", "--year", year, "--format", "json",
            "--home", self.home).stdout)
        return [item for union in report["unions"]
                for section in union["sections"]
                for item in section["items"]]

    def texts(self, year="2024"):
        return [item["text"] for item in self.items(year)]


def expect(found, expected):
    if found != expected:
        raise AssertionError("expected %r, found %r" % (expected, found))


def removed_comes_back(bench):
    expect(bench.counts(V1), (5, 0, 0, 0, 0))
    first = bench.texts()
    expect(bench.counts(V2), (0, 0, 1, 0, 4))
    expect(bench.counts(V1), (1, 0, 0, 0, 4))
    expect(bench.texts(), first)
    expect(bench.counts(V1), (0, 0, 0, 0, 5))


def deleted_is_told(bench):
    two = next(item for item in bench.items() if item["text"] == "Hai bạn Lào")
    bench.run(bench.nc, "rm", two["id"], "--home", bench.home)
    said = json.loads(bench.take(V1).stdout)
    expect([step["why"] for step in said["steps"]], ["deleted"])


def filled_in_is_kept(bench):
    last = bench.items()[-1]
    bench.run(bench.nc, "edit", last["id"], "result=Xong", "--home",
              bench.home)
    said = json.loads(bench.take(V2.replace("- Năm trường\n", "")).stdout)
    expect([step["why"] for step in said["steps"]], ["filled"])
    expect(bench.texts()[-1], "Năm trường")


def order_is_the_files(bench):
    swapped = HEAD + "- Bốn xã\n- Một việc\n- Ba đoàn\n- Năm trường\n"
    expect(bench.counts(swapped), (0, 1, 0, 0, 3))
    expect(bench.texts(), ["Bốn xã", "Một việc", "Ba đoàn", "Năm trường"])
    expect(bench.counts(V2), (0, 1, 0, 0, 3))
    expect(bench.texts(), ["Một việc", "Ba đoàn", "Bốn xã", "Năm trường"])
    expect(bench.counts(V2), (0, 0, 0, 0, 4))


def another_file_is_refused(bench):
    before = bench.texts()
    for text in ("- Một bản nháp\n- Khác hẳn\n", HEAD + "- Khác hẳn\n"):
        said = bench.take(text, status=None)
        if said.returncode == 0 or "--replace" not in said.stderr:
            raise AssertionError("taken in: %s" % said.stdout)
        expect(bench.texts(), before)
    bench.take(HEAD + "- Khác hẳn\n", "--replace")
    expect(bench.texts()[0], "Khác hẳn")


def year_of_the_title(bench):
    title = "KẾ HOẠCH\nCông tác đối ngoại nhân dân năm 2025\n"
    said = json.loads(bench.take(title + V1, year=None).stdout)
    expect(said["year"], 2025)
    if "2025" not in bench.take(title + V1, year="2026").stderr:
        raise AssertionError("another year is not told")


def left_out_is_told(bench):
    text = HEAD + "- Một\nTrang 3/10\n- Hai\n"
    said = json.loads(bench.take(text, year="2027").stdout)
    expect([out["why"] for out in said["left_out"]], ["page-number"])


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory(prefix="nhipcau-import-") as work:
        bench = Bench(pathlib.Path(sys.argv[1]), pathlib.Path(work))
        for check in (removed_comes_back, deleted_is_told, filled_in_is_kept,
                      order_is_the_files, another_file_is_refused,
                      year_of_the_title, left_out_is_told):
            check(bench)
            print("ok %s" % check.__name__)
    return 0


sys.exit(main())
