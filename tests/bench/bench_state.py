#!/usr/bin/env python3
"""Measures W9: what a checkpoint of much state takes, and how soon a run that was killed gives rows again.

Prints one JSON line a case, and writes docs/performance-state.md with --write. Windows of four rows by sensor hold a
group for each; 100,000 and 1 M sensors, and 10 M with --long. Pause, time and size of a checkpoint are the
job's own figures.
"""
import time

from bench import sink_node
from cases import CORES, Bench
from live import Live
from measure import digest, document, spread

ROWS_OF_A_WINDOW = 4
# Of state, in bytes, a pause of so many seconds at most; a little above, for 16 MiB are hardly ever met exactly.
TARGETS = [(24 << 20, 0.005), (1 << 30, 0.020)]
RESTART_S = 1.5
AGGREGATES = [{"function": "count", "name": "n"},
              *({"function": function, "argument": "temperature", "name": function + "_temperature"}
                for function in ("avg", "min", "max"))]
FIELDS = ["sensor_id", "window_start", "window_end", "n", "~avg_temperature", "min_temperature", "max_temperature"]


def pipeline(keys, sink, rate=0, rows=0, interval="1s"):
    """`sink`: None prints one row in a thousand, otherwise a file takes all."""
    few = [{"id": "few", "component": "sample", "params": {"every": 1000}}] if sink is None else []
    end = {"id": "result", "component": "console_sink", "params": {}} if sink is None else sink_node(sink)
    return document("W9", [
        {"id": "sensors", "component": "generator_source",
         "params": {"preset": "sensors", "keys": keys, "rate": rate, "rows": rows, "time_step": "1ms"}},
        {"id": "windows", "component": "window",
         "params": {"kind": "count", "rows": ROWS_OF_A_WINDOW, "keys": ["sensor_id"], "aggregates": AGGREGATES}},
        *few, end], {"checkpoint_interval": interval, "memory_limit": "16GiB", "checkpoint_timeout": "5min"})


def window_figures(run):
    told = run.figures()
    return told, next(node for node in told["nodes"] if node["node"] == "windows") if told else None


def is_full(run, keys):
    told, window = window_figures(run)
    # A group is gone with its fourth row and comes again with the next, so that about four in five are there.
    return told and window["rows_in"] >= 3 * keys and window["state_rows"] > 0 and told["checkpoint"] > 0


def checkpoints(run, count):
    """The figures of so many checkpoints to come."""
    seen = {}

    def has_all():
        told, window = window_figures(run)
        if told:
            seen.setdefault(told["checkpoint"], (told, window["state_bytes"], window["state_rows"]))
        return len(seen) > count

    run.wait_until(has_all, "more checkpoints")
    return [seen[epoch] for epoch in sorted(seen)[1:]]


def pause_target(state_bytes):
    return next((seconds for most, seconds in TARGETS if state_bytes <= most), None)


def milliseconds(values):
    return f"{values['median'] * 1e3:.2f} ms ({values['min'] * 1e3:.2f} to {values['max'] * 1e3:.2f})"


def measure_state(bench, keys):
    case, rounds = f"W9 {keys:,} keys", bench.options.rounds
    spec = pipeline(keys, None)
    if not bench.wants(case) or not bench.can_run(case, spec):
        return
    run = Live(bench.engine, spec)
    run.wait_until(lambda: is_full(run, keys), "full state and a checkpoint")
    since = time.time()
    taken = checkpoints(run, rounds)
    gap, rows_in = run.longest_gap(since), window_figures(run)[1]["rows_in"]
    used, restarts = run.kill(), []
    for times in range(rounds):
        if times > 0:
            run.kill()
        run = Live(bench.engine, spec, is_fresh=False)
        restarts.append(run.first_row())
        before = run.wait_until(run.figures, "its figures")["checkpoint"]
        run.wait_until(lambda: (run.figures() or {"checkpoint": 0})["checkpoint"] > before, "another checkpoint")
    run.end()
    line = {"case": case, "keys": keys, "rounds": rounds, "records": rows_in, "wall_s": used["wall"],
            "cpu_s": used["cpu"], "rss_mb": used["rss_mb"], "rate_m_per_s": rows_in / used["wall"] / 1e6,
            "longest_gap_between_rows_s": gap, "state_rows": taken[-1][2], "state_bytes": taken[-1][1],
            "checkpoint_bytes": spread([told["checkpoint_bytes"] for told, _, _ in taken]),
            "checkpoint_s": spread([told["checkpoint_seconds"] for told, _, _ in taken]),
            "pause_s": spread([told["checkpoint_pause_seconds"] for told, _, _ in taken]),
            "restart_to_first_output_s": spread(restarts)}
    target = pause_target(line["state_bytes"])
    line["claim"] = (f"pause at most {target * 1e3:.0f} ms; " if target else "") + f"first row within {RESTART_S} s"
    line["tells"] = (f"{line['state_rows']:,} groups, {line['state_bytes'] / 2**20:.0f} MiB; checkpoint of "
                     f"{line['checkpoint_bytes']['median'] / 2**20:.0f} MiB in {milliseconds(line['checkpoint_s'])}, "
                     f"pause {milliseconds(line['pause_s'])}, longest time without a row {gap * 1e3:.0f} ms; first row "
                     f"{milliseconds(line['restart_to_first_output_s'])} after a start from it")
    bench.told(line)


def check_restart(bench, keys=20_000, rows=400_000):
    """A run that is killed twice and goes on gives the rows of one that is not."""
    output = str(bench.rows)
    whole = pipeline(keys, output, 0, rows)
    Live(bench.engine, whole).wait()
    wanted = digest(output, FIELDS)
    spec = pipeline(keys, output, rows / 4, rows, "200ms")
    run = Live(bench.engine, spec)
    for times in range(2):
        run.wait_until(lambda: (run.figures() or {"checkpoint": 0})["checkpoint"] > times, "a checkpoint")
        run.kill()
        run = Live(bench.engine, spec, is_fresh=False)
    run.wait()
    bench.check("W9 killed twice", digest(output, FIELDS), wanted, "a run that is not interrupted")


def main():
    began = time.time()
    long = [("--long", {"action": "store_true", "help": "10 M keys too"})]
    with Bench("performance-state.md", __doc__, [], 0, long) as bench:
        check_restart(bench)
        for keys in (100_000, 1_000_000) + ((10_000_000,) if bench.options.long else ()):
            measure_state(bench, keys)
        bench.finish("Performance with much state",
                     f"A generator flat out on {CORES} cores fills windows of {ROWS_OF_A_WINDOW} rows by sensor, a "
                     "checkpoint each second. A pause is the longest in which one task froze its state and worked on "
                     "no row. The run is killed, and started again from its last checkpoint.",
                     [f"The whole took {time.time() - began:.0f} s."])


if __name__ == "__main__":
    main()
