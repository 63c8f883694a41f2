#!/usr/bin/env python3
"""Measures W2 of the engine (Kafka, filter, window, Kafka, at least once) beside a bare consumer of the same topic.

Starts a broker of its own on the same cores, prints one JSON line a case, and writes docs/performance-kafka.md with
--write. The two take turns; every figure is a minimum, median and maximum of the rounds. Then, at a steady rate, what
a filter from topic to topic adds to the time a record takes through the bare broker.
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

from measure import (BUILD, ROOT, Engine, build_release, build_programs, cell, column, digest, document, machine,
                     pinned, spread, window_nodes)

BROKER = ROOT / "tests" / "peers" / "kafka" / "kafka.sh"
LIBRDKAFKA = ROOT / "build" / "librdkafka-2.12.1"
PARTITIONS = 4
STALL_MS, ATTEMPTS = 100, 5
TARGET_PER_S, TARGET_MB, TARGET_ADDED_MS = 800_000, 120, 10
ENDS = PARTITIONS  # a record at each partition's end closes the windows; no filter lets it through


def build(takes_engine_as_it_is):
    build_programs(["make_sensors", "w1_by_hand", "digest"])
    build_programs(["kafka_topic", "kafka_consume", "kafka_latency"],
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


def pipe(broker, source, target):
    """What a record goes through when only a filter stands between two topics."""
    columns = source_node(broker, source, ["sensor_id", "temperature", "at"], start="latest")
    return document("filter", [columns, window_nodes()[0], sink_node(broker, target, linger="1ms")],
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


def engine_run(broker, engine, rows, output=None):
    """From the start of the program until the last window can be read from the other topic."""
    broker.topic("make", "windows", PARTITIONS)
    before = broker.cpu()
    running = Running(engine.command(w2(broker, "sensors", "windows"), os.cpu_count()))
    running.wait_for(broker.topic_command("wait", "windows", rows))
    wall = time.perf_counter() - running.begin
    run = dict(running.end(), wall=wall, broker_cpu=broker.cpu() - before)
    if output is not None:
        subprocess.run([str(BUILD / "kafka_consume"), broker.servers, "windows", str(output)], check=True,
                       stdout=subprocess.DEVNULL)
    broker.topic("delete", "windows")
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


def throughput(broker, engine, directory, options):
    data, by_hand = directory / "sensors.ndjson", directory / "by_hand.ndjson"
    subprocess.run([str(BUILD / "make_sensors"), str(data), str(options.records), "1000", "uniform", "500", "1"],
                   check=True)
    subprocess.run([str(BUILD / "w1_by_hand"), str(data), "2", str(by_hand)], check=True, stdout=subprocess.DEVNULL)
    wanted = digest(by_hand)
    rows = int(wanted.split()[0])
    broker.topic("make", "sensors", PARTITIONS)
    with data.open("rb") as lines:
        broker.topic("fill", "sensors", stdin=lines)
    for file in (data, by_hand):
        file.unlink()
    records = options.records + ENDS
    bare_run(broker)  # warms up
    output = directory / "windows.ndjson"
    engine_run(broker, engine, rows, output)
    check = {"case": "W2 results", "engine": digest(output), "by_hand": wanted}
    check["equal"] = check["engine"] == check["by_hand"]
    print(json.dumps(check), flush=True)
    output.unlink()
    bare, ours = [], []
    for _ in range(options.rounds):
        bare.append(bare_run(broker))
        ours.append(engine_run(broker, engine, rows))
    ratio = spread([peer["wall"] / mine["wall"] for peer, mine in zip(bare, ours)])
    return [told("bare consumer", records, bare, bytes=bare[0]["bytes"]),
            told("W2 at least once", records, ours, rows_out=rows, ratio=ratio)], check


def latency_run(broker, output, options):
    result = subprocess.run([str(BUILD / "kafka_latency"), broker.servers, "paced", output, str(options.rate),
                             str(options.seconds)], check=True, capture_output=True, text=True)
    return json.loads(result.stdout)


def latency(broker, engine, options):
    """A record through the bare broker, and through the broker, a filter and the broker again."""
    for name in ("paced", "passed"):
        broker.topic("make", name, PARTITIONS)
    bare, ours = [], []
    for _ in range(options.latency_rounds):
        bare.append(latency_run(broker, "paced", options))
        running = Running(engine.command(pipe(broker, "paced", "passed"), os.cpu_count()))
        while not engine.has_checkpoint():
            running.require()
            time.sleep(0.2)  # the engine writes it to a file once a second, and nothing else tells of it
        ours.append(latency_run(broker, "passed", options))
        running.end()
    line = {"case": "filter, latency", "records_per_s": options.rate, "rounds": options.latency_rounds}
    for name in ("p50_ms", "p99_ms"):
        line["bare_" + name] = spread([run[name] for run in bare])
        line["filter_" + name] = spread([run[name] for run in ours])
        # Not by pairs: one bare run that stalls would hide what the filter adds in the others.
        line["added_" + name] = line["filter_" + name]["median"] - line["bare_" + name]["median"]
    print(json.dumps(line), flush=True)
    return line


def page(lines, check, late, options):
    rows = [f"| {line['case']} | {cell(scaled(line['records_per_s'], 1e-6))} | {cell(line['cpu_s_per_million'])} | "
            f"{cell(line['broker_cpu_s_per_million'])} | {line['rss_mb']:.0f} |" for line in lines]
    delays = [f"| {what} | {cell(late[name + '_p50_ms'])} | {cell(late[name + '_p99_ms'])} |" for what, name in
              (("bare broker", "bare"), ("with the filter", "filter"))]
    delays.append(f"| added, median to median | {late['added_p50_ms']:.2f} | {late['added_p99_ms']:.2f} |")
    ratio, ours = lines[1]["ratio"], lines[1]
    both = ours["cpu_s_per_million"]["median"] + ours["broker_cpu_s_per_million"]["median"]

    def verdict(is_met):
        return "met" if is_met else "NOT MET"

    return "\n".join([
        "# Performance with Kafka", "",
        "Written by `bash tests/bench/bench_kafka.sh --write`. The broker (Kafka 4.3.1, 512 MB of heap) runs on the "
        "same cores; the bare consumer and the engine take turns on the same topic. The engine's time is from the start "
        "of the program until the last window can be read from the other topic. Median (least to most).", "",
        f"Machine: {machine()}; its load average before the measurement was {options.load:.1f}. Data: {options.records:,} sensor records of about 100 bytes, lz4, {PARTITIONS} "
        f"partitions, 1,000 keys, disorder below 500 ms.", "",
        "W2 is Kafka, filter, tumbling window of 1 s by sensor with count, avg, min, max, Kafka, at least once, a "
        f"checkpoint each second, linger 50 ms: {ours['rows_out']:,} rows out. The bare consumer reads and counts.", "",
        "| Case | M records/s | CPU s a million, own | CPU s a million, broker | Peak MB |", "|---|---|---|---|---|"]
        + rows + ["", f"W2 against the bare consumer: {ratio['median'] * 100:.0f} % ({ratio['min'] * 100:.0f} to "
                      f"{ratio['max'] * 100:.0f}). Engine and broker together take {both:.2f} s of processor time "
                      f"for a million records, so that {os.cpu_count()} cores that do nothing else carry at most "
                      f"{os.cpu_count() / both:.2f} M records/s.", "",
                  f"Time from the making of a record until an independent consumer has it, at {options.rate:,} records/s, "
                  "in milliseconds (linger 1 ms):", "", "| | p50 | p99 |", "|---|---|---|"] + delays
        + ["", "Checked in the same run:", "",
           f"- {check['case']}, against a program written by hand: {'equal' if check['equal'] else 'NOT EQUAL'}",
           f"- at least {TARGET_PER_S:,} records/s: {verdict(ours['records_per_s']['median'] >= TARGET_PER_S)}",
           f"- at most {TARGET_MB} MB: {verdict(ours['rss_mb'] <= TARGET_MB)}",
           f"- at most {TARGET_ADDED_MS} ms added at p99: "
           f"{verdict(late['added_p99_ms'] <= TARGET_ADDED_MS)}", ""])


def scaled(values, factor):
    return {name: value * factor for name, value in values.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency-rounds", type=int, default=7)
    parser.add_argument("--rate", type=int, default=50_000, help="records a second where latency is measured")
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
            late = latency(broker, engine, options)
        finally:
            broker.stop()
    if options.write:
        (ROOT / "docs" / "performance-kafka.md").write_text(page(lines, check, late, options))
    if not check["equal"]:
        sys.exit("The results are not equal.")


if __name__ == "__main__":
    main()
