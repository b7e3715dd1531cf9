"""Python's side of scripts/bench: eager PyTorch at its best settings for a CPU.

Trains a network on one batch of random images, over and over, and prints what `reslab bench --json`
prints. The networks are those that the tests compare with.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "reference"))
from network import IMAGENET_BLOCKS, Network, Settings  # noqa: E402

CONNECTIONS = {"plain": "plain", "resnet": "residual", "highway": "highway"}


def settings_of(name: str) -> Settings:
    """The settings of a network's name, such as resnet-56 or resnet-34:shortcut=C."""
    plain_name, _, rest = name.partition(":")
    connection, depth = plain_name.split("-")
    texts = {"connection": CONNECTIONS[connection], "depth": depth}
    if int(depth) in IMAGENET_BLOCKS:
        block = "basic" if int(depth) < 50 else "bottleneck"
        texts |= {"family": "imagenet", "block": block, "shortcut": "B", "classes": "1000"}
    texts |= dict(pair.split("=") for pair in rest.split(",") if pair)
    return Settings.from_text(texts)


def step_seconds(name: str, batch: int, precision: str, steps: int, warmup: int) -> list[float]:
    """The time of each training step after the first `warmup` ones."""
    torch.manual_seed(1)
    settings = settings_of(name)
    size = 32 if settings.family == "cifar" else 224
    network = Network(settings).to(memory_format=torch.channels_last)
    images = torch.randn(batch, settings.in_channels, size, size)
    images = images.contiguous(memory_format=torch.channels_last)
    target = torch.randint(settings.classes, (batch,))
    optimizer = torch.optim.SGD(
        network.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4, fused=True
    )
    times = []
    for _ in range(warmup + steps):
        begin = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            loss = F.cross_entropy(network(images), target)
        loss.backward()
        optimizer.step()
        times.append(time.perf_counter() - begin)
    return times[warmup:]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("networks", nargs="+")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warmup", type=int, default=3)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    results = []
    for name in options.networks:
        times = step_seconds(
            name, options.batch, options.precision, options.steps, options.warmup
        )
        results.append({
            "network": name,
            "precision": options.precision,
            "batch": options.batch,
            "threads": options.threads,
            "images_per_second": options.batch / statistics.median(times),
            "step_seconds": times,
        })
    print(json.dumps({"results": results, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
