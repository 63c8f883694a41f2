#!/usr/bin/env python3
"""Measures the kinds of windows beside W1 on the same file: W4 (hopping), cumulative, W5 (session), and W7 (skew).

Prints one JSON line a case, and writes docs/performance-windows.md with --write. W1 and the others take turns on one
file, on all cores; each kind's rows are compared with those of a plain program of one thread.
"""
import os
import time
from typing import NamedTuple

from bench import sink_node, w1
from cases import CHECKED_RECORDS, WINDOW_FIELDS, Bench, sensors_node, warm_node, window_node
from measure import document

# Rows that pass the filter come, for one of 1,000 keys, 1.3 s apart in the mean: a gap of 5 s is seldom, and a session
# has about 40 rows. With 10,000 keys they come 13 s apart: most sessions close behind one row or two.
KEYS_OF_SESSIONS = (1_000, 10_000)


class Kind(NamedTuple):
    case: str
    keys: int
    params: dict
    by_hand: list
    flink: str  # the window for Flink
    least_ratio: float = 0  # to W1
    least_m_per_s: float = 0
    flink_m_per_s: float = 0  # what performance.md 3.1 found
    windows_of_a_row: int = 1

    def target(self):
        if self.least_ratio:
            return f"at least {self.least_ratio * 100:.0f} % of W1"
        return f"at least {self.least_m_per_s:.0f} M/s" if self.least_m_per_s else ""


def hopping(size, keys, flink_m_per_s=0.0):
    return Kind(f"W4 hopping {size} s / 1 s, {keys:,} keys", keys,
                {"kind": "hopping", "size": f"{size}s", "slide": "1s"}, ["hopping", f"{size}000", "1000"],
                f"HOP(TABLE warm, DESCRIPTOR(event_time), INTERVAL '1' SECOND, INTERVAL '{size}' SECOND)", 0.8, 0,
                flink_m_per_s, size)


def session(keys):
    return Kind(f"W5 session 5 s, {keys:,} keys", keys, {"kind": "session", "gap": "5s"}, ["session", "5000"],
                "SESSION(TABLE warm PARTITION BY sensor_id, DESCRIPTOR(event_time), INTERVAL '5' SECOND)", 0, 6, 0.53)


KINDS = [hopping(10, 1_000, 0.80),
         Kind("cumulative 10 s by 1 s, 1,000 keys", 1_000, {"kind": "cumulative", "size": "10s", "step": "1s"},
              ["cumulative", "10000", "1000"],
              "CUMULATE(TABLE warm, DESCRIPTOR(event_time), INTERVAL '1' SECOND, INTERVAL '10' SECOND)", 0.8),
         session(KEYS_OF_SESSIONS[0]), session(KEYS_OF_SESSIONS[1]),
         hopping(10, 100_000, 0.09), hopping(60, 100_000)]


def pipeline(data, kind, output=None):
    return document(kind.case, [sensors_node(data), warm_node(), window_node(kind.params), sink_node(output)])


def check(bench, kind):
    data = bench.sensors(kind.keys, records=min(CHECKED_RECORDS, bench.options.records), seed=2)
    bench.check_by_hand(kind.case, pipeline(data, kind, bench.rows), "windows_by_hand",
                        lambda output: [str(data), output, *kind.by_hand], WINDOW_FIELDS)


def measure_kinds(bench, keys):
    """W1 and every kind with so many keys, in turn on one file."""
    kinds = [kind for kind in KINDS if kind.keys == keys and bench.wants(kind.case)
             and bench.can_run(kind.case, pipeline("/dev/null", kind))]
    if not kinds:
        return
    for kind in kinds:
        check(bench, kind)
    data, records = bench.sensors(keys), bench.options.records
    size = os.path.getsize(data)
    runs = bench.in_turn({"W1": lambda: bench.run(w1(data))}
                         | {kind.case: lambda kind=kind: bench.run(pipeline(data, kind)) for kind in kinds})
    bench.tell_runs(f"W1, {keys:,} keys", runs["W1"], records, size)
    for kind in kinds:
        bench.tell_runs(kind.case, runs[kind.case], records, size, ("W1", runs["W1"]), target=kind.target())
    data.unlink()


ROW_BYTES = 64  # eight columns of it, the event time one of them


def copy_gb_per_s():
    """What copying memory comes to here, one thread, beyond all caches."""
    source, target = bytearray(256 << 20), bytearray(256 << 20)
    best = float("inf")
    for _ in range(4):
        begin = time.perf_counter()
        target[:] = source
        best = min(best, time.perf_counter() - begin)
    return len(source) / best / 1e9


def bound_of_rows(bench):
    """The section that says what the rows out of hopping windows come to."""
    lines = [line for line in bench.lines if "hopping" in line["case"] and "ratio" in line]
    if not lines:
        return []
    text = ["## What the rows of hopping windows come to", "",
            "Groups are carried from one window to the next (decision 29), so a result row costs its bytes, and a slice "
            "what changes with it; docs/performance-profile.md tells where the time goes. The rows out alone, "
            f"{ROW_BYTES} bytes each, at 80 % of W1, beside copying memory, which comes to {copy_gb_per_s():.1f} GB/s "
            "on one thread here:", ""]
    for line in lines:
        rows = line["rows_out"] / line["records"]
        rate = 0.8 * line["m_per_s"]["median"] / line["ratio"]["median"]
        text.append(f"- {line['case']}: {rows:.2f} rows a record, at {rate:.1f} M records/s "
                    f"{rows * rate * ROW_BYTES / 1e3:.1f} GB/s.")
    return text + [""]


def measure_skew(bench):
    """W7: W1 with one key that has half of all rows, against W1 with keys that are alike."""
    case = "W7 one key with 50 %, 1,000 keys"
    if not bench.wants(case):
        return
    small = bench.sensors(1_000, "hot", min(CHECKED_RECORDS, bench.options.records), 2)
    fields = [field for field in WINDOW_FIELDS if field != "window_start"]
    bench.check_by_hand(case, w1(small, bench.rows), "w1_by_hand", lambda output: [str(small), "1", output], fields)
    uniform, hot, records = bench.sensors(1_000), bench.sensors(1_000, "hot"), bench.options.records
    runs = bench.in_turn({"uniform": lambda: bench.run(w1(uniform)), "hot": lambda: bench.run(w1(hot))})
    bench.tell_runs(case, runs["hot"], records, os.path.getsize(hot), ("uniform keys", runs["uniform"]),
                    target="at least 90 % of uniform keys")


def main():
    with Bench("performance-windows.md", __doc__, ["w1_by_hand", "windows_by_hand"], 10_000_000) as bench:
        for keys in sorted({kind.keys for kind in KINDS}):
            measure_kinds(bench, keys)
        measure_skew(bench)
        sessions = [f"{line['case']}: {line['records'] * 0.75 / line['rows_out']:.1f} rows a session."
                    for line in bench.lines if "session" in line["case"] and line.get("rows_out")]
        bench.finish("Performance of windows", "W1 (filter, tumbling window of 1 s by sensor: count, avg, min, max, "
                     "discard) and other kinds of windows with the same functions take turns on the same file, all "
                     "cores; start and end of the process included.", sessions, bound_of_rows(bench))


if __name__ == "__main__":
    main()
