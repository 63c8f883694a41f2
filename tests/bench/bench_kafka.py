#!/usr/bin/env python3
"""Measures W2 (Kafka, filter, window, Kafka, at least once), W3 (filter and computed column) and W8 (latency).

Starts a broker of its own on the same cores, prints one JSON line a case, and writes docs/performance-kafka.md with
--write. The engine takes turns with a bare consumer and with bare pipes, which write as many rows and read nothing of
them; every figure is a minimum, median and maximum of the rounds. Then, at a steady rate, what a filter from topic to
topic, and a window, add to the time a record takes through the bare broker.
"""
import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

from bench import source_node as file_node
from measure import (BUILD, ROOT, Engine, build_release, build_programs, cell, column, digest, document, machine, measure,
                     pinned, spread, window_nodes)

BROKER = ROOT / "tests" / "peers" / "kafka" / "kafka.sh"
LIBRDKAFKA = ROOT / "build" / "librdkafka-2.12.1"
PARTITIONS = 4
STALL_MS, ATTEMPTS = 100, 5
TARGET_RATIO, TARGET_MB = 0.6, 100
TARGET_ADDED_MS = {"filter": 3, "window": 20}  # at p99
KEY_BYTES = 24  # of a record, as the bare pipe's key
ENDS = PARTITIONS  # a record at each partition's end closes the windows; no filter lets it through


def build(takes_engine_as_it_is):
    build_programs(["make_sensors", "w1_by_hand", "digest"])
    build_programs(["kafka_topic", "kafka_consume", "kafka_pipe", "kafka_latency"],
                   [f"-I{LIBRDKAFKA}/include", f"{LIBRDKAFKA}/lib/librdkafka.a", "-lssl", "-lcrypto", "-lsasl2", "-lz",
                    "-lzstd", "-lpthread", "-ldl", "-lm"])
    if not takes_engine_as_it_is:
        build_release("streamwright-worker")


class Broker:
    """A broker in a directory of its own, with half a gigabyte of heap."""

    def __init__(self, directory, port):
        self.directory = directory
        self.servers = f"127.0.0.1:{port}"
        subprocess.run([str(BROKER), "format", str(directory), str(port)], check=True)
        # A broker that measures is one that runs for hours: all of Java's compiler.
        environment = dict(os.environ, KAFKA_JAVA_OPTIONS="-XX:+TieredCompilation")
        subprocess.run(pinned([str(BROKER), "start", str(directory)], os.cpu_count()), check=True, env=environment)
        self.process = int((directory / "pid").read_text())

    def stop(self):
        subprocess.run([str(BROKER), "stop", str(self.directory)], check=False)

    def cpu(self):
        """Processor seconds so far."""
        fields = pathlib.Path(f"/proc/{self.process}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def topic_command(self, order, name, *more):
        return [str(BUILD / "kafka_topic"), self.servers, order, name, *map(str, more)]

    def topic(self, order, name, *more, **options):
        return subprocess.run(self.topic_command(order, name, *more), check=True, **options)


def source_node(broker, topic, columns, **more):
    return {"id": "sensors", "component": "kafka_source",
            "params": dict({"bootstrap_servers": broker.servers, "topic": topic, "start": "earliest", "format": "json",
                            "columns": [column(name) for name in columns]}, **more)}


def sink_node(broker, topic, **more):
    return {"id": "result", "component": "kafka_sink",
            "params": dict({"bootstrap_servers": broker.servers, "topic": topic}, **more)}


def w2(broker, source, target):
    columns = source_node(broker, source, ["sensor_id", "temperature", "ts"], time_column="ts", watermark_delay="500ms")
    return document("W2", [columns] + window_nodes() + [sink_node(broker, target, key="sensor_id", linger="50ms")],
                    {"guarantee": "at_least_once", "checkpoint_interval": "1s"})


def w3_nodes():
    return [{"id": "warm", "component": "filter", "params": {"condition": "temperature > 23"}},
            {"id": "fahrenheit", "component": "compute",
             "params": {"columns": [{"name": "fahrenheit", "expression": "temperature * 1.8 + 32"}]}}]


def w3(broker, source, target):
    columns = source_node(broker, source, ["sensor_id", "temperature", "ts"])
    return document("W3", [columns] + w3_nodes() + [sink_node(broker, target, linger="50ms")],
                    {"guarantee": "at_least_once", "checkpoint_interval": "1s"})


def passed(broker, source, target):
    """What a record goes through when only a filter stands between two topics."""
    columns = source_node(broker, source, ["sensor_id", "temperature", "at"], start="latest")
    return document("filter", [columns, window_nodes()[0], sink_node(broker, target, linger="1ms")],
                    {"guarantee": "at_least_once", "checkpoint_interval": "1s"})


def closed(broker, source, target):
    columns = source_node(broker, source, ["sensor_id", "temperature", "ts"], start="latest", time_column="ts",
                          watermark_delay="0ms")
    return document("window", [columns] + window_nodes() + [sink_node(broker, target, linger="1ms")],
                    {"guarantee": "at_least_once", "checkpoint_interval": "1s"})


class Running:
    """The engine while it runs: topics have no end, so somebody else sees that it is done and ends it."""

    def __init__(self, command):
        self.begin = time.perf_counter()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(pinned(command + ["--drain"], os.cpu_count()), stdout=subprocess.DEVNULL,
                                        stderr=self.log)

    def fail(self):
        self.log.seek(0)
        sys.exit("The engine failed:\n" + self.log.read().decode())

    def require(self):
        """Ends the measurement where the engine has ended by itself."""
        if self.process.poll() is not None:
            self.fail()

    def wait_for(self, command):
        """Runs a program that waits for what the engine does, for as long as the engine runs."""
        other = subprocess.Popen(command)

        def end_with_engine():
            try:
                os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
            except ChildProcessError:
                return  # end() was first
            other.kill()

        threading.Thread(target=end_with_engine, daemon=True).start()
        if other.wait() != 0:
            self.require()
            sys.exit(f"{' '.join(command)} failed.")

    def end(self):
        self.require()
        self.process.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode != 0:
            self.fail()
        return {"cpu": usage.ru_utime + usage.ru_stime, "rss_mb": usage.ru_maxrss / 1024}


def bare_run(broker):
    """One run of the bare consumer; none that stalled, unless all do."""
    for attempt in range(ATTEMPTS):
        before, begin = broker.cpu(), time.perf_counter()
        process = subprocess.Popen(pinned([str(BUILD / "kafka_consume"), broker.servers, "sensors"], os.cpu_count()),
                                   stdout=subprocess.PIPE)
        told = json.loads(process.stdout.read())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        run = {"wall": time.perf_counter() - begin, "cpu": usage.ru_utime + usage.ru_stime,
               "broker_cpu": broker.cpu() - before, "rss_mb": usage.ru_maxrss / 1024, "bytes": told["bytes"]}
        if told["longest_call_ms"] <= STALL_MS or attempt + 1 == ATTEMPTS:
            return run
        print(json.dumps({"case": "thrown away", "why": "the bare consumer stalled",
                          "longest_call_ms": told["longest_call_ms"]}), flush=True)


def pipe_run(broker, rows, key_bytes):
    """The bare pipe: from the start of the program until it has written everything."""
    broker.topic("make", "piped", PARTITIONS)
    before = broker.cpu()
    run = measure([str(BUILD / "kafka_pipe"), broker.servers, "sensors", "piped", str(rows), "50", str(key_bytes)],
                  os.cpu_count())
    run["broker_cpu"] = broker.cpu() - before
    broker.topic("delete", "piped")
    return run


def engine_run(broker, engine, spec, rows, output=None):
    """From the start of the program until the last row can be read from the other topic."""
    broker.topic("make", "results", PARTITIONS)
    before = broker.cpu()
    running = Running(engine.command(spec(broker, "sensors", "results"), os.cpu_count()))
    running.wait_for(broker.topic_command("wait", "results", rows))
    wall = time.perf_counter() - running.begin
    run = dict(running.end(), wall=wall, broker_cpu=broker.cpu() - before)
    if output is not None:
        subprocess.run([str(BUILD / "kafka_consume"), broker.servers, "results", str(output)], check=True,
                       stdout=subprocess.DEVNULL)
    broker.topic("delete", "results")
    return run


def told(case, records, runs, **more):
    def per_million(name):
        return spread([run[name] / records * 1e6 for run in runs])

    line = dict({"case": case, "records": records, "rounds": len(runs), "wall_s": spread([run["wall"] for run in runs]),
                 "records_per_s": spread([records / run["wall"] for run in runs]),
                 "cpu_s_per_million": per_million("cpu"), "broker_cpu_s_per_million": per_million("broker_cpu"),
                 "rss_mb": max(run["rss_mb"] for run in runs)}, **more)
    print(json.dumps(line), flush=True)
    return line


def rows_of_w3(engine, data):
    """How many rows W3 writes: from the same file, into nothing."""
    spec = document("W3", [file_node(data, ["sensor_id", "temperature", "ts"])] + w3_nodes()
                    + [{"id": "result", "component": "discard_sink", "params": {}}])
    subprocess.run(engine.command(spec, os.cpu_count()), check=True, stdout=subprocess.DEVNULL)
    return sum(node["rows_in"] for node in engine.metrics()["nodes"] if node["node"] == "result")


def throughput(broker, engine, directory, options):
    data, by_hand = directory / "sensors.ndjson", directory / "by_hand.ndjson"
    subprocess.run([str(BUILD / "make_sensors"), str(data), str(options.records), "1000", "uniform", "500", "1"],
                   check=True)
    subprocess.run([str(BUILD / "w1_by_hand"), str(data), "2", str(by_hand)], check=True, stdout=subprocess.DEVNULL)
    wanted = digest(by_hand)
    rows = {"W2": int(wanted.split()[0]), "W3": rows_of_w3(engine, data)}
    broker.topic("make", "sensors", PARTITIONS)
    with data.open("rb") as lines:
        broker.topic("fill", "sensors", stdin=lines)
    for file in (data, by_hand):
        file.unlink()
    bare_run(broker)  # warms up
    output = directory / "windows.ndjson"
    engine_run(broker, engine, w2, rows["W2"], output)
    check = {"case": "W2 results", "engine": digest(output), "by_hand": wanted}
    check["equal"] = check["engine"] == check["by_hand"]
    print(json.dumps(check), flush=True)
    output.unlink()
    runners = {"bare consumer": lambda: bare_run(broker),
               "bare pipe, as many rows as W2": lambda: pipe_run(broker, rows["W2"], KEY_BYTES),
               "W2 at least once": lambda: engine_run(broker, engine, w2, rows["W2"]),
               "bare pipe, as many rows as W3": lambda: pipe_run(broker, rows["W3"], 0),
               "W3 at least once": lambda: engine_run(broker, engine, w3, rows["W3"])}
    runs = {name: [] for name in runners}
    for _ in range(options.rounds):
        for name, run in runners.items():
            runs[name].append(run())
    lines = {}
    for name, of in runs.items():
        more = {"rows_out": rows[name[-2:] if "pipe" in name else name[:2]]} if name != "bare consumer" else {}
        lines[name] = told(name, options.records + ENDS, of, **more)
    for engine_case in ("W2 at least once", "W3 at least once"):
        for peer in ("bare consumer", "bare pipe, as many rows as " + engine_case[:2]):
            lines[engine_case]["against " + peer] = spread(
                [theirs["wall"] / mine["wall"] for theirs, mine in zip(runs[peer], runs[engine_case])])
    return lines, check


def latency_run(broker, output, rate, options, *more):
    result = subprocess.run([str(BUILD / "kafka_latency"), broker.servers, "paced", output, str(rate),
                             str(options.seconds), *more], check=True, capture_output=True, text=True)
    return json.loads(result.stdout)


def through_engine(broker, engine, spec, rate, options, *more):
    running = Running(engine.command(spec(broker, "paced", "passed"), os.cpu_count()))
    while not engine.has_checkpoint():
        running.require()
        time.sleep(0.2)  # the engine writes it to a file once a second, and nothing else tells of it
    run = latency_run(broker, "passed", rate, options, *more)
    running.end()
    return run


def latency(broker, engine, rate, rounds, options):
    """A record through the bare broker; through the broker, a filter and the broker again; and a window's result."""
    for name in ("paced", "passed"):
        broker.topic("make", name, PARTITIONS)
    runs = {"bare": [], "filter": [], "window": []}
    for _ in range(rounds):
        runs["bare"].append(latency_run(broker, "paced", rate, options))
        runs["filter"].append(through_engine(broker, engine, passed, rate, options))
        runs["window"].append(through_engine(broker, engine, closed, rate, options, "windows"))
    for name in ("paced", "passed"):
        broker.topic("delete", name)
    line = {"case": "latency", "records_per_s": rate, "rounds": rounds}
    for what in runs:
        for name in ("p50_ms", "p99_ms", "p999_ms"):
            line[f"{what}_{name}"] = spread([run[name] for run in runs[what]])
            # Not by pairs: one bare run that stalls would hide what is added in the others.
            line[f"{what}_added_{name}"] = line[f"{what}_{name}"]["median"] - line[f"bare_{name}"]["median"]
    print(json.dumps(line), flush=True)
    return line


def verdict(is_met):
    return "met" if is_met else "NOT MET"


def latency_section(late):
    names = {"bare": "bare broker, from the making of a record", "filter": "a filter between two topics, the same",
             "window": "a window of 1 s, from its end to its result"}
    rows = [f"| {names[what]} | " + " | ".join(cell(late[f"{what}_{name}"]) for name in ("p50_ms", "p99_ms", "p999_ms"))
            + " |" for what in names]
    rows += [f"| added by the {what}, median to median | "
             + " | ".join(f"{late[f'{what}_added_{name}']:.2f}" for name in ("p50_ms", "p99_ms", "p999_ms")) + " |"
             for what in ("filter", "window")]
    checks = [f"- at most {most} ms added by the {what} at p99: {verdict(late[f'{what}_added_p99_ms'] <= most)}"
              for what, most in TARGET_ADDED_MS.items()]
    return [f"## Latency at {late['records_per_s']:,} records/s", "",
            "Milliseconds until an independent consumer has it (linger 1 ms).", "", "| | p50 | p99 | p99.9 |",
            "|---|---|---|---|", *rows, "", *checks, ""]


def page(lines, check, lates, options):
    rows = [f"| {line['case']} | {line.get('rows_out', 0):,} | {cell(scaled(line['records_per_s'], 1e-6))} | "
            f"{cell(line['cpu_s_per_million'])} | {cell(line['broker_cpu_s_per_million'])} | {line['rss_mb']:.0f} |"
            for line in lines.values()]
    verdicts = []
    for case in ("W2 at least once", "W3 at least once"):
        for name, ratio in ((key[8:], value) for key, value in lines[case].items() if key.startswith("against ")):
            verdicts.append(f"- {case} against the {name}: {ratio['median'] * 100:.0f} % ({ratio['min'] * 100:.0f} to "
                            f"{ratio['max'] * 100:.0f})")
    w2_line, w3_line, pipe = (lines[name] for name in ("W2 at least once", "W3 at least once",
                                                       "bare pipe, as many rows as W2"))
    both = w2_line["cpu_s_per_million"]["median"] + w2_line["broker_cpu_s_per_million"]["median"]
    limit = pipe["records_per_s"]["median"] / lines["bare consumer"]["records_per_s"]["median"]
    w2_ratio = w2_line["against bare consumer"]["median"]
    w3_ratio = w3_line["against bare pipe, as many rows as W3"]["median"]
    return "\n".join([
        "# Performance with Kafka", "",
        "Written by `bash tests/bench/bench_kafka.sh --write`. The broker (Kafka 4.3.1, 512 MB of heap) runs on the "
        "same cores; bare programs and the engine take turns on the same topic. The engine's time is from the start "
        "of the program until the last row can be read from the other topic. Median (least to most).", "",
        f"Machine: {machine()}; its load average before the measurement was {options.load:.1f}. Data: "
        f"{options.records:,} sensor records of about 100 bytes, lz4, {PARTITIONS} partitions, 1,000 keys, disorder "
        "below 500 ms.", "",
        "W2 is Kafka, filter, tumbling window of 1 s by sensor with count, avg, min, max, Kafka; W3 is Kafka, filter, "
        "a computed column, Kafka; both at least once, a checkpoint each second, linger 50 ms. The bare consumer reads "
        "and counts; a bare pipe reads and writes as many records as the workload beside it, and parses nothing.", "",
        "| Case | Rows out | M records/s in | CPU s a million, own | CPU s a million, broker | Peak MB |",
        "|---|---|---|---|---|---|", *rows, "", *verdicts, "",
        f"Engine and broker together take {both:.2f} s of processor time for a million records of W2, so that "
        f"{os.cpu_count()} cores that do nothing else carry at most {os.cpu_count() / both:.2f} M records/s. A program "
        f"that parses and computes nothing and writes as many rows as W2 reaches {limit * 100:.0f} % of the bare "
        "consumer: that is the limit of W2 here.", "",
        "Checked in the same run:", "",
        f"- {check['case']}, against a program written by hand: {'equal' if check['equal'] else 'NOT EQUAL'}",
        f"- W2 at least {TARGET_RATIO * 100:.0f} % of the bare consumer: {verdict(w2_ratio >= TARGET_RATIO)}",
        f"- W3 at least {TARGET_RATIO * 100:.0f} % of the bare pipe: {verdict(w3_ratio >= TARGET_RATIO)}",
        f"- W2 in at most {TARGET_MB} MB: {verdict(w2_line['rss_mb'] <= TARGET_MB)}", ""]
        + [line for late in lates for line in latency_section(late)])


def scaled(values, factor):
    return {name: value * factor for name, value in values.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency-rounds", type=int, default=7)
    parser.add_argument("--rate", type=int, default=50_000, help="records a second where latency is measured; then at "
                        "half of what W3 carried")
    parser.add_argument("--seconds", type=int, default=15, help="of each latency run, 3 of them to warm up")
    parser.add_argument("--port", type=int, default=19_300, help="the broker takes this and the three behind it")
    parser.add_argument("--write", action="store_true", help="write docs/performance-kafka.md")
    parser.add_argument("--as-built", action="store_true", help="take the engine as it lies in build/release")
    parser.add_argument("--directory", help="where the data goes (default: a temporary one)")
    options = parser.parse_args()
    if options.rounds < 3:
        parser.error("Fewer than three rounds say nothing.")
    build(options.as_built)
    options.load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=options.directory) as name:
        directory = pathlib.Path(name)
        broker = Broker(directory / "broker", options.port)
        try:
            engine = Engine(directory)
            lines, check = throughput(broker, engine, directory, options)
            lates = [latency(broker, engine, options.rate, options.latency_rounds, options)]
            half = int(lines["W3 at least once"]["records_per_s"]["median"] / 2)
            lates.append(latency(broker, engine, half, 3, options))
        finally:
            broker.stop()
    if options.write:
        (ROOT / "docs" / "performance-kafka.md").write_text(page(lines, check, lates, options))
    if not check["equal"]:
        sys.exit("The results are not equal.")


if __name__ == "__main__":
    main()
