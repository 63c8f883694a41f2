"""Talks to the SQL Gateway of a Flink that flink.sh started, and to no other."""

import http.client
import json
import pathlib
import re
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent


class FlinkError(Exception):
    pass


def statements_of(text):
    text = re.sub(r"^--.*$", "", text, flags=re.MULTILINE)
    return [one.strip() for one in text.split(";\n") if one.strip()]


def run_script(command, folder):
    subprocess.run([HERE / "flink.sh", command, folder], check=True)


def request(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    text = None if body is None else json.dumps(body)
    connection.request(method, path, text, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise FlinkError(reason_in(text.decode()))
    return json.loads(text)


def reason_in(text):
    """The innermost cause, without the places in Flink's code."""
    causes = re.findall(r"Caused by: (.*?)(?:\\n|\n|$)", text)
    return causes[-1][:500] if causes else text[:2000]


class Cluster:
    """A Flink in a folder: started on entry, stopped on exit."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def __enter__(self):
        run_script("start", self.folder)
        self.rest_port = int((self.folder / "rest_port").read_text())
        self.gateway_port = int((self.folder / "gateway_port").read_text())
        return self

    def __exit__(self, *_):
        run_script("stop", self.folder)

    def configuration(self):
        """What the cluster says of itself; its version is in it."""
        return request(self.rest_port, "GET", "/config")

    def session(self, options):
        return Session(self.gateway_port, options)


class Session:
    def __init__(self, port, options):
        self.port = port
        opened = request(port, "POST", "/v2/sessions", {"properties": options})
        self.path = "/v2/sessions/" + opened["sessionHandle"]

    def close(self):
        request(self.port, "DELETE", self.path)

    def execute(self, statement):
        """Runs one statement to its end: its columns as (name, type) and its rows as (kind of change, values)."""
        begun = request(self.port, "POST", self.path + "/statements", {"statement": statement})
        path = f"{self.path}/operations/{begun['operationHandle']}"
        columns, rows = [], []
        following = f"{path}/result/0?rowFormat=JSON"
        while following:
            answer = request(self.port, "GET", following)
            if answer["resultType"] == "NOT_READY":
                time.sleep(0.02)
                continue
            columns = [(one["name"], one["logicalType"]["type"]) for one in answer["results"]["columns"]]
            got = answer["results"]["data"]
            rows += [(row["kind"], row["fields"]) for row in got]
            following = answer.get("nextResultUri")
            if following and not got:
                time.sleep(0.02)
        request(self.port, "DELETE", path + "/close")
        return columns, rows
