#!/usr/bin/env python3
"""Shows where the processor's time goes, part by part, beside the programs that set the limit.

Samples the engine (one thread, one core) with perf on W0, W1 and W4 and prints one JSON line a case: nanoseconds a record
of each part, a part being the folder under engine/ whose code ran, the kernel, or the allocation of memory. Writes
docs/performance-profile.md with --write.
"""
import collections
import re
import subprocess

from bench import w0, w1
from bench_windows import KINDS, pipeline
from cases import Bench
from measure import BUILD, ROOT, measure, pinned

PEERS = {"W0": "w0_simdjson", "W1": "w1_by_hand"}
ALLOCATION = re.compile(r"malloc|_int_free|cfree|unlink_chunk|_int_memalign|sysmalloc|operator (new|delete)|mi_")
COPIED = re.compile(r"_copy_to_iter|filemap_|folio|xas_|vfs_read|ext4_file_read|copy_page")
HEADINGS = {"reading the file (kernel)": "the copy out of the page cache",
            "kernel": "page faults, threads, start and end of the process",
            "memory": "malloc and free", "libraries": "copying, filling, clocks"}
FUNCTIONS_SHOWN = 3


class Folders:
    """The folder of engine/ in which a function is written, by the name of its class or its own."""

    def __init__(self):
        self.found = {}
        declared = re.compile(r"^\s*(?:class|struct) (\w+)[^;]*$|^\S.*?\b(\w+)\(", re.MULTILINE)
        engine = ROOT / "engine"
        for file in sorted(engine.rglob("*.h")) + sorted(engine.rglob("*.cpp")):
            for match in declared.finditer(file.read_text()):
                self.found.setdefault(match[1] or match[2], "/".join(file.relative_to(engine).parts[:-1]))

    def of(self, symbol):
        name = symbol.replace("engine::", "").replace("(anonymous namespace)::", "")
        for word in re.split(r"[^\w]+", name):
            if word in self.found:
                return "engine/" + self.found[word]
        return "engine, elsewhere"


def part_of(symbol, dso, folders):
    if "kernel" in dso or symbol.endswith("[k]"):
        return "reading the file (kernel)" if COPIED.search(symbol) else "kernel"
    if ALLOCATION.search(symbol):
        return "memory"
    if "streamwright" in dso and ("engine::" in symbol or "::" not in symbol):
        return folders.of(symbol)
    return "simdjson" if "simdjson" in symbol else "libraries"


def short(symbol):
    """The function's name without what it takes, of what it is a template, and its namespaces."""
    while re.search(r"<[^<>]*>", symbol):
        symbol = re.sub(r"<[^<>]*>", "", symbol)
    symbol = symbol.replace("(anonymous namespace)::", "").replace("engine::", "")
    return re.sub(r"\(.*", "", symbol)[:48] or symbol[:48]


def samples(command, directory):
    """{(function, file it is in): samples} of one run on one core."""
    data = directory / "perf.data"
    subprocess.run(["perf", "record", "--quiet", "--freq", "2500", "--event", "cpu-clock", "--output", str(data)]
                   + pinned(command, 1), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    script = subprocess.run(["perf", "script", "--input", str(data), "--fields", "ip,sym,dso"], check=True,
                            capture_output=True, text=True).stdout
    counted = collections.Counter()
    for line in script.splitlines():
        match = re.match(r"\s*[0-9a-f]+ (.*) \((\S*)\)\s*$", line)
        if match:
            counted[match[1], match[2]] += 1
    return counted


def measure_case(bench, folders, case, spec, records):
    command = bench.engine.command(spec, 1)
    cpu_ns = min(measure(command, 1)["cpu"] for _ in range(bench.options.rounds)) / records * 1e9
    counted = samples(command, bench.directory)
    total = sum(counted.values())
    parts, functions = collections.Counter(), collections.defaultdict(collections.Counter)
    for (symbol, dso), count in counted.items():
        part = part_of(symbol, dso, folders)
        parts[part] += count
        functions[part][short(symbol)] += count
    line = {"case": case, "records": records, "cpu_ns": cpu_ns, "samples": total, "parts": {
        part: {"ns": count / total * cpu_ns, "share": count / total,
               "functions": [f"{name} {of / total * cpu_ns:.1f}" for name, of in
                             functions[part].most_common(FUNCTIONS_SHOWN) if of / total * cpu_ns >= 0.05]}
        for part, count in parts.most_common()}}
    peer = PEERS.get(case)
    if peer:
        run = [str(BUILD / peer), spec["nodes"][0]["params"]["path"], "1"]
        line["peer"] = peer
        line["peer_ns"] = min(measure(run, 1)["cpu"] for _ in range(bench.options.rounds)) / records * 1e9
    bench.run(spec)
    line["rows_out"] = sum(node["rows_in"] for node in bench.engine.metrics()["nodes"] if node["node"] == "result")
    return bench.told(line)


def section(line):
    out = line["rows_out"] / line["records"]
    beside = f" {line['peer']} takes {line['peer_ns']:.1f} ns." if "peer" in line else ""
    rows = [f"| {part} | {of['ns']:.1f} | {of['share'] * 100:.0f} % | "
            f"{', '.join(of['functions']) or HEADINGS.get(part, '')} |" for part, of in line["parts"].items()
            if of["share"] >= 0.005]
    return [f"## {line['case']}", "",
            f"{line['cpu_ns']:.1f} ns a record, of which {out:.2f} rows leave.{beside}", "",
            "| Part | ns a record | Share | Its dearest functions, ns a record |", "|---|---|---|---|", *rows, ""]


def page(bench):
    lines = [line for line in bench.lines if "parts" in line]
    return [part for line in lines for part in section(line)]


def main():
    with Bench("performance-profile.md", __doc__, ["w0_simdjson", "w1_by_hand"], 10_000_000) as bench:
        folders = Folders()
        data = bench.sensors(1_000)
        for case, spec in (("W0", w0(data)), ("W1", w1(data))):
            if bench.wants(case):
                measure_case(bench, folders, case, spec, bench.options.records)
        for kind in (kind for kind in KINDS if kind.case.startswith("W4") and bench.wants(kind.case)):
            records = bench.options.records // (10 if kind.windows_of_a_row > 10 else 1)
            data = bench.sensors(kind.keys, records=records)
            measure_case(bench, folders, kind.case, pipeline(data, kind), records)
        bench.finish("Where the time goes", "perf samples the engine on one core and one thread; a sample counts for the "
                     "folder whose code ran. CPU time of the whole process, start and end included; the least of the "
                     "rounds.", sections=page(bench))


if __name__ == "__main__":
    main()
