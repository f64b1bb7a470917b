"""What the integration tests share: real programs, real sockets on loopback,
homes in temporary folders, processes ended by their id, and the last line.

A test script ends with

    if __name__ == "__main__":
        sys.exit(harness.main(sys.modules[__name__]))

and is called `script.py BIN_DIR [options]`: exit 0 or 1, last line
"N passed, N failed, N skipped".
"""
import contextlib
import json
import os
import random
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

import peer

BIN_DIR = None
OPTIONS = None
# No command of a test takes this long; it only keeps a hang from lasting.
GUARD_S = 180


def environment(folder):
    """The same for every machine: no locale, no home of the tester's. Only
    what a sanitizer is told goes through."""
    sanitizers = {name: value for name, value in os.environ.items()
                  if name.endswith("SAN_OPTIONS")}
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "HOME": folder, "TMPDIR": folder, **sanitizers}


def free_port():
    """A port that was free a moment ago and is kept by nobody: below those that
    the system gives to who asks for any (a hub's own metrics did, and got the
    port that was meant for its line)."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


def until(condition, what, timeout_s=60):
    """Polls a condition; its value, or a failure that names it."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain for: " + what)
        time.sleep(0.02)


class Result:
    def __init__(self, arguments, code, out, err):
        self.arguments = arguments
        self.code = code
        self.out = out
        self.err = err

    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return "%s → exit %s\n%s\n%s" % (" ".join(self.arguments), self.code,
                                         self.out, self.err)


def run(arguments, folder, prefix=(), stdin=None):
    done = subprocess.run(list(prefix) + arguments, input=stdin, text=True,
                          capture_output=True, timeout=GUARD_S,
                          env=environment(folder))
    return Result(arguments, done.returncode, done.stdout, done.stderr)


# More steps than any command of a test takes before it has ended.
STEPS_MAX = 400


def preloaded(library, setting):
    options = os.environ.get("ASAN_OPTIONS", "")
    return ("env", "LD_PRELOAD=" + os.path.join(BIN_DIR, library), setting,
            "ASAN_OPTIONS=%s:verify_asan_link_order=0" % options)


def killed_at(step):
    """What to start a program with that ends before its n-th step."""
    return preloaded("kill_at.so", "KILL_AT=%d" % step)


def clock_off(seconds):
    """What to start a program with whose clock is so far ahead."""
    return preloaded("clock_off.so", "CLOCK_OFF=%d" % seconds)


def beside(*arguments):
    """What to start a program with beside which that command runs to its end,
    between what the program reads and its first transaction that writes."""
    return preloaded("beside.so", "BESIDE=" + shlex.join(arguments))


class Folder:
    """A temporary folder that is gone afterwards, whatever is in it."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="nhipcau-test-")

    def __call__(self, *names):
        return os.path.join(self.path, *names)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Program:
    """nhipcau or nhipcaud with a home. prefix: what to start it with."""

    name = None

    def __init__(self, home, prefix=()):
        self.home = home
        self.prefix = prefix

    def arguments(self, *words):
        return [os.path.join(BIN_DIR, self.name), "--home", self.home,
                *words]

    def run(self, *words, stdin=None):
        return run(self.arguments(*words), os.path.dirname(self.home),
                   self.prefix, stdin)

    def must(self, *words, stdin=None):
        """Exit 0, or the test fails with what was said."""
        result = self.run(*words, stdin=stdin)
        if result.code != 0:
            raise AssertionError(str(result))
        return result

    def json(self, *words):
        return self.must(*words, "--json").json()

    def start(self, *words, log):
        """In the background; standard error goes to the file log."""
        with open(log, "ab") as err:
            return subprocess.Popen(
                list(self.prefix) + self.arguments(*words),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=err, env=environment(os.path.dirname(self.home)))

    def sql(self, query, *values):
        """Reads the store from outside, without any of the program's code."""
        store = sqlite3.connect("file:%s?mode=ro" % os.path.join(
            self.home, "store.db"), uri=True)
        try:
            return store.execute(query, values).fetchall()
        finally:
            store.close()


class Client(Program):
    name = "nhipcau"

    def add(self, text, **fields):
        words = ["%s=%s" % pair for pair in fields.items()]
        return self.json("add", "plan-item", "year=2024", "area=friendship",
                         "text=" + text, *words)["id"]

    def sync(self):
        """The JSON of one sync, whether it worked or not."""
        result = self.run("sync", "--json")
        try:
            said = result.json()
        except ValueError:
            raise AssertionError(str(result)) from None
        if (result.code == 0) != (said["result"] == "ok"):
            raise AssertionError(str(result))
        said["exit"] = result.code
        said["stderr"] = result.err
        return said

    def must_sync(self):
        said = self.sync()
        if said["result"] != "ok" or not said["agrees"]:
            raise AssertionError(said)
        return said

    def items(self):
        return self.json("list", "plan-item")

    def texts(self):
        return sorted(item["fields"].get("text", "")
                      for item in self.items())

    def key(self):
        return peer.Key.load(os.path.join(self.home, "device.key"))


class Hub(Program):
    name = "nhipcaud"

    def __init__(self, home, prefix=(), port=None):
        super().__init__(home, prefix)
        self.port = port or free_port()
        self.address = "tcp://127.0.0.1:%d" % self.port
        self.process = None
        self.log = home + ".log"

    def init(self, *codes):
        self.must("init", "--name", "Cụm thử", "--listen", self.address)
        for code in codes:
            self.must("union", "add", code, "Liên hiệp " + code)

    def invite(self, code, *more):
        return self.must("invite", code, *more).out.strip()

    def logged(self, event):
        """How many lines of the log tell of it."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read().count("event=%s" % event)

    def serve(self):
        before = self.logged("listening") if os.path.exists(self.log) else 0
        self.process = self.start("serve", log=self.log)
        until(lambda: self.logged("listening") > before or
              self.process.poll() is not None, "the hub listens")
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8") as log:
                raise AssertionError("the hub ended: " + log.read()[-2000:])

    def is_serving(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        """As a service manager does; the exit code."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(GUARD_S)
        self.process = None
        return code

    def kill(self):
        self.process.kill()
        self.process.wait(GUARD_S)
        self.process = None

    def memory_peak_kib(self):
        with open("/proc/%d/status" % self.process.pid) as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
        return 0


class Cluster:
    """A hub that serves, and clients and peers that joined it."""

    def __init__(self, *codes):
        self.folder = Folder()
        self.hub = Hub(self.folder("hub"))
        self.hub.init(*codes)
        self.hub.serve()
        self.clients = 0
        self.peers = []

    def client(self, code, label=None):
        self.clients += 1
        client = Client(self.folder("client-%d" % self.clients))
        client.must("join", self.hub.invite(code), "--device",
                    label or "máy %d" % self.clients)
        return client

    def peer(self, code, label="máy lạ"):
        joined = peer.Peer()
        joined.enrol(self.hub.invite(code), label)
        joined.sync()
        self.peers.append(joined)
        return joined

    def stranger(self, like):
        """A key that nobody enrolled, and all else of a peer's."""
        out = peer.Peer()
        out.adopt(None, like.cluster, like.union, like.hub_key)
        out.connect(self.hub.address)
        self.peers.append(out)
        return out

    def end(self):
        for joined in self.peers:
            joined.close()
        if self.hub.is_serving():
            self.hub.kill()
        self.folder.remove()


class DesksCase(unittest.TestCase):
    """Desks A and B of one union, and the hub."""

    def setUp(self):
        self.cluster = Cluster("ha-tinh")
        self.addCleanup(self.cluster.end)
        self.hub = self.cluster.hub
        self.a = self.cluster.client("ha-tinh", "máy A")
        self.b = self.cluster.client("ha-tinh", "máy B")
        self.clients = (self.a, self.b)

    def everybody_syncs(self):
        """Twice round: what the last one sends reaches the first."""
        for client in self.clients + self.clients:
            client.must_sync()


class MountNamespace:
    """Mounts that only the commands started with .prefix see.

    A process holds the namespace; a home inside is reached from outside by
    .outside(). Raises unittest.SkipTest where the system does not let us.
    """

    def __init__(self, script):
        self.holder = subprocess.Popen(
            ["unshare", "-m", "sh", "-ec",
             script + "\necho ready\nexec sleep 100000"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.holder.stdout.readline().strip() != "ready":
            why = self.holder.communicate()[1].strip()
            raise unittest.SkipTest("no mount namespace here: " + why)
        self.prefix = ("nsenter", "-t", str(self.holder.pid), "-m")

    def outside(self, path):
        return "/proc/%d/root%s" % (self.holder.pid, path)

    def end(self):
        self.holder.kill()
        self.holder.communicate()


def fill(path):
    """Takes all space that is left, in a file."""
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                pass


def main(module, add_options=None):
    import argparse
    global BIN_DIR, OPTIONS
    parser = argparse.ArgumentParser(description=module.__doc__)
    parser.add_argument("bin_dir", help="where nhipcau and nhipcaud are")
    parser.add_argument("tests", nargs="*",
                        help="only these: Class or Class.test_name")
    if add_options is not None:
        add_options(parser)
    OPTIONS = parser.parse_args()
    BIN_DIR = os.path.abspath(OPTIONS.bin_dir)
    for name in ("nhipcau", "nhipcaud"):
        if not os.access(os.path.join(BIN_DIR, name), os.X_OK):
            parser.error("there is no %s in %s" % (name, BIN_DIR))
    loader = unittest.defaultTestLoader
    suite = (loader.loadTestsFromNames(OPTIONS.tests, module)
             if OPTIONS.tests else loader.loadTestsFromModule(module))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    # A test with failing parts (subTest) is one test that failed.
    failed = {getattr(test, "test_case", test).id()
              for test, _ in result.failures + result.errors}
    skipped = {test.id() for test, _ in result.skipped} - failed
    for test, why in result.skipped:
        print("SKIPPED %s: %s" % (test.id(), why))
    passed = result.testsRun - len(failed) - len(skipped)
    failed = len(failed)
    skipped = len(skipped)
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 0 if failed == 0 else 1
