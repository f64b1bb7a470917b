#!/usr/bin/python3
"""The hub's metrics and log: exact differences for known traffic."""
import re
import socket
import sys
import unittest

import flood
import harness
import peer

exchange_pb2 = peer.exchange_pb2
LOGFMT = re.compile(
    r'ts=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(error|warn|info|debug)'
    r' event=([a-z]+)((?: [a-z_]+=(?:[A-Za-z0-9\-._:/+]+|'
    r'"(?:[^"\\\x00-\x1f\x7f]|\\["\\n]|\\x[0-9a-f]{2})*"))*)')


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = flood.Cluster("ha-tinh", "nghe-an")
        cls.hub = cls.cluster.hub

    @classmethod
    def tearDownClass(cls):
        cls.cluster.end()

    def log(self):
        with open(self.hub.log, encoding="utf-8") as log:
            return log.read()


class Metrics(Case):
    def changed(self, act):
        """What act() changed: counters alone, by name and labels."""
        before = self.hub.samples()
        act()
        after = self.hub.samples()
        return {(name[len("nhipcau_"):],) + tuple(v for _, v in labels):
                value - before.get((name, labels), 0)
                for (name, labels), value in after.items()
                if value != before.get((name, labels), 0) and
                (name.endswith("_total") or
                 name.endswith(("_seconds_count", "_requests_count",
                                "_requests_sum")))}

    def test_a_push(self):
        sender = self.cluster.peer("ha-tinh")
        signed = [sender.write([sender.item("mục %d" % at)])
                  for at in range(3)]
        frame = peer.seal(sender.request(signed).SerializeToString())

        def act():
            self.answer = self.ask(sender, frame)

        changed = self.changed(act)
        self.assertEqual(changed.pop(("received_bytes_total",)), len(frame))
        self.assertGreater(changed.pop(("sent_bytes_total",)), 0)
        self.assertEqual(changed, {
            ("requests_total", "exchange", "ok"): 1,
            ("appended_total",): 3,
            ("exchange_seconds_count",): 1,
            ("commit_requests_count",): 1,
            ("commit_requests_sum",): 1})
        # The same again appends nothing, and makes no commit.
        changed = self.changed(act)
        changed.pop(("received_bytes_total",))
        changed.pop(("sent_bytes_total",))
        self.assertEqual(changed, {
            ("requests_total", "exchange", "ok"): 1,
            ("exchange_seconds_count",): 1})

    def ask(self, sender, frame):
        return peer.status_name(sender.line.ask(frame).status)

    def test_refused(self):
        sender = self.cluster.peer("ha-tinh")
        first, second, third = [
            sender.write([sender.item("mục %d" % at)]) for at in range(3)]
        bad = peer.changeset_pb2.SignedChangeSet(
            payload=first.payload, signature=bytes(64))

        changed = self.changed(lambda: sender.exchange([bad]))
        self.assertEqual(changed["refused_total", "bad-signature"], 1)
        self.assertNotIn(("appended_total",), changed)
        changed = self.changed(lambda: sender.exchange([second, third]))
        self.assertEqual(changed["refused_total", "gap"], 1)
        self.assertEqual(changed["refused_total", "follows"], 1)
        changed = self.changed(lambda: sender.exchange(
            [first, second, third]))
        self.assertEqual(changed["appended_total",], 3)
        self.assertFalse([key for key in changed if key[0] == "refused_total"])

    def test_denied(self):
        stranger = self.cluster.stranger(self.cluster.peer("ha-tinh"))

        def act():
            with self.assertRaises(peer.Refused):
                stranger.exchange()

        changed = self.changed(act)
        self.assertEqual(
            changed["requests_total", "exchange", "unknown-device"], 1)
        self.assertNotIn(("appended_total",), changed)

    def test_enrolled(self):
        invitation = self.hub.invite("ha-tinh")
        joined = peer.Peer()
        self.cluster.peers.append(joined)
        changed = self.changed(lambda: joined.enrol(invitation, "máy mới"))
        self.assertEqual(changed["enrolled_total",], 1)
        self.assertEqual(changed["requests_total", "enrol", "ok"], 1)

    def test_limited(self):
        sender = self.cluster.peer("ha-tinh")
        frame = peer.seal(sender.request().SerializeToString())
        statuses = []

        def act():
            while statuses.count("BUSY") < 3 and len(statuses) < 5000:
                statuses.append(self.ask(sender, frame))

        changed = self.changed(act)
        self.assertEqual(statuses.count("BUSY"), 3)
        self.assertEqual(changed["limited_total", "rate"], 3)
        self.assertEqual(changed["requests_total", "exchange", "ok"],
                         len(statuses) - 3)

    def test_standing(self):
        sender = self.cluster.peer("nghe-an")
        sender.write([sender.item("một mục")])
        sender.sync()
        harness.until(
            lambda: self.hub.value("log_change_sets") == self.hub.sql(
                "SELECT count(*) FROM log")[0][0], "the counts are new")
        self.assertEqual(self.hub.value("conflicts_open"), self.hub.sql(
            "SELECT count(*) FROM conflict")[0][0])
        self.assertGreater(self.hub.value("store_bytes"), 4096)
        self.assertGreater(self.hub.value(
            "last_sync_timestamp_seconds", union="nghe-an"),
            self.hub.value("start_time_seconds") - 1)
        self.assertEqual(self.hub.value("requests_under_way"), 0)
        self.assertGreaterEqual(self.hub.value("connections"), 1)
        build = [dict(labels) for name, labels in self.hub.samples()
                 if name == "nhipcau_build_info"]
        self.assertEqual(len(build), 1)
        self.assertIn(build[0]["version"],
                      self.hub.must("--version").out)

    def test_other_paths_and_methods(self):
        for method, path, wanted in (
                ("GET", "/", 404), ("GET", "/metrics/", 404),
                ("GET", "/metricsx", 404), ("POST", "/", 404),
                ("POST", "/metrics", 405), ("PUT", "/metrics", 405),
                ("DELETE", "/metrics", 405), ("HEAD", "/metrics", 405),
                ("OPTIONS", "/metrics", 405), ("GET", "/metrics?x=1", 200)):
            with self.subTest("%s %s" % (method, path)):
                self.assertEqual(self.hub.http(method, path)[0], wanted)

    def test_headers_past_the_bound(self):
        status, _, _ = self.hub.http(
            "GET", "/metrics", {"X-Long": "x" * 100000})
        self.assertGreaterEqual(status, 400)
        self.assertLess(status, 500)
        self.hub.samples()

    def test_an_upload_is_not_wanted(self):
        try:
            status, _, _ = self.hub.http("POST", "/metrics",
                                         body=b"x" * 10000000)
            self.assertIn(status, (405, 413))
        except OSError:
            pass  # cut off while it sent
        self.hub.samples()

    def test_connections_that_say_nothing(self):
        lines = [socket.create_connection(
            ("127.0.0.1", self.hub.metrics_port())) for _ in range(40)]
        for line in lines:
            line.close()
        harness.until(lambda: self.scraped(), "the metrics answer again")

    def test_connections_that_stay_and_say_nothing(self):
        """More than have places: each loses its own soon."""
        lines = [socket.create_connection(
            ("127.0.0.1", self.hub.metrics_port())) for _ in range(600)]
        try:
            # Behind them in the kernel's queue; the guard is the scrape's.
            self.assertTrue(self.hub.http("GET", "/metrics", timeout_s=60))
        finally:
            for line in lines:
                line.close()

    def scraped(self):
        try:
            return self.hub.samples()
        except OSError:
            return None

    def test_only_loopback(self):
        other = flood.harness.Hub(self.hub.home)
        for address in ("0.0.0.0:7802", "192.0.2.1:7802", "[::]:0", ":7802",
                        "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                        "127.0.0.1:7x", "[::1]", "[::1:0", "localhost:7802",
                        "128.0.0.1:0", "127.0.0.1:-1", ""):
            with self.subTest(address):
                result = other.run("serve", "--listen", "tcp://127.0.0.1:*",
                                   "--metrics", address)
                self.assertEqual(result.code, 1, str(result))
                self.assertIn("this machine", result.err)


class Logs(Case):
    def fields(self, event):
        """Of each line with that event: its level and its pairs."""
        out = []
        for line in self.log().splitlines():
            found = LOGFMT.fullmatch(line)
            self.assertIsNotNone(found, line)
            if found[2] == event:
                pairs = dict(re.findall(
                    r' ([a-z_]+)=("(?:[^"\\]|\\.)*"|\S+)', found[3]))
                out.append((found[1], pairs))
        return out

    def test_events(self):
        sender = self.cluster.peer("ha-tinh", "máy của phòng")
        device = sender.key.device.hex()
        sender.write([sender.item("lời không được ghi lại")])
        sender.sync()
        stale = sender.write([sender.item("sẽ bị từ chối")])
        bad = peer.changeset_pb2.SignedChangeSet(
            payload=stale.payload, signature=bytes(64))
        sender.exchange([bad])
        # The hub answers first and writes its line then.
        harness.until(lambda: self.fields("refused"), "the hub's line")
        self.assertEqual(
            [pairs["label"] for level, pairs in self.fields("enrol")
             if pairs["device"] == device and level == "info"],
            ['"máy của phòng"'])
        appended = [pairs for level, pairs in self.fields("exchange")
                    if pairs["device"] == device and level == "info"]
        self.assertEqual([pairs["appended"] for pairs in appended], ["1"])
        self.assertEqual(appended[0]["union"], "ha-tinh")
        for name in ("refused", "bytes_in", "bytes_out", "ms"):
            self.assertRegex(appended[0][name], r"^\d+$")
        self.assertEqual(
            [pairs["verdict"] for level, pairs in self.fields("refused")
             if pairs["device"] == device and level == "warn"],
            ["bad-signature"])
        self.assertEqual(len(self.fields("start")),
                         len(self.fields("listening")))
        self.assertNotIn("lời không được ghi lại", self.log())

    def test_a_label_may_hold_anything(self):
        labels = ('a "b" \\ c=d', "\u202eđảo", "a' level=error event=x",
                  "x" * 256, "\u2028 dòng", "\U0001f6f6")
        for label in labels:
            with self.subTest(label):
                try:
                    self.cluster.peer("ha-tinh", label)
                except peer.Refused:
                    pass
        for label in ("a\nb", "\x1b[31mđỏ", "a\rb", "a\x7f", "\x9b31m"):
            try:
                self.cluster.peer("ha-tinh", label)
            except peer.Refused:
                pass
        # Each line is one, and in form; nothing that steers a terminal.
        harness.until(lambda: len(self.fields("enrol")) >= 3, "three lines")
        self.assertIn('label="a \\"b\\" \\\\ c=d"', self.log())
        self.assertNotRegex(
            self.log(),
            "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

    def test_no_secret(self):
        invitation = self.hub.invite("ha-tinh")
        joined = peer.Peer()
        self.cluster.peers.append(joined)
        joined.enrol(invitation)
        secret = peer.invitation_parse(invitation).secret
        for text in (secret.hex(), invitation, joined.key.seed.hex()):
            self.assertNotIn(text, self.log())

    def test_levels(self):
        for level, wanted in (("error", 0), ("warn", 0), ("info", 1),
                              ("debug", 1)):
            other = harness.Hub(self.cluster.folder("other-" + level))
            other.init("ha-tinh")
            process = other.start("serve", "--log-level", level,
                                  log=other.log)
            try:
                port = ("127.0.0.1", other.port)
                harness.until(lambda: self.reaches(port), "it listens")
            finally:
                process.terminate()
                self.assertEqual(process.wait(harness.GUARD_S), 0)
            with open(other.log, encoding="utf-8") as log:
                text = log.read()
            self.assertEqual(text.count("event=listening"), wanted, text)
            self.assertEqual(text.count("event=stop "), wanted, text)
        self.assertEqual(self.hub.run("serve", "--log-level", "loud").code, 2)

    def reaches(self, port):
        try:
            socket.create_connection(port).close()
            return True
        except OSError:
            return False


class FloodedLog(Case):
    """A hub of its own: what it suppresses others wait for in vain."""

    def test_a_flood_does_not_fill_the_disk(self):
        stranger = self.cluster.stranger(self.cluster.peer("ha-tinh"))
        garbage = b"\x00rac"
        before = len(self.log())
        for _ in range(20):
            for _ in range(500):
                try:
                    stranger.line.send(garbage, timeout_s=5)
                except peer.Unreachable:
                    break
            stranger.connect(self.hub.address)
        self.cluster.peer("ha-tinh").sync()
        self.assertLess(len(self.log()) - before, 10000 * 20)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
