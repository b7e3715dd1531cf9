"""The networks of ResLab in plain PyTorch: what the C++ ones are compared with.

    python network.py DIR

computes, for every DIR/NAME.in.safetensors, what a network gives and learns from one batch, and writes
DIR/NAME.out.safetensors. The input file holds the weights under their names, `input` (N, C, H, W) and
`target` (N class numbers), and says the network's settings as text in its metadata (see `Settings`)
with `mode`, `train` or `eval`. The output file holds `output` (logits), `loss` (mean cross-entropy),
`grad.input`, `grad.NAME` of every parameter and, in training mode, `buffer.NAME` of every buffer after
the pass. All is computed in the type of the weights.

Sources: He et al. 2015 (arXiv 1512.03385), Srivastava et al. 2015 (arXiv 1505.00387); names of layers
are torchvision's.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

IMAGENET_BLOCKS = {
    18: [2, 2, 2, 2],
    34: [3, 4, 6, 3],
    50: [3, 4, 6, 3],
    101: [3, 4, 23, 3],
    152: [3, 8, 36, 3],
}


@dataclass
class Settings:
    """A network, in the words of an experiment file."""

    connection: str = "residual"  # plain, residual, highway
    depth: int = 20
    family: str = "cifar"  # cifar, imagenet
    block: str = "basic"  # basic, bottleneck
    shortcut: str = "A"  # A, B, C
    padding: str = "end"  # end, both: where shortcut A puts its zero channels
    stride_in: str = "1x1"  # 1x1, 3x3: the convolution of a bottleneck that has the stride
    classes: int = 10
    in_channels: int = 3

    @staticmethod
    def from_text(texts: dict[str, str]) -> "Settings":
        fields = Settings.__dataclass_fields__
        return Settings(**{name: fields[name].type(texts[name]) for name in fields if name in texts})

    def blocks_per_stage(self) -> list[int]:
        if self.family == "imagenet":
            return IMAGENET_BLOCKS[self.depth]
        layers = {"basic": 2, "bottleneck": 3}[self.block] * 3  # of one block in each of three stages
        if (self.depth - 2) % layers:
            raise ValueError(f"no CIFAR network of {self.block} blocks has depth {self.depth}")
        return [(self.depth - 2) // layers] * 3


class IdentityShortcut(nn.Module):
    """Shortcut A: every stride-th pixel, and channels of zeros for those that x lacks."""

    def __init__(self, in_channels: int, out_channels: int, stride: int, padding: str):
        super().__init__()
        missing = out_channels - in_channels
        before = {"end": 0, "both": missing // 2}[padding]
        self.stride = stride
        self.channels = (before, missing - before)

    def forward(self, x: Tensor) -> Tensor:
        if self.stride > 1:
            x = x[:, :, :: self.stride, :: self.stride]
        if any(self.channels):
            x = F.pad(x, (0, 0, 0, 0, *self.channels))
        return x


def projection(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False),
        nn.BatchNorm2d(out_channels),
    )


class Block(nn.Module):
    """relu(y), y = F(x), F(x) + S(x) or T(x) F(x) + (1 - T(x)) S(x). F is the subclasses'."""

    def __init__(self, settings: Settings, in_channels: int, out_channels: int, stride: int):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.connection = settings.connection
        self.downsample = None
        if self.connection == "plain":
            return
        changes_shape = stride != 1 or in_channels != out_channels
        if settings.shortcut == "C" or (settings.shortcut == "B" and changes_shape):
            self.downsample = projection(in_channels, out_channels, stride)
        else:
            self.identity = IdentityShortcut(in_channels, out_channels, stride, settings.padding)
        if self.connection == "highway":
            self.gate = nn.Conv2d(in_channels, out_channels, 1, stride=stride)

    def transform(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def shortcut(self, x: Tensor) -> Tensor:
        return self.identity(x) if self.downsample is None else self.downsample(x)

    def forward(self, x: Tensor) -> Tensor:
        y = self.transform(x)
        if self.connection == "residual":
            y += self.shortcut(x)
        elif self.connection == "highway":
            t = torch.sigmoid(self.gate(x))
            y = t * y + (1 - t) * self.shortcut(x)
        return self.relu(y)


class BasicBlock(Block):
    expansion = 1

    def __init__(self, settings: Settings, in_channels: int, planes: int, stride: int):
        super().__init__(settings, in_channels, planes, stride)
        self.conv1 = nn.Conv2d(in_channels, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)

    def transform(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        return self.bn2(self.conv2(y))


class BottleneckBlock(Block):
    expansion = 4

    def __init__(self, settings: Settings, in_channels: int, planes: int, stride: int):
        out_channels = planes * self.expansion
        super().__init__(settings, in_channels, out_channels, stride)
        first, second = {"1x1": (stride, 1), "3x3": (1, stride)}[settings.stride_in]
        self.conv1 = nn.Conv2d(in_channels, planes, 1, stride=first, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride=second, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)

    def transform(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        return self.bn3(self.conv3(y))


class Network(nn.Module):
    def __init__(self, settings: Settings):
        super().__init__()
        block = {"basic": BasicBlock, "bottleneck": BottleneckBlock}[settings.block]
        if settings.family == "cifar":
            width = 16
            self.conv1 = nn.Conv2d(settings.in_channels, width, 3, padding=1, bias=False)
            self.maxpool = nn.Identity()
        else:
            width = 64
            self.conv1 = nn.Conv2d(settings.in_channels, width, 7, stride=2, padding=3, bias=False)
            self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)

        self.stages = []
        channels = width
        for index, count in enumerate(settings.blocks_per_stage()):
            planes = width * 2**index
            blocks = []
            for number in range(count):
                stride = 2 if index > 0 and number == 0 else 1
                blocks.append(block(settings, channels, planes, stride))
                channels = planes * block.expansion
            self.stages.append(f"layer{index + 1}")
            self.add_module(self.stages[-1], nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for stage in self.stages:
            x = getattr(self, stage)(x)
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


def compute(tensors: dict[str, Tensor], metadata: dict[str, str]) -> dict[str, Tensor]:
    """What the module's docstring says of an input file, as the tensors of its output file."""
    images = tensors.pop("input").requires_grad_()
    target = tensors.pop("target")
    network = Network(Settings.from_text(metadata)).to(images.dtype)
    network.load_state_dict(tensors, strict=True)
    network.train({"train": True, "eval": False}[metadata["mode"]])

    output = network(images)
    loss = F.cross_entropy(output, target)
    loss.backward()

    results = {"output": output, "loss": loss, "grad.input": images.grad}
    results |= {f"grad.{name}": p.grad for name, p in network.named_parameters()}
    if network.training:
        results |= {f"buffer.{name}": b for name, b in network.named_buffers()}
    return {name: tensor.detach().contiguous() for name, tensor in results.items()}


def main() -> None:
    from safetensors import safe_open
    from safetensors.torch import save_file

    ending = ".in.safetensors"
    for path in sorted(Path(sys.argv[1]).glob("*" + ending)):
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}
            results = compute(tensors, file.metadata())
        save_file(results, path.with_name(path.name.removesuffix(ending) + ".out.safetensors"))


if __name__ == "__main__":
    main()
