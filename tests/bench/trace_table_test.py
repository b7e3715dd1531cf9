"""Tests bench/trace_table.py on a trace with kernels, which no machine without a GPU can write."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "bench" / "trace_table.py"


def event(category: str, name: str, begin: float, duration: float) -> dict:
    return {"ph": "X", "cat": category, "name": name, "ts": begin, "dur": duration, "pid": 0, "tid": 7}


def table_of(events: list[dict]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.json"
        trace.write_text(json.dumps({"traceEvents": events}))
        done = subprocess.run([sys.executable, "-B", PROGRAM, trace, "--steps", "2"], stdout=subprocess.PIPE, text=True, check=True)
    return [" ".join(line.split()) for line in done.stdout.splitlines()]


class TraceTable(unittest.TestCase):
    def test_kernels_and_gaps_of_a_step(self) -> None:
        # Two kernels that overlap, 30 us of nothing, a copy.
        lines = table_of([event("cpu_op", "aten::conv2d", 0, 1000), event("kernel", "conv", 100, 50),
                          event("kernel", "norm", 140, 30), event("gpu_memcpy", "copy", 200, 10),
                          {"ph": "M", "name": "process_name"}])
        self.assertIn("0.055 ms a step: 0.040 busy, 0.015 in gaps (27.3%), 1.5 calls and 0.5 gaps a step", lines)
        self.assertIn("gaps of 20 to 50 us: 0.5 a step, 0.015 ms", lines)
        self.assertIn("30 us between norm", lines)
        self.assertIn("0.025 55.6% 0.5 50.0 conv", lines)
        self.assertFalse(any("aten::conv2d" in line for line in lines))

    def test_outermost_operators_without_a_gpu(self) -> None:
        lines = table_of([event("cpu_op", "aten::conv2d", 0, 100), event("cpu_op", "aten::convolution", 10, 80),
                          event("cpu_op", "aten::relu", 110, 20)])
        self.assertIn("0.050 83.3% 0.5 100.0 aten::conv2d", lines)
        self.assertFalse(any("aten::convolution" in line for line in lines))


if __name__ == "__main__":
    unittest.main()
