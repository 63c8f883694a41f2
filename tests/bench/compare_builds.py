#!/usr/bin/env python3
"""Compares two builds of streamwright-worker: the processor time that each takes for W0, W1, W4 and W5, in turn.

compare_builds FIRST SECOND [--records N] [--rounds N] runs both on the same files, on one thread and one core, and
prints one JSON line a case: nanoseconds of processor time a record of each, the kernel's included (what a sample finds
in it is not told apart exactly), the least of all rounds and the median, and by how much the second takes less.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from bench import w0, w1
from bench_windows import KINDS, pipeline
from measure import BUILD, build_programs, pinned


def processor_seconds(worker, directory, spec):
    file = directory / "compared.pipeline.json"
    file.write_text(json.dumps(spec))
    process = subprocess.Popen(pinned([worker, "run", str(file), "--fresh", "--threads", "1", "--state",
                                       str(directory / "state")], 1), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{worker} failed:\n{errors}")
    return usage.ru_utime + usage.ru_stime


def compare(case, spec, options, directory):
    builds = (options.first, options.second)
    runs = {build: [] for build in builds}
    for _ in range(options.rounds):
        for build in builds:
            runs[build].append(processor_seconds(build, directory, spec) / options.records * 1e9)
    first, second = (runs[build] for build in builds)
    print(json.dumps({"case": case, "first_ns": round(min(first), 2), "second_ns": round(min(second), 2),
                      "first_median_ns": round(statistics.median(first), 2),
                      "second_median_ns": round(statistics.median(second), 2),
                      "less": f"{(1 - min(second) / min(first)) * 100:.1f} %",
                      "median_less": f"{(1 - statistics.median(second) / statistics.median(first)) * 100:.1f} %"}),
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", help="a streamwright-worker")
    parser.add_argument("second", help="another")
    parser.add_argument("--records", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    build_programs(["make_sensors"])
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        for keys in sorted({kind.keys for kind in KINDS}):
            data = directory / "sensors.ndjson"
            subprocess.run([str(BUILD / "make_sensors"), str(data), str(options.records), str(keys), "uniform", "500",
                            "1"], check=True)
            if keys == 1_000:
                compare("W0", w0(data), options, directory)
                compare("W1", w1(data), options, directory)
            for kind in KINDS:
                if kind.keys == keys and kind.windows_of_a_row <= 10:
                    compare(kind.case, pipeline(data, kind), options, directory)


if __name__ == "__main__":
    main()
