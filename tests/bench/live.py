"""A run of the engine that is watched from outside while it goes on."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

from cases import CORES
from measure import pinned

PATIENCE_S = 600


class Live:
    """The engine with its rows on a pipe: each line with the wall clock's time at which it was there to be read."""

    def __init__(self, engine, spec, is_fresh=True):
        command = engine.command(spec, CORES)
        if not is_fresh:
            command[command.index("--fresh")] = "--resume"
        self.engine, self.rows, self.log = engine, [], tempfile.TemporaryFile()
        self.begun = time.time()
        self.process = subprocess.Popen(pinned(command, CORES), stdout=subprocess.PIPE, stderr=self.log)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.rows.append((time.time(), line))

    def fail(self, why):
        if self.process.returncode is None:
            self.process.kill()
        self.log.seek(0)
        sys.exit(f"{why}\n{self.log.read().decode()}")

    def wait_until(self, is_so, what):
        """Looks every few milliseconds, for nothing but the figures tells of it."""
        deadline = time.time() + PATIENCE_S
        while not (answer := is_so()):
            if self.process.poll() is not None or time.time() > deadline:
                self.fail(f"The engine did not come so far: {what}.")
            time.sleep(0.005)
        return answer

    def figures(self):
        try:
            return self.engine.metrics()
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def first_row(self):
        """Seconds from the start of the program until its first row could be read."""
        self.wait_until(lambda: self.rows, "a first row")
        return self.rows[0][0] - self.begun

    def kill(self):
        """As when the power goes for this process: nothing is saved any more. Says what it took until then."""
        self.process.kill()
        return self.gone()

    def end(self):
        """A plain stop, or its own end: what it took of the processor, and its peak of memory."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        used = self.gone()
        if self.process.returncode != 0:
            self.fail("The engine failed.")
        return used

    def gone(self):
        self.reader.join()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return {"wall": time.time() - self.begun, "cpu": usage.ru_utime + usage.ru_stime,
                "rss_mb": usage.ru_maxrss / 1024}

    def longest_gap(self, since):
        """The longest time in which no row could be read, in seconds."""
        times = [at for at, _ in self.rows if at >= since]
        return max((later - at for at, later in zip(times, times[1:])), default=0)
