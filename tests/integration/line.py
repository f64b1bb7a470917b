#!/usr/bin/python3
"""A bad line: a TCP proxy that is slow, late, and breaks.

    with Line(("127.0.0.1", 7800), seed=1, bits=9600, delay_s=2) as line:
        … tcp://127.0.0.1:{line.port} …

or by hand: line.py --to 7800 --listen 7900 --bits 64000 --cut 0.1 --every 8192

Each direction of a connection has a token bucket (bits a second) and a delay
with jitter; order is kept. Of every `every` bytes that a connection carries,
both ways together, some fate strikes with the probability `cut` (the first
time surely: a line that is to be bad must not turn out good by chance):

    close   both sides see an orderly end
    reset   both sides see a reset
    half    the client sees an end, the hub does not, until the client closes
    stall   nothing moves any more, and nobody is told

Little is kept inside (the kernel's buffers are made small), so that a sender
feels the line as it is. The line can also die as a whole and come back:

    line.die()      what there is stalls, and new connections too: they are
                    taken by the kernel, and nothing answers
    line.refuse()   new connections are refused, old ones are cut
    line.heal()     as at first; what stalled by die() goes on

With ends_after=n it refuses by itself when it has carried n bytes since it was
set, both ways and all connections together.
"""
import argparse
import asyncio
import contextlib
import random
import socket
import struct
import threading

KINDS = ("close", "reset", "half")


class Bucket:
    """Tokens are bytes; nothing is saved up for longer than a moment."""

    def __init__(self, loop, bits):
        self.loop = loop
        self.rate = bits / 8
        self.free_at = loop.time()

    def take(self, size):
        """When these bytes have passed."""
        self.free_at = max(self.free_at, self.loop.time()) + size / self.rate
        return self.free_at


class Cut(Exception):
    pass


class Connection:
    def __init__(self, line, client):
        self.line = line
        self.client = client
        self.hub = None
        self.passed = 0
        self.next_fate = line.every
        self.stalled = False

    def fate(self, size):
        """What becomes of the connection with these bytes; None: nothing."""
        line = self.line
        self.passed += size
        if line.after is not None and self.passed > line.after:
            return "stall"
        while self.passed >= self.next_fate:
            self.next_fate += line.every
            if line.generator.random() < line.cut or \
                    line.cut and not line.struck:
                return line.generator.choice(line.kinds)
        return None

    async def strike(self, kind):
        self.line.struck[kind] = self.line.struck.get(kind, 0) + 1
        if kind == "stall":
            # Nothing is read or sent again; only the end of the line's own
            # life, or of the client's, ends it.
            self.stalled = True
            await self.gone()
        elif kind == "half":
            self.client.shutdown(socket.SHUT_WR)
            self.stalled = True
            await self.gone()
        elif kind == "reset":
            for end in (self.client, self.hub):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               struct.pack("ii", 1, 0))
        raise Cut

    async def gone(self):
        """Until the client has closed: its socket then has an error, or an
        end behind what was not read; TCP's state tells without reading."""
        while True:
            state = self.client.getsockopt(socket.IPPROTO_TCP,
                                           socket.TCP_INFO, 1)[0]
            if state != 1 and state != 4 and state != 5:  # established, fin
                return
            await asyncio.sleep(0.2)

    async def read(self, source, ready):
        """Takes at the line's rate, so that the sender waits as it would."""
        line = self.line
        bucket = Bucket(line.loop, line.bits)
        delayed = line.loop.time()
        chunk = max(64, min(65536, line.bits // 8 // 10))
        while True:
            data = await line.loop.sock_recv(source, chunk)
            if self.stalled:
                await asyncio.Event().wait()
            passed = bucket.take(len(data))
            await asyncio.sleep(max(0, passed - line.loop.time()))
            delayed = max(delayed, passed + line.delay_s +
                          line.generator.uniform(0, line.jitter_s))
            ready.put_nowait((delayed, data))
            if not data:
                return

    async def write(self, target, ready, name):
        line = self.line
        while True:
            when, data = await ready.get()
            await asyncio.sleep(max(0, when - line.loop.time()))
            await line.alive.wait()
            if self.stalled:
                await asyncio.Event().wait()
            if not data:
                with contextlib.suppress(OSError):
                    target.shutdown(socket.SHUT_WR)
                return
            if line.has_ended(len(data)):
                raise Cut
            kind = self.fate(len(data))
            if kind is not None:
                await self.strike(kind)
            await line.loop.sock_sendall(target, data)
            line.carried[name] += len(data)

    async def run(self):
        line = self.line
        tasks = []
        try:
            self.hub = line.small(socket.socket())
            await line.loop.sock_connect(self.hub, line.target)
            up, down = asyncio.Queue(), asyncio.Queue()
            tasks = [asyncio.create_task(work) for work in (
                self.read(self.client, up), self.write(self.hub, up, "up"),
                self.read(self.hub, down),
                self.write(self.client, down, "down"))]
            await asyncio.gather(*tasks)
        except (OSError, Cut):
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for end in (self.client, self.hub):
                if end is not None:
                    end.close()


class Line:
    def __init__(self, target, seed, bits=100_000_000, delay_s=0.0,
                 jitter_s=0.0, cut=0.0, every=8192, kinds=KINDS, after=None,
                 ends_after=None, port=0):
        """after: each connection stalls when it has carried so many bytes."""
        self.target = target
        self.seed = seed
        self.generator = random.Random(seed)
        self.bits = bits
        self.delay_s = delay_s
        self.jitter_s = jitter_s
        self.cut = cut
        self.every = every
        self.kinds = kinds
        self.after = after
        self.ends_after = ends_after
        self.struck = {}
        self.carried = {"up": 0, "down": 0}
        self.connections = 0
        self.port = port
        self.listener = None
        self.running = {}
        self.loop = asyncio.new_event_loop()
        self.alive = None
        self.thread = threading.Thread(target=self._serve, daemon=True)
        started = threading.Event()
        self.started = started
        self.thread.start()
        started.wait()

    def small(self, end):
        """As much in the kernel's buffers as the line carries in a fifth of a
        second: acknowledged by the kernel is then nearly arrived."""
        size = max(2048, min(1 << 20, self.bits // 8 // 5))
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end.setblocking(False)
        return end

    def _listen(self):
        self.listener = self.small(socket.socket())
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        self.listener.listen(16)
        self.accepting = self.loop.create_task(self._accept(self.listener))

    async def _accept(self, listener):
        while True:
            client, _ = await self.loop.sock_accept(listener)
            self.connections += 1
            task = self.loop.create_task(
                Connection(self, self.small(client)).run())
            self.running[task] = client
            task.add_done_callback(lambda done: self.running.pop(done, None))

    def _serve(self):
        asyncio.set_event_loop(self.loop)
        self.alive = asyncio.Event()
        self.alive.set()
        self._listen()
        self.started.set()
        self.loop.run_forever()

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def _cut_all(self):
        tasks = list(self.running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _close(self):
        if self.listener is not None:
            self.accepting.cancel()
            await asyncio.gather(self.accepting, return_exceptions=True)
            self.listener.close()
            self.listener = None

    def has_ended(self, size):
        """Whether these bytes are past what it carries at all."""
        if self.ends_after is None:
            return False
        self.ends_after -= size
        if self.ends_after >= 0:
            return False
        self.loop.create_task(self._refuse())
        return True

    def has_gone(self):
        """Whether it refuses."""
        return self.listener is None

    async def _refuse(self):
        await self._close()
        await self._cut_all()

    def set(self, **what):
        """bits, delay_s, jitter_s, cut, every, kinds, after, ends_after: for
        connections that come, and, where it makes sense, for those that
        are."""
        for name, value in what.items():
            if name not in vars(self):
                raise TypeError(name)
            setattr(self, name, value)

    def die(self):
        async def work():
            self.alive.clear()
        self._do(work())

    def refuse(self):
        self._do(self._refuse())

    def heal(self):
        async def work():
            self.alive.set()
            if self.listener is None:
                self._listen()
        self._do(work())

    def close(self):
        self._do(self._refuse())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __str__(self):
        return ("seed %d: %d connections, %d bytes up, %d down, struck: %s" %
                (self.seed, self.connections, self.carried["up"],
                 self.carried["down"], self.struck or "none"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--to", type=int, required=True, help="the hub's port")
    parser.add_argument("--listen", type=int, default=0)
    parser.add_argument("--bits", type=int, default=100_000_000)
    parser.add_argument("--delay", type=float, default=0, help="seconds")
    parser.add_argument("--jitter", type=float, default=0, help="seconds")
    parser.add_argument("--cut", type=float, default=0, help="0 to 1")
    parser.add_argument("--every", type=int, default=8192, help="bytes")
    parser.add_argument("--after", type=int, help="stall after these bytes")
    parser.add_argument("--kinds", nargs="+", default=KINDS,
                        choices=KINDS + ("stall",))
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    with Line(("127.0.0.1", options.to), options.seed, options.bits,
              options.delay, options.jitter, options.cut, options.every,
              options.kinds, options.after, options.listen) as line:
        print("seed %d, tcp://127.0.0.1:%d" % (line.seed, line.port),
              flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
        print(line)


if __name__ == "__main__":
    main()
