#!/usr/bin/env python3
"""Runs the tables of the papers as far as one machine can, and prints what they claim beside what was measured.

In a short form of at most five minutes, and with --full at full length (an hour and a half). Prints one JSON line a
row, and writes docs/performance-papers.md with --write. --only takes one of its parts: sustained, latency, two_streams,
load_steps, recovery, skew_and_windows. What one machine cannot show is said plainly.
"""
import calendar
import json
import time

from bench import w1
from bench_state import pipeline as state_pipeline
from bench_windows import measure_skew
from cases import CORES, COLUMNS, Bench, percent, sensors_node, warm_node, window_node
from live import Live
from measure import document, spread

TUMBLING = {"kind": "tumbling", "size": "1s"}
NOWHERE = {"id": "result", "component": "discard_sink", "params": {}}
PRINTED = {"id": "result", "component": "console_sink", "params": {}}
# What the papers have and one machine has not, or this engine has not.
NOT_COMPARABLE = [
    ("clusters of many nodes, and how the rate grows with them",
     "there is one machine; from one core to two is in docs/performance.md"),
    ("a node fails, another takes its work over within 30 s",
     "there is one node; a killed process that starts again is measured above, and bench_state compares its rows"),
    ("a network cut of 10 s, resumed within 20 s",
     "these rows come from no network; the tests with a Kafka broker cut it off"),
    ("hybrid storage in memory and on disk", "state is in memory, and on disk in checkpoints alone"),
    ("plain hash partitioning under skew at 1.2 M/s, balanced at 1.4 M/s",
     "there is no second way of partitioning here to run beside; one key with half of all rows is above")]


def generator(preset, rate, name="rows", **more):
    return {"id": name, "component": "generator_source",
            "params": dict({"preset": preset, "rate": rate, "time": "now"}, **more)}


def sampled(rate, printed=1_000):
    """So few rows a second are printed that reading them disturbs nothing."""
    return {"id": "few", "component": "sample", "params": {"every": max(1, int(rate / printed))}}


def told(bench, what, claim, measured, **figures):
    bench.told(dict({"case": what, "claim": claim, "tells": measured}, **figures))


def at_rate(bench, spec, seconds, sources=("rows",)):
    """A run of so many seconds: rows a second at the sources, from second to second."""
    run, seen = Live(bench.engine, spec), {}
    run.wait_until(run.figures, "its first figures")
    until = time.time() + seconds
    while time.time() < until:
        figures = run.figures()
        if figures:
            seen[figures["at"]] = (figures["running_seconds"],
                                   sum(node["rows_out"] for node in figures["nodes"] if node["node"] in sources))
        run.wait_until(lambda: not figures or run.figures()["at"] not in seen or time.time() >= until, "new figures")
    used, points = run.end(), list(seen.values())
    rates = [(rows - before) / (at - begun) for (begun, before), (at, rows) in zip(points, points[1:])]
    seconds_run = points[-1][0] - points[0][0]
    return {"rates": rates, "rate": (points[-1][1] - points[0][1]) / seconds_run, "cpu": used["cpu"],
            "rss_mb": used["rss_mb"]}


def sustained(bench, seconds):
    rate = 500_000
    spec = document("sustained", [generator("sensors", rate), warm_node(), window_node(TUMBLING), NOWHERE])
    run = at_rate(bench, spec, seconds)
    half = len(run["rates"]) // 2
    first, last = (sum(part) / len(part) for part in (run["rates"][:half], run["rates"][half:]))
    told(bench, f"sustained for {seconds} s", "500 k records/s, less than 1 % less at the end (60 min)",
         f"{run['rate'] / 1e3:.0f} k records/s, second half {(1 - last / first) * 100:+.2f} % less than the first",
         rate=run["rate"], drop=1 - last / first, cpu_s=run["cpu"], rss_mb=run["rss_mb"])


def delays(bench, spec, seconds, since):
    """Of the rows printed after the first second: milliseconds from the row's time until it could be read."""
    run = Live(bench.engine, spec)
    run.first_row()
    time.sleep(seconds)  # the run itself
    run.end()
    begun = run.rows[0][0] + 1
    late = sorted((at - since(json.loads(line))) * 1e3 for at, line in run.rows if at > begun)
    if not late:
        run.fail("No row came after the first second.")
    return {"median": late[len(late) // 2], "p99": late[int(len(late) * 0.99)], "mean": sum(late) / len(late),
            "rows": len(late)}


def unix(text):
    whole, fraction = text.rstrip("Z").split(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float("0." + fraction)


def latency(bench, seconds):
    for what, claim, rate, node, column in (
            ("latency of a filter, 50 k/s", "below 50 ms", 50_000, sampled(50_000), "ts"),
            ("latency of a window's close, 50 k/s", "below 100 ms", 50_000, window_node(TUMBLING), "window_end"),
            ("1 M events/s", "150 ms on average", 1_000_000, sampled(1_000_000), "ts")):
        spec = document("latency", [generator("sensors", rate), warm_node(), node, PRINTED])
        late = delays(bench, spec, seconds, lambda row: unix(row[column]))
        told(bench, what, claim,
             f"p50 {late['median']:.1f} ms, mean {late['mean']:.1f} ms, p99 {late['p99']:.1f} ms", **late)


def two_streams(bench, seconds):
    count = window_node(dict(TUMBLING, keys=["service"], aggregates=[
        {"function": "count", "name": "n"}, {"function": "avg", "argument": "latency_ms", "name": "mean_ms"}]))
    nodes = [generator("sensors", 50_000, "sensors"), warm_node(), window_node(TUMBLING), NOWHERE,
             generator("logs", 100_000, "logs"), dict(count, id="per_service"), dict(NOWHERE, id="log_result")]
    spec = document("two streams", nodes)
    spec["edges"] = [edge for edge in spec["edges"] if edge[1] != "logs.in"]
    run = at_rate(bench, spec, seconds, ("sensors", "logs"))
    told(bench, "sensors at 50 k/s and logs at 100 k/s together", "150 k records/s",
         f"{run['rate'] / 1e3:.0f} k records/s, {run['cpu'] / seconds * 100:.0f} % of one core", **run)


def load_steps(bench, seconds):
    for rate in (500_000, 1_000_000, 5_000_000):
        spec = document("load", [generator("sensors", rate), warm_node(), window_node(TUMBLING), NOWHERE])
        run = at_rate(bench, spec, seconds)
        told(bench, f"load of {rate / 1e6:.1f} M/s", f"{rate / 1e6:.1f} M records/s",
             f"{run['rate'] / 1e6:.2f} M records/s, {run['cpu'] / seconds:.2f} of {CORES} cores, "
             f"{run['rss_mb']:.0f} MB", **run)


def recovery(bench, seconds):
    for interval, claim in ((100, 300), (500, 500), (1000, 800)):
        spec, taken = state_pipeline(10_000, None, 50_000, interval=f"{interval}ms"), []
        run = Live(bench.engine, spec)
        for _ in range(bench.options.rounds):
            # The first checkpoint of a start is behind at once; so long it goes on after it.
            run.wait_until(lambda: (run.figures() or {"checkpoint": 0})["checkpoint"] > 0, "a checkpoint")
            time.sleep(min(seconds, 2))
            run.kill()
            run = Live(bench.engine, spec, is_fresh=False)
            taken.append(run.first_row())
        run.end()
        values = spread(taken)
        told(bench, f"recovery, a checkpoint every {interval} ms", f"{claim} ms",
             f"{values['median'] * 1e3:.0f} ms ({values['min'] * 1e3:.0f} to {values['max'] * 1e3:.0f}) from the start "
             "of a killed process to its next row", first_row_s=values)


def skew_and_windows(bench, _):
    bench.options.only = ""  # it named this part, and W7 is in it
    measure_skew(bench)
    data = bench.sensors(1_000)
    bare = document("no window", [sensors_node(data), warm_node(),
                                  {"id": "few", "component": "select", "params": {"columns": [
                                      {"column": column} for column in COLUMNS]}}, NOWHERE])
    runs = bench.in_turn({"bare": lambda: bench.run(bare), "W1": lambda: bench.run(w1(data))})
    cost = spread([windowed["cpu"] / alone["cpu"] - 1 for windowed, alone in zip(runs["W1"], runs["bare"])])
    told(bench, "what windowing costs", "measured, without one figure",
         f"{percent(cost)} more CPU", cpu_more=cost)


def main():
    full = [("--full", {"action": "store_true", "help": "an hour of the sustained rate, and a minute of each other"})]
    with Bench("performance-papers.md", __doc__, ["w1_by_hand"], 3_000_000, full) as bench:
        seconds, long = (60, 3_600) if bench.options.full else (8, 120)
        for part, length in ((sustained, long), (latency, seconds), (two_streams, seconds), (load_steps, seconds),
                             (recovery, seconds), (skew_and_windows, None)):
            if bench.wants(part.__name__):
                part(bench, length)
        for what, why in NOT_COMPARABLE:
            told(bench, what, "as it says", "not comparable: " + why)
        bench.finish("The papers' tables", ("The full form." if bench.options.full else "The short form.") +
                     " Rows are made by a generator in the same process; where latency is measured they are read from a "
                     "pipe.")


if __name__ == "__main__":
    main()
