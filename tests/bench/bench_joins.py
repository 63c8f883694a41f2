#!/usr/bin/env python3
"""Measures W6: interval join and window join of two files, and lookup, beside reading the same files alone.

Prints one JSON line a case, and writes docs/performance-joins.md with --write. With 10,000 sensors a row finds in the
mean one partner within 5 s, or in its window of 10 s. Records are those of both sides.
"""
import os

from bench import sink_node
from cases import CHECKED_RECORDS, Bench, sensors_node, warm_node
from measure import document

KEYS = 10_000
FIELDS = ["sensor_id", "temperature", "ts", "sensor_id_right", "temperature_right", "ts_right"]
FIELDS_OF_JOINS = [field for field in FIELDS if not field.startswith("ts")]  # what a table of Flink can hold of them
BOTH = {"kind": "inner", "left_keys": ["sensor_id"], "right_keys": ["sensor_id"]}
JOINS = [("W6 interval join, 5 s before to 5 s after", "interval_join", {"lower": "5s", "upper": "5s"},
          ["interval", "5000"]),
         ("W6 window join, tumbling 10 s", "window_join", {"window": {"kind": "tumbling", "size": "10s"}},
          ["window", "10000"])]
LOOKUP = "W6 lookup in a table of 10,000 lines"


def two_sources(name, left, right, middle, ports, output=None):
    """Both files, filtered, into one node."""
    nodes = [sensors_node(left, "left"), warm_node("warm_left"), sensors_node(right, "right"), warm_node("warm_right"),
             middle, sink_node(output)]
    spec = document(name, nodes)
    spec["edges"] = [["left.out", "warm_left.in"], ["right.out", "warm_right.in"],
                     ["warm_left.out", f"{middle['id']}.{ports[0]}"], ["warm_right.out", f"{middle['id']}.{ports[1]}"],
                     [middle["id"] + ".out", "result.in"]]
    return spec


def join(case, component, params, left, right, output=None):
    node = {"id": "joined", "component": component, "params": dict(BOTH, **params)}
    return two_sources(case, left, right, node, ("left", "right"), output)


def reading(left, right):
    return two_sources("reading alone", left, right, {"id": "both", "component": "union", "params": {}}, ("in", "in"))


def lookup(data, table, output=None):
    found = {"id": "looked_up", "component": "lookup",
             "params": {"kind": "inner", "keys": ["sensor_id"], "source": "csv", "path": str(table),
                        "columns": [{"name": "place", "type": "string"}]}}
    return document(LOOKUP, [sensors_node(data), warm_node(), found, sink_node(output)])


def measure_joins(bench):
    sides = [bench.sensors(KEYS, seed=seed) for seed in (1, 2)]
    small = [bench.sensors(KEYS, records=min(CHECKED_RECORDS, bench.options.records), seed=seed) for seed in (3, 4)]
    runners, records = {"reading": lambda: bench.run(reading(*sides))}, 2 * bench.options.records
    for case, component, params, by_hand in JOINS:
        if not bench.wants(case) or not bench.can_run(case, join(case, component, params, *small)):
            continue
        bench.check_by_hand(case, join(case, component, params, *small, bench.rows), "joins_by_hand",
                            lambda output, how=by_hand: [*map(str, small), output, *how], FIELDS)
        runners[case] = lambda case=case, what=component, how=params: bench.run(join(case, what, how, *sides))
    if len(runners) == 1:
        return
    runs, size = bench.in_turn(runners), sum(os.path.getsize(side) for side in sides)
    for case in runs:
        reference = ("reading both files", runs["reading"]) if case != "reading" else (None, None)
        bench.tell_runs(case, runs[case], records, size, reference, target="at least 2 M/s" if reference[0] else "")


def measure_lookup(bench):
    table = bench.directory / "places.csv"
    table.write_text("sensor_id,place\n" + "".join(f"s-{key:06},place {key % 97}\n" for key in range(KEYS)))
    if not bench.wants(LOOKUP) or not bench.can_run(LOOKUP, lookup(bench.sensors(KEYS, records=1), table)):
        return
    data = bench.sensors(KEYS)
    alone = document("reading alone", [sensors_node(data), warm_node(), sink_node(None)])
    runs = bench.in_turn({"reading": lambda: bench.run(alone), LOOKUP: lambda: bench.run(lookup(data, table))})
    bench.check(LOOKUP, runs[LOOKUP][0]["rows_out"], runs["reading"][0]["rows_out"], "as many rows as without it")
    bench.tell_runs(LOOKUP, runs[LOOKUP], bench.options.records, os.path.getsize(data),
                    ("reading the file", runs["reading"]), target="at least 2 M/s")


def main():
    with Bench("performance-joins.md", __doc__, ["joins_by_hand"], 5_000_000) as bench:
        measure_joins(bench)
        measure_lookup(bench)
        bench.finish("Performance of joins", "Two files of sensor records of about 100 bytes, 10,000 sensors, rows with "
                     "a temperature above 20 joined by sensor, discard; beside it both files read and filtered alone, in "
                     "turn, all cores; start and end of the process included.")


if __name__ == "__main__":
    main()
