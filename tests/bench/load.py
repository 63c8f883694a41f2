#!/usr/bin/env python3
"""Puts the engine under load that it cannot carry away at once: slow and stalled sinks, one key with half of all rows,
10 M keys, 1,000 idle partitions, windows that fire a million keys at once.

Prints one JSON line a case, and writes docs/performance-load.md with --write; ends with 1 when one is out of its
bounds. The short form takes about three minutes; --full has the durations that were promised.
"""
import statistics
import subprocess
import time

import bench_kafka
from cases import CORES, Bench
from load_run import LoadRun, Producer, latencies, longest_gap, normal_again

BUDGET_MB = 512
STALL_S = 1.0  # of what has nothing to do with the trouble
NORMAL_S = 5.0  # until latency is what it was
LEAST_LIMIT_S = 0.1  # latency below it is normal, whatever it was before
PROBE = 100  # rows a second
INTRO = ("The worker under load that it cannot carry away at once, with the memory_limit that a document has by default "
         f"({BUDGET_MB} MiB) unless the case says otherwise; the peak is the resident memory of the whole process.")
NOTES = [f"A stall is the longest time in which a second chain of the same job, {PROBE} rows a second from a generator to a "
         "file, gave no row while the trouble went on. Latency is from the making of a row until it can be read; it is "
         "normal below three times the worst before the trouble, at least 100 ms.",
         "Rows are fed to standard input and read from standard output; a feeder that has to wait does not catch up. One of "
         "the two numbers every row, and every number has to come out once and in order. Generators count, and a last "
         "window adds up what the others counted.",
         "--full takes the durations that were promised: 10 minutes of a sink ten times too slow, a minute of one that stalls."]
TROUBLE = {"slow": (20, 600), "stall": (10, 60), "hot": (30_000_000, 300_000_000), "keys": (20_000_000, 60_000_000),
           "fire": (9_000_000, 30_000_000), "idle": (15, 120)}
PARTITIONS = 1_000
BROKER_PORT = 19_700
IDLE_RATE = 2_000  # records a second into one partition


BOUNDS = {"peak_mb": "peak MB at most", "longest_stall_s": "stall s at most", "normal_after_s": "normal after s at most",
          "window_latest_s": "latest window s at most"}
TOLD = "peak {peak_mb} of {budget_mb} MB"
FURTHER = {"longest_stall_s": "longest stall {} s", "normal_after_s": "normal after {} s", "latency_before_ms": "latency before {} ms",
           "latency_worst_s": "worst {} s", "source_waited_s": "the source waited up to {} s", "rows_in": "{:,} rows in",
           "rows_out": "{:,} out", "results": "{:,} results", "bytes_a_key": "{} bytes a key", "state_mb": "state {} MiB",
           "first_window_s": "first window after {} s", "window_latest_s": "windows at most {} s late", "main_s": "took {} s",
           "first_row_s": "first row of the other chain after {} s",
           "says": "stopped: {}"}


def told_of(line):
    return "".join("; " + words.format(line[name]) for name, words in FURTHER.items() if name in line)


def pipeline(chains, **settings):
    """Chains of nodes; each node is led to the next."""
    return {"format": 1, "id": "00000000-0000-4000-8000-00000000be9d", "name": "Load",
            "settings": dict({"checkpoint_interval": "1s"}, **settings), "nodes": [node for chain in chains for node in chain],
            "edges": [[a["id"] + ".out", b["id"] + ".in"] for chain in chains for a, b in zip(chain, chain[1:])]}


def node(name, component, **params):
    return {"id": name, "component": component, "params": params}


def console(name="result"):
    return node(name, "console_sink", times="epoch_ms")


def probe_chain(directory):
    """Rows of every 10 ms that share nothing with the others but the job."""
    return [node("probe", "generator_source", preset="sensors", rate=PROBE, keys=10, time="now"),
            node("probe_time", "select", columns=[{"column": "ts"}]),
            node("probe_rows", "file_sink", path=str(directory / "rows.ndjson"), if_exists="replace", times="epoch_ms")]


def fed():
    return node("fed", "file_source", path="-", format="json", time_column="ts",
                columns=[{"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}, {"name": "n", "type": "bigint"}])


def let_pass(seconds):
    """The time that is measured: what happens in it is what counts, and nothing is waited for."""
    time.sleep(seconds)


class Load:
    def __init__(self, bench):
        self.bench = bench
        self.probes = 0

    def size(self, what):
        return TROUBLE[what][1 if self.bench.options.full else 0]

    def probe_directory(self):
        self.probes += 1
        return self.bench.directory / f"probe{self.probes}"

    def told(self, case, used, bounds, **more):
        """Each bound is the name of a figure and the most it may be."""
        line = dict({"case": case, "peak_mb": round(used["peak_mb"]), "wall_s": round(used["wall_s"], 1),
                     "cpu_s": round(used["cpu_s"], 1)}, **more)
        line["out_of_bounds"] = [name for name, most in bounds.items() if line[name] > most]
        line["within"] = not line["out_of_bounds"] and line["equal"]
        line.setdefault("checked_by", "rows in against rows out")
        self.bench.is_wrong |= not line["within"]
        line["tells"] = TOLD.format(**line) + told_of(line)
        line["claim"] = ", ".join(f"{BOUNDS[name]} {most}" for name, most in bounds.items() if name in BOUNDS) + (
            "" if line["within"] else ": **NOT MET**")
        self.bench.told(line)

    def slow_or_stalled(self, case, seconds, rate, sink_rate):
        """A sink that takes only so much for a while."""
        directory = self.probe_directory()
        run = LoadRun(self.bench, pipeline([[fed(), console()], probe_chain(directory)]), rate, directory)
        run.wait_until(lambda: run.reader.seen and run.probe.seen, "a first row")
        let_pass(1)
        quiet_since = time.time()
        let_pass(3)
        began = time.time()
        run.reader.rate = sink_rate
        let_pass(seconds)
        run.reader.rate = None
        over = time.time()
        let_pass(NORMAL_S + 3)
        until = time.time()
        used = run.end()
        before = latencies(run.reader.seen, quiet_since, began)
        limit = max(LEAST_LIMIT_S, 3 * max(before))
        self.told(case, used, {"peak_mb": BUDGET_MB, "longest_stall_s": STALL_S, "normal_after_s": NORMAL_S, "exit": 0},
                  budget_mb=BUDGET_MB, exit=used["exit"], trouble_s=seconds, rows_in=run.feeder.rows,
                  rows_out=run.reader.rows,
                  equal=run.feeder.rows == run.reader.rows and run.reader.skipped == 0,
                  source_waited_s=round(run.feeder.longest_wait_s, 2),
                  longest_stall_s=round(longest_gap(run.probe.seen, quiet_since, until), 3),
                  latency_before_ms=round(statistics.median(before) * 1e3, 1),
                  latency_worst_s=round(max(latencies(run.reader.seen, began, until)), 2),
                  normal_after_s=round(normal_again(run.reader.seen, over, limit), 2))

    def slow(self):
        self.slow_or_stalled("a sink that takes a tenth", self.size("slow"), 100_000, 10_000)

    def stall(self):
        self.slow_or_stalled("a sink that stalls", self.size("stall"), 100_000, 0)

    def totals(self, rows, between, settings=None, keys=1000, step="1ms", directory=None, is_fresh=None):
        """A generator flat out through these nodes, and what came out in all, as one row. Goes on in a directory."""
        if is_fresh is None:
            is_fresh = directory is None
        directory = directory or self.probe_directory()
        total = node("total", "window", kind="tumbling", size="36500d",
                     aggregates=[{"function": "count", "name": "results"},
                                 {"function": "sum", "argument": "n", "name": "total"}])
        main = [node("rows", "generator_source", preset="sensors", rate=0, rows=rows, keys=keys, time_step=step),
                *between, total, console()]
        run = LoadRun(self.bench, pipeline([main, probe_chain(directory)], **(settings or {})), 0, directory, is_fresh)
        run.wait_until(lambda: run.probe.seen, "a first row")
        return run

    def ends_normal(self, run):
        """Waits for the total, then for latency to be normal: the seconds in between."""
        run.wait_until(lambda: run.reader.rows, "the total")
        over = time.time()
        let_pass(NORMAL_S + 2)
        return over, normal_again(run.probe.seen, over, LEAST_LIMIT_S)

    def ended(self, case, run, rows, over, normal, budget_mb=BUDGET_MB, **more):
        used = run.end()
        told = run.reader.last.decode()
        # What lies there of the run before does not count.
        began = next(at for at, made in run.probe.seen if made >= run.begun)
        total = int(told.split('"total":')[1].split("}")[0].split(",")[0])
        self.told(case, used, {"peak_mb": budget_mb, "longest_stall_s": STALL_S, "normal_after_s": NORMAL_S, "exit": 0},
                  budget_mb=budget_mb, exit=used["exit"], rows_in=rows, rows_out=total, equal=total == rows,
                  results=int(told.split('"results":')[1].split(",")[0].split("}")[0]),
                  longest_stall_s=round(longest_gap(run.probe.seen, began, over), 3),
                  first_row_s=round(began - run.begun, 2),
                  normal_after_s=round(normal, 2), main_s=round(over - run.begun, 1), **more)

    def hot(self):
        """One key with half of all rows, behind an exchange by key."""
        rows, took = self.size("hot"), {}
        for name, condition in (("even keys", "FALSE"), ("one key with half of all rows", "temperature > 51")):
            between = [node("key", "compute", columns=[
                {"name": "k", "expression": f"CASE WHEN {condition} THEN 'hot' ELSE sensor_id END"}]),
                node("all", "union"),
                node("windows", "window", kind="tumbling", size="10s", keys=["k"],
                     aggregates=[{"function": "count", "name": "n"},
                                 {"function": "count", "argument": "temperature", "distinct": True, "name": "d"}])]
            run = self.totals(rows, between)
            over, normal = self.ends_normal(run)
            took[name] = over - run.begun
            self.ended(name, run, rows, over, normal)
        ratio = round(took["one key with half of all rows"] / took["even keys"], 2)
        self.bench.told({"case": "one key with half of all rows against even keys", "slower_than_even": ratio,
                         "tells": f"{ratio} of the time", "claim": ""})

    def window_of_keys(self, size, key="sensor_id"):
        return node("windows", "window", kind="tumbling", size=size, keys=[key],
                    aggregates=[{"function": "count", "name": "n"}])

    def keys(self):
        """10 M keys: within the budget, or a sentence and a stop with what was read so far kept."""
        rows = self.size("keys")
        # Not the generator's own: it keeps the names of its sensors, a tenth of a gigabyte for so many.
        between = [node("key", "compute", columns=[{"name": "key", "expression":
                                                    "CONCAT('s-', CAST(MOD(UNIX_TIMESTAMP(ts), 10000000) AS STRING))"}]),
                   self.window_of_keys("3650d", "key")]
        directory = self.probe_directory()
        directory.mkdir()
        run = self.totals(rows, between, step="1s", directory=directory, is_fresh=True)
        used = run.wait_gone()
        said = run.said()
        is_told = "memory_limit (512 MiB)" in said and "last checkpoint" in said
        self.told("10 M keys in 512 MiB", used, {"peak_mb": BUDGET_MB, "exit": 1}, budget_mb=BUDGET_MB, exit=used["exit"],
                  equal=is_told, checked_by="the sentence says which limit and what to do", says=said.strip().splitlines()[-1].split(": ", 2)[-1] if said else "")
        self.keys_with_more(rows, between, directory)

    def keys_with_more(self, rows, between, directory):
        """The same goes on from its last checkpoint."""
        run = self.totals(rows, between, {"memory_limit": "4GiB"}, step="1s", directory=directory)
        most = [0, 0]

        def is_over():
            windows = run.node("windows")
            if windows and windows["state_bytes"] > most[0]:
                most[:] = [windows["state_bytes"], windows["state_rows"]]
            return run.reader.rows

        run.wait_until(is_over, "the total")
        over, normal = self.ends_normal(run)
        self.ended("10 M keys, resumed with 4 GiB", run, rows, over, normal, 4096, state_mb=round(most[0] / 2**20),
                   bytes_a_key=round(most[0] / max(1, most[1])))

    def fire(self):
        rows = self.size("fire")
        for kind, nodes in (("tumbling", self.window_of_keys("50min")),
                            ("session", node("windows", "window", kind="session", gap="1h", keys=["sensor_id"],
                                             aggregates=[{"function": "count", "name": "n"}]))):
            run = self.totals(rows, [nodes], keys=1_000_000)
            over, normal = self.ends_normal(run)
            self.ended(f"{kind} windows of a million keys", run, rows, over, normal)


    def idle(self):
        """A topic of which one partition alone has rows."""
        seconds = self.size("idle")
        broker = bench_kafka.Broker(self.bench.directory / "broker", BROKER_PORT)
        try:
            broker.topic("make", "mostly_idle", PARTITIONS)
            self.idle_run(broker, seconds)
        finally:
            broker.stop()

    def idle_run(self, broker, seconds):
        source = node("fed", "kafka_source", bootstrap_servers=broker.servers, topic="mostly_idle", start="earliest",
                      format="json", time_column="ts", watermark_delay="10ms", idle_timeout="2s",
                      columns=[{"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}, {"name": "n", "type": "bigint"}])
        directory = self.probe_directory()
        windows = node("windows", "window", kind="tumbling", size="100ms",
                       aggregates=[{"function": "count", "name": "rows"}, {"function": "max", "argument": "ts", "name": "ts"}])
        run = LoadRun(self.bench, pipeline([[source, windows, console()], probe_chain(directory)]), 0, directory)
        producer = Producer(broker.topic_command("feed", "mostly_idle", IDLE_RATE, PARTITIONS // 2))
        run.wait_until(lambda: run.reader.seen and run.probe.seen, "a first window")
        first_s = time.time() - producer.begun
        # Until the others have been found idle the first windows wait.
        let_pass(3)
        since = time.time()
        let_pass(seconds)
        until = time.time()
        rows = producer.end()
        run.wait_until(lambda: (run.node("fed") or {"rows_in": 0})["rows_in"] >= rows, "all records")
        used = run.end()
        late = latencies(run.reader.seen, since, until)
        counted = sum(run.reader.counts)
        self.told("1,000 partitions, 999 of them idle", used,
                  {"peak_mb": BUDGET_MB, "longest_stall_s": STALL_S, "window_latest_s": STALL_S, "exit": 0},
                  budget_mb=BUDGET_MB, exit=used["exit"], rows_in=rows, rows_out=counted, equal=counted == rows,
                  first_window_s=round(first_s, 2), window_usually_s=round(statistics.median(late), 3),
                  window_latest_s=round(max(late), 3),
                  longest_stall_s=round(max(longest_gap(run.reader.seen, since, until),
                                            longest_gap(run.probe.seen, since, until)), 3))


def main():
    began = time.time()
    full = [("--full", {"action": "store_true", "help": "the durations that were promised, half an hour"})]
    with Bench("performance-load.md", __doc__, [], 0, full) as bench:
        load = Load(bench)
        bench_kafka.build(True)
        subprocess.run([str(bench_kafka.BROKER), "jars"], check=True)
        for name in TROUBLE:
            if bench.wants(name):
                getattr(load, name)()
        bench.finish("Under load", INTRO, NOTES + [f"The whole took {time.time() - began:.0f} s."],
                     "A case is out of its bounds.")


if __name__ == "__main__":
    main()
