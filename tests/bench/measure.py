"""What the benchmarks share: building, running, measuring, and the words of their tables."""
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
RELEASE = ROOT / "build" / "release"
ENGINE = RELEASE / "app" / "streamwright-worker"
RESULT_FIELDS = ["sensor_id", "window_end", "n", "avg_temperature", "min_temperature", "max_temperature"]
TYPES = {"sensor_id": "string", "temperature": "double", "ts": "timestamp", "at": "bigint"}


def build_programs(names, flags=("-lsimdjson", "-lpthread")):
    BUILD.mkdir(parents=True, exist_ok=True)
    headers = [header.stat().st_mtime for header in (ROOT / "tests" / "bench").glob("*.h")]
    for name in names:
        source = ROOT / "tests" / "bench" / (name + ".cpp")
        program = BUILD / name
        newest = max([source.stat().st_mtime] + headers)
        if not program.exists() or program.stat().st_mtime < newest:
            subprocess.run(["g++", "-O3", "-std=c++20", "-DSIMDJSON_DEVELOPMENT_CHECKS=0", str(source), "-o",
                            str(program), *flags], check=True)


def build_release(*targets):
    subprocess.run(["bash", str(ROOT / "installers" / "release.sh"), *targets], check=True, stdout=subprocess.DEVNULL)


def column(name):
    return dict({"name": name, "type": TYPES[name]}, **({"encoding": "epoch_ms"} if name == "ts" else {}))


def window_nodes():
    aggregates = [{"function": "count", "name": "n"}] + [
        {"function": function, "argument": "temperature", "name": function + "_temperature"}
        for function in ("avg", "min", "max")]
    return [{"id": "warm", "component": "filter", "params": {"condition": "temperature > 20"}},
            {"id": "per_second", "component": "window",
             "params": {"kind": "tumbling", "size": "1s", "keys": ["sensor_id"], "aggregates": aggregates}}]


def document(name, nodes, settings=None, extra_edges=()):
    chain = [node["id"] for node in nodes if "late" not in node["id"]]
    return {"format": 1, "id": "00000000-0000-4000-8000-00000000be9c", "name": name, "settings": settings or {},
            "nodes": nodes,
            "edges": [[a + ".out", b + ".in"] for a, b in zip(chain, chain[1:])] + list(extra_edges)}


class Engine:
    """Runs documents with the worker, each with a state directory of its own."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def command(self, spec, threads):
        file = self.directory / "bench.pipeline.json"
        file.write_text(json.dumps(spec))
        (self.directory / "metrics.json").unlink(missing_ok=True)
        return [str(ENGINE), "run", str(file), "--fresh", "--threads", str(threads), "--state",
                str(self.directory / "state"), "--metrics", str(self.directory / "metrics.json")]

    def metrics(self):
        return json.loads((self.directory / "metrics.json").read_text())

    def has_checkpoint(self):
        file = self.directory / "metrics.json"
        return file.exists() and json.loads(file.read_text())["checkpoint"] > 0


def pinned(command, cores):
    return ["taskset", "--cpu-list", ",".join(str(core) for core in range(cores))] + command


def measure(command, cores):
    """One run: wall and processor seconds, peak memory."""
    begin = time.perf_counter()
    process = subprocess.Popen(pinned(command, cores), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{errors}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss_mb": usage.ru_maxrss / 1024}


def spread(values):
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def digest(path, fields=RESULT_FIELDS):
    return subprocess.run([str(BUILD / "digest"), str(path)] + fields, check=True, capture_output=True,
                          text=True).stdout.strip()


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}"


def cell(value):
    return f"{value['median']:.2f} ({value['min']:.2f} to {value['max']:.2f})"
