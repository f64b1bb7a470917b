#!/usr/bin/python3
"""Keys sealed with a passphrase: from a file, on a terminal, and a hub that
serves with one.

usage: test_seal.py BIN_DIR
"""
import os
import pty
import select
import signal
import subprocess
import sys
import time
import unittest

import harness

PASSPHRASE = "cầu qua sông dài"


class Sealed(unittest.TestCase):
    def setUp(self):
        self.folder = harness.Folder()
        self.addCleanup(self.folder.remove)
        self.home = self.folder("hub")
        self.key = os.path.join(self.home, "device.key")
        self.secret = self.folder("secret")
        self.write(PASSPHRASE)
        done = self.run_hub("init", "--name", "Cụm thử", "--listen",
                            "tcp://127.0.0.1:%d" % harness.free_port())
        self.assertEqual(done.returncode, 0, done.stderr)

    def write(self, passphrase, mode=0o600):
        with open(self.secret, "w", encoding="utf-8") as file:
            file.write(passphrase + "\n")
        os.chmod(self.secret, mode)

    def words(self, *words):
        return [os.path.join(harness.BIN_DIR, "nhipcaud"), "--home",
                self.home, *words]

    def environment(self, with_file):
        env = harness.environment(self.folder.path)
        if with_file:
            env["NHIPCAU_PASSPHRASE_FILE"] = self.secret
        return env

    def run_hub(self, *words, with_file=False):
        """In a session of its own: without any terminal."""
        return subprocess.run(self.words(*words), capture_output=True,
                              text=True, timeout=harness.GUARD_S,
                              stdin=subprocess.DEVNULL,
                              start_new_session=True,
                              env=self.environment(with_file))

    def seal(self):
        done = self.run_hub("device", "seal", "--json", with_file=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"sealed": true', done.stdout)

    def first_word(self):
        with open(self.key, encoding="ascii") as file:
            return file.read().split()[0]

    def test_from_a_file(self):
        with open(self.key, "rb") as file:
            before = file.read()
        self.seal()
        self.assertEqual(self.first_word(), "nhipcau-key-2")
        self.assertEqual(os.stat(self.key).st_mode & 0o777, 0o600)
        # Nobody to ask: a sentence that says how; never a hang.
        done = self.run_hub("status")
        self.assertEqual(done.returncode, 1)
        self.assertIn("NHIPCAU_PASSPHRASE_FILE", done.stderr)
        self.assertEqual(
            self.run_hub("status", with_file=True).returncode, 0)
        # Typed with combining marks it is the same.
        self.write("ca\u0302\u0300u qua so\u0302ng da\u0300i")
        self.assertEqual(
            self.run_hub("status", with_file=True).returncode, 0)
        self.write("cau qua song dai")
        done = self.run_hub("status", with_file=True)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1)
        self.assertNotIn("cau qua", done.stderr)
        self.write(PASSPHRASE, 0o640)
        done = self.run_hub("status", with_file=True)
        self.assertIn("chmod 600", done.stderr)
        os.remove(self.secret)
        done = self.run_hub("status", with_file=True)
        self.assertIn(self.secret, done.stderr)
        self.write(PASSPHRASE)
        done = self.run_hub("device", "unseal", "--json", with_file=True)
        self.assertIn('"sealed": false', done.stdout)
        with open(self.key, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_short_ones_are_refused(self):
        self.write("bảy chữ")
        done = self.run_hub("device", "seal", with_file=True)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.first_word(), "nhipcau-key-1")

    def test_hub_serves(self):
        self.seal()
        hub = subprocess.Popen(self.words("serve"), start_new_session=True,
                               stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True,
                               env=self.environment(True))
        try:
            self.assertIn("event=", hub.stderr.readline())
            hub.send_signal(signal.SIGTERM)
            self.assertEqual(hub.wait(harness.GUARD_S), 0)
        finally:
            hub.kill()
            hub.wait()
            hub.stderr.close()

    def on_terminal(self, words, *lines, then=None):
        """(wait status, what the terminal showed)."""
        pid, terminal = pty.fork()
        if pid == 0:
            arguments = self.words(*words)
            os.execve(arguments[0], arguments, self.environment(False))
        shown, left = b"", list(lines)
        deadline = time.monotonic() + harness.GUARD_S
        while time.monotonic() < deadline:
            ready, _, _ = select.select([terminal], [], [], 0.1)
            if ready:
                try:
                    got = os.read(terminal, 4096)
                except OSError:
                    break
                if not got:
                    break
                shown += got
            if shown.endswith(b": ") and (left or then):
                shown += b"|"
                if left:
                    os.write(terminal, left.pop(0).encode() + b"\n")
                else:
                    os.kill(pid, then)
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        return status, shown.decode(errors="replace")

    def test_a_key_that_waits_goes_along(self):
        """No plain key beside a sealed one, and a rotation ends in the form
        that the key has then, with the passphrase that it has."""
        cluster = harness.Cluster("ha-tinh")
        self.addCleanup(cluster.end)
        client = cluster.client("ha-tinh")
        client.prefix = ("env", "NHIPCAU_PASSPHRASE_FILE=" + self.secret)
        cluster.hub.stop()
        self.assertEqual(client.run("device", "rotate").code, 1)
        keys = [os.path.join(client.home, name)
                for name in ("device.key", "next.key")]

        def forms():
            out = []
            for path in filter(os.path.exists, keys):
                with open(path, encoding="ascii") as file:
                    out.append(file.read().split()[0])
            return out

        self.assertEqual(forms(), ["nhipcau-key-1"] * 2)
        client.must("device", "seal")
        self.assertEqual(forms(), ["nhipcau-key-2"] * 2)
        client.must("device", "unseal")
        self.assertEqual(forms(), ["nhipcau-key-1"] * 2)
        self.write(PASSPHRASE + " và một cầu nữa")
        client.must("device", "seal")
        cluster.hub.serve()
        client.must("device", "rotate")
        self.assertEqual(forms(), ["nhipcau-key-2"])
        client.must("sync")

    def test_on_a_terminal(self):
        status, shown = self.on_terminal(
            ["device", "seal"], PASSPHRASE, PASSPHRASE + "x")
        self.assertNotEqual(status, 0)
        self.assertEqual(self.first_word(), "nhipcau-key-1")
        status, shown = self.on_terminal(
            ["device", "seal"], PASSPHRASE, PASSPHRASE)
        self.assertEqual(status, 0, shown)
        self.assertNotIn(PASSPHRASE, shown)
        self.assertEqual(self.first_word(), "nhipcau-key-2")
        status, shown = self.on_terminal(["status"], PASSPHRASE)
        self.assertEqual(status, 0, shown)
        self.assertNotIn(PASSPHRASE, shown)
        status, shown = self.on_terminal(["status"], then=signal.SIGTERM)
        self.assertEqual(os.WTERMSIG(status), signal.SIGTERM, shown)

    def test_terminal_is_as_it_was_after_a_signal(self):
        self.seal()
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve("/bin/sh", [
                "sh", "-c", "trap : INT; \"$@\"; stty -a", "sh",
                *self.words("status")], self.environment(False))
        shown, sent = b"", False
        while True:
            try:
                shown += os.read(terminal, 4096)
            except OSError:
                break
            if not sent and shown.endswith(b": "):
                os.write(terminal, b"\x03")
                sent = True
        os.waitpid(pid, 0)
        os.close(terminal)
        self.assertTrue(sent)
        self.assertIn(b" echo ", shown)
        self.assertNotIn(b"-echo ", shown)


if __name__ == "__main__":
    sys.exit(harness.main(sys.modules[__name__]))
