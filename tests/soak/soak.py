#!/usr/bin/python3
"""A soak: a hub and many clients as real processes on loopback, random work,
random kill -9 of anything, for a while; then peace, and everything is compared.
tests/soak/README.md says what is checked.

    soak.py BIN_DIR [--minutes 20] [--clients 63] [--seed N] [--out FILE]
                    [--sanitized] [--keep]

Exit 0, or 1 with what was violated.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
import harness  # noqa: E402

# Processes at work at one time, watches not counted.
SLOTS = 6
# One in so many is killed, within so long of its start.
KILL_PER_CENT = 8
MOMENT_S_MAX = {"sync": 0.4, None: 0.08}
# A hang, not a measure.
GUARD_S = 300
# The hub is killed at random in this first part of the time; then one process
# lives on, so that its memory and descriptors can be looked at.
HUB_KILLS_UNTIL = 0.25
HUB_LIFE_S = (3, 15)
# Grown by more than this, from the second quarter to the last, is not flat.
GROWTH_MAX = 1.25
GROWTH_KIB = 8 * 1024
PASSES_MAX = 12
WORK = {"add": 34, "edit": 14, "rm": 5, "import": 4, "sync": 24, "watch": 3,
        "resolve": 5, "list": 4, "status": 3, "report": 4}
# What may pass by itself, and what another desk of the union may have caused.
PASSING = ("ok", "unreachable", "busy")
WORDS = ("đón đoàn", "dự hội nghị", "tổ chức giao lưu", "hội thảo", "thăm",
         "ký thỏa thuận", "tiếp khách", "vận động viện trợ", "tập huấn")


class Soak:
    def __init__(self, options):
        self.options = options
        self.folder = harness.Folder()
        self.hub = harness.Hub(self.folder("hub"))
        self.desks = []
        self.slots = threading.Semaphore(SLOTS)
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.sentences = collections.Counter()
        self.violations = []
        self.samples = []
        self.result = {"seed": options.seed, "clients": options.clients,
                       "minutes": options.minutes,
                       "memory_judged": not options.sanitized}

    def violate(self, what):
        with self.lock:
            self.violations.append(what)
        print("VIOLATED " + what, flush=True)

    def count(self, *names):
        with self.lock:
            self.counts.update(names)

    def hear(self, text):
        """A sentence without its numbers and ids, to be counted."""
        for line in text.splitlines():
            line = re.sub(r"[0-9a-f]{8,}(-[0-9a-f]+)*|\d+", "#", line.strip())
            with self.lock:
                self.sentences[line] += 1

    # The hub.

    def hub_heads(self):
        return {(bytes(union), bytes(device)): sequence
                for union, device, sequence in self.hub.sql(
                    "SELECT union_id, device, sequence FROM stream")}

    def kill_hub(self):
        """And looks, while it is dead, whether what it had acknowledged is
        on its disk."""
        if not self.hub.is_serving():
            self.violate("the hub ended by itself")
        self.hub.kill()
        self.count("hub killed")
        acknowledged = [(desk, desk.acknowledged()) for desk in self.desks]
        heads = self.hub_heads()
        for desk, streams in acknowledged:
            for stream, sequence in streams.items():
                if heads.get(stream, 0) < sequence:
                    self.violate("a killed hub lacks what it acknowledged: "
                                 "%s, %d of %d" % (
                                     desk.name, heads.get(stream, 0),
                                     sequence))
        self.hub.serve()

    def torment_hub(self, until):
        generator = random.Random("hub %d" % self.options.seed)
        while time.monotonic() < until:
            if self.stop.wait(generator.uniform(*HUB_LIFE_S)):
                return
            self.kill_hub()

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.hub.process.pid))

    def sample(self, begun, until):
        """The hub's memory, over time."""
        while not self.stop.wait(1):
            try:
                with open("/proc/%d/status" % self.hub.process.pid) as file:
                    rss = [int(line.split()[1]) for line in file
                           if line.startswith("VmRSS:")]
            except (AttributeError, OSError):
                continue
            if rss:
                self.samples.append(
                    ((time.monotonic() - begun) / (until - begun), rss[0]))

    # The phases.

    def start(self):
        count = self.options.clients
        # Two in three share a union with another, and so get conflicts.
        codes = ["lien-hiep-%d" % number
                 for number in range(max(1, count * 2 // 3))]
        self.hub.init(*codes)
        self.hub.serve()
        self.base_descriptors = self.descriptors()
        self.desks = [Desk(self, number, codes[number % len(codes)])
                      for number in range(count)]
        with concurrent.futures.ThreadPoolExecutor(SLOTS) as pool:
            list(pool.map(Desk.join, self.desks))

    def work(self):
        begun = time.monotonic()
        until = begun + self.options.minutes * 60
        threads = [threading.Thread(target=desk.run, args=(until,))
                   for desk in self.desks]
        sampler = threading.Thread(target=self.sample, args=(begun, until))
        for thread in threads + [sampler]:
            thread.start()
        try:
            self.torment_hub(begun + (until - begun) * HUB_KILLS_UNTIL)
            for thread in threads:
                thread.join()
        finally:
            self.stop.set()
            for thread in threads + [sampler]:
                thread.join()

    def check_process(self):
        """The hub that lived on, with no client connected."""
        if not self.hub.is_serving():
            self.violate("the hub ended by itself")
            self.hub.serve()
        quarters = [[rss for at, rss in self.samples if low <= at < low + 0.25]
                    for low in (0.25, 0.75)]
        second, last = (int(statistics.median(part)) if part else 0
                        for part in quarters)
        if not second or not last:
            self.violate("the hub's memory could not be read")
        elif not self.options.sanitized and \
                last > second * GROWTH_MAX + GROWTH_KIB:
            self.violate("the hub's memory grew from %d to %d KiB" %
                         (second, last))
        deadline = time.monotonic() + 60
        while self.descriptors() > self.base_descriptors and \
                time.monotonic() < deadline:
            time.sleep(0.1)
        now = self.descriptors()
        if now > self.base_descriptors:
            self.violate("the hub's descriptors grew from %d to %d" %
                         (self.base_descriptors, now))
        self.result.update(
            rss_second_quarter_kib=second, rss_last_quarter_kib=last,
            rss_samples=len(self.samples), rss_peak_kib=self.hub.
            memory_peak_kib(), descriptors_start=self.base_descriptors,
            descriptors_end=now)

    def quiet(self):
        """A last blow to the hub; then all sync until nothing moves."""
        self.kill_hub()
        for number in range(1, PASSES_MAX + 1):
            with concurrent.futures.ThreadPoolExecutor(SLOTS) as pool:
                moved = list(pool.map(Desk.last_sync, self.desks))
            if not any(moved):
                self.result["passes"] = number
                return
        self.violate("after %d syncs of all, something still moves" %
                     PASSES_MAX)

    def check(self):
        log = self.hub.sql(
            "SELECT stream.union_id, stream.device, log.sequence, log.payload "
            "FROM log JOIN stream ON stream.number = log.stream")
        held = collections.defaultdict(set)
        for union, device, sequence, _ in log:
            held[bytes(union), bytes(device)].add(sequence)
        said = collections.defaultdict(list)
        for _, device, _, payload in log:
            said[bytes(device)].append(bytes(payload))
        for stream, sequences in held.items():
            if sequences != set(range(1, len(sequences) + 1)):
                self.violate("the hub's stream has holes: %s" % (stream,))
        for desk in self.desks:
            streams = [key for key in held if key[1] == desk.device]
            at_hub = max((len(held[key]) for key in streams), default=0)
            if at_hub < desk.saved_sequence:
                self.violate("%s saved %d change-sets, the hub has %d" % (
                    desk.name, desk.saved_sequence, at_hub))
            words = b"\n".join(said[desk.device])
            for text in desk.saved_texts:
                if text.encode() not in words:
                    self.violate("%s saved, and the hub lacks: %s" % (
                        desk.name, text))
        hub_digests = dict(self.hub.sql("SELECT union_id, digest FROM scope"))
        with concurrent.futures.ThreadPoolExecutor(SLOTS) as pool:
            list(pool.map(lambda desk: desk.check(hub_digests), self.desks))
        verified = self.hub.run("verify")
        if verified.code != 0:
            self.violate("the hub: " + str(verified))
        status = self.hub.json("status")
        self.result.update({name: status[name] for name in (
            "change_sets", "records", "conflicts", "refusals", "forks")})
        self.result["adds_saved"] = sum(len(desk.saved_texts)
                                        for desk in self.desks)
        if status["forks"]:
            self.violate("forks: %d" % status["forks"])

    def summarise(self):
        events = collections.Counter()
        with open(self.hub.log, encoding="utf-8", errors="replace") as log:
            for line in log:
                found = re.match(r"ts=\S+ level=(\S+) event=(\S+)", line)
                name = " ".join(found.groups()) if found else "no event"
                events[name] += 1
                if not found or found[1] == "error":
                    self.hear("hub: " + line)
                    if len(self.violations) < 100:
                        self.violate("the hub's log: " + line.strip())
        self.result.update(
            hub_log=dict(events), work=dict(self.counts),
            sentences=dict(self.sentences), violations=self.violations)
        with open(self.options.out, "w", encoding="utf-8") as file:
            json.dump(self.result, file, ensure_ascii=False, indent=2)
            file.write("\n")
        for name, value in self.result.items():
            if isinstance(value, dict):
                print(name)
                for key, number in sorted(value.items()):
                    print("  %8d  %s" % (number, key))
            elif name != "violations":
                print("%-24s %s" % (name, value))
        print("%d violations; %s" % (len(self.violations), self.options.out))

    def run(self):
        print("seed %d" % self.options.seed, flush=True)
        try:
            self.start()
            self.work()
            self.check_process()
            self.quiet()
            self.check()
            self.hub.stop()
            self.summarise()
        finally:
            self.stop.set()
            if self.hub.is_serving():
                self.hub.kill()
            if self.violations and self.options.keep:
                print("kept: " + self.folder.path)
            else:
                self.folder.remove()
        return 1 if self.violations else 0


class Desk:
    """A client, what its user was told, and the user."""

    def __init__(self, soak, number, code):
        self.soak = soak
        self.name = "máy %d" % number
        self.code = code
        self.generator = random.Random("%d %d" % (soak.options.seed, number))
        self.home = soak.folder("client-%d" % number)
        self.client = harness.Client(self.home)
        self.ids = []
        self.written = 0
        self.saved_sequence = 0
        self.saved_texts = set()

    def join(self):
        self.client.must("join", self.soak.hub.invite(self.code), "--device",
                         self.name)
        self.device = bytes.fromhex(
            self.client.json("status")["device"]["id"])

    def acknowledged(self):
        return {(bytes(union), bytes(device)): sequence
                for union, device, sequence in self.client.sql(
                    "SELECT union_id, device, acknowledged FROM stream "
                    "WHERE device = ?", self.device)}

    # One command.

    def command(self, kind, *words, end=None):
        """Runs it, or kills it; its JSON if it came to an end. end: a watch's
        time and signal."""
        soak = self.soak
        process = subprocess.Popen(
            self.client.arguments(*words), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            errors="replace",  # what was killed may end within a letter
            env=harness.environment(soak.folder.path))
        moment, blow = GUARD_S, None
        if end is not None:
            moment, blow = end
        elif self.generator.randrange(100) < KILL_PER_CENT:
            moment = self.generator.uniform(
                0, MOMENT_S_MAX.get(kind, MOMENT_S_MAX[None]))
            blow = signal.SIGKILL
        try:
            out, err = process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            process.send_signal(blow or signal.SIGKILL)
            try:
                out, err = process.communicate(timeout=GUARD_S)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                soak.violate("%s: %s did not end by SIGTERM" % (
                    self.name, kind))
            if blow is None:
                soak.violate("%s: %s hung: %s" % (self.name, kind, err))
        return self.judge(kind, process.returncode, blow, out, err)

    def judge(self, kind, code, blow, out, err):
        soak = self.soak
        soak.hear(err)
        if code in (-signal.SIGKILL, -signal.SIGTERM) and blow is not None:
            soak.count(kind + " killed")
            return None
        if code not in (0, 1) or "Sanitizer" in err:
            soak.violate("%s: %s ended with %d: %s" % (
                self.name, kind, code, err))
            return None
        soak.count(kind + (" done" if code == 0 else " refused"))
        if kind in ("sync", "watch"):
            for said in self.objects(kind, out):
                if said["result"] not in PASSING:
                    soak.violate("%s: %s" % (self.name, said))
        elif code == 1 and kind not in ("edit", "rm", "resolve", "import"):
            # Those may meet what another desk did to the record.
            soak.violate("%s: %s was refused: %s" % (self.name, kind, err))
        return json.loads(out) if code == 0 and kind != "watch" else None

    @staticmethod
    def objects(kind, out):
        if kind == "sync":
            return [json.loads(out)] if out.strip() else []
        return [json.loads(line) for line in out.splitlines()
                if line.endswith("}")]

    # The user.

    def text(self):
        self.written += 1
        return "%s, %s %d, %s" % (
            self.generator.choice(WORDS), self.name, self.written,
            self.generator.choice(WORDS))

    def save(self, *words):
        said = self.command(words[0], *words, "--json")
        if said is not None and said.get("sequence"):
            self.saved_sequence = max(self.saved_sequence, said["sequence"])
        return said

    def add(self):
        text = self.text()
        said = self.save("add", "plan-item", "year=2024", "area=friendship",
                         "text=" + text)
        if said is not None:
            self.saved_texts.add(text)
            self.ids.append(said["id"])

    def edit(self):
        if self.ids:
            self.save("edit", self.generator.choice(self.ids), "text=" +
                      self.text(), "place=nơi %d" % self.written)

    def rm(self):
        if self.ids:
            self.save("rm", self.ids.pop(
                self.generator.randrange(len(self.ids))))

    def import_(self):
        path = self.soak.folder(self.name + ".txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("KẾ HOẠCH NĂM 2024\n\na) Công tác hữu nghị\n")
            for number in range(self.generator.randint(2, 12)):
                file.write("- Việc thứ %d: %s.\n" % (
                    number, self.generator.choice(WORDS)))
        self.command("import", "import", "plan", path, "--year", "2024",
                     "--replace", "--json")

    def sync(self):
        self.command("sync", "sync", "--json")

    def watch(self):
        self.command("watch", "sync", "--watch", "1s", "--json", end=(
            self.generator.uniform(0.5, 4), self.generator.choice(
                (signal.SIGTERM, signal.SIGKILL))))

    def resolve(self):
        conflicts = self.command("conflict", "conflict", "list", "--json")
        if conflicts:
            said = self.command(
                "resolve", "conflict", "resolve",
                self.generator.choice(conflicts)["id"], "--json",
                *(["--delete"] if self.generator.random() < 0.1 else []))
            if said is not None and said.get("sequence"):
                self.saved_sequence = max(self.saved_sequence,
                                          said["sequence"])

    def list(self):
        """What others of the union wrote is worked on too."""
        items = self.command("list", "list", "plan-item", "--json")
        if items is not None:
            self.ids = [item["id"] for item in items]

    def status(self):
        self.command("status", "status", "--json")

    def report(self):
        self.command("report", "report", "plan", "--year", "2024", "--json")

    def run(self, until):
        kinds, weights = list(WORK), list(WORK.values())
        while time.monotonic() < until and not self.soak.stop.is_set():
            kind = self.generator.choices(kinds, weights)[0]
            work = getattr(self, "import_" if kind == "import" else kind)
            try:
                if kind == "watch":
                    work()
                else:
                    with self.soak.slots:
                        work()
            except Exception as error:  # a fault of the test is one too
                self.soak.violate("%s: %s: %r" % (self.name, kind, error))
            self.soak.stop.wait(self.generator.uniform(0, 0.2))

    # The end.

    def last_sync(self):
        """Whether anything moved."""
        said = self.client.sync()
        if said["result"] not in PASSING:
            self.soak.violate("%s, at the end: %s" % (self.name, said))
        return said["result"] != "ok" or said["sent"] or said["received"]

    def check(self, hub_digests):
        soak = self.soak
        own = dict(self.client.sql("SELECT union_id, digest FROM scope"))
        if not own:
            soak.violate(self.name + " has no digests")
        for union, digest in own.items():
            if hub_digests.get(union) != digest:
                soak.violate("%s: another digest than the hub's" % self.name)
        report = ("report", "plan", "--year", "2024", "--format", "json")
        if self.client.must(*report).out != \
                soak.hub.must(*report, "--union", self.code).out:
            soak.violate("%s: another plan than the hub's" % self.name)
        verified = self.client.run("verify")
        if verified.code != 0:
            soak.violate("%s: %s" % (self.name, verified))
        if self.client.json("status")["unsent"]:
            soak.violate("%s: something is unsent" % self.name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("bin_dir")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--clients", type=int, default=63)
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--out", default="soak.json", help="the JSON result")
    parser.add_argument("--sanitized", action="store_true",
                        help="a sanitizer's allocator holds what was freed: "
                        "memory is shown, not judged")
    parser.add_argument("--keep", action="store_true",
                        help="keep the homes when something was violated")
    options = parser.parse_args()
    harness.BIN_DIR = os.path.abspath(options.bin_dir)
    return Soak(options).run()


if __name__ == "__main__":
    sys.exit(main())
