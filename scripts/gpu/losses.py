"""Compares the training losses of one training on several devices and precisions: the first is the reference.
Called by scripts/gpu/steps; exit code 1 if they are not alike."""

import csv
import sys
from pathlib import Path

# Rounding is amplified from step to step. Two implementations on one CPU differed by 0.1 % in the first ten steps, by up to
# 12 % in single records later, and by 2 % in the mean.
FIRST_TOLERANCE = 0.02  # of the first record
MEAN_TOLERANCE = 0.1  # of the mean of all records


def losses(path: Path) -> list[float]:
    with path.open() as file:
        return [float(row["train_loss"]) for row in csv.DictReader(file)]


def difference(reference: list[float], other: list[float]) -> float:
    """Returns the relative difference of the means."""
    return abs(sum(other) / sum(reference) - 1)


def main() -> None:
    runs = [path.parents[3].name for path in map(Path, sys.argv[1:])]
    reference, *others = [losses(Path(path)) for path in sys.argv[1:]]
    alike = True
    for name, other in zip(runs[1:], others):
        first = difference(reference[:1], other[:1])
        mean = difference(reference, other)
        same = len(other) == len(reference) and first <= FIRST_TOLERANCE and mean <= MEAN_TOLERANCE
        alike = alike and same
        print(f"losses, {name} against {runs[0]}: {first:.2%} apart at first (limit {FIRST_TOLERANCE:.0%}), "
              f"{mean:.2%} in the mean (limit {MEAN_TOLERANCE:.0%}): {'alike' if same else 'NOT ALIKE'}")
    for row in range(0, len(reference), max(1, len(reference) // 10)):
        print("  " + "  ".join(f"{values[row]:.4f}" if row < len(values) else "missing" for values in [reference, *others]))
    sys.exit(not alike)


if __name__ == "__main__":
    main()
