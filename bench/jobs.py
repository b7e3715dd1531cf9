"""Measures several trainings on one machine: an experiment trained by one process and by several workers, and two trainings
on the same cores under the policies for idle threads. Called by scripts/bench --jobs."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from cpu import describe_cpu

# Environments of the policies for idle OpenMP threads. libgomp's own default is a spin count of 300,000 on free cores.
POLICIES = {"ResLab's default": {}, "libgomp's default": {"GOMP_SPINCOUNT": "300000"}, "passive": {"OMP_WAIT_POLICY": "passive"}}
VARIABLES = {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"}


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench --jobs")
    parser.add_argument("--reslab", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--experiment", default="experiments/demo.json", help="(default: %(default)s)")
    parser.add_argument("--iterations", type=int, default=100, help="of each run (default: %(default)s)")
    parser.add_argument("--network", default="resnet-20", help="of the two trainings side by side (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=128, help="of the two trainings side by side (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=60, help="of the two trainings side by side (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    return parser.parse_args()


def spread(values: list[float], digits: int = 0) -> str:
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def sweep(options: argparse.Namespace, jobs: str) -> float:
    """Trains the experiment. Returns training images per second of the whole process, its start and report included."""
    with tempfile.TemporaryDirectory() as out:
        command = [options.reslab, "run", options.experiment, "--jobs", jobs, "--out", out, "--quiet",
                   "--set", f"/recipe/iterations={options.iterations}", "--set", f"/recipe/evaluate_every={options.iterations}"]
        begin = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - begin
        if done.returncode not in (0, 3):  # a short training need not meet the expectations
            sys.exit(f"failed with exit code {done.returncode}: {' '.join(command)}")
        runs = [json.loads(path.read_text()) for path in Path(out).glob("*/*/*/run.json")]
    return sum(run["identity"]["recipe"]["iterations"] * run["identity"]["recipe"]["batch"] for run in runs) / seconds


def side_by_side(options: argparse.Namespace, policy: str, count: int) -> float:
    """Trains `count` networks at once, each with one thread for each core. Returns their images per second together."""
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES} | POLICIES[policy]
    command = [options.reslab, "bench", options.network, "--precision", "float32", "--batch", str(options.batch),
               "--steps", str(options.steps), "--json"]
    trainings = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(count)]
    speed = 0.0
    for training in trainings:
        text, _ = training.communicate()
        if training.returncode:
            sys.exit(f"failed with exit code {training.returncode}: {' '.join(command)}")
        result = json.loads(text.splitlines()[-1])["results"][0]
        speed += result["batch"] * len(result["step_seconds"]) / sum(result["step_seconds"])
    return speed


def main() -> None:
    options = parse_options()
    sweeps: dict[str, list[float]] = {"1": [], "auto": []}
    speeds: dict[tuple[str, int], list[float]] = {(policy, count): [] for policy in POLICIES for count in (1, 2)}
    for number in range(options.rounds):
        for jobs, values in sweeps.items():
            values.append(sweep(options, jobs))
            print(f"round {number + 1}: --jobs {jobs}: {values[-1]:.0f} images/s", file=sys.stderr)
        for (policy, count), values in speeds.items():
            values.append(side_by_side(options, policy, count))
            print(f"round {number + 1}: {count} with {policy}: {values[-1]:.0f} images/s", file=sys.stderr)

    name, flags = describe_cpu()
    print(f"CPU {name} ({' '.join(flags)}), {len(os.sched_getaffinity(0))} cores; load average {os.getloadavg()[0]:.1f}")
    print(f"images/s, median (minimum-maximum) of {options.rounds} rounds\n")
    print(f"{options.experiment}, {options.iterations} iterations:")
    for jobs, values in sweeps.items():
        print(f"  --jobs {jobs:<5} {spread(values):>20}")
    print(f"  ratio        {spread([b / a for a, b in zip(sweeps['1'], sweeps['auto'])], 2):>20}")
    print(f"\n{options.network}, batch {options.batch}, one thread for each core:\n  {'idle threads':<20} {'alone':>20} {'two at once':>20}")
    for policy in POLICIES:
        print(f"  {policy:<20} {spread(speeds[policy, 1]):>20} {spread(speeds[policy, 2]):>20}")


if __name__ == "__main__":
    main()
