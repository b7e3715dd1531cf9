"""Reads a run directory with another program's own functions. For each line on standard input, the program's name
and the directory, prints one line of JSON."""

import csv
import json
import os
import subprocess
import sys


def pandas(directory):
    import pandas

    errors = pandas.read_csv(directory + "/metrics.csv", index_col="step").test_error.dropna()
    return [[step, error] for step, error in errors.items()]


def trackio(directory):
    os.environ["TRACKIO_DIR"] = directory + "/trackio"
    import trackio
    from trackio.sqlite_storage import SQLiteStorage

    trackio.import_csv(directory + "/metrics.csv", project="tests", name="run")
    return [[row["step"], row["testerror"]] for row in SQLiteStorage.get_logs("tests", "run") if "testerror" in row]


def wandb(directory):
    import wandb

    with wandb.init(mode="offline", project="tests", dir=directory) as run, open(directory + "/metrics.csv") as file:
        for row in csv.DictReader(file):
            step = int(row.pop("step"))
            run.log({key: float(value) for key, value in row.items() if value}, step=step, commit=True)
        return [run.summary["_step"], run.summary["test_error"]]


def dvc(directory):
    def output(*arguments):
        command = [sys.executable, "-m", "dvc", *arguments]
        environment = {**os.environ, "DVC_NO_ANALYTICS": "1"}
        return subprocess.run(command, cwd=directory, env=environment, check=True, capture_output=True).stdout

    output("init", "--no-scm", "--force")
    metrics = json.loads(output("metrics", "show", "--json"))[""]["data"]["dvc/metrics.json"]["data"]
    plots = json.loads(output("plots", "show", "--json"))["data"]
    points = plots["errors"][0]["content"]["data"]["values"]
    curve = [[int(point["step"]), float(point["error"])] for point in points if point["filename"] == "test.csv"]
    return {"metrics": metrics, "plots": sorted(plots), "test": curve}


for line in sys.stdin:
    name, _, path = line.rstrip("\n").partition(" ")
    answer = sys.stdout
    sys.stdout = sys.stderr  # the programs print what they do
    result = {"pandas": pandas, "trackio": trackio, "wandb": wandb, "dvc": dvc}[name](path)
    sys.stdout = answer
    print(json.dumps(result), flush=True)
