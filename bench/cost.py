"""Measures how the time of a training step depends on depth, width, batch size and threads, and plots it beside a constant
cost per multiply-add. Called by scripts/bench --cost."""

import argparse
import html
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from cpu import describe_cpu

SECONDS = 4  # approximate time of one run's steps
FEWEST_STEPS, MOST_STEPS = 2, 30
WARMUP = {True: 1, False: 3}  # steps before the timed ones, if a step takes over a second and otherwise
MEASURED, PREDICTED = "#0072B2", "#666666"  # colours


@dataclass(frozen=True)
class Case:
    """A training step to time: a point in one or more panels."""

    network: str
    batch: int
    threads: int


@dataclass
class Panel:
    """A plot in which one parameter varies."""

    title: str
    x_label: str
    cases: dict[int, Case]  # by x


@dataclass
class Speed:
    """Milliseconds per image: measured in each round, and predicted from the reference's cost of a multiply-add."""

    rounds: list[float]
    predicted: float


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench --cost")
    parser.add_argument("--reslab", required=True, help=argparse.SUPPRESS)
    parser.add_argument("figure", metavar="FILE.svg", type=Path, help="figure to write; the numbers go to FILE.json")
    parser.add_argument("--rounds", type=int, help="number of runs of each case (default: 3, quick: 1)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--quick", action="store_true", help="only small networks and batches, one round")
    options = parser.parse_args()
    if options.figure.suffix != ".svg":
        parser.error(f"{options.figure}: expected a name that ends in .svg")
    options.rounds = options.rounds or (1 if options.quick else 3)
    return options


def panels_of(options: argparse.Namespace) -> tuple[Case, list[Panel]]:
    """The reference case and the panels, all of which contain it."""
    reference = Case("resnet-20", 32 if options.quick else 128, options.threads)
    batch, threads, quick = reference.batch, reference.threads, options.quick
    cores = len(os.sched_getaffinity(0))
    counts = sorted({cores, *(2**power for power in range(cores.bit_length()) if 2**power <= cores)})
    depths = [20, 32, 56] if quick else [20, 32, 56, 110, 302, 1202]
    here, network = f"batch {batch}, threads: {threads}", "ResNet-20"
    return reference, [
        Panel(f"Depth: ResNet, {here}", "layers",
              {depth: Case(f"resnet-{depth}", batch, threads) for depth in depths}),
        Panel(f"Width: {network}, {here}", "times the width",
              {width: Case(f"resnet-20:width={width}" if width > 1 else "resnet-20", batch, threads)
               for width in ([1, 2] if quick else [1, 2, 4])}),
        Panel(f"Batch: {network}, threads: {threads}", "images in a step",
              {size: Case("resnet-20", size, threads) for size in ([8, 32] if quick else [8, 32, 128, 512])}),
        Panel(f"Threads: {network}, batch {batch}", "threads", {count: Case("resnet-20", batch, count) for count in counts}),
    ]


def output_of(command: list[str]) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"failed with exit code {done.returncode}: {' '.join(command)}")
    return done.stdout


def available_memory() -> int:
    """Bytes."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return sys.maxsize


class Measurement:
    """Times cases. Predicts the time and memory of a case from those of the reference."""

    def __init__(self, options: argparse.Namespace, reference: Case, cases: list[Case]):
        self.options, self.reference = options, reference
        names = list(dict.fromkeys(case.network for case in cases))
        described = json.loads(output_of([options.reslab, "describe", *names, "--json"]))
        self.macs = dict(zip(names, (network["macs"] for network in described)))
        self.rounds: dict[Case, list[float]] = {}
        self.torch = ""
        self.base = self.run(Case(reference.network, 2, reference.threads), steps=1, warmup=0)["peak_memory"]
        self.memory = 0  # bytes that the reference needs in addition to self.base
        self.time(reference)

    def predicted(self, case: Case) -> float:
        """Milliseconds per image at the reference's cost of a multiply-add, divided evenly among the threads."""
        work = self.macs[case.network] / self.macs[self.reference.network]
        return median(self.rounds[self.reference]) * work * self.reference.threads / case.threads

    def fits(self, case: Case) -> bool:
        # The activations kept for the backward pass grow like the multiply-adds with depth and batch, slower with width.
        work = case.batch * self.macs[case.network] / (self.reference.batch * self.macs[self.reference.network])
        return self.base + self.memory * work < available_memory()

    def run(self, case: Case, steps: int, warmup: int) -> dict:
        return json.loads(output_of([
            self.options.reslab, "bench", case.network, "--json", "--precision", self.options.precision,
            "--batch", str(case.batch), "--threads", str(case.threads), "--steps", str(steps), "--warmup", str(warmup)]))

    def time(self, case: Case) -> None:
        seconds = self.predicted(case) * case.batch / 1e3 if self.rounds else SECONDS / MOST_STEPS
        steps = max(FEWEST_STEPS, min(round(SECONDS / seconds), MOST_STEPS))
        report = self.run(case, steps, WARMUP[seconds > 1])
        self.memory = self.memory or max(0, report["peak_memory"] - self.base)
        self.torch = report["torch"].split("+")[0]
        speed = 1e3 * median(report["results"][0]["step_seconds"]) / case.batch
        self.rounds.setdefault(case, []).append(speed)
        print(f"{case.network}, batch {case.batch}, threads {case.threads}: {speed:.3f} ms/image in the median of {steps} steps",
              file=sys.stderr)


def measure(options: argparse.Namespace, reference: Case, panels: list[Panel]) -> tuple[Measurement, list[dict[int, Speed]]]:
    cases = list(dict.fromkeys(case for panel in panels for case in panel.cases.values()))
    measurement = Measurement(options, reference, cases)
    fitting = [case for case in cases if measurement.fits(case)]
    for case in cases:
        if case not in fitting:
            print(f"{case.network} at batch {case.batch} is skipped because it would not fit into memory", file=sys.stderr)
    for number in range(options.rounds):
        for case in fitting:
            if number > 0 or case != reference:
                measurement.time(case)
    return measurement, [{x: Speed(measurement.rounds[case], measurement.predicted(case))
                          for x, case in panel.cases.items() if case in fitting} for panel in panels]


def ticks(low: float, high: float) -> str:
    """gnuplot's tick list for a logarithmic axis: at least three round numbers from low to high, if possible."""
    for digits in ([1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7], [1 + tenth / 5 for tenth in range(45)]):
        shown = [digit * 10.0**power for power in range(-4, 7) for digit in digits if low <= digit * 10.0**power <= high]
        if len(shown) >= 3:
            break
    return ", ".join(f"'{tick:g}' {tick:g}" for tick in shown)


def panel_script(number: int, panel: Panel, speeds: dict[int, Speed]) -> str:
    values = [value for speed in speeds.values() for value in (*speed.rounds, speed.predicted)]
    low, high = min(values) / 1.25, max(values) * 1.5
    rows = [f"{x} {median(speed.rounds):g} {min(speed.rounds):g} {max(speed.rounds):g} {speed.predicted:g}"
            for x, speed in speeds.items()]
    first, last = min(speeds), max(speeds)
    side = "left Left reverse" if speeds[last].predicted > speeds[first].predicted else "right Right noreverse"
    edge = (last / first) ** 0.08 if last > first else 2
    return "\n".join([
        f"$panel{number} << EOD", *rows, "EOD",
        f"set title '{panel.title}' font ',16'",
        f"set xlabel '{panel.x_label}' offset 0,0.4",
        f"set key top {side}",
        f"set xrange [{first / edge:g}:{last * edge:g}]",
        f"set xtics ({', '.join(f'{x}' for x in speeds)})",
        f"set yrange [{low:g}:{high:g}]",
        f"set ytics ({ticks(low, high)})",
        f"plot $panel{number} using 1:5 with lines linecolor '{PREDICTED}' linewidth 1.6 dashtype (8,5)"
        " title 'constant cost per multiply-add', "
        f"$panel{number} using 1:2 with lines linecolor '{MEASURED}' linewidth 2 notitle, "
        f"$panel{number} using 1:2:3:4 with yerrorbars linecolor '{MEASURED}' linewidth 2 pointtype 7 pointsize 0.6 title 'measured'",
        ""])


def draw(title: str, panels: list[Panel], speeds: list[dict[int, Speed]]) -> str:
    script = "\n".join([
        "set encoding utf8",
        "set terminal svg noenhanced size 1100,860 font 'Arial,14' background '#ffffff' rounded",
        "set border 3 linecolor '#666666' linewidth 1",
        "set tics nomirror out scale 0.6 textcolor '#333333'",
        "set grid xtics ytics linecolor '#e4e4e4' linewidth 1 dashtype solid",
        "set key samplen 2.5 spacing 1.3",
        "set logscale xy",
        "set ylabel 'training, ms per image' offset -0.3,0",
        f"set multiplot layout 2,2 title '{title}' font ',18' margins 0.075,0.98,0.075,0.9 spacing 0.09,0.15",
        ""]) + "".join(panel_script(number, panel, speed) for number, (panel, speed) in enumerate(zip(panels, speeds)))
    done = subprocess.run(["gnuplot", "-d"], input=script, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"gnuplot failed: {done.stderr.strip()}")
    # Browsers show the titles, and gnuplot's own say nothing.
    svg = re.sub(r"<title>(?!Gnuplot<).*?</title>", "", done.stdout, flags=re.DOTALL)
    return svg.replace("<title>Gnuplot</title>", f"<title>{html.escape(title)}</title>")


def main() -> None:
    options = parse_options()
    reference, panels = panels_of(options)
    measurement, speeds = measure(options, reference, panels)
    name, flags = describe_cpu()
    title = f"Cost of a training image, {options.precision}: {name}, LibTorch {measurement.torch}".replace("'", "")
    environment = {"processor": name, "instructions": flags, "torch": measurement.torch, "precision": options.precision,
                   "rounds": options.rounds, "reference": vars(reference)}
    figures = [{"panel": panel.title, "x": panel.x_label,
                "points": [{"x": x, **vars(panel.cases[x]), "macs": measurement.macs[panel.cases[x].network],
                            "ms_per_image": speed.rounds, "explained_ms_per_image": speed.predicted}
                           for x, speed in by_x.items()]}
               for panel, by_x in zip(panels, speeds)]
    options.figure.with_suffix(".json").write_text(json.dumps({"environment": environment, "panels": figures}, indent=2) + "\n")
    options.figure.write_text(draw(title, panels, speeds))


if __name__ == "__main__":
    main()
