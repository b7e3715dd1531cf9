"""The settings of a network, named as in an experiment file, and the layers that they choose."""

from dataclasses import dataclass

from torch import nn

IMAGENET_BLOCKS = {
    18: [2, 2, 2, 2],
    34: [3, 4, 6, 3],
    50: [3, 4, 6, 3],
    101: [3, 4, 23, 3],
    152: [3, 8, 36, 3],
}

# The convolutions of a block: kernel, output channels as a multiple of the stage's channels.
BLOCKS = {"basic": [(3, 1), (3, 1)], "bottleneck": [(1, 1), (3, 1), (1, 4)]}


@dataclass
class Settings:
    """Settings of a network, named as in an experiment file."""

    connection: str = "residual"  # plain, residual, highway
    depth: int = 20
    family: str = "cifar"  # cifar, imagenet, wide, highway, vgg, alexnet
    block: str = "basic"  # basic, bottleneck
    activation: str = "original"  # or as in Identity Mappings, Fig. 4
    shortcut: str = "A"  # A, B, C
    padding: str = "end"  # end, both: where shortcut A puts its zero channels
    stride_in: str = "1x1"  # 1x1, 3x3: the convolution of a bottleneck that has the stride
    stem: str = "7x7"  # 7x7, 3x3 without pooling: the first layer of the ImageNet family
    width: int = 1
    classes: int = 10
    in_channels: int = 3
    gating: str = "exclusive"  # exclusive, shortcut-only
    gate: str = "1x1"  # 1x1, 3x3
    residual_scale: float = 1.0
    shortcut_scale: float = 1.0
    shortcut_dropout: float = 0.0
    survival: float = 1.0
    dropout: float = 0.0
    batch_norm: bool = True

    @staticmethod
    def from_text(texts: dict[str, str]) -> "Settings":
        def read(name: str):
            kind = Settings.__dataclass_fields__[name].type
            return texts[name] == "true" if kind is bool else kind(texts[name])

        return Settings(**{name: read(name) for name in Settings.__dataclass_fields__ if name in texts})

    def blocks_per_stage(self) -> list[int]:
        if self.family == "imagenet":
            return IMAGENET_BLOCKS[self.depth]
        layers = 3 * len(BLOCKS[self.block])  # of one block in each of three stages
        others = {"cifar": 2, "wide": 4}[self.family]
        if (self.depth - others) % layers:
            raise ValueError(f"no {self.family} network of {self.block} blocks has depth {self.depth}")
        return [(self.depth - others) // layers] * 3

    def conv(self, in_channels: int, out_channels: int, kernel: int, stride: int = 1) -> nn.Conv2d:
        return nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=not self.batch_norm)

    def norm(self, channels: int) -> nn.Module:
        return nn.BatchNorm2d(channels) if self.batch_norm else nn.Identity()

    def gate_conv(self, in_channels: int, out_channels: int, stride: int = 1) -> nn.Conv2d:
        kernel = {"1x1": 1, "3x3": 3}[self.gate]
        return nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2)
