"""What the benchmarks of single components share: options, runs in turn, checked results, lines and their page."""
import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

from bench import source_node
from measure import (BUILD, ENGINE, ROOT, Engine, build_programs, build_release, cell, digest, machine, measure, spread,
                     window_nodes)

CORES = os.cpu_count()
COLUMNS = ["sensor_id", "temperature", "ts"]
WINDOW_FIELDS = ["sensor_id", "window_start", "window_end", "n", "~avg_temperature", "min_temperature",
                 "max_temperature"]
CHECKED_RECORDS = 50_000  # what the plain programs work out, which write every window
MOST_LOAD_PER_CORE = 0.25
BUSY = "The machine was busy with other work before the run: these figures do not count."


def sensors_node(data, name="sensors"):
    return dict(source_node(data, COLUMNS), id=name)


def warm_node(name="warm"):
    return dict(window_nodes()[0], id=name)


def window_node(params):
    """The window of W1, of another kind."""
    node = window_nodes()[1]
    node["params"] = dict({"keys": node["params"]["keys"], "aggregates": node["params"]["aggregates"]}, **params)
    return node


def engine_version():
    told = subprocess.run([str(ENGINE), "--version"], check=True, capture_output=True, text=True).stdout.splitlines()
    return ", ".join(" ".join(line.split()) for line in told[:3])


class Bench:
    """One benchmark's run: its options, its directory of data, and the lines that it has told."""

    def __init__(self, page, doc, programs, records, more=()):
        parser = argparse.ArgumentParser(description=doc)
        parser.add_argument("--records", type=int, default=records)
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument("--only", default="", help="the cases whose names contain this")
        parser.add_argument("--write", action="store_true", help=f"write docs/{page}")
        parser.add_argument("--as-built", action="store_true", help="take the engine as it lies in build/release")
        parser.add_argument("--directory", help="where the data goes (default: a temporary one)")
        for name, how in more:
            parser.add_argument(name, **how)
        self.options, self.page = parser.parse_args(), page
        if self.options.rounds < 3:
            parser.error("Fewer than three rounds say nothing.")
        self.lines, self.is_wrong = [], False
        load = os.getloadavg()[0]
        self.is_quiet = load <= MOST_LOAD_PER_CORE * CORES
        self.told({"case": "quiet check", "load_average": round(load, 2), "quiet": self.is_quiet,
                   "note": "" if self.is_quiet else BUSY})
        build_programs(["make_sensors", "digest", *programs])
        if not self.options.as_built:
            build_release("streamwright-worker")

    def __enter__(self):
        self.held = tempfile.TemporaryDirectory(dir=self.options.directory)
        self.directory = pathlib.Path(self.held.name)
        self.engine = Engine(self.directory)
        return self

    def __exit__(self, *_):
        self.held.cleanup()

    def wants(self, case):
        return self.options.only in case

    def told(self, line):
        print(json.dumps(line), flush=True)
        self.lines.append(line)
        return line

    def sensors(self, keys, skew="uniform", records=None, seed=1):
        records = records or self.options.records
        data = self.directory / f"sensors-{keys}-{skew}-{records}-{seed}.ndjson"
        if not data.exists():
            subprocess.run([str(BUILD / "make_sensors"), str(data), str(records), str(keys), skew, "500", str(seed)],
                           check=True)
        return data

    def can_run(self, case, spec):
        """Whether the engine takes the document; otherwise the case says why not."""
        file = self.engine.command(spec, CORES)[2]
        answer = subprocess.run([str(ENGINE), "validate", file], capture_output=True, text=True)
        if answer.returncode == 0:
            return True
        lines = answer.stderr.strip().replace(file + ": ", "").splitlines()
        sentences = " ".join(line for line in lines if not line.startswith("warning: "))
        if "There is no component" in sentences:
            self.told({"case": case, "missing": "Not measured: its component is not there yet. " + sentences})
        else:
            self.told({"case": case, "refused": sentences})
            self.is_wrong = True
        return False

    def run(self, spec):
        """One run of the engine to its end, with the rows that came out of it."""
        run = measure(self.engine.command(spec, CORES), CORES)
        nodes = self.engine.metrics()["nodes"]
        run["rows_out"] = sum(node["rows_in"] for node in nodes if node["node"] == "result")
        run["lost"] = sum(node["rows_late"] + node["rows_rejected"] for node in nodes)
        return run

    def in_turn(self, runners):
        """{name: function} to {name: runs}; the first round warms up and does not count."""
        for run in runners.values():
            run()
        runs = {name: [] for name in runners}
        for _ in range(self.options.rounds):
            for name, run in runners.items():
                runs[name].append(run())
        return runs

    def tell_runs(self, case, runs, records, size, reference=(None, None), **more):
        """The line of a case: `reference` is the name and the runs of what took turns with it."""
        name, others = reference
        line = {"case": case, "records": records, "bytes": size, "rounds": len(runs),
                "wall_s": spread([run["wall"] for run in runs]), "cpu_s": spread([run["cpu"] for run in runs]),
                "m_per_s": spread([records / run["wall"] / 1e6 for run in runs]),
                "cpu_us": spread([run["cpu"] / records * 1e6 for run in runs]),
                "rss_mb": max(run.get("rss_mb", 0) for run in runs)}
        if others:
            line["reference"] = name
            line["ratio"] = spread([(records / mine["wall"]) / (other.get("records", records) / other["wall"])
                                    for mine, other in zip(runs, others)])
            line["cpu_ratio"] = spread([other["cpu"] / other.get("records", records) / (mine["cpu"] / records)
                                        for mine, other in zip(runs, others)])
        if "rows_out" in runs[0]:
            line["rows_out"] = runs[0]["rows_out"]
            line["rows_out_m_per_s"] = spread([run["rows_out"] / run["wall"] / 1e6 for run in runs])
        if name == "Flink":
            line["flink_m_per_s"] = spread([records / run["wall"] / 1e6 for run in others])
            line["flink_cpu_us"] = spread([run["cpu"] / records * 1e6 for run in others])
        if any(run.get("lost") for run in runs):
            self.is_wrong = True
            line["lost"] = max(run["lost"] for run in runs)
        return self.told(dict(line, **more))

    def check(self, case, ours, theirs, by):
        self.told({"case": case, "ours": ours, "theirs": theirs, "checked_by": by, "equal": ours == theirs})
        self.is_wrong |= ours != theirs

    def check_by_hand(self, case, spec, program, arguments, fields):
        """The engine's rows, which it writes to rows.ndjson, against those of a plain program of one thread."""
        theirs = self.directory / "by_hand.ndjson"
        self.run(spec)
        subprocess.run([str(BUILD / program), *arguments(str(theirs))], check=True,
                       stdout=subprocess.DEVNULL)
        self.check(case, digest(self.rows, fields), digest(theirs, fields), program)
        theirs.unlink()
        self.rows.unlink()

    def check_by_files(self, case, spec, files, fields, by):
        """The engine's rows, which it writes to rows.ndjson, against those in files that a peer wrote."""
        joined = self.directory / "peer.ndjson"
        with joined.open("wb") as out:
            for file in files:
                out.write(file.read_bytes())
                file.unlink()
        self.run(spec)
        self.check(case, digest(self.rows, fields), digest(joined, fields), by)
        joined.unlink()
        self.rows.unlink()

    @property
    def rows(self):
        return self.directory / "rows.ndjson"

    def finish(self, title, intro, notes=(), sections=(),
               wrong="A case was refused, lost rows, or has other results than its reference."):
        """`sections` are lines of Markdown that stand behind the rest."""
        if len(self.lines) == 1:
            sys.exit(f"No case was run: none has \"{self.options.only}\" in its name.")
        if self.options.write:
            (ROOT / "docs" / self.page).write_text("\n".join([page(self, title, intro, notes), *sections]))
        if self.is_wrong:
            sys.exit(wrong)


def called_by():
    return str(pathlib.Path(sys.argv[0]).resolve().relative_to(ROOT).with_suffix(""))


def percent(values):
    return f"{values['median'] * 100:.0f} % ({values['min'] * 100:.0f} to {values['max'] * 100:.0f})"


def row_of(line):
    ratio = by_cpu = ""
    out = f"{line['rows_out_m_per_s']['median']:.2f}" if "rows_out" in line else ""
    if "ratio" in line:
        ratio = f"{percent(line['ratio'])} of {line['reference']}"
        by_cpu = percent(line["cpu_ratio"])
    return (f"| {line['case']} | {line['records']:,} | {cell(line['m_per_s'])} | {out} | {line['cpu_us']['median']:.3f} | "
            f"{line['rss_mb']:.0f} | {ratio} | {by_cpu} | {line.get('target', '')} |")


def page(bench, title, intro, notes):
    lines = bench.lines
    figures = [row_of(line) for line in lines if "m_per_s" in line]
    others = [f"| {line['case']} | {line['tells']} | {line['claim']} |" for line in lines if "tells" in line]
    checks = [f"- {line['case']}: {'equal' if line['equal'] else 'NOT EQUAL'} ({line['checked_by']})" for line in lines
              if "equal" in line]
    absent = [f"- {line['case']}: {line.get('missing') or line['refused']}" for line in lines
              if "missing" in line or "refused" in line]
    load = lines[0]["load_average"]
    arguments = [word for before, word in zip(sys.argv, sys.argv[1:]) if "--directory" not in (before, word)]
    parts = ["# " + title, "",
             f"Written by `{shlex.join([called_by()] + arguments)}` on "
             f"{time.strftime('%Y-%m-%d')}. {intro}" + (" Median (least to most)." if figures else ""), "",
             f"Machine: {machine()}; its load average before the run was {load:.1f}. {engine_version()}.", ""]
    if not bench.is_quiet:
        parts += ["**" + BUSY + "**", ""]
    if figures:
        parts += ["| Case | Records | M records/s | M rows/s out | CPU µs a record | Peak MB | Beside it | The same by CPU | "
                  "To reach |",
                  "|---|---|---|---|---|---|---|---|---|", *figures, ""]
    if others:
        parts += ["| Case | Measured | To reach |", "|---|---|---|", *others, ""]
    for heading, list_of in (("Checked in the same run:", checks), ("Left out:", absent), ("Notes:", notes)):
        if list_of:
            parts += [heading, "", *(one if one.startswith("- ") else "- " + one for one in list_of), ""]
    return "\n".join(parts)
