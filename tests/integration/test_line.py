#!/usr/bin/python3
"""Bad lines: a client with offline work syncs through tests/integration/line.py
with a hub, from 9,600 bit/s to 100 Mbit/s, with cuts, deaths and black holes.
The sync ends by itself once the line allows it, both sides agree, and nothing
is sent again that the hub had acknowledged.

How that last is measured: `sync --json` tells how many change-sets it put into
requests that were answered (`answered`), and how far the hub's acknowledgement
came forward by those answers (`sent`). A change-set put into a request after
its acknowledgement arrived moves nothing forward: then answered > sent. And
the sum of `sent` over all invocations is the number of change-sets written
here: an acknowledgement that was lost or forgotten between two would be
counted twice. The hub's log, from its side, has appended each once.

The lines are slow, not the machine: all are tried at the same time.
"""
import concurrent.futures
import json
import os
import random
import signal
import string
import subprocess
import sys
import threading
import time
import unittest

import harness
from line import Line

SEED = 20241202
PLANS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                     "examples", "plans")
UNION = "Liên hiệp các tổ chức hữu nghị tỉnh Quảng Nam"
# Invocations that may fail before the line is called impassable. A hang
# guard, like all numbers of times here.
TRIES = 60
# What a sync may end with on a bad line.
PASSING = ("ok", "unreachable", "wrong-hub", "busy")


class Office:
    """A hub, a line, and two desks of one union behind it."""

    def __init__(self, seed):
        self.seed = seed
        self.generator = random.Random(seed)
        self.folder = harness.Folder()
        self.hub = harness.Hub(self.folder("hub"))
        self.line = Line(("127.0.0.1", self.hub.port), seed)
        self.processes = []
        self.said = []
        self.written = 0

    def open(self):
        self.hub.must("init", "--name", "Cụm thử", "--listen",
                      self.hub.address, "--address",
                      "tcp://127.0.0.1:%d" % self.line.port)
        self.hub.must("union", "add", "quang-nam", UNION)
        self.hub.serve()
        self.desk, self.other = self.join("một"), self.join("hai")

    def join(self, name):
        client = harness.Client(self.folder("desk-" + name))
        client.must("join", self.hub.invite("quang-nam"), "--device",
                    "máy " + name)
        return client

    def write(self, client, count):
        """An import, new items, edits and a deletion: so many change-sets.
        Those of the first desk are counted for what it has to send."""
        before = self.written_by(client)
        client.must("import", "plan", os.path.join(PLANS, "quang-nam.txt"),
                    "--year", "2024")
        ids = [item["id"] for item in client.items()]
        for number in range(count - (self.written_by(client) - before)):
            if number % 4 == 3:
                client.must("edit", self.generator.choice(ids),
                            "place=nơi thứ %d" % number)
            else:
                ids.append(client.add("việc %d của %s: đón đoàn %d người" % (
                    number, os.path.basename(client.home),
                    self.generator.randrange(1000))))
        return self.written_by(client) - before

    def written_by(self, client):
        return client.sql("SELECT coalesce(sum(sequence), 0) FROM stream "
                          "WHERE device = ?", self.device(client))[0][0]

    @staticmethod
    def device(client):
        return bytes.fromhex(client.json("status")["device"]["id"])

    def note(self, said):
        """One invocation's JSON: it may fail, in some ways, and never sends
        twice what was acknowledged."""
        self.said.append(said)
        if said["result"] not in PASSING or \
                said["agrees"] != (said["result"] == "ok"):
            raise AssertionError(said)
        if said["answered"] > said["sent"]:
            raise AssertionError("sent again after its acknowledgement: %s" %
                                 said)

    def sync(self, client):
        """`sync`, again and again, until it worked."""
        for _ in range(TRIES):
            said = client.sync()
            self.note(said)
            if said["result"] == "ok":
                return
            if said["stderr"].count("\n") != 1:
                raise AssertionError("not one sentence: " + said["stderr"])
        raise AssertionError("%d syncs failed over %s" % (TRIES, self.line))

    def write_large(self, client):
        """One change-set that no batch can be made smaller than, and that
        does not compress: 38 s at 9,600 bit/s."""
        client.add("".join(self.generator.choices(
            string.ascii_letters + string.digits, k=60_000)))
        return 1

    def start_watch(self, client):
        process = subprocess.Popen(
            client.arguments("sync", "--watch", "1s", "--json"),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=harness.environment(self.folder.path))
        self.processes.append(process)
        return process

    def watch(self, client, meanwhile=lambda: None):
        """`sync --watch` until it worked, ended by SIGTERM: exit 0."""
        process = self.start_watch(client)
        meanwhile()
        guard = threading.Timer(harness.GUARD_S, process.kill)
        guard.start()
        for line in process.stdout:
            said = json.loads(line)
            self.note(said)
            if said["result"] == "ok":
                break
        else:
            raise AssertionError("the watch ended, or hung: %s over %s" %
                                 (process.wait(), self.line))
        guard.cancel()
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=harness.GUARD_S)
        for line in rest.splitlines():
            self.note(json.loads(line))
        if process.returncode != 0:
            raise AssertionError("a stopped watch: %d" % process.returncode)

    def check(self, written, sent):
        """Both sides hold and show the same, each change-set sent once."""
        if sent != written:
            raise AssertionError("%d change-sets written, %d acknowledged" %
                                 (written, sent))
        device = self.device(self.desk)
        at_hub = self.hub.sql(
            "SELECT count(*), max(log.sequence) FROM log JOIN stream "
            "ON stream.number = log.stream WHERE stream.device = ?", device)
        if at_hub != [(written, written)]:
            raise AssertionError("at the hub: %s" % at_hub)
        plans = [program.json("report", "plan", "--year", "2024", "--union",
                              "quang-nam") if program is self.hub else
                 program.json("report", "plan", "--year", "2024")
                 for program in (self.hub, self.desk, self.other)]
        if plans[0] != plans[1] or plans[0] != plans[2]:
            raise AssertionError("the plans differ")
        digests = [program.sql("SELECT union_id, digest FROM scope "
                               "WHERE number IN (SELECT scope FROM plan_item)")
                   for program in (self.hub, self.desk, self.other)]
        if digests[0] != digests[1] or digests[0] != digests[2]:
            raise AssertionError("the digests differ")
        status = self.desk.json("status")
        if status["unsent"] != 0 or status["last_sync"]["result"] != "ok":
            raise AssertionError(status)
        for program in (self.hub, self.desk, self.other):
            program.must("verify")

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()
        if self.hub.is_serving():
            self.hub.kill()
        self.line.close()
        self.folder.remove()


def over(count, other_count, seed, work, large=False, **line):
    """Both desks write with the line as it should be; then it turns bad, work
    gets the first desk through, and both sides are compared. What happened,
    as a line of text."""
    office = Office(seed)
    try:
        office.open()
        other = office.write(office.other, other_count) if other_count else 0
        written = office.write(office.desk, count)
        if large:
            other += office.write_large(office.other)
            written += office.write_large(office.desk)
        if other:
            office.other.must_sync()
        office.line.set(**line)
        begun = time.monotonic()
        office.said.clear()
        work(office)
        sent = sum(said["sent"] for said in office.said)
        again = sum(said["offered"] - said["answered"]
                    for said in office.said)
        received = sum(said["received"] for said in office.said)
        failed = sum(said["result"] != "ok" for said in office.said)
        took = time.monotonic() - begun
        office.line.set(bits=100_000_000, delay_s=0, jitter_s=0, cut=0,
                        after=None)
        office.other.must_sync()
        office.check(written, sent)
        if line.get("cut") and not office.line.struck:
            raise AssertionError("nothing was cut: %s" % office.line)
        if received < other:
            raise AssertionError("received %d of %d" % (received, other))
        return ("%d sent, %d received in %.0f s; %d syncs failed, %d "
                "change-sets in requests that were lost; %s" % (
                    sent, received, took, failed, again, office.line))
    finally:
        office.end()


def plain(office):
    office.sync(office.desk)


def watching(office):
    office.watch(office.desk)


def dead_for_a_while(office):
    """It dies with a request under way, stays dead for longer than the client
    waits, refuses for a while, and comes back: the watch goes on by itself."""
    def meanwhile():
        harness.until(lambda: office.line.carried["up"] > before + 2000,
                      "the sync has begun")
        office.line.die()
        time.sleep(33)
        office.line.refuse()
        time.sleep(2)
        office.line.heal()
    before = office.line.carried["up"]
    office.watch(office.desk, meanwhile)
    if not office.line.connections > 3:
        raise AssertionError("it never connected anew: %s" % office.line)


def black_hole(office):
    """Each connection stalls after so many bytes: the client must notice, and
    take another. Each time costs it half a minute."""
    office.line.struck.clear()
    said = office.desk.sync()
    office.note(said)
    if said["result"] != "ok":
        raise AssertionError("it did not take another: %s" % said)
    if not office.line.struck.get("stall"):
        raise AssertionError("no connection stalled: %s" % office.line)


def stopped(office):
    """A watch that waits for an answer over a dead line ends when it is told
    to, and says so; what is left is sent by the next sync."""
    before = office.line.carried["up"]
    process = office.start_watch(office.desk)
    harness.until(lambda: office.line.carried["up"] > before + 2000,
                  "the sync has begun")
    office.line.die()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=harness.GUARD_S)
    said = json.loads(out)
    office.note(said)
    if process.returncode != 0 or "was stopped" not in said["message"]:
        raise AssertionError("exit %d: %s" % (process.returncode, said))
    office.line.heal()
    office.sync(office.desk)


# name → (change-sets of this desk, of the other, how, the line)
LINES = {
    "9600_late": (6, 4, plain, {"bits": 9600, "delay_s": 2.0}),
    "9600_watch": (6, 4, watching, {
        "bits": 9600, "delay_s": 0.5, "jitter_s": 0.5}),
    "9600_large": (1, 0, plain, {
        "bits": 9600, "delay_s": 0.1, "large": True}),
    "64k_cut": (80, 40, plain, {
        "bits": 64_000, "delay_s": 0.1, "jitter_s": 0.1, "cut": 0.1,
        "every": 1024}),
    "1m_cut": (120, 60, watching, {
        "bits": 1_000_000, "delay_s": 0.02, "jitter_s": 0.02, "cut": 0.3,
        "every": 2048}),
    "100m_clean": (200, 100, plain, {}),
    "stopped": (60, 0, stopped, {"bits": 64_000}),
    "dead": (60, 0, dead_for_a_while, {"bits": 64_000}),
    "black_hole": (110, 0, black_hole, {"bits": 1_000_000, "after": 16_000}),
}


class Lines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("seed %d" % harness.OPTIONS.seed, flush=True)
        cls.pool = concurrent.futures.ThreadPoolExecutor(len(LINES))
        cls.runs = {}
        wanted = harness.OPTIONS.tests
        for number, (name, (count, other, how, line)) in enumerate(
                LINES.items()):
            if not wanted or "Lines" in wanted or \
                    "Lines.test_" + name in wanted:
                cls.runs[name] = cls.pool.submit(
                    over, count, other, harness.OPTIONS.seed + number, how,
                    **line)

    @classmethod
    def tearDownClass(cls):
        cls.pool.shutdown()


def add_test(name):
    def test(self):
        print(self.runs[name].result(), end=" … ", flush=True)
    setattr(Lines, "test_" + name, test)


for each in LINES:
    add_test(each)


def options(parser):
    parser.add_argument("--seed", type=int, default=SEED)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__], options))
