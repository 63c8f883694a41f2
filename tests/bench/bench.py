#!/usr/bin/env python3
"""Measures W0 and W1 of the engine beside simdjson alone and beside a program written by hand for W1, the frames that
the window paints beside an engine flat out, and the rows that SQLite is given.

Prints one JSON line a case, and writes the table of docs/performance.md with --write. The programs take turns on the
same file, on one core and then on two; every figure is a minimum, median and maximum of the rounds.
"""
import argparse
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

from measure import (BUILD, RELEASE, ROOT, Engine, build_programs, build_release, cell, column, digest, document,
                     machine, measure, spread, window_nodes)

SQLITE_ROWS = 3_000_000
LEAST_FRAMES, CLICK_MS_MAX = 30, 100  # of the window beside an engine flat out
PROGRAMS = ["make_sensors", "w0_simdjson", "w1_by_hand", "digest"]


def build():
    build_programs(PROGRAMS)
    build_release("streamwright-worker", "bench_window", "bench_sqlite")


def source_node(data, columns, delay="500ms"):
    return {"id": "sensors", "component": "file_source",
            "params": {"path": str(data), "format": "json",
                       "columns": [column(name) for name in columns],
                       "time_column": "ts", "watermark_delay": delay}}


def sink_node(path):
    if path is None:
        return {"id": "result", "component": "discard_sink", "params": {}}
    return {"id": "result", "component": "file_sink",
            "params": {"path": str(path), "format": "json", "if_exists": "replace"}}


def w0(data):
    return document("W0", [source_node(data, ["sensor_id", "temperature", "ts"]), sink_node(None)])


def w1(data, output=None, settings=None, delay="500ms", late=None):
    nodes = [source_node(data, ["sensor_id", "temperature", "ts"], delay)] + window_nodes() + [sink_node(output)]
    edges = []
    if late is not None:
        nodes.append(dict(sink_node(late), id="late_rows"))
        edges.append(["per_second.late", "late_rows.in"])
    return document("W1", nodes, settings, edges)


def compare(case, records, data, rounds, engine_command, peer_command):
    """The engine and its peer in turn, on one core and on two; rates in million records a second and their ratio."""
    runs = {(who, cores): [] for who in ("engine", "peer") for cores in (1, 2)}
    measure(peer_command(1), 1)
    for _ in range(rounds):
        for cores in (1, 2):
            runs["peer", cores].append(measure(peer_command(cores), cores))
            runs["engine", cores].append(measure(engine_command(cores), cores))
    lines = []
    for cores in (1, 2):
        mine, peer = runs["engine", cores], runs["peer", cores]

        def rates(of):
            return spread([records / run["wall"] / 1e6 for run in of])

        line = {"case": case, "cores": cores, "records": records, "bytes": os.path.getsize(data), "rounds": rounds,
                "engine_m_per_s": rates(mine), "peer_m_per_s": rates(peer),
                "ratio": spread([theirs["wall"] / ours["wall"] for theirs, ours in zip(peer, mine)]),
                "engine_wall_s": spread([run["wall"] for run in mine]),
                "engine_cpu_s": spread([run["cpu"] for run in mine]),
                "peer_cpu_s": spread([run["cpu"] for run in peer]),
                "engine_rss_mb": max(run["rss_mb"] for run in mine)}
        print(json.dumps(line), flush=True)
        lines.append(line)
    scaling = {"case": case + ", two cores against one"}
    for who in ("engine", "peer"):
        scaling[who] = spread([one["wall"] / two["wall"] for one, two in zip(runs[who, 1], runs[who, 2])])
    print(json.dumps(scaling), flush=True)
    return lines, scaling


def measure_window(directory):
    """Frames a second of the window while the engine runs flat out; three cases."""
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", XDG_STATE_HOME=str(directory), XDG_RUNTIME_DIR=str(directory))
    printed = subprocess.run([str(RELEASE / "tests" / "bench" / "bench_window"), "5"], check=True, capture_output=True,
                             text=True, env=environment).stdout
    print(printed, end="", flush=True)
    return [json.loads(line) for line in printed.splitlines()]


def check_window(window):
    """Whether every case is within what an operator was promised."""
    checks = [{"case": f"{line['case']}: at least {LEAST_FRAMES} frames a second, clicks answered within {CLICK_MS_MAX} ms",
               "met": line["frames_per_s"] >= LEAST_FRAMES and line["click_ms_max"] <= CLICK_MS_MAX} for line in window]
    for check in checks:
        print(json.dumps(check), flush=True)
    return checks


def measure_sqlite(directory):
    """Rows a second that the SQLite sink appends, beside a bare loop."""
    printed = subprocess.run([str(RELEASE / "tests" / "bench" / "bench_sqlite"), "2000000", str(directory)], check=True,
                             capture_output=True, text=True).stdout
    print(printed, end="", flush=True)
    return json.loads(printed)


def sqlite_pipeline(sink):
    """A window with so many keys that most rows come out of it as a group of their own."""
    aggregates = [{"function": "count", "name": "n"}] + [
        {"function": function, "argument": "temperature", "name": function + "_temperature"} for function in ("avg", "max")]
    return document("SQLite", [
        {"id": "sensors", "component": "generator_source",
         "params": {"preset": "sensors", "rate": 0, "rows": SQLITE_ROWS, "keys": 200_000, "time": "simulated",
                    "time_step": "20us"}},
        {"id": "per_second", "component": "window",
         "params": {"kind": "tumbling", "size": "1s", "keys": ["sensor_id"], "aggregates": aggregates}},
        dict(sink, id="result")], {"guarantee": "at_least_once"})


def measure_sqlite_pipeline(engine, directory, rounds):
    """Rows a second of a window's output through a whole pipeline, into a table and, to compare, nowhere."""
    cores, database = os.cpu_count(), directory / "windows.db"
    table = {"component": "sqlite_sink", "params": {"path": str(database), "table": "windows"}}
    nowhere = {"component": "discard_sink", "params": {}}
    written, discarded = [], []
    for _ in range(rounds):
        for end in ("", "-wal", "-shm"):
            pathlib.Path(str(database) + end).unlink(missing_ok=True)
        into_table = measure(engine.command(sqlite_pipeline(table), cores), cores)
        connection = sqlite3.connect(database)
        rows = connection.execute("SELECT count(*) FROM windows").fetchone()[0]
        connection.close()
        written.append(rows / into_table["wall"])
        discarded.append(rows / measure(engine.command(sqlite_pipeline(nowhere), cores), cores)["wall"])
    line = {"case": "SQLite pipeline", "rows_in": SQLITE_ROWS, "rows": rows, "rounds": rounds,
            "rows_per_second": spread(written), "discarded_per_second": spread(discarded)}
    print(json.dumps(line), flush=True)
    return line


def run_engine(engine, spec, threads):
    result = subprocess.run(engine.command(spec, threads), capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit("The engine failed:\n" + result.stderr)


def check_results(engine, data, directory):
    """The engine's rows for W1 are those of the program written by hand."""
    mine, theirs = directory / "engine.ndjson", directory / "by_hand.ndjson"
    run_engine(engine, w1(data, mine), 2)
    subprocess.run([str(BUILD / "w1_by_hand"), str(data), "2", str(theirs)], check=True, stdout=subprocess.DEVNULL)
    line = {"case": "W1 results", "engine": digest(mine), "by_hand": digest(theirs)}
    line["equal"] = line["engine"] == line["by_hand"]
    print(json.dumps(line), flush=True)
    return line


def check_same_rows(engine, directory):
    """The same rows, late ones included, at 1, 2 and 4 threads and chunks of 1 KiB, 64 KiB and 1 MiB."""
    data = directory / "late.ndjson"
    subprocess.run([str(BUILD / "make_sensors"), str(data), "300000", "500", "uniform", "900", "9"], check=True)
    seen = {}
    for threads in (1, 2, 4):
        for chunk in ("1KiB", "64KiB", "1MiB"):
            rows, late = directory / "rows.ndjson", directory / "late_rows.ndjson"
            run_engine(engine, w1(data, rows, {"chunk_size": chunk}, "300ms", late), threads)
            seen[f"{threads} threads, {chunk}"] = (digest(rows), digest(late, ["sensor_id", "temperature", "window_end"]))
    line = {"case": "same rows", "runs": len(seen), "equal": len(set(seen.values())) == 1,
            "rows_and_late": sorted(set(seen.values()))}
    print(json.dumps(line), flush=True)
    return line


def thousands(rates):
    return f"{rates['median'] / 1000:.0f} ({rates['min'] / 1000:.0f} to {rates['max'] / 1000:.0f})"


def page(lines, scalings, checks, bounds, records, window, sqlite, pipeline):
    rows = [f"| {line['case']} | {line['cores']} | {cell(line['engine_m_per_s'])} | {cell(line['peer_m_per_s'])} | "
            f"{line['ratio']['median'] * 100:.0f} % ({line['ratio']['min'] * 100:.0f} to "
            f"{line['ratio']['max'] * 100:.0f}) | {line['engine_cpu_s']['median'] / line['records'] * 1e6:.3f} | "
            f"{line['engine_rss_mb']:.0f} |" for line in lines]
    factors = [f"| {line['case']} | {cell(line['engine'])} | {cell(line['peer'])} |" for line in scalings]
    frames = [f"| {line['case']} | {line['frames_per_s']:.1f} | {line['frame_ms_median']:.1f} | {line['frame_ms_p99']:.1f} | "
              f"{line['work_ms_median']:.1f} | {line['click_ms_median']:.1f} | {line['click_ms_max']:.1f} ({line['clicks']}) | "
              f"{line['engine_m_rows_per_s']:.2f} |" for line in window]
    verdicts = [f"- {check['case']}: {'equal' if check['equal'] else 'NOT EQUAL'}" for check in checks]
    promised = [f"- {bound['case']}: {'met' if bound['met'] else 'NOT MET'}" for bound in bounds]
    return "\n".join([
        "# Performance", "",
        "Written by `bash tests/bench/bench.sh --write`. The engine and its peer take turns on the same file, on one core "
        "and on two; rates are in million records a second over the whole process, start included: median (least to "
        "most).", "",
        f"Machine: {machine()}. Data: {records:,} sensor records of about 100 bytes, 1,000 keys, disorder below "
        "500 ms.", "",
        "W0 decodes three columns and counts; its peer is simdjson alone. W1 is file, filter, tumbling window of 1 s "
        "by sensor with count, avg, min, max, discard; its peer is `tests/bench/w1_by_hand.cpp`.", "",
        "| Case | Cores | Engine M/s | Peer M/s | Ratio | CPU µs a record | Peak MB |",
        "|---|---|---|---|---|---|---|"] + rows + ["",
        "| How many times as fast as on one core | Engine | Peer |", "|---|---|---|"] + factors + ["",
        "Checked in the same run:", ""] + verdicts + ["", "## The window beside an engine flat out", "",
        "Offscreen, all cores taken by the engine, the canvas moved and painted as often as a screen of 60 frames a "
        "second asks for it (`tests/bench/bench_window.cpp`). Clicks come in between and take their time from the "
        "frames.", "",
        "| Case | Frames a second | ms from frame to frame | of 99 % at most | of these computed | "
        "ms from a click to what it shows | at most (of so many) | Engine M rows/s |",
        "|---|---|---|---|---|---|---|---|"] + frames + [""] + promised + ["", "## Rows appended to SQLite", "",
        f"{sqlite['rows_per_second'] / 1000:.0f} k rows/s through the sink, {sqlite['bare_loop'] / 1000:.0f} k rows/s in a "
        f"bare loop over the C API with the same values, both durable: {sqlite['share_of_bare'] * 100:.0f} % "
        "(`tests/bench/bench_sqlite.cpp`).", "",
        f"Through a whole pipeline, {pipeline['rows_in']:,} generated rows, a window of 1 s by 200,000 sensors, "
        f"{pipeline['rows']:,} rows out, start and end of the process included: "
        f"{thousands(pipeline['rows_per_second'])} k rows/s into the table, where the same pipeline gives "
        f"{thousands(pipeline['discarded_per_second'])} k rows/s that are discarded.", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--directory", help="where the data goes (default: a temporary one)")
    options = parser.parse_args()
    if options.rounds < 3:
        parser.error("Fewer than three rounds say nothing.")
    build()
    with tempfile.TemporaryDirectory(dir=options.directory) as name:
        directory = pathlib.Path(name)
        data = directory / "sensors.ndjson"
        subprocess.run([str(BUILD / "make_sensors"), str(data), str(options.records), "1000", "uniform", "500", "1"],
                       check=True)
        engine = Engine(directory)
        checks = [check_results(engine, data, directory), check_same_rows(engine, directory)]
        lines, scalings = [], []
        for case, spec, peer in (("W0", w0(data), "w0_simdjson"), ("W1", w1(data), "w1_by_hand")):
            measured, scaling = compare(case, options.records, data, options.rounds,
                                        lambda cores: engine.command(spec, cores),
                                        lambda cores: [str(BUILD / peer), str(data), str(cores)])
            lines += measured
            scalings.append(scaling)
        window, sqlite = measure_window(directory), measure_sqlite(directory)
        bounds = check_window(window)
        pipeline = measure_sqlite_pipeline(engine, directory, options.rounds)
    if options.write:
        (ROOT / "docs" / "performance.md").write_text(page(lines, scalings, checks, bounds, options.records, window,
                                                            sqlite, pipeline))
    if not all(check["equal"] for check in checks):
        sys.exit("The results are not equal.")
    if not all(bound["met"] for bound in bounds):
        sys.exit("The window is slower beside the engine than was promised.")


if __name__ == "__main__":
    main()
