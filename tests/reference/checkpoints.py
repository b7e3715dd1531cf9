"""Writes checkpoints in the formats that Python programs save, to test the C++ readers.

    python checkpoints.py formats DIR
    python checkpoints.py networks DIR
    python checkpoints.py corpus tests/fuzz/corpus

`formats` writes one dict of tensors of every type and layout in every kind of file, DIR/KIND-SECTION-NAMES.pth
(KIND zip or legacy; SECTION bare, state_dict, model or net; NAMES plain or module), and in files as people have them,
DIR/same/NAME.pth. DIR/expected.safetensors holds the same tensors. DIR/refused/NAME.pth are files that a reader must
refuse. DIR/sets.pth holds several sets of weights.

`networks` writes weights of networks as published checkpoints have them, DIR/NAME.pth, and for each
DIR/NAME.expected.safetensors: a batch `input` and the network's `output` in evaluation mode.

`corpus` writes the seeds of the fuzzers, as small as such files can be.
"""

import argparse
import collections
import dataclasses
import datetime
import decimal
import enum
import functools
import os
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from network import Network
from settings import Settings

KINDS = {"zip": True, "legacy": False}
SECTIONS = ["bare", "state_dict", "model", "net"]


def save(value, path: Path, kind: str, **options) -> None:
    torch.save(value, path, _use_new_zipfile_serialization=KINDS[kind], **options)


def tensors_of_all_kinds() -> OrderedDict:
    torch.manual_seed(1)
    base = torch.randn(6, 8)
    types = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
             torch.int8, torch.uint8, torch.bool]
    tensors = OrderedDict((f"type.{t}", (torch.randn(3, 4) * 50).to(t)) for t in types)
    tensors |= {
        "transposed": torch.randn(3, 5).t(),
        "slice": base[1:4, ::2],
        "shared.rows": base[2:],
        "shared.all": base,
        "same": base,
        "expanded": torch.randn(2, 1).expand(2, 3),
        "channels_last": torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "parameter": nn.Parameter(torch.randn(4)),
        "unnamed letters äöü": torch.randn(2),
    }
    if hasattr(torch, "uint16"):
        tensors["type.torch.uint16"] = torch.tensor([1, 65535], dtype=torch.uint16)
    return tensors


def beside_the_tensors() -> dict:
    """Returns values that training programs save together with the weights."""
    model = nn.Linear(3, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.randn(4, 3)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "best_prec1": np.float64(92.5),
        "loss": np.float32(0.25),
        "history": np.arange(5),
        "args": argparse.Namespace(lr=0.1, arch="resnet20", evaluate=False),
        "optimizer": optimizer.state_dict(),
        "scheduler": {"milestones": collections.Counter([100, 150]), "last": None, "big": 2**80, "negative": -5},
        "lists": collections.defaultdict(list, {"a": [1.5, (2, 3)]}),
        "rng": torch.get_rng_state(),
        "kind": (torch.float32, torch.device("cpu"), torch.Size([2, 3]), {1, 2}, b"bytes"),
        "path": Path("a/b"),
        7: "a key that is no text",
    }


class Mode(enum.Enum):
    FAST = 1


class Flags(enum.Flag):
    A = 1


class Config(dict):
    pass


class Names(list):
    pass


@dataclasses.dataclass
class Options:
    rate: float = 0.1
    names: tuple = ("a", "b")


class Slots:
    __slots__ = ("a",)

    def __init__(self):
        self.a = 1


Point = collections.namedtuple("Point", "x y")


def objects() -> dict:
    """Returns objects of all kinds that programs save beside weights, by kind."""
    return {
        "enum": [Mode.FAST, Flags.A],
        "containers": [Config(a=1), Names("xy"), range(3), {1, 2}, frozenset({3}), collections.deque([1])],
        "times": [datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3), datetime.timedelta(1)],
        "classes": [Options(), Point(1, 2), Slots(), argparse.Namespace(a=1), Mode, Config],
        "numbers": [np.float32(1), np.int64(3), np.bool_(True), 1j, decimal.Decimal("1.5"), 2**70, -(2**70)],
        "functions": [functools.partial(print, 1), len, torch.nn.functional.relu, str.upper],
        "torch": [torch.__version__, torch.float16, torch.device("cpu"), torch.Generator().get_state()],
        "bytes": [b"\x00\xff", bytearray(b"ab"), slice(1, 2), Ellipsis, NotImplemented],
    }


class Call:
    """Unpickles as the result of a function call."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def write_refused(folder: Path, tensors: OrderedDict) -> None:
    folder.mkdir()
    for kind in KINDS:
        save(Call(eval, "1"), folder / f"eval-{kind}.pth", kind)
        save(nn.Linear(2, 2), folder / f"model-{kind}.pth", kind)
        save({"epoch": 1, "loss": 0.5}, folder / f"section-{kind}.pth", kind)
        state = {"state": {0: {"momentum_buffer": torch.ones(1)}}, "param_groups": []}
        save({"epoch": 1, "optimizer": state}, folder / f"optimizer-{kind}.pth", kind)
        save([torch.ones(1)], folder / f"list-{kind}.pth", kind)
        save(torch.ones(1), folder / f"tensor-{kind}.pth", kind)
        save({b"w": torch.ones(1)}, folder / f"bytes-{kind}.pth", kind)
        values = {"negative": torch._neg_view(torch.ones(2)), "complex": torch.ones(2).to(torch.complex64),
                  "sparse": torch.ones(2, 3).to_sparse(), "meta": torch.ones(2, device="meta")}
        for name, value in values.items():
            save({"a": torch.ones(1), "w": value}, folder / f"{name}-{kind}.pth", kind)
    torch.jit.trace(nn.Linear(2, 2), torch.ones(1, 2)).save(str(folder / "torchscript.pth"))


def write_same(folder: Path, tensors: OrderedDict) -> None:
    """Writes the tensors in files as people have them, of all protocols and in both kinds of file."""
    folder.mkdir()

    def renamed(prefix: str) -> OrderedDict:
        return OrderedDict((prefix + name, tensor) for name, tensor in tensors.items())

    added = {"total_ops": torch.zeros(1), "block.conv.total_params": torch.zeros(1)}
    files: dict = {f"objects-{kind}": {"state_dict": tensors, kind: value} for kind, value in objects().items()}
    files |= {f"prefix-{i}": renamed(prefix) for i, prefix in enumerate(
        ["_orig_mod.", "module._orig_mod.", "model.", "backbone.", "module.encoder_q.", "0.", "a.b.c.d.e."])}
    files |= {
        "averaged": {**renamed("module."), "n_averaged": torch.tensor(7)},
        "profiled": {**renamed("module."), **added},
        "tutorial": {"model_state_dict": tensors, "optimizer_state_dict": {}, "epoch": 5, "loss": 0.1},
        "nested": {"run": [1, {"best": {"weights of mine": renamed("net.")}}], "epoch": torch.tensor(3)},
        "own-dict": {"ckpt": Config(tensors)},
        "harm": {"state_dict": tensors, "x": Call(os.system, f"touch '{folder}/harmed'"), "y": Call(eval, "1 / 0")},
    }
    for name, content in files.items():
        save(content, folder / f"{name}.pth", "zip")
    for protocol in [2, 3, 4, 5]:
        for kind in KINDS:
            content = beside_the_tensors() | objects() | {"state_dict": tensors}
            save(content, folder / f"protocol-{protocol}-{kind}.pth", kind, pickle_protocol=protocol)


def write_formats(folder: Path) -> None:
    tensors = tensors_of_all_kinds()
    expected = {name: t.detach().clone(memory_format=torch.contiguous_format) for name, t in tensors.items()}
    save_file(expected, folder / "expected.safetensors")
    for kind in KINDS:
        for section in SECTIONS:
            for names in ["plain", "module"]:
                renamed = OrderedDict((("module." if names == "module" else "") + n, t) for n, t in tensors.items())
                value = renamed if section == "bare" else beside_the_tensors() | {section: renamed}
                save(value, folder / f"{kind}-{section}-{names}.pth", kind)
    write_refused(folder / "refused", tensors)
    write_same(folder / "same", tensors)
    sets = {name: {"module.a": torch.full((2,), float(i)), "module.b": torch.zeros(1)} for i, name in enumerate(
        ["state_dict", "state_dict_ema", "teacher"])}
    save(sets | {"optimizer": {"state": {0: {"step": torch.ones(1), "exp_avg": torch.ones(1)}}}}, folder / "sets.pth", "zip")
    both = {"encoder_q.conv.w": torch.ones(1), "encoder_k.conv.w": torch.zeros(1)}
    save({"state_dict": {f"module.{name}": t for name, t in both.items()}}, folder / "prefixes.pth", "zip")


def uneven(network: Network) -> Network:
    """Gives every parameter and buffer its own values, so that an exchange of two changes the output."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += torch.randn_like(parameter) * (0.1 * parameter.abs().mean() + 0.001)
        for name, buffer in network.named_buffers():
            buffer += 3 if name.endswith("num_batches_tracked") else torch.rand_like(buffer) * 0.2
    return network.eval()


def reference_port_name(name: str) -> str:
    """Returns the name that https://github.com/akamaster/pytorch_resnet_cifar10 gives to a layer."""
    return name.replace("fc.", "linear.").replace("downsample", "shortcut")


def weiaicunzai_name(name: str) -> str:
    """Returns the name that https://github.com/weiaicunzai/pytorch-cifar100 gives to a layer of a ResNet."""
    first, *rest = name.split(".")
    if first in ("conv1", "bn1"):
        return ".".join(["conv1", "0" if first == "conv1" else "1", *rest])
    if not first.startswith("layer"):
        return name
    block, layer, *rest = rest
    if layer == "downsample":
        return ".".join([f"conv{int(first[-1]) + 1}_x", block, "shortcut", *rest])
    number = 3 * (int(layer[-1]) - 1) + (0 if layer.startswith("conv") else 1)
    return ".".join([f"conv{int(first[-1]) + 1}_x", block, "residual_function", str(number), *rest])


def write_network(folder: Path, name: str, settings: Settings, kind: str, *, section: str = "", prefix: str = "",
                  rename=lambda name: name, dtype=torch.float32, without: str = "nothing",
                  counter=lambda tensor: tensor) -> None:
    torch.manual_seed(5)
    network = uneven(Network(settings)).to(dtype)
    state = OrderedDict((prefix + rename(n), counter(t) if n.endswith("num_batches_tracked") else t)
                        for n, t in network.state_dict().items() if without not in n)
    save({section: state, "best_prec1": np.float64(91.25)} if section else state, folder / f"{name}.pth", kind)
    images = torch.randn(3, 3, 32, 32)
    with torch.no_grad():
        output = network.float()(images)
    save_file({"input": images, "output": output}, folder / f"{name}.expected.safetensors")


def write_networks(folder: Path) -> None:
    plain = Settings(depth=8)
    write_network(folder, "torchvision", Settings(depth=8, shortcut="B"), "zip")
    write_network(folder, "bottleneck", Settings(depth=11, block="bottleneck", shortcut="B", stride_in="3x3"), "zip",
                  section="model")
    write_network(folder, "old", plain, "legacy", section="net", without="num_batches_tracked")
    write_network(folder, "reference-a", Settings(depth=8, padding="both"), "legacy", section="state_dict",
                  prefix="module.", rename=reference_port_name)
    write_network(folder, "reference-b", Settings(depth=8, shortcut="B"), "zip", prefix="module.",
                  rename=reference_port_name)
    stem = Settings(depth=18, family="imagenet", shortcut="B", stem="3x3", classes=10)
    write_network(folder, "kuangliu", stem, "zip", section="net", prefix="module.", rename=reference_port_name)
    write_network(folder, "weiaicunzai", stem, "zip", rename=weiaicunzai_name)
    bottleneck = Settings(depth=11, block="bottleneck", shortcut="B", stride_in="3x3")
    write_network(folder, "weiaicunzai-bottleneck", bottleneck, "zip", rename=weiaicunzai_name)
    write_network(folder, "chenyaofo", Settings(depth=20, shortcut="B"), "zip")
    write_network(folder, "counters", plain, "zip", counter=lambda tensor: tensor.double().reshape(1))
    write_network(folder, "half", plain, "zip", dtype=torch.float16)
    write_network(folder, "bfloat16", plain, "legacy", dtype=torch.bfloat16)


def write_corpus(folder: Path) -> None:
    torch.manual_seed(1)
    tensors = OrderedDict(a=torch.randn(2, 3).t(), b=nn.Parameter(torch.randn(2)), c=torch.tensor(3),
                          d=torch.randn(3).half())
    for kind in KINDS:
        save(tensors, folder / f"checkpoint/{kind}.pth", kind)
        save(beside_the_tensors() | {"model": tensors}, folder / f"checkpoint/{kind}-model.pth", kind)
    for file in ["zip", "zip-model"]:
        archive = zipfile.ZipFile(folder / f"checkpoint/{file}.pth")
        (folder / f"pickle/{file}.pkl").write_bytes(archive.read(f"{file}/data.pkl"))
    save_file({name: t.detach().clone(memory_format=torch.contiguous_format) for name, t in tensors.items()},
              folder / "safetensors/small.safetensors", {"network": "resnet-8"})
    (folder / "checkpoint/small.safetensors").write_bytes((folder / "safetensors/small.safetensors").read_bytes())
    for labels in [1, 2]:
        (folder / f"cifar/{labels}.bin").write_bytes(bytes([3] * labels) + bytes(3072))


def main() -> None:
    what, folder = sys.argv[1:]
    {"formats": write_formats, "networks": write_networks, "corpus": write_corpus}[what](Path(folder))


if __name__ == "__main__":
    main()
