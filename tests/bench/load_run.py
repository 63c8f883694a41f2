"""A run under load: rows are given to it and taken from it at a pace, and a second chain tells of every stall."""
import fcntl
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time

from cases import CORES
from measure import pinned

PATIENCE_S = 1_200
PIPE_BYTES = 64 << 10
TIME = re.compile(rb'"ts":(\d+)')
NUMBER = re.compile(rb'"n":(\d+)')
COUNT = re.compile(rb'"rows":(\d+)')


class Feeder(threading.Thread):
    """Writes numbered rows with the time at which they are written; one that had to wait does not catch up."""

    TURN_S = 0.01

    def __init__(self, file, rate):
        super().__init__(daemon=True)
        self.file, self.rate, self.rows, self.is_ended = file, rate, 0, False
        self.longest_wait_s = 0

    def run(self):
        due = time.monotonic()
        rows = max(1, int(self.rate * self.TURN_S))
        while not self.is_ended:
            now = int(time.time() * 1000)
            text = b"".join(b'{"ts":%d,"n":%d}\n' % (now, number) for number in range(self.rows, self.rows + rows))
            began = time.monotonic()
            self.file.write(text)
            self.file.flush()
            self.rows += rows
            self.longest_wait_s = max(self.longest_wait_s, time.monotonic() - began)
            due = max(due + self.TURN_S, time.monotonic() - self.TURN_S)
            time.sleep(max(0, due - time.monotonic()))  # the rate at which rows are fed
        self.file.close()


class Reader(threading.Thread):
    """Takes rows at a pace: `rate` rows a second, 0 none, None as they come. Keeps (time read, time made)."""

    def __init__(self, file):
        super().__init__(daemon=True)
        self.file, self.rate, self.rows, self.seen, self.last, self.skipped = file, None, 0, [], b"", 0
        self.counts = []

    def run(self):
        rest = b""
        while True:
            while self.rate == 0:
                time.sleep(0.005)  # the stall that is played, until the rate is set again
            block = os.read(self.file.fileno(), 4096 if self.rate else 1 << 20)
            if not block:
                return
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            if lines:
                self.take(lines)
            if self.rate:
                time.sleep(len(lines) / self.rate)  # the slow sink that is played

    def take(self, lines):
        number = NUMBER.search(lines[-1])
        self.rows += len(lines)
        self.last = lines[-1]
        self.counts += [int(count) for line in lines for count in COUNT.findall(line)]
        if number and int(number.group(1)) != self.rows - 1:
            self.skipped += 1
        if made := TIME.search(lines[-1]):
            self.seen.append((time.time(), int(made.group(1)) / 1000))


class Tail(threading.Thread):
    """Reads the rows of a file sink while they are written; files that roll included."""

    def __init__(self, directory):
        super().__init__(daemon=True)
        self.directory, self.seen, self.is_ended = directory, [], False

    def run(self):
        files, known = [], set()
        while not self.is_ended:
            for name in os.listdir(self.directory):
                try:
                    file = open(self.directory / name, "rb")
                except FileNotFoundError:
                    continue  # it has just got another name
                if (node := os.fstat(file.fileno()).st_ino) in known:
                    file.close()
                else:
                    known.add(node)
                    files.append(file)
            for file in files:
                if times := TIME.findall(file.read()):
                    self.seen.append((time.time(), int(times[-1]) / 1000))
            time.sleep(0.01)  # how finely latency is told; nothing tells of rows in another's file


class Producer:
    """kafka_topic, which gives numbered records to one partition until its standard input ends."""

    def __init__(self, command):
        self.begun = time.time()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def end(self):
        told, _ = self.process.communicate()
        return int(told)


class Memory(threading.Thread):
    """The process's memory twenty times a second."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.seen = process, []

    def run(self):
        file = pathlib.Path(f"/proc/{self.process}/statm")
        page = os.sysconf("SC_PAGE_SIZE")
        while True:
            try:
                self.seen.append((time.time(), int(file.read_text().split()[1]) * page))
            except (FileNotFoundError, ProcessLookupError, IndexError):
                return
            time.sleep(0.05)  # how often memory is looked at


def longest_gap(seen, since, until):
    times = [since] + [at for at, _ in seen if since <= at <= until] + [until]
    return max(later - at for at, later in zip(times, times[1:]))


def latencies(seen, since, until):
    return [at - made for at, made in seen if since <= at <= until]


def normal_again(seen, since, limit):
    """Seconds from then until the last row that came later than it may."""
    late = [at for at, made in seen if at >= since and at - made > limit]
    return max(late) - since if late else 0.0


class LoadRun:
    """The engine with a document, its feeder on standard input where it has a rate, and all that watches it."""

    def __init__(self, bench, spec, feed_rate=0, probe=None, is_fresh=True):
        command = bench.engine.command(spec, CORES) + ["--drain"]
        if not is_fresh:
            command[command.index("--fresh")] = "--resume"
        self.engine, self.log = bench.engine, tempfile.TemporaryFile()
        self.begun, self.probe = time.time(), None
        self.process = subprocess.Popen(pinned(command, CORES), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.log)
        for file in (self.process.stdin, self.process.stdout):
            fcntl.fcntl(file, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self.reader, self.memory = Reader(self.process.stdout), Memory(self.process.pid)
        self.feeder = Feeder(self.process.stdin, feed_rate) if feed_rate else None
        if probe:
            probe.mkdir(exist_ok=True)
            self.probe = Tail(probe)
        for thread in (self.reader, self.memory, self.feeder, self.probe):
            if thread:
                thread.start()

    def figures(self):
        try:
            return self.engine.metrics()
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def node(self, name):
        told = self.figures()
        return next(node for node in told["nodes"] if node["node"] == name) if told else None

    def said(self):
        self.log.seek(0)
        return self.log.read().decode()

    def wait_until(self, is_so, what):
        deadline = time.time() + PATIENCE_S
        while not is_so():
            if self.process.poll() is not None or time.time() > deadline:
                self.process.kill()
                raise RuntimeError(f"The engine did not come so far: {what}.\n{self.said()}")
            time.sleep(0.01)  # between two looks at a condition, which has a deadline

    def wait_gone(self):
        """Its exit code, and what it took, after it has ended by itself."""
        deadline = time.time() + PATIENCE_S
        while True:
            done, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if done:
                break
            if time.time() > deadline:
                self.process.kill()
            time.sleep(0.01)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.reader.join()
        self.memory.join()
        if self.probe:
            self.probe.is_ended = True
            self.probe.join()
        return {"exit": self.process.returncode, "wall_s": time.time() - self.begun,
                "cpu_s": usage.ru_utime + usage.ru_stime,
                "peak_mb": max((used for _, used in self.memory.seen), default=0) / 2**20}

    def end(self):
        """A drain that somebody asked for."""
        if self.feeder:
            self.feeder.is_ended = True
            self.feeder.join()
            self.wait_until(lambda: self.reader.rows >= self.feeder.rows, "all rows")
        self.process.terminate()
        return self.wait_gone()
