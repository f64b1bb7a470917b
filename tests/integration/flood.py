"""What the tests of floods and of metrics share: a hub that says how it is,
and a strict reader of Prometheus' text format."""
import http.client
import os
import re

import harness

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(r"(%s)(?:\{(%s(?:,%s)*)\})? (\S+)" % (NAME, LABEL, LABEL))


class BadFormat(Exception):
    pass


def family_of(name, kinds):
    for end in ("_bucket", "_sum", "_count"):
        if name.endswith(end) and kinds.get(name[:-len(end)]) == "histogram":
            return name[:-len(end)]
    return name


def number(text):
    if not re.fullmatch(r"[+-]?Inf|NaN|[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        raise BadFormat("no number: " + text)
    return float(text)


def check_histograms(samples, kinds):
    for family, kind in kinds.items():
        if kind != "histogram":
            continue
        buckets = [(number(dict(labels)["le"]), value)
                   for (name, labels), value in samples.items()
                   if name == family + "_bucket"]
        if [le for le, _ in buckets] != sorted({le for le, _ in buckets}) or \
                [n for _, n in buckets] != sorted(n for _, n in buckets):
            raise BadFormat("buckets of " + family)
        if not buckets or buckets[-1] != (
                float("inf"), samples[family + "_count", ()]):
            raise BadFormat("the last bucket of " + family)
        if (family + "_sum", ()) not in samples:
            raise BadFormat("no sum of " + family)


def parse(text):
    """{(name, ((label, value), …)): number}; BadFormat at anything odd."""
    if not text.endswith("\n") or "\n\n" in text:
        raise BadFormat("lines")
    samples, kinds, helped, closed, current = {}, {}, set(), set(), None
    for line in text[:-1].split("\n"):
        found = re.fullmatch(r"# HELP (%s) (.+)" % NAME, line)
        if found:
            if found[1] in helped:
                raise BadFormat("told twice: " + line)
            helped.add(found[1])
            closed.add(current)
            current = found[1]
            continue
        found = re.fullmatch(
            r"# TYPE (%s) (counter|gauge|histogram)" % NAME, line)
        if found:
            if found[1] != current or current in kinds:
                raise BadFormat("out of place: " + line)
            kinds[current] = found[2]
            continue
        found = SAMPLE.fullmatch(line)
        if not found or family_of(found[1], kinds) != current or \
                current in closed or current not in kinds:
            raise BadFormat("sample: " + line)
        if kinds[current] == "counter" and not current.endswith("_total"):
            raise BadFormat("a counter's name: " + line)
        labels = tuple(re.findall(LABEL, found[2] or ""))
        if (found[1], labels) in samples:
            raise BadFormat("twice: " + line)
        samples[found[1], labels] = number(found[len(found.groups())])
    check_histograms(samples, kinds)
    return samples


class Hub(harness.Hub):
    """A hub with metrics."""

    def start(self, *words, log):
        if words[0] == "serve":
            words += ("--metrics", "127.0.0.1:0")
        return super().start(*words, log=log)

    def metrics_port(self):
        with open(self.log, encoding="utf-8") as log:
            return int(re.findall(
                r"event=metrics address=127\.0\.0\.1:(\d+)", log.read())[-1])

    def http(self, method, path, headers=(), body=None,
             timeout_s=harness.GUARD_S):
        """Status, headers and text of one answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.metrics_port(),
                                          timeout=timeout_s)
        try:
            line.request(method, path, body, dict(headers))
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            line.close()

    def samples(self):
        status, headers, text = self.http("GET", "/metrics")
        assert status == 200, status
        assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return parse(text)

    def value(self, name, **labels):
        """0 for what has not been counted yet."""
        return self.samples().get(
            ("nhipcau_" + name, tuple(labels.items())), 0)

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))


class Cluster(harness.Cluster):
    def __init__(self, *codes):
        self.folder = harness.Folder()
        self.hub = Hub(self.folder("hub"))
        self.hub.init(*codes)
        self.hub.serve()
        self.clients = 0
        self.peers = []
