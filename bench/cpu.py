"""The CPU that a benchmark runs on."""

import platform
from pathlib import Path

SHOWN_FLAGS = ["avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "bf16"]


def describe_cpu() -> tuple[str, list[str]]:
    """The CPU's name and the instruction sets that affect the benchmarks."""
    name, flags = platform.machine(), []
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else []:
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == "model name":
            name = value
        elif key in ("flags", "Features"):
            flags = [flag for flag in SHOWN_FLAGS if flag in value.split()]
    return name, flags
