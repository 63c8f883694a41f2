"""How fast Flink is: a warm cluster with room, and one job after another in it. For what measures, not for goldens."""

import contextlib
import os
import pathlib
import subprocess
import time

from flink_gateway import HERE, Cluster, FlinkError, request, statements_of

SLOTS = 2
# Below this share of what performance.md 3.1 found on two cores, in million records a second, a peer was hindered.
KNOWN_W1_M_PER_S, LEAST_SHARE = 1.21, 0.8
OPTIONS = {"execution.runtime-mode": "streaming", "parallelism.default": str(SLOTS),
           "table.optimizer.agg-phase-strategy": "TWO_PHASE", "pipeline.object-reuse": "true",
           "table.local-time-zone": "UTC"}
SENSORS = """
CREATE TEMPORARY TABLE sensors (
  sensor_id STRING, temperature DOUBLE, ts BIGINT, event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '0.5' SECOND
) WITH ('connector' = 'filesystem', 'path' = '{data}', 'format' = 'json');
CREATE TEMPORARY VIEW warm AS SELECT * FROM sensors WHERE temperature > 20
"""
TUMBLING = "TUMBLE(TABLE warm, DESCRIPTOR(event_time), INTERVAL '1' SECOND)"
WINDOWS = """
SELECT sensor_id, window_start, window_end, COUNT(*) AS n, AVG(temperature) AS average, MIN(temperature) AS low,
  MAX(temperature) AS high
FROM {window} GROUP BY sensor_id, window_start, window_end
"""
JOINED = """
SELECT L.sensor_id, L.temperature, R.sensor_id AS sensor_id_right, R.temperature AS temperature_right
FROM {left} L JOIN {right} R ON L.sensor_id = R.sensor_id AND {when}
"""
IN_WINDOWS = "(SELECT * FROM TUMBLE(TABLE {rows}, DESCRIPTOR(event_time), INTERVAL '10' SECOND))"
HOURS = """
SELECT COUNT(*), SUM(n) FROM TUMBLE(TABLE counted, DESCRIPTOR(event_time), INTERVAL '1' HOUR)
GROUP BY window_start, window_end
"""


@contextlib.contextmanager
def roomy_cluster(folder):
    """A Flink with a heap of 1 GiB and all of Java's compiler, and no more than that of the machine."""
    os.environ.update(FLINK_HEAP="1024m", FLINK_JAVA_OPTIONS="-XX:+UseG1GC")
    with Cluster(pathlib.Path(folder) / "flink") as cluster:
        yield cluster


def cpu_seconds(cluster):
    printed = subprocess.run([HERE / "flink.sh", "cpu", cluster.folder], check=True, capture_output=True, text=True)
    return dict((name, float(seconds)) for name, seconds in map(str.split, printed.stdout.splitlines()))


class Query:
    """A SELECT in a session of its own, whose rows are counted, thrown away or written to files."""

    def __init__(self, cluster, statements):
        self.cluster, self.session = cluster, cluster.session(OPTIONS)
        *before, query = statements
        for statement in before:
            self.session.execute(statement)
        self.session.execute(f"CREATE TEMPORARY VIEW answer_rows AS {query}")
        described = self.session.execute("DESCRIBE answer_rows")[1]
        columns = ", ".join(f"`{row[0]}` {row[1].split(' *')[0]}" for _, row in described)
        self.session.execute(f"CREATE TEMPORARY TABLE nowhere ({columns}) WITH ('connector' = 'blackhole')")
        self.columns = columns

    def run(self, table="nowhere"):
        before = cpu_seconds(self.cluster)["taskmanager"]
        job = self.session.execute(f"INSERT INTO {table} SELECT * FROM answer_rows")[1][0][1][0]
        while (status := request(self.cluster.rest_port, "GET", f"/jobs/{job}"))["state"] not in ("FINISHED", "FAILED"):
            time.sleep(0.05)
        if status["state"] == "FAILED":
            raise FlinkError(f"the job {job} failed; see {self.cluster.folder}/taskmanager.log")
        return {"wall": status["duration"] / 1000, "cpu": cpu_seconds(self.cluster)["taskmanager"] - before}

    def write(self, folder):
        """Once, into files of JSON lines below the folder; their paths."""
        self.session.execute(
            f"CREATE TEMPORARY TABLE files ({self.columns}) WITH ('connector' = 'filesystem', 'path' = '{folder}', "
            "'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601')")
        self.run("files")
        return [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]

    def close(self):
        self.session.close()


def join_query(cluster, left, right, component):
    """The joins of W6: 5 s before to 5 s after, or in the same window of 10 s."""
    tables = [statement.replace("sensors", side).replace("VIEW warm", "VIEW warm_" + side).format(data=data)
              for side, data in (("lefts", left), ("rights", right))
              for statement in statements_of(SENSORS)]
    sides = ["warm_lefts", "warm_rights"]
    when = "L.event_time BETWEEN R.event_time - INTERVAL '5' SECOND AND R.event_time + INTERVAL '5' SECOND"
    if component == "window_join":
        sides = [IN_WINDOWS.format(rows=side) for side in sides]
        when = "L.window_start = R.window_start AND L.window_end = R.window_end"
    return Query(cluster, tables + [JOINED.format(left=sides[0], right=sides[1], when=when)])


def windows_query(cluster, data, window):
    return Query(cluster, statements_of(SENSORS.format(data=data)) + [WINDOWS.format(window=window)])


def count_windows(query, window):
    """How many windows there are, and how many rows in them; also makes Flink warm."""
    query.session.execute("CREATE TEMPORARY VIEW counted AS SELECT window_time AS event_time, COUNT(*) AS n "
                          f"FROM {window} GROUP BY sensor_id, window_start, window_end, window_time")
    hours = query.session.execute(HOURS)[1]
    return sum(row[0] for _, row in hours), sum(row[1] for _, row in hours)


def is_fast_enough(m_per_s, known=KNOWN_W1_M_PER_S):
    return m_per_s >= LEAST_SHARE * known


def judge(bench, cluster, document):
    """Measures W1, by our document and in Flink: whether Flink is as fast as it is known to be, in a sentence."""
    data = bench.sensors(1_000)
    query = windows_query(cluster, data, TUMBLING)
    runs = bench.in_turn({"flink": query.run, "engine": lambda: bench.run(document(data))})
    query.close()
    line = bench.tell_runs("W1, by which Flink is judged", runs["engine"], bench.options.records, data.stat().st_size,
                           ("Flink", runs["flink"]))
    data.unlink()
    rate = line["flink_m_per_s"]["median"]
    counts = is_fast_enough(rate)
    bench.told({"case": "Flink is judged", "flink_m_per_s": rate, "known": KNOWN_W1_M_PER_S,
                "flink_is_fast_enough_to_count": counts})
    return f"Flink's rate for W1, {rate:.2f} M/s, " + (
        "is what it is known for: its figures count." if counts else
        "is far below what it is known for: it was hindered, and its figures do not count.")


def rates_of(bench):
    return [f"{line['case']}: Flink {line['flink_m_per_s']['median']:.2f} M records/s, "
            f"{line['flink_cpu_us']['median']:.2f} µs of CPU a record."
            for line in bench.lines if "flink_cpu_us" in line]
