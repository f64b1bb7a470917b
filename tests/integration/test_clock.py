#!/usr/bin/python3
"""Clocks that are wrong: what they say of who vouches, and who is told to set
which.

usage: test_clock.py BIN_DIR
"""
import os
import sqlite3
import sys
import time
import unittest

import harness

DAY = 86400
FAR = 9000 * 365 * DAY


class Clocks(unittest.TestCase):
    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh", "hue")
        self.addCleanup(self.cluster.end)
        self.hub = self.cluster.hub
        self.desk = self.cluster.client("ha-tinh")
        self.other = self.cluster.client("hue")

    @staticmethod
    def latest(program):
        return program.sql(
            "SELECT coalesce(max(time_s), 0) FROM witness")[0][0]

    def plausible(self, program):
        self.assertLess(self.latest(program), time.time() + DAY)

    def off(self, program, seconds):
        return type(program)(program.home, harness.clock_off(seconds))

    def test_one_that_is_far_ahead_does_not_vouch(self):
        ahead = self.off(self.desk, FAR)
        ahead.must_sync()
        ahead.must("device", "rotate")
        ahead.add("viết vào năm một vạn")
        ahead.must_sync()
        self.other.must_sync()
        self.assertIn("viết vào năm một vạn", self.desk.texts())
        for program in (self.desk, self.other, self.hub):
            self.plausible(program)
        # Right again, it vouches as others do.
        self.desk.must_sync()
        self.other.must_sync()
        for program in (self.desk, self.other, self.hub):
            self.assertEqual(program.json("receipt")["vouched"], 2)
            self.plausible(program)

    def poison(self, program, device):
        """As programs left it that believed every clock."""
        store = sqlite3.connect(os.path.join(program.home, "store.db"))
        with store:
            done = store.execute(
                "UPDATE witness SET time_s = ? WHERE device = ?",
                (int(time.time()) + FAR, bytes.fromhex(device))).rowcount
        store.close()
        self.assertEqual(done, 1)

    def test_what_one_said_once_goes_with_its_union_s_next(self):
        second = self.cluster.client("ha-tinh")
        for client in (self.desk, second, self.other) * 2:
            client.must_sync()
        device = second.json("status")["device"]["id"]
        self.hub.stop()
        for program in (self.hub, self.desk, self.other):
            self.poison(program, device)
            self.assertGreater(self.latest(program), time.time() + DAY)
        self.hub.serve()
        # Another of that union vouches, a day later by its clock.
        self.off(self.desk, DAY - 3600).must_sync()
        self.other.must_sync()
        for program in (self.hub, self.desk, self.other):
            self.plausible(program)

    def test_either_clock_may_be_the_wrong_one(self):
        self.hub.stop()
        behind = self.off(self.hub, -20 * 365 * DAY)
        behind.port = self.hub.port
        behind.serve()
        self.addCleanup(lambda: behind.is_serving() and behind.kill())
        result = self.desk.must("sync")
        self.assertIn("one of the two is wrong", result.err)
        self.assertIn("tell the hub's keeper", result.err)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
