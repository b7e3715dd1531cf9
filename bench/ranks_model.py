"""Fits a model of the time of a data-parallel training step to the measurements of bench/ranks. Prints the measured
times, the model's times beside them, and the model's times for many ranks.

A step takes   max(computing + copying, (1 - hidden) * computing + copying + exchange)   with

  computing  time of one rank's forward pass, backward pass and update, measured without other ranks
  copying    seconds_per_byte * gradient: time of the sums and copies on the rank's own core
  exchange   messages * log2(ranks) * (latency + delay) + overhead * 2 * (1 - 1 / ranks) * gradient / rate
  messages   2 for each bucket of the gradient (recursive halving and doubling), 1 for losses, 1 for BatchNorm
  hidden     share of the computing during which gradients can be exchanged

Times are in seconds, the gradient in bytes, the rate in bytes per second. `delay` is the time that a message travels on
the cable, `latency` the rest of its time. `overhead` is the number of bytes on the cable for each byte of the gradient
that is sent.
"""

import argparse
import csv
import json
import math
from pathlib import Path
from statistics import median
from typing import NamedTuple

from cpu import describe_cpu

SMALLEST_BUCKET = 1 << 17  # parameters; bucket_size() in lib/reslab/train/gradient_exchange.cpp
FULL_BUCKETS = 24  # likewise
RATES = (10, 25, 100)  # Gbit/s
RANKS = (8, 64, 512)
OTHER_MESSAGES = 2  # beside the gradient's
LAN_DELAY = 20e-6  # seconds that a message travels between two machines of a data centre
IMAGES = 32  # in a measured step of two ranks, and in an extrapolated step of each rank


class Model(NamedTuple):
    """The parameters that are fitted, as the text above names them."""

    hidden: float  # 0 to 1
    seconds_per_byte: float
    latency: float  # seconds
    overhead: float

    def exchange(self, parameters: int, ranks: int, rate: float, delay: float) -> float:
        """The time of the exchange in seconds. rate: bytes per second; delay: seconds."""
        buckets = math.ceil(parameters / max(SMALLEST_BUCKET, parameters // FULL_BUCKETS))
        messages = (2 * buckets + OTHER_MESSAGES) * math.log2(ranks)
        return messages * (self.latency + delay) + self.overhead * 2 * (1 - 1 / ranks) * 4 * parameters / rate

    def step(self, computing: float, parameters: int, ranks: int, rate: float, delay: float) -> float:
        """The time of a step in seconds. computing, delay: seconds; rate: bytes per second."""
        copying = self.seconds_per_byte * 4 * parameters
        exchange = self.exchange(parameters, ranks, rate, delay)
        return copying + max(computing, (1 - self.hidden) * computing + exchange)


class Step(NamedTuple):
    network: str
    parameters: int
    computing: float  # seconds of one rank without others
    rate: float  # bytes per second
    seconds: float


def read_steps(path: str) -> list[Step]:
    rows = list(csv.DictReader(open(path)))
    alone = {row["network"]: float(row["seconds"]) for row in rows if not row["rate_mbit"]}
    return [Step(row["network"], int(row["parameters"]), alone[row["network"]], float(row["rate_mbit"]) * 1e6 / 8,
                 float(row["seconds"])) for row in rows if row["rate_mbit"]]


def error(model: Model, steps: list[Step]) -> float:
    """The root of the mean squared relative error; infinite if a parameter is negative or `hidden` is above 0.9."""
    if min(model) < 0 or model.hidden > 0.9:
        return math.inf
    squares = [(model.step(s.computing, s.parameters, 2, s.rate, 0) / s.seconds - 1) ** 2 for s in steps]
    return math.sqrt(sum(squares) / len(squares))


def fit(steps: list[Step]) -> Model:
    """Pattern search: moves one parameter at a time. When no move lowers the error, all moves become half as long."""
    best = Model(hidden=0.5, seconds_per_byte=1e-9, latency=1e-4, overhead=1.0)
    moves = [0.2, 5e-9, 1e-4, 0.2]
    while moves[0] > 1e-5:
        found = False
        for i in range(len(moves)):
            for sign in (1, -1):
                values = list(best)
                values[i] += sign * moves[i]
                if error(Model(*values), steps) < error(best, steps):
                    best, found = Model(*values), True
        if not found:
            moves = [move / 2 for move in moves]
    return best


def print_fit(model: Model, steps: list[Step]) -> None:
    name, flags = describe_cpu()
    print(f"{name} ({', '.join(flags)}); two ranks with one thread each, {IMAGES} images in a step of both\n")
    print(f"hidden {model.hidden:.2f}, copying {model.seconds_per_byte * 1e9:.2f} ns/byte, latency {model.latency * 1e6:.0f} us, "
          f"{model.overhead:.3f} bytes on the cable per byte of the gradient\n")
    print("| network | Mbit/s | measured, ms | model, ms |\n|---|---|---|---|")
    for s in steps:
        modelled = model.step(s.computing, s.parameters, 2, s.rate, 0)
        print(f"| {s.network} | {s.rate * 8 / 1e6:.0f} | {s.seconds * 1e3:.1f} | {modelled * 1e3:.1f} |")
    print(f"\nroot of the mean squared relative error: {100 * error(model, steps):.1f} %\n")


def print_many(model: Model, network: str, parameters: int, computing: float) -> None:
    """Prints the model's times for ranks with one thread of this machine, and for ranks that compute a hundred times as
    fast. computing: seconds of one rank's step."""
    print(f"{network}: gradient {4 * parameters / 1e6:.1f} MB, {IMAGES} images per rank, one thread computes a rank's step in "
          f"{computing:.3f} s\n")
    print("| ranks | Gbit/s | exchange, ms | step, ms | share of linear scaling | step with 100x faster ranks, ms | share of linear scaling |")
    print("|---|---|---|---|---|---|---|")
    for ranks in RANKS:
        for rate in RATES:
            bytes_per_second = rate * 1e9 / 8
            cells = []
            for factor in (1, 100):
                # A faster rank copies faster, too.
                faster = model._replace(seconds_per_byte=model.seconds_per_byte / factor)
                seconds = faster.step(computing / factor, parameters, ranks, bytes_per_second, LAN_DELAY)
                cells.append(f"{seconds * 1e3:.1f} | {100 * computing / factor / seconds:.0f} %")
            exchange = model.exchange(parameters, ranks, bytes_per_second, LAN_DELAY)
            print(f"| {ranks} | {rate} | {exchange * 1e3:.1f} | {' | '.join(cells)} |")
    print()


def median_step(run: Path) -> float:
    """The median time of a run's steps in seconds. run: the run's directory."""
    recipe = json.loads((run / "run.json").read_text())["identity"]["recipe"]
    rows = list(csv.DictReader(open(run / "timing.csv")))[3:]  # the first steps also choose kernels
    return median(recipe["batch"] / float(row["images_per_second"]) for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench --ranks")
    parser.add_argument("steps", nargs="?", help="steps.csv of bench/ranks")
    parser.add_argument("networks", nargs="*", help="networks to extrapolate to; NETWORK.network and NETWORK.speed describe each")
    parser.add_argument("--median", type=Path, metavar="RUN", help="print the median seconds of a run's steps and end")
    options = parser.parse_args()
    if options.median:
        print(median_step(options.median))
        return
    steps = read_steps(options.steps)
    model = fit(steps)
    print_fit(model, steps)
    for network in options.networks:
        parameters = json.loads(Path(f"{network}.network").read_text())[0]["parameters"]
        speed = json.loads(Path(f"{network}.speed").read_text())["results"][0]
        print_many(model, network, parameters, median(speed["step_seconds"]))


if __name__ == "__main__":
    main()
