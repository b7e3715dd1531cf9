"""Runs `reslab bench` and bench/train.py in turns, so that both see the same moods of the machine, and
prints how fast each trains. Called by scripts/bench."""

import argparse
import json
import platform
import subprocess
import sys
from pathlib import Path
from statistics import median

PYTHON_SIDE = Path(__file__).with_name("train.py")
SHOWN_FLAGS = ["avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "bf16"]


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--reslab", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--networks", nargs="+", default=["resnet-20", "resnet-56"])
    parser.add_argument("--precisions", nargs="+", choices=["float32", "bfloat16"],
                        default=["float32", "bfloat16"])
    parser.add_argument("--rounds", type=int, help="pairs of runs (default: 5, quick: 2)")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and steps")
    parser.add_argument("--json", metavar="FILE", help="also write every figure to FILE")
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 5)
    return options


def processor() -> tuple[str, list[str]]:
    """Its name and those of its instruction sets that matter here."""
    name, flags = platform.machine(), []
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else []:
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == "model name":
            name = value
        elif key in ("flags", "Features"):
            flags = [flag for flag in SHOWN_FLAGS if flag in value.split()]
    return name, flags


def steps_and_warmup(precision: str, has_bfloat16: bool, quick: bool) -> tuple[int, int]:
    if precision == "bfloat16" and not has_bfloat16:
        return (2, 1) if quick else (3, 1)
    return (8, 2) if quick else (20, 3)


def measure(command: list[str]) -> tuple[float, str]:
    """The images per second (of the median step) and the LibTorch that a benchmark run reports."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"failed with exit code {done.returncode}: {' '.join(command)}")
    report = json.loads(done.stdout.splitlines()[-1])
    result = report["results"][0]
    return result["batch"] / median(result["step_seconds"]), report["torch"].split("+")[0]


def compare(options: argparse.Namespace, network: str, precision: str, has_bfloat16: bool) -> dict:
    steps, warmup = steps_and_warmup(precision, has_bfloat16, options.quick)
    arguments = [network, "--precision", precision, "--batch", options.batch, "--threads",
                 options.threads, "--steps", steps, "--warmup", warmup]
    arguments = [str(argument) for argument in arguments]
    sides = {
        "reslab": [options.reslab, "bench", *arguments, "--json"],
        "python": [sys.executable, "-B", str(PYTHON_SIDE), *arguments],
    }
    result = {"network": network, "precision": precision, "steps": steps, "reslab": [], "python": []}
    for number in range(options.rounds):
        for side, command in sides.items():
            speed, result[f"{side}_torch"] = measure(command)
            result[side].append(speed)
        print(f"{network} {precision}, round {number + 1} of {options.rounds}: reslab "
              f"{result['reslab'][-1]:.1f}, Python {result['python'][-1]:.1f} images/s", file=sys.stderr)
    result["ratio"] = [ours / theirs for ours, theirs in zip(result["reslab"], result["python"])]
    return result


def spread(values: list[float], digits: int) -> str:
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def print_report(options: argparse.Namespace, environment: dict, results: list[dict]) -> None:
    print(f"{environment['processor']}, {' '.join(environment['instructions']) or 'no vector sets known'}")
    print(f"LibTorch {results[0]['reslab_torch']}, Python's PyTorch {results[0]['python_torch']}, "
          f"Python {environment['python']}")
    print(f"batch {options.batch}, {options.threads} threads, {options.rounds} rounds; "
          "images per second and their ratio: median (lowest-highest) of the rounds\n")
    row = "{:<20} {:<9} {:>5}  {:>24}  {:>24}  {:>18}".format
    print(row("network", "precision", "steps", "reslab", "Python", "reslab / Python"))
    for r in results:
        print(row(r["network"], r["precision"], r["steps"], spread(r["reslab"], 1),
                  spread(r["python"], 1), spread(r["ratio"], 3)))
    if results[0]["reslab_torch"] != results[0]["python_torch"]:
        print("\nThe two sides have different versions of LibTorch: the ratio is theirs too.")
    if "bfloat16" in options.precisions and not environment["bfloat16"]:
        print("\nThis processor has no bfloat16 instructions: those rows show how well they are imitated, in "
              "fewer steps.")


def main() -> None:
    options = parse_options()
    name, flags = processor()
    has_bfloat16 = any(flag.endswith("bf16") for flag in flags)
    environment = {"processor": name, "instructions": flags, "bfloat16": has_bfloat16,
                   "python": platform.python_version(), "threads": options.threads,
                   "batch": options.batch, "rounds": options.rounds}
    results = [compare(options, network, precision, has_bfloat16)
               for precision in options.precisions for network in options.networks]
    print_report(options, environment, results)
    if options.json:
        Path(options.json).write_text(json.dumps({"environment": environment, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
