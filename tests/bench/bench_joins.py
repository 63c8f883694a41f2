#!/usr/bin/env python3
"""Measures the joins over two files of sensors: records a second that both come to, on one core and on two.

Prints one JSON line a case; every figure is a minimum, median and maximum of the rounds. With 1,000 keys each
row meets about one row of the other file.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

from measure import BUILD, Engine, build_programs, build_release, column, machine, measure, spread

COLUMNS = ["sensor_id", "temperature", "ts"]


def source(name, data):
    return {"id": name, "component": "file_source",
            "params": {"path": str(data), "format": "json", "columns": [column(each) for each in COLUMNS],
                       "time_column": "ts", "watermark_delay": "500ms"}}


def document(join, params, data, output=None):
    sink = {"id": "result", "component": "discard_sink", "params": {}}
    if output is not None:
        sink = {"id": "result", "component": "file_sink",
                "params": {"path": str(output), "format": "json", "if_exists": "replace"}}
    keys = {"left_keys": ["sensor_id"], "right_keys": ["sensor_id"]}
    return {"format": 1, "id": "00000000-0000-4000-8000-00000000be9d", "name": join, "settings": {},
            "nodes": [source("left", data[0]), source("right", data[1]),
                      {"id": "both", "component": join, "params": dict(keys, **params)}, sink],
            "edges": [["left.out", "both.left"], ["right.out", "both.right"], ["both.out", "result.in"]]}


CASES = {
    "interval_join, inner": ("interval_join", {"lower": "500ms", "upper": "500ms"}),
    "interval_join, full": ("interval_join", {"kind": "full", "lower": "500ms", "upper": "500ms"}),
    "window_join, inner": ("window_join", {"window": {"kind": "tumbling", "size": "1s"}}),
    "window_join, full": ("window_join", {"kind": "full", "window": {"kind": "tumbling", "size": "1s"}}),
    "temporal_join, left": ("temporal_join", {"kind": "left"}),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=3_000_000, help="in each file")
    parser.add_argument("--keys", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--case", help="only cases whose names hold this")
    parser.add_argument("--no-build", action="store_true")
    arguments = parser.parse_args()
    if not arguments.no_build:
        build_release("streamwright-worker")
    build_programs(["make_sensors"])
    said = {"machine": machine(), "records": arguments.records, "keys": arguments.keys}
    print(json.dumps(said), flush=True)
    with tempfile.TemporaryDirectory(prefix="joins_") as directory:
        folder = pathlib.Path(directory)
        data = [folder / "left.ndjson", folder / "right.ndjson"]
        for seed, file in enumerate(data, 1):
            made = [str(file), str(arguments.records), str(arguments.keys), "uniform", "100", str(seed)]
            subprocess.run([str(BUILD / "make_sensors")] + made, check=True)
        engine = Engine(folder)
        for name, (join, params) in CASES.items():
            if arguments.case and arguments.case not in name:
                continue
            for cores in (1, 2):
                runs = [measure(engine.command(document(join, params, data), cores), cores)
                        for _ in range(arguments.rounds)]
                rates = spread([2 * arguments.records / run["wall"] / 1e6 for run in runs])
                print(json.dumps({"case": name, "cores": cores, "m_per_s": rates,
                                  "cpu_s": spread([run["cpu"] for run in runs]),
                                  "rss_mb": max(run["rss_mb"] for run in runs)}), flush=True)


if __name__ == "__main__":
    main()
