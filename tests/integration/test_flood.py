#!/usr/bin/python3
"""Peers that flood, stall, replay, or ask for everything again and again:
the others' syncs finish, the hub's memory and descriptors stay bounded, and
afterwards all is as it was. Nothing here measures time: what is waited for
has a generous guard, what is counted is rounds."""
import os
import random
import resource
import socket
import sys
import threading
import unittest

import nacl.bindings
import zmq
import zmq.utils.z85

import flood
import harness
import peer

exchange_pb2 = peer.exchange_pb2
KIB = 1024
MIB = 1024 * KIB
SEED = int(os.environ.get("SEED", "20241202"))
SANITIZED = any(name.endswith("SAN_OPTIONS") for name in os.environ)
# What the hub may hold at its worst; sanitizers keep what was freed.
MEMORY_KIB_MAX = (1536 if SANITIZED else 512) * KIB
# common/base/limits.h
UNPROVEN_MAX = 1024
UNPROVEN_BYTES_MAX = 64 * MIB
LINES_OF_DEVICE_MAX = 4
# A syncing client's descriptor, the metrics', and such that close later.
SLACK = 40


def setUpModule():
    print("seed %d" % SEED)
    # Thousands of sockets are ours in this process.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Flood(threading.Thread):
    """Calls a function again and again until it is told to end; what it
    raises is the test's failure, save that the line was cut."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self.call = call
        self.rounds = 0
        self.ends = threading.Event()
        self.fault = None
        self.start()

    def run(self):
        while not self.ends.is_set():
            try:
                self.call()
            except (peer.Unreachable, OSError):
                pass
            except Exception as fault:
                self.fault = fault
                return
            self.rounds += 1

    def end(self):
        self.ends.set()
        self.join(harness.GUARD_S)
        if self.fault is not None:
            raise self.fault


class Case(unittest.TestCase):
    """A cluster of its own for each test, so that each measures its own."""

    def setUp(self):
        self.cluster = flood.Cluster("ha-tinh", "nghe-an")
        self.addCleanup(self.cluster.end)
        self.hub = self.cluster.hub
        self.honest = self.cluster.client("nghe-an", "máy thật")
        self.honest.must_sync()
        harness.until(lambda: self.hub.value("connections") == 0,
                      "the client's line is gone")
        self.before = self.hub.descriptors()
        self.floods = []
        self.addCleanup(self.end_floods)

    def end_floods(self):
        while self.floods:
            self.floods.pop().end()

    def mallory(self):
        return self.cluster.peer("ha-tinh", "máy phá")

    def flood(self, call, rounds=1):
        """In a thread of its own, and under way when this returns."""
        started = Flood(call)
        self.floods.append(started)
        harness.until(lambda: started.rounds >= rounds or started.fault,
                      "the flood begins")
        return started

    def honest_works(self, times=3):
        """While it goes on: writes and syncs, and the hub has it all."""
        for _ in range(times):
            self.honest.add("việc thật")
            self.honest.must_sync()
        self.assertTrue(self.hub.is_serving())
        self.assertEqual(
            self.hub.sql("SELECT count(*) FROM plan_item WHERE text = ?",
                         "việc thật")[0][0], len(self.honest.items()))

    def memory_is_bounded(self):
        self.assertLess(self.hub.memory_peak_kib(), MEMORY_KIB_MAX)

    def counted(self):
        """Requests that came, let in or not."""
        return sum(value for (name, _), value in self.hub.samples().items()
                   if name in ("nhipcau_requests_total",
                               "nhipcau_limited_total"))

    def settles(self):
        """Afterwards: nothing is kept of what came."""
        self.end_floods()
        for joined in self.cluster.peers:
            joined.close()
        harness.until(lambda: self.hub.descriptors() <= self.before,
                      "the descriptors are given back")
        harness.until(lambda: self.hub.value("connections") == 0,
                      "no connection is counted")
        self.assertEqual(self.hub.value("connections_unproven"), 0)
        harness.until(lambda: self.hub.value("requests_under_way") == 0,
                      "nothing is under way")
        self.honest_works(1)
        self.memory_is_bounded()


class Requests(Case):
    def test_enrolled_device_that_does_not_wait(self):
        """Questions without end, from several lines, no answer read."""
        mallory = self.mallory()
        frame = peer.seal(mallory.request().SerializeToString())

        def line():
            double = peer.Peer(mallory.key)
            double.adopt(None, mallory.cluster, mallory.union,
                         mallory.hub_key)
            double.connect(self.hub.address)
            try:
                for _ in range(2000):
                    double.line.send(frame, timeout_s=1)
            finally:
                double.close()

        for _ in range(3):
            self.flood(line, 0)
        harness.until(lambda: self.hub.value("limited_total", reason="deaf"),
                      "it is cut off")
        self.honest_works()
        self.assertGreater(self.hub.value("limited_total", reason="rate") +
                           self.hub.value("limited_total", reason="busy"), 0)
        self.settles()

    def test_one_request_at_a_time(self):
        """Questions all at once: each is answered, or told to wait."""
        mallory = self.mallory()
        frames = [peer.seal(mallory.request(have=[]).SerializeToString())
                  for _ in range(40)]
        before = self.counted()
        for frame in frames:
            mallory.line.send(frame)
        # What a peer does not read is dropped; but each is accounted for.
        harness.until(lambda: self.counted() == before + len(frames),
                      "every question is answered or told to wait")
        self.settles()

    def test_thousands_of_unknown_keys(self):
        """Each key is new, and asks once; an enrolled one is not behind
        them in any queue."""
        mallory = self.mallory()
        frame = peer.seal(mallory.request().SerializeToString())
        server = nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(
            mallory.hub_key)
        keys = set()

        def crowd():
            context = zmq.Context()
            context.set(zmq.MAX_SOCKETS, 500)
            lines = []
            try:
                for _ in range(200):
                    public, secret = nacl.bindings.crypto_box_keypair()
                    line = context.socket(zmq.DEALER)
                    line.linger = 0
                    line.curve_serverkey = zmq.utils.z85.encode(server)
                    line.curve_publickey = zmq.utils.z85.encode(public)
                    line.curve_secretkey = zmq.utils.z85.encode(secret)
                    line.connect(self.hub.address)
                    line.send(frame)
                    lines.append(line)
                    keys.add(public)
                lines[-1].poll(500)
            finally:
                context.destroy(0)

        started = self.flood(crowd, 0)
        harness.until(lambda: self.hub.value(
            "requests_total", kind="exchange", status="unknown-device") > 50,
            "the crowd is there")
        self.honest_works()
        harness.until(lambda: len(keys) >= 2000 or started.fault,
                      "two thousand keys", harness.GUARD_S)
        self.honest_works(1)
        # A newcomer is a stranger too and shares their pool: its join may be
        # told to come back, and the same command works afterwards.
        self.end_floods()
        late = harness.Client(self.cluster.folder("late"))
        invitation = self.hub.invite("ha-tinh")
        harness.until(lambda: late.run(
            "join", invitation, "--device", "người mới").code == 0,
            "a newcomer joins")
        late.must_sync()
        self.settles()

    def test_a_crowd_shares_one_pool(self):
        """More requests of strangers than their pool holds: told to wait,
        whichever key they come with."""
        mallory = self.mallory()
        frame = b"\x00rac"
        answers = []
        for _ in range(60):
            stranger = self.cluster.stranger(mallory)
            for _ in range(50):
                answers.append(stranger.line.ask(frame).status)
            stranger.close()
        self.assertIn(exchange_pb2.BUSY, answers)
        self.assertGreaterEqual(answers.index(exchange_pb2.BUSY), 64)
        self.assertGreater(self.hub.value("limited_total", reason="crowd"), 0)
        self.assertEqual(mallory.exchange().verdicts[:], [])
        self.settles()

    def test_replayed_requests(self):
        """The same request, by its own key and by others': once in the log."""
        mallory = self.mallory()
        signed = mallory.write([mallory.item("một lần thôi")])
        frame = peer.seal(mallory.request([signed]).SerializeToString())
        answers = set()
        mallory.exchange([signed])
        count = self.hub.sql("SELECT count(*) FROM log")

        def again():
            answers.add(peer.status_name(
                mallory.line.ask(frame, timeout_s=2).status))

        self.flood(again, 70)
        stranger = self.cluster.stranger(mallory)
        for _ in range(20):
            self.assertIn(peer.status_name(stranger.line.ask(frame).status),
                          ("UNKNOWN_DEVICE", "BUSY"))
        self.assertEqual(self.hub.sql("SELECT count(*) FROM log"), count)
        self.honest_works()
        self.end_floods()
        self.assertEqual(answers, {"OK", "BUSY"})
        self.settles()

    def test_everything_again_and_again(self):
        """Throttled by what it costs, long before the number of requests."""
        mallory = self.mallory()
        generator = random.Random(SEED)
        for _ in range(8):
            mallory.write([mallory.item(
                generator.randbytes(200 * KIB // 10).hex())
                for _ in range(10)])
            mallory.exchange(mallory.replica.log[-1:])
        ask = peer.seal(mallory.request(
            have=[], max_bytes=3 * MIB).SerializeToString())
        served = 0
        while served < 200:
            if mallory.line.ask(ask).status == exchange_pb2.BUSY:
                break
            served += 1
        self.assertLess(served, 60, "only the number of requests held it")
        self.assertGreater(served, 3, "a few whole answers are anyone's")

        def greedy():
            mallory.line.ask(ask, timeout_s=2)

        self.flood(greedy, 0)
        self.honest_works()
        self.settles()

    def test_valid_signatures_over_nonsense(self):
        """Each signature is checked, which costs; each is refused."""
        mallory = self.mallory()
        generator = random.Random(SEED)
        signed = []
        for _ in range(300):
            payload = bytearray(peer.encode(mallory.draft(
                [mallory.item("vô nghĩa")])))
            payload[generator.randrange(60, len(payload))] ^= 0xff
            signed.append(peer.sign(mallory.key, bytes(payload)))
            signed.append(peer.sign(mallory.key, generator.randbytes(100)))
        frame = peer.seal(mallory.request(signed).SerializeToString())
        before = self.hub.sql("SELECT count(*) FROM stream JOIN log"
                              " ON number = stream WHERE device = ?",
                              mallory.key.device)
        served = 0
        while mallory.line.ask(frame).status != exchange_pb2.BUSY:
            served += 1
            self.assertLess(served, 60, "refused ones cost no more")
        self.flood(lambda: mallory.line.ask(frame, timeout_s=2), 0)
        self.honest_works()
        self.end_floods()
        after = self.hub.sql("SELECT count(*) FROM stream JOIN log"
                             " ON number = stream WHERE device = ?",
                             mallory.key.device)
        self.assertLessEqual(after[0][0] - before[0][0], 1)
        self.settles()


def greeting():
    """ZMTP 3.0's: signature, version, mechanism, as-server, filler."""
    return (b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" +
            b"CURVE".ljust(20, b"\0") + bytes(32))


class Lines(Case):
    def open(self, count, host="127.0.0.1", sent=b""):
        lines = []
        self.addCleanup(lambda: [line.close() for line in lines])
        for _ in range(count):
            line = socket.socket()
            lines.append(line)
            line.settimeout(harness.GUARD_S)
            line.bind((host, 0))
            line.connect(("127.0.0.1", self.hub.port))
            try:
                line.sendall(sent)
            except OSError:
                pass  # cut already
        return lines

    def are_bounded(self):
        harness.until(lambda: self.hub.value("connections_unproven") <=
                      UNPROVEN_MAX, "the surplus is cut")
        harness.until(lambda: self.hub.descriptors() <=
                      self.before + UNPROVEN_MAX + SLACK,
                      "the surplus is closed")

    def close(self, lines):
        for line in lines:
            line.close()
        self.settles()

    def test_thousands_that_never_shake_hands(self):
        lines = self.open(4000)
        # The kernel has taken all of them; the hub may still be at it.
        harness.until(lambda: self.hub.value("connections_cut_total") >=
                      4000 - UNPROVEN_MAX - SLACK, "all came, and were cut")
        self.are_bounded()
        self.honest_works()
        self.close(lines)

    def test_thousands_that_keep_coming(self):
        """Opened and thrown away without end, while others sync."""
        self.flood(lambda: [line.close() for line in self.open(500)])
        self.honest_works()
        self.settles()

    def test_a_crowd_drives_out_itself(self):
        """Two lines from another address stay, whatever one address opens
        after them."""
        quiet = self.open(2, "127.0.0.2", greeting())
        harness.until(lambda: self.hub.value("connections") == 2,
                      "they are in")
        crowd = self.open(3000, "127.0.0.3", b"")
        self.are_bounded()
        for line in quiet:
            line.setblocking(False)
            data = b""
            try:
                while True:
                    piece = line.recv(4096)
                    self.assertNotEqual(piece, b"", "cut off")
                    data += piece
            except BlockingIOError:
                pass
            self.assertGreater(len(data), 0)
        self.close(quiet + crowd)

    def test_stalled_in_the_handshake(self):
        lines = self.open(1500, sent=greeting())
        self.are_bounded()
        self.honest_works()
        self.close(lines)

    def test_stalled_in_a_frame(self):
        """Most of a message of 4 MiB each, and then nothing."""
        started = (greeting() + b"\x06" + (4 * MIB).to_bytes(8, "big") +
                   bytes(3 * MIB))
        lines = self.open(150, sent=started)
        harness.until(lambda: self.hub.value("connections_cut_total") >=
                      100, "what is too much is cut")
        self.honest_works()
        self.memory_is_bounded()
        self.close(lines)

    def test_stalled_strangers(self):
        """Hands shaken, most of a message sent through a line that then
        stands still: cut when they hold too much."""
        mallory = self.mallory()
        stalls, strangers = [], []
        for _ in range(40):
            stall = Stall(self.hub.port, 3 * MIB)
            stalls.append(stall)
            self.addCleanup(stall.close)
            stranger = peer.Peer()
            stranger.adopt(None, mallory.cluster, mallory.union,
                           mallory.hub_key)
            stranger.connect("tcp://127.0.0.1:%d" % stall.port)
            self.cluster.peers.append(stranger)
            strangers.append(stranger)
            stranger.line.send(b"\x00" * (4 * MIB - KIB))
        harness.until(lambda: all(stall.stands for stall in stalls),
                      "all have sent what they will")
        harness.until(lambda: self.hub.value("connections_cut_total") >=
                      len(stalls) - UNPROVEN_BYTES_MAX // (3 * MIB),
                      "what is too much is cut")
        self.honest_works()
        self.memory_is_bounded()
        for stall in stalls:
            stall.close()
        self.settles()

    def test_lines_of_one_device(self):
        """The oldest goes; the newest is served."""
        mallory = self.mallory()
        doubles = []
        for _ in range(3 * LINES_OF_DEVICE_MAX):
            double = peer.Peer(mallory.key)
            double.adopt(None, mallory.cluster, mallory.union,
                         mallory.hub_key)
            double.connect(self.hub.address)
            self.cluster.peers.append(double)
            doubles.append(double)
            double.exchange()
        self.assertGreaterEqual(self.hub.value("connections_cut_total"),
                                2 * LINES_OF_DEVICE_MAX)
        doubles[-1].exchange()
        self.settles()


class Stall:
    """A port that passes on to the hub, up to so many bytes, and answers
    back; then it stands still, and keeps the line open."""

    def __init__(self, hub_port, size):
        self.hub_port, self.left = hub_port, size
        self.stands = False
        self.sockets = [socket.socket()]
        self.sockets[0].bind(("127.0.0.1", 0))
        self.sockets[0].listen()
        self.port = self.sockets[0].getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            near = self.sockets[0].accept()[0]
            far = socket.create_connection(("127.0.0.1", self.hub_port))
            self.sockets += [near, far]
            threading.Thread(target=self.back, args=(far, near),
                             daemon=True).start()
            while self.left > 0:
                piece = near.recv(min(65536, self.left))
                if not piece:
                    break
                far.sendall(piece)
                self.left -= len(piece)
        except OSError:
            pass
        self.stands = True

    def back(self, far, near):
        try:
            while True:
                piece = far.recv(65536)
                if not piece:
                    return
                near.sendall(piece)
        except OSError:
            pass

    def close(self):
        for each in self.sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
