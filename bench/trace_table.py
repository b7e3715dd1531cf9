"""Prints where the time of training steps goes, from a Chrome trace that `reslab bench --trace` or
bench/python_side.py --trace wrote: the kernels with the longest total time, and the gaps between kernels.
A trace without a GPU shows the operators that no other operator calls."""

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ON_GPU = ("kernel", "gpu_memcpy", "gpu_memset")
GAP_LIMITS = [2, 5, 10, 20, 50, 100, 1000]  # microseconds
LONGEST_GAPS = 5
NAME_WIDTH = 90


@dataclass(frozen=True)
class Event:
    """A kernel or an operator, with its times in microseconds."""

    name: str
    begin: float
    duration: float
    thread: tuple

    @property
    def end(self) -> float:
        return self.begin + self.duration


@dataclass(frozen=True)
class Gap:
    """A time in which nothing ran, in microseconds, and the events before and after it."""

    length: float
    before: str
    after: str


def read_events(path: Path, categories: tuple[str, ...]) -> list[Event]:
    events = [Event(entry["name"], float(entry["ts"]), float(entry.get("dur", 0)), (entry.get("pid"), entry.get("tid")))
              for entry in json.loads(path.read_text())["traceEvents"]
              if entry.get("ph") == "X" and entry.get("cat") in categories]
    return sorted(events, key=lambda event: (event.begin, -event.duration))


def outermost(events: list[Event]) -> list[Event]:
    """Returns the events that lie in no other event of their thread."""
    kept: list[Event] = []
    ends: dict[tuple, float] = defaultdict(float)
    for event in events:
        if event.begin >= ends[event.thread]:
            kept.append(event)
            ends[event.thread] = event.end
    return kept


def gaps_between(events: list[Event]) -> list[Gap]:
    """Returns the times in which no event ran. The events are sorted by their begin."""
    gaps = []
    last = events[0]
    for event in events[1:]:
        if event.begin > last.end:
            gaps.append(Gap(event.begin - last.end, last.name, event.name))
        if event.end > last.end:
            last = event
    return gaps


def shortened(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else name[:NAME_WIDTH - 3] + "..."


def print_table(events: list[Event], steps: int, rows: int) -> None:
    durations: dict[str, list[float]] = defaultdict(list)
    for event in events:
        durations[event.name].append(event.duration)
    total = sum(event.duration for event in events)
    print(f"{'ms a step':>10} {'share':>6} {'calls':>7} {'us each':>9}  name")
    ranked = sorted(durations.items(), key=lambda item: -sum(item[1]))
    for name, times in ranked[:rows]:
        print(f"{sum(times) / 1e3 / steps:10.3f} {sum(times) / total:6.1%} {len(times) / steps:7.1f} "
              f"{sum(times) / len(times):9.1f}  {shortened(name)}")
    if len(ranked) > rows:
        rest = sum(sum(times) for _, times in ranked[rows:])
        print(f"{rest / 1e3 / steps:10.3f} {rest / total:6.1%} {'':7} {'':9}  {len(ranked) - rows} others")


def print_gaps(events: list[Event], steps: int) -> None:
    span = max(event.end for event in events) - events[0].begin
    gaps = gaps_between(events)
    idle = sum(gap.length for gap in gaps)
    print(f"{span / 1e3 / steps:.3f} ms a step: {(span - idle) / 1e3 / steps:.3f} busy, {idle / 1e3 / steps:.3f} in gaps "
          f"({idle / span:.1%}), {len(events) / steps:.1f} calls and {len(gaps) / steps:.1f} gaps a step")
    lower = 0.0
    for upper in [*GAP_LIMITS, float("inf")]:
        lengths = [gap.length for gap in gaps if lower < gap.length <= upper]
        if lengths:
            print(f"  gaps of {lower:g} to {upper:g} us: {len(lengths) / steps:.1f} a step, {sum(lengths) / 1e3 / steps:.3f} ms")
        lower = upper
    for gap in sorted(gaps, key=lambda gap: -gap.length)[:LONGEST_GAPS]:
        print(f"  {gap.length:.0f} us between {shortened(gap.before)}\n      and {shortened(gap.after)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("trace", type=Path)
    parser.add_argument("--steps", type=int, required=True, help="training steps in the trace")
    parser.add_argument("--rows", type=int, default=25)
    options = parser.parse_args()
    events = read_events(options.trace, ON_GPU)
    kind = "kernels and copies on the GPU"
    if not events:
        events, kind = outermost(read_events(options.trace, ("cpu_op",))), "operators on the CPU"
    if not events:
        parser.error(f"{options.trace}: neither kernels nor operators")
    print(f"{options.trace.name}, {options.steps} steps: {kind}")
    print_gaps(events, options.steps)
    print_table(events, options.steps, options.rows)


if __name__ == "__main__":
    main()
