"""Runs `reslab bench` and bench/python_side.py in turns, so that changes of the machine's load affect all alike, and
prints their speeds. Called by scripts/bench."""

import argparse
import json
import math
import platform
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from cpu import describe_cpu

WORKS = ["training", "evaluation", "predict", "input"]
PREDICTED = ["resnet-20", "resnet-18"]
PREDICTED_BATCH = 32  # images, as in `reslab predict`
PYTHON_SIDE = Path(__file__).with_name("python_side.py")
SECONDS = {True: 3, False: 6}  # approximate time of one run's steps, with --quick and without
FEWEST_STEPS, MOST_STEPS = 3, 30


@dataclass(frozen=True)
class Case:
    """A workload, shown as a row of the table."""

    work: str
    network: str  # empty for work without a network
    precision: str
    batch: int

    def arguments(self, options: argparse.Namespace, steps: int, warmup: int) -> list[str]:
        return [*filter(None, [self.network]), "--work", self.work, "--precision", self.precision, "--batch", str(self.batch),
                "--device", options.device, "--threads", str(options.threads), "--steps", str(steps), "--warmup", str(warmup)]


@dataclass
class Side:
    """A program that runs the workload, shown as a column of the table."""

    name: str
    command: list[str]
    precision: str | None = None  # replaces the case's precision
    work: str | None = None  # replaces the case's work
    warmup: int = 2
    speeds: list[float] = field(default_factory=list)  # images/s, one for each round
    peak_memory: int = 0  # bytes: of the process, or on a GPU of its tensors there
    torch: str = ""
    failed: bool = False


class OutOfTime(Exception):
    """The time that --seconds gives is over."""


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--reslab", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--works", nargs="+", choices=WORKS, default=WORKS)
    parser.add_argument("--networks", nargs="+", help="(default: resnet-20 resnet-56 resnet-110 resnet-50)")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--compiled", nargs="*", default=["resnet-20"], metavar="NETWORK",
                        help="networks also trained through torch.compile, minutes for deep ones (default: resnet-20)")
    parser.add_argument("--precisions", nargs="+", choices=["float32", "bfloat16"],
                        help="(default: float32, and bfloat16 on CPUs that have it)")
    parser.add_argument("--rounds", type=int, help="number of runs of each program (default: 5, quick: 2)")
    parser.add_argument("--batch", type=int, help="(default: 128; resnet-50 16, on a GPU 64)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, help="steps of a run (default: 6 seconds' worth, quick: 3; on a GPU 50)")
    parser.add_argument("--seconds", type=float, default=math.inf,
                        help="stop after this time and show what has been measured; leaves out the start-up time")
    parser.add_argument("--quick", action="store_true", help="only ResNet-20 and 56, fewer rounds and steps")
    parser.add_argument("--json", metavar="FILE", help="also write all measurements to FILE")
    options = parser.parse_args()
    options.deadline = time.monotonic() + options.seconds
    options.rounds = options.rounds or (2 if options.quick else 5)
    if options.device == "cuda":
        options.steps = options.steps or 50
    options.networks = options.networks or ["resnet-20", "resnet-56"] + ([] if options.quick else ["resnet-110", "resnet-50"])
    return options


def sides_of(case: Case, options: argparse.Namespace) -> list[Side]:
    reslab = [options.reslab, "bench", "--json"]
    if case.work == "input":
        return [Side("reslab", reslab), Side("decoder", reslab, work="decoder")]
    if case.work == "predict":
        return [Side("reslab", reslab), Side("network", reslab, work="evaluation"), Side("decoder", reslab, work="decoder")]
    python = [sys.executable, "-B", str(PYTHON_SIDE)]
    on_cpu = options.device == "cpu"
    warmup = 2 if on_cpu else 10
    sides = [Side("reslab", reslab, warmup=warmup), Side("eager", python, warmup=warmup)]
    if on_cpu:
        sides.append(Side("plain", [*python, "--layout", "contiguous"], precision="float32"))
    if case.work == "training" and case.network in options.compiled:
        sides.append(Side("compiled", [*python, "--compile"], warmup=warmup + 2))
    if case.work == "training" and on_cpu:
        sides.append(Side("convolutions", reslab, work="convolutions"))
    return sides


def measure(case: Case, side: Side, options: argparse.Namespace, steps: int, warmup: int) -> float:
    """Returns the images per second of a run's median step, or NaN if this or an earlier run of the side fails."""
    if side.failed:
        return math.nan
    timed = Case(side.work or case.work, case.network, side.precision or case.precision, case.batch)
    command = [*side.command, *timed.arguments(options, steps, warmup)]
    left = options.deadline - time.monotonic()
    if left <= 0:
        raise OutOfTime
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=None if math.isinf(left) else left)
    except subprocess.TimeoutExpired:
        raise OutOfTime from None
    if done.returncode:
        print(f"failed with exit code {done.returncode}: {' '.join(command)}", file=sys.stderr)
        side.failed = True
        return math.nan
    report = json.loads(done.stdout.splitlines()[-1])
    result = report["results"][0]
    side.peak_memory = max(side.peak_memory, report["peak_memory" if options.device == "cpu" else "peak_device_memory"])
    side.torch = report["torch"].split("+")[0]
    return result["batch"] / median(result["step_seconds"])


def steps_of(case: Case, side: Side, options: argparse.Namespace) -> int:
    """Returns the number of steps that fill the time of a run."""
    first = measure(case, side, options, 1, 1)
    if math.isnan(first):
        return FEWEST_STEPS
    return max(FEWEST_STEPS, min(round(SECONDS[options.quick] * first / case.batch), MOST_STEPS))


def compare(cases: list[Case], options: argparse.Namespace) -> dict[Case, list[Side]]:
    """Runs the sides of each case in turns, until all rounds are done or the time is over."""
    results = {case: sides_of(case, options) for case in cases}
    steps: dict[Case, int] = {}
    try:
        for number in range(options.rounds):
            for case, sides in results.items():
                if case not in steps:
                    steps[case] = options.steps or steps_of(case, sides[0], options)
                for side in sides:
                    side.speeds.append(measure(case, side, options, steps[case], side.warmup))
                print(f"{case.work} {case.network} {case.precision}, round {number + 1} of {options.rounds}: "
                      + ", ".join(f"{side.name} {side.speeds[-1]:.1f}" for side in sides), file=sys.stderr)
    except OutOfTime:
        print(f"stopped after {options.seconds:.0f} s, in round {number + 1} at {case.work} {case.network} {case.precision}",
              file=sys.stderr)
    return results


def ratios(sides: list[Side], other: str) -> list[float] | None:
    """reslab's speed divided by that of another side, for each round."""
    named = {side.name: side.speeds for side in sides}
    if other not in named:
        return None
    return [ours / theirs for ours, theirs in zip(named["reslab"], named[other])]


def spread(values: list[float] | None, digits: int) -> str:
    if values and any(map(math.isnan, values)):
        return "failed"
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})" if values else ""


def start_up(options: argparse.Namespace) -> dict[str, float]:
    """Seconds until LibTorch is loaded and until a first small step is done; minimum of five runs."""
    commands = {"load": ["--version", "--verbose"], "first step": ["bench", "resnet-20", "--batch", "2", "--steps", "1",
                                                      "--warmup", "0", "--precision", "float32"]}
    seconds = {}
    for name, arguments in commands.items():
        runs = []
        for _ in range(5):
            begin = time.perf_counter()
            subprocess.run([options.reslab, *arguments], stdout=subprocess.DEVNULL, check=True)
            runs.append(time.perf_counter() - begin)
        seconds[name] = min(runs)
    return seconds


def print_tables(options: argparse.Namespace, results: dict[Case, list[Side]], seconds: dict[str, float]) -> None:
    measured = {side.name for sides in results.values() for side in sides}
    others = [name for name in ["eager", "plain", "compiled", "convolutions", "network", "decoder"] if name in measured]
    print(f"{options.threads} threads, {options.rounds} rounds; median (minimum-maximum) over the rounds. eager: PyTorch "
          "with channels_last and\nautocast; plain: PyTorch's defaults in float32; compiled: eager with torch.compile; "
          "convolutions: only the\nconvolutions of a training step, with ATen; network: evaluation without JPEG files; "
          "decoder: only decoding\nJPEG files.\n")
    row = "{:<11} {:<10} {:<9} {:>5}  {:>22}".format
    print(row("work", "network", "precision", "batch", "reslab images/s")
          + "".join(f"  {'reslab / ' + other:>22}" for other in others))
    for case, sides in results.items():
        print(row(case.work, case.network, case.precision, case.batch, spread(sides[0].speeds, 1))
              + "".join(f"  {spread(ratios(sides, other), 3):>22}" for other in others))
    print("\npeak memory, MiB" + ("" if options.device == "cpu" else " of tensors on the GPU"))
    for case, sides in results.items():
        print(f"{case.work:<11} {case.network:<10} {case.precision:<9}  "
              + ", ".join(f"{side.name} {side.peak_memory / 2**20:.0f}" for side in sides
                          if side.name not in ("convolutions", "network", "decoder")))
    if seconds:
        print(f"\nstart-up: {seconds['load']:.2f} s to load LibTorch, {seconds['first step']:.2f} s to the end of a first "
              "small step")


def main() -> None:
    options = parse_options()
    name, flags = describe_cpu()
    has_bfloat16 = any(flag.endswith("bf16") for flag in flags)
    precisions = options.precisions or (["float32", "bfloat16"] if has_bfloat16 else ["float32"])
    batch_of_50 = 16 if options.device == "cpu" else 64
    cases = [Case(work, network, precision, options.batch or (batch_of_50 if network == "resnet-50" else 128))
             for work in options.works if work in ("training", "evaluation")
             for network in options.networks for precision in precisions]
    if "predict" in options.works:
        cases += [Case("predict", network, "float32", PREDICTED_BATCH) for network in PREDICTED]
    if "input" in options.works:
        cases.append(Case("input", "", "float32", options.batch or 128))
    results = compare(cases, options)
    seconds = start_up(options) if math.isinf(options.seconds) else {}
    versions = {side.torch for sides in results.values() for side in sides if side.torch}
    print(f"{name}, {' '.join(flags) or 'unknown instruction sets'}; LibTorch {' and '.join(sorted(versions))}, "
          f"Python {platform.python_version()}")
    print_tables(options, results, seconds)
    if options.json:
        environment = {"processor": name, "instructions": flags, "torch": sorted(versions),
                       "python": platform.python_version(), "device": options.device, "threads": options.threads,
                       "rounds": options.rounds}
        figures = [vars(case) | {"sides": {side.name: {"images_per_second": [speed for speed in side.speeds if not math.isnan(speed)],
                                                       "peak_memory": side.peak_memory} for side in sides}}
                   for case, sides in results.items()]
        Path(options.json).write_text(json.dumps({"environment": environment, "start_up_seconds": seconds,
                                                  "results": figures}, indent=2) + "\n")
    if any(side.failed for sides in results.values() for side in sides):
        sys.exit(1)


if __name__ == "__main__":
    main()
