#!/usr/bin/python3
"""kill -9 of the hub and of clients, in a loop, while people write and sync:
nothing that was acknowledged is missing, nothing is there twice, and the next
sync finishes by itself.

Each round starts, at once, two `add`s and a `sync` at each of three desks
(two of one union), lets them run for a few random milliseconds, and kills the
hub, or some of the clients' processes, or both. The moments are drawn from
--seed; what they hit is the machine's luck.
"""
import random
import signal
import sys
import time
import unittest

import harness

ROUNDS = 100
SEED = 20241202
# Killed within this time of its start, a process is hit anywhere.
MOMENT_MS_MAX = 60


class Desk:
    """A client, and what its user was told."""

    def __init__(self, client, name):
        self.client = client
        self.name = name
        self.count = 0
        self.saved = set()   # `add` said so: exit 0
        self.perhaps = set()  # killed before it could say

    def start_add(self, log):
        self.count += 1
        text = "%s việc %d" % (self.name, self.count)
        process = self.client.start(
            "add", "plan-item", "year=2024", "area=friendship",
            "text=" + text, log=log)
        return text, process

    def start_sync(self, log):
        return self.client.start("sync", log=log)


class Kill(unittest.TestCase):
    sentences = {}  # what clients said on standard error → how often

    def setUp(self):
        self.cluster = harness.Cluster("ha-tinh", "nghe-an")
        self.addCleanup(self.cluster.end)
        self.hub = self.cluster.hub
        self.desks = [Desk(self.cluster.client("ha-tinh"), "An"),
                      Desk(self.cluster.client("ha-tinh"), "Bình"),
                      Desk(self.cluster.client("nghe-an"), "Cúc")]
        self.log = self.cluster.folder("clients.log")
        self.hub_kills = self.client_kills = self.hit = 0
        self.said = {}

    def tail(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read()[-2000:]

    def one_round(self, generator):
        """Starts everything, kills something, waits for the rest."""
        adds, others = [], []
        for desk in self.desks:
            for _ in range(2):
                adds.append((desk,) + desk.start_add(self.log))
            others.append(desk.start_sync(self.log))
        victims = []
        kind = generator.randrange(3)
        if kind != 0:
            everyone = [process for _, _, process in adds] + others
            victims = generator.sample(everyone, generator.randint(1, 5))
        moments = sorted(generator.uniform(0, MOMENT_MS_MAX) / 1000
                         for _ in range(len(victims) + 1))
        # The pause is the blow's random moment, not a wait for anything.
        before = 0
        for moment, victim in zip(moments, victims):
            time.sleep(moment - before)
            before = moment
            if victim.poll() is None:
                self.hit += 1
            victim.kill()
            self.client_kills += 1
        if kind != 1:
            time.sleep(moments[-1] - before)
            self.hub.kill()
            self.hub_kills += 1
            self.hub.serve()
        for desk, text, process in adds:
            code = process.wait(harness.GUARD_S)
            if code == 0:
                desk.saved.add(text)
            elif code == -signal.SIGKILL:
                desk.perhaps.add(text)
            else:
                self.fail("add ended with %d: %s" % (code, self.tail()))
        for process in others:
            code = process.wait(harness.GUARD_S)
            self.said[code] = self.said.get(code, 0) + 1

    def check_replica(self, texts, desks, where):
        """Everything saved once, everything doubtful at most once, and
        nothing else."""
        counts = {}
        for text in texts:
            counts[text] = counts.get(text, 0) + 1
        twice = {text for text, count in counts.items() if count > 1}
        self.assertEqual(twice, set(), where + ": there twice")
        for desk in desks:
            missing = desk.saved - set(counts)
            self.assertEqual(missing, set(), where + ": missing")
        known = set().union(*(desk.saved | desk.perhaps for desk in desks))
        self.assertEqual(set(counts) - known, set(), where + ": from nowhere")

    def hub_texts(self):
        return [text for text, in self.hub.sql("SELECT text FROM plan_item")]

    def check_everywhere(self, where):
        """The next sync of each finishes by itself, and all agree; after a
        second one each has what the others sent in the first."""
        for desk in self.desks + self.desks:
            said = desk.client.sync()
            self.assertEqual(said["result"], "ok",
                             "%s: %s: %s" % (where, desk.name, said))
            self.assertTrue(said["agrees"])
        for desk in self.desks:
            self.check_replica(desk.client.texts(), [
                other for other in self.desks
                if (other.name == "Cúc") == (desk.name == "Cúc")],
                "%s, at %s's desk" % (where, desk.name))
        self.check_replica(self.hub_texts(), self.desks, where + ", at hub")

    def test_kill(self):
        seed, rounds = harness.OPTIONS.seed, harness.OPTIONS.rounds
        print("seed %d, %d rounds" % (seed, rounds), flush=True)
        generator = random.Random(seed)
        for number in range(1, rounds + 1):
            self.one_round(generator)
            self.check_everywhere("round %d" % number)
            if number % 25 == 0:
                for program in [self.hub] + [desk.client
                                             for desk in self.desks]:
                    program.must("verify")
        self.desks[0].client.must_sync()
        self.check_everywhere("end")
        for program in [self.hub] + [desk.client for desk in self.desks]:
            program.must("verify")
        saved = sum(len(desk.saved) for desk in self.desks)
        self.assertGreater(saved, 0)
        self.assertGreater(self.hub_kills + self.hit, 0)
        print("%d hub kills, %d client processes killed (%d while they ran), "
              "%d adds acknowledged, %d in doubt; syncs under fire by exit "
              "code: %s" % (
                  self.hub_kills, self.client_kills, self.hit, saved,
                  sum(len(desk.perhaps) for desk in self.desks), self.said))
        with open(self.log, encoding="utf-8") as log:
            for line in log:
                line = line.strip()
                self.sentences[line] = self.sentences.get(line, 0) + 1
        for line, count in sorted(self.sentences.items()):
            print("  %d × %s" % (count, line))

    def test_what_was_said(self):
        """Of the run above: a killed hub is a dead line, never a stranger,
        and never a divergence."""
        for line in self.sentences:
            self.assertNotIn("its key differs", line)
            self.assertNotIn("read them differently", line)


def options(parser):
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=SEED)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__], options))
