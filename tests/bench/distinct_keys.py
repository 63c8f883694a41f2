#!/usr/bin/env python3
"""What adding up in the lanes costs and saves, at few keys and at as many as rows (docs/decisions/0019).

Processor seconds of whole runs: the window right behind the source, and with a union between, behind the merge.
"""
import json
import pathlib
import statistics
import subprocess
import tempfile

import bench

RECORDS = 1_000_000
ROUNDS = 5


def document(data, size, behind_the_merge):
    window = bench.window_nodes()[1]
    window["params"]["size"] = size
    union = [{"id": "all", "component": "union", "params": {}}] if behind_the_merge else []
    nodes = [bench.source_node(data, ["sensor_id", "temperature", "ts"])] + union + [window, bench.sink_node(None)]
    return bench.document("Distinct keys", nodes, {"parallelism": 1})


def main():
    bench.build()
    with tempfile.TemporaryDirectory() as directory:
        engine = bench.Engine(directory)
        for keys in (1_000, RECORDS):
            data = pathlib.Path(directory) / "data.ndjson"
            subprocess.run([str(bench.BUILD / "make_sensors"), str(data), str(RECORDS), str(keys), "uniform", "500", "1"],
                           check=True)
            for size in ("1s", "1000s"):
                for threads in (1, 2):
                    for behind_the_merge in (False, True):
                        command = engine.command(document(data, size, behind_the_merge), threads)
                        seconds = [bench.measure(command, threads)["cpu"] for _ in range(ROUNDS)]
                        print(json.dumps({"keys": keys, "window": size, "threads": threads,
                                          "in_the_lanes": not behind_the_merge, "cpu_s_least": round(min(seconds), 2),
                                          "cpu_s_median": round(statistics.median(seconds), 2)}), flush=True)


if __name__ == "__main__":
    main()
