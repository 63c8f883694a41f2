#!/usr/bin/env python3
"""Measures Nexmark's queries from a file, discard, in Flink and in the engine, in turn, on the same file and cores.

Prints one JSON line a query, and writes docs/performance-nexmark.md with --write. The queries are those that are
compared row by row in tests/peers/flink/queries, without the condition that keeps their results small there. First each
writes its rows to files, which are compared; that makes Flink warm too. W1 tells whether this Flink is
as fast as it is known to be.
"""
import json
import os
import re
import subprocess
import sys

from bench import w1
from cases import Bench
from measure import BUILD, ROOT

PEERS = ROOT / "tests" / "peers" / "flink"
sys.path.insert(0, str(PEERS))
from flink_gateway import FlinkError, statements_of  # noqa: E402
from flink_speed import Query, judge, rates_of, roomy_cluster  # noqa: E402

LEAST_FACTOR = 5
# What each SELECT gives; the pipeline is cut to these columns, so that both do the same.
COLUMNS = {"q0": ["auction", "bidder", "price", "dateTime", "extra"],
           "q1": ["auction", "bidder", "price", "dateTime", "extra"],
           "q2": ["auction", "price"],
           "q5": ["auction", "num", "window_start", "window_end"],
           "q7": ["auction", "price", "bidder", "dateTime"],
           "q8": ["id", "name", "window_start"],
           "q11": ["bidder", "window_start", "window_end", "bid_count"],
           "q13": ["auction", "bidder", "price", "dateTime", "value"],
           "q14": ["auction", "bidder", "price", "bidTimeType", "dateTime", "extra", "c_counts"],
           "q22": ["auction", "bidder", "price", "channel", "dir1", "dir2", "dir3"]}
SIDE_KEYS = range(0, 100, 2)


def make_data(bench):
    """Nexmark's events, and q13's fixed table in both forms, under the names that the queries know."""
    data = bench.directory / "nexmark.ndjson"
    subprocess.run([str(BUILD / "make_nexmark"), str(data), str(bench.options.records), "1"], check=True)
    side = [{"key": key, "value": f"side {key}"} for key in SIDE_KEYS]
    (bench.directory / "side.ndjson").write_text("".join(json.dumps(row) + "\n" for row in side))
    (bench.directory / "side.csv").write_text("key,value\n" + "".join(f"{row['key']},{row['value']}\n" for row in side))
    return data


def pipeline(name, inputs, output=None):
    """The compared document with all rows and just the SELECT's columns, into nothing or a file."""
    spec = json.loads((PEERS / "queries" / f"nexmark_{name}.pipeline.json").read_text())
    spec["parameters"]["inputs"]["default"] = str(inputs)
    edges = {target: source for source, target in spec["edges"]}
    if left_out := edges.pop("one_in_ten.in", None):
        edges = {target: left_out if source == "one_in_ten.out" else source for target, source in edges.items()}
    edges["columns.in"] = edges.pop("result.in")
    edges["result.in"] = "columns.out"
    spec["edges"] = [[source, target] for target, source in edges.items()]
    *nodes, result = [node for node in spec["nodes"] if node["id"] != "one_in_ten"]
    columns = {"id": "columns", "component": "select",
               "params": {"columns": [{"column": column} for column in COLUMNS[name]]}}
    if output is None:
        result = {"id": "result", "component": "discard_sink", "params": {}}
    else:
        spec["parameters"]["output"]["default"] = str(output)
    spec["nodes"] = [*nodes, columns, result]
    return spec


def statements(name, inputs):
    """The compared SQL with all rows, behind the tables that it reads."""
    sql = (PEERS / "queries" / f"nexmark_{name}.sql").read_text()
    sql = re.sub(r" WHERE MOD\(auction, 10\) = \d", "", sql)
    tables = sorted(set(re.findall(r"\b(\w+)_file\b", sql)))
    made = [(PEERS / "tables" / f"{table}.sql").read_text().replace("${inputs}", str(inputs)) for table in tables]
    return made + statements_of(sql)


def measure_query(bench, cluster, name, data):
    case = f"Nexmark {name}"
    if not bench.wants(case) or not bench.can_run(case, pipeline(name, bench.directory)):
        return
    try:
        query = Query(cluster, statements(name, bench.directory))
        bench.check_by_files(case, pipeline(name, bench.directory, bench.rows),
                             query.write(bench.directory / f"flink-{name}"), COLUMNS[name], "Flink")
    except FlinkError as error:
        bench.told({"case": case, "refused": f"Flink refuses it: {error}"})
        bench.is_wrong = True
        return
    runs = bench.in_turn({"flink": query.run, "engine": lambda: bench.run(pipeline(name, bench.directory))})
    query.close()
    bench.tell_runs(case, runs["engine"], bench.options.records, os.path.getsize(data), ("Flink", runs["flink"]),
                    target=f"{LEAST_FACTOR} times Flink by CPU")


def main():
    with Bench("performance-nexmark.md", __doc__, ["make_nexmark"], 5_000_000) as bench, \
            roomy_cluster(bench.directory) as cluster:
        version, verdict, data = cluster.configuration()["flink-version"], judge(bench, cluster, w1), make_data(bench)
        for name in COLUMNS:
            measure_query(bench, cluster, name, data)
        bench.finish("Nexmark beside Flink", f"Flink {version}, warm, with two slots, and the engine take turns on the "
                     "same file of Nexmark events (2 % persons, 6 % auctions, 92 % bids), result discarded. Flink's CPU "
                     "is that of its TaskManager while the job runs.", [verdict, *rates_of(bench)])


if __name__ == "__main__":
    main()
