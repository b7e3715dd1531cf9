"""The Python side of scripts/bench: repeatedly trains or evaluates a network on one batch of random images, and prints
the same JSON as `reslab bench --json`. The networks are the reference networks of the tests."""

import argparse
import contextlib
import itertools
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "reference"))
from network import Network  # noqa: E402
from settings import IMAGENET_BLOCKS, Settings  # noqa: E402

CONNECTIONS = {"plain": "plain", "resnet": "residual", "highway": "highway"}


def settings_of(name: str) -> Settings:
    """Parses a network's name, such as resnet-56 or resnet-34:shortcut=C."""
    plain_name, _, rest = name.partition(":")
    connection, depth = plain_name.split("-")
    texts = {"connection": CONNECTIONS[connection], "depth": depth}
    if int(depth) in IMAGENET_BLOCKS:
        block = "basic" if int(depth) < 50 else "bottleneck"
        texts |= {"family": "imagenet", "block": block, "shortcut": "B", "classes": "1000"}
    texts |= dict(pair.split("=") for pair in rest.split(",") if pair)
    return Settings.from_text(texts)


def training_step(options: argparse.Namespace, network: torch.nn.Module, images: torch.Tensor,
                  target: torch.Tensor) -> Callable[[], None]:
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4, fused=True)

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(options.device, torch.bfloat16, enabled=options.precision == "bfloat16"):
            loss = F.cross_entropy(network(images), target)
        loss.backward()
        optimizer.step()

    return step


def evaluation_step(options: argparse.Namespace, network: torch.nn.Module, images: torch.Tensor,
                    target: torch.Tensor) -> Callable[[], None]:
    network.eval()

    def step() -> None:
        with torch.no_grad(), torch.autocast(options.device, torch.bfloat16, enabled=options.precision == "bfloat16"):
            (network(images).argmax(1) != target).sum().item()

    return step


WORKS = {"training": training_step, "evaluation": evaluation_step}


def compiled(options: argparse.Namespace, network: torch.nn.Module) -> torch.nn.Module:
    """Returns the network compiled by torch.compile. On a GPU, CUDA graphs replay its kernels."""
    return torch.compile(network, mode="reduce-overhead" if options.device == "cuda" else None)


def timed(options: argparse.Namespace, step: Callable[[], None]) -> list[float]:
    """Returns the seconds of each step. On a GPU the steps are queued without waiting, and CUDA events record when each ends."""
    if options.device == "cpu":
        times = []
        for _ in range(options.steps):
            begin = time.perf_counter()
            step()
            times.append(time.perf_counter() - begin)
        return times
    torch.cuda.synchronize()
    events = [torch.cuda.Event(enable_timing=True) for _ in range(options.steps + 1)]
    events[0].record()
    for event in events[1:]:
        step()
        event.record()
    torch.cuda.synchronize()
    return [begin.elapsed_time(end) / 1e3 for begin, end in itertools.pairwise(events)]


def step_seconds(name: str, options: argparse.Namespace) -> list[float]:
    """Seconds of each step after the `warmup` ones, during which torch.compile compiles."""
    torch.manual_seed(1)
    settings = settings_of(name)
    size = 32 if settings.family == "cifar" else 224
    layout = torch.channels_last if options.layout == "channels_last" else torch.contiguous_format
    network = Network(settings).to(options.device, memory_format=layout)
    images = torch.randn(options.batch, settings.in_channels, size, size).to(options.device).contiguous(memory_format=layout)
    target = torch.randint(settings.classes, (options.batch,)).to(options.device)
    step = WORKS[options.work](options, compiled(options, network) if options.compile else network, images, target)
    for _ in range(options.warmup):
        step()
    with torch.profiler.profile() if options.trace else contextlib.nullcontext() as profiler:
        times = timed(options, step)
    if options.trace:
        profiler.export_chrome_trace(options.trace)
    return times


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("networks", nargs="+")
    parser.add_argument("--work", choices=list(WORKS), default="training")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--layout", choices=["channels_last", "contiguous"], default="channels_last")
    parser.add_argument("--compile", action="store_true", help="use torch.compile")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--trace", metavar="FILE", help="also write the counted steps as a Chrome trace; one network")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.backends.cudnn.benchmark = True  # convolutions of equal shapes over and over
    results = []
    for name in options.networks:
        times = step_seconds(name, options)
        results.append({
            "network": name,
            "work": options.work,
            "precision": options.precision,
            "batch": options.batch,
            "threads": options.threads,
            "images_per_second": options.batch / statistics.median(times),
            "step_seconds": times,
        })
    peak_memory = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_device_memory = torch.cuda.max_memory_allocated() if options.device == "cuda" else 0
    print(json.dumps({"results": results, "torch": torch.__version__, "peak_memory": peak_memory,
                      "peak_device_memory": peak_device_memory}))


if __name__ == "__main__":
    main()
