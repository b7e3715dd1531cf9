"""The networks of ResLab in plain PyTorch, for comparison with the C++ ones (compute.py).

Sources: He et al. 2015 (arXiv 1512.03385) and 2016 (arXiv 1603.05027), Srivastava et al. 2015 (arXiv
1505.00387, 1507.06228), Huang et al. 2016 (arXiv 1603.09382), Zagoruyko and Komodakis 2016 (arXiv
1605.07146); names of layers are torchvision's.
"""

import torch
import torch.nn.functional as F
from settings import BLOCKS, Settings
from torch import Tensor, nn

VGG_CONVOLUTIONS = {
    11: [1, 1, 2, 2, 2],
    13: [2, 2, 2, 2, 2],
    16: [2, 2, 3, 3, 3],
    19: [2, 2, 4, 4, 4],
}


class IdentityShortcut(nn.Module):
    """Shortcut A: takes every stride-th pixel and adds zero channels."""

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


class Block(nn.Module):
    """Computes F(x), F(x) + S(x) or T(x) F(x) + (1 - T(x)) S(x). `activation` says where the ReLUs and
    BatchNorms are; `survival` is the survival probability of this block."""

    def __init__(self, settings: Settings, in_channels: int, planes: int, stride: int, first: bool, survival: float):
        super().__init__()
        self.settings, self.first, self.survival = settings, first, survival
        convolutions = BLOCKS[settings.block]
        strided = 0 if settings.stride_in == "1x1" else [kernel for kernel, _ in convolutions].index(3)
        shapes, channels = [], in_channels
        for number, (kernel, factor) in enumerate(convolutions):
            shapes.append((channels, factor * planes, kernel, stride if number == strided else 1))
            channels = factor * planes
        self.out_channels = channels
        self.count = len(shapes)
        for number, shape in enumerate(shapes, 1):
            self.add_module(f"conv{number}", settings.conv(*shape))
            normed = shape[0] if settings.activation == "full-pre-activation" else shape[1]
            self.add_module(f"bn{number}", settings.norm(normed))

        self.downsample = None
        if settings.connection == "plain":
            return
        changes_shape = stride != 1 or in_channels != self.out_channels
        if settings.shortcut == "C" or (settings.shortcut == "B" and changes_shape):
            layers = [settings.conv(in_channels, self.out_channels, 1, stride)]
            if settings.activation != "full-pre-activation":
                layers.append(settings.norm(self.out_channels))
            self.downsample = nn.Sequential(*layers)
        else:
            self.identity = IdentityShortcut(in_channels, self.out_channels, stride, settings.padding)
        if settings.connection == "highway":
            self.gate = settings.gate_conv(in_channels, self.out_channels, stride)

    def conv(self, number: int, x: Tensor) -> Tensor:
        return getattr(self, f"conv{number}")(x)

    def bn(self, number: int, x: Tensor) -> Tensor:
        return getattr(self, f"bn{number}")(x)

    def shortcut(self, x: Tensor) -> Tensor:
        s = self.identity(x) if self.downsample is None else self.downsample(x)
        return self.settings.shortcut_scale * F.dropout(s, self.settings.shortcut_dropout, self.training)

    def weighted(self, f: Tensor) -> Tensor:
        if self.training and self.survival < 1:
            raise ValueError("stochastic depth is only computed in evaluation mode here")
        return self.settings.residual_scale * self.survival * f

    def transform(self, x: Tensor) -> Tensor:
        """Computes up to the output of the last convolution, for every order except full pre-activation."""
        for number in range(1, self.count):
            x = F.relu(self.bn(number, self.conv(number, x)))
        return self.conv(self.count, x)

    def full_pre_activation(self, x: Tensor) -> Tensor:
        active = F.relu(self.bn(1, x))
        # Before the split into two paths in the first block and where the shortcut is a projection.
        s = self.shortcut(active if self.first or self.downsample is not None else x)
        y = self.conv(1, active)
        for number in range(2, self.count + 1):
            y = self.conv(number, F.relu(self.bn(number, y)))
        return self.weighted(y) + s

    def relu_only_pre_activation(self, x: Tensor) -> Tensor:
        active = F.relu(x)
        s = self.shortcut(active if self.first or self.downsample is not None else x)
        return self.weighted(self.bn(self.count, self.transform(active))) + s

    def highway(self, x: Tensor) -> Tensor:
        f = self.bn(self.count, self.transform(x))
        t = torch.sigmoid(self.gate(x))
        if self.settings.gating == "exclusive":
            return F.relu(t * f + (1 - t) * self.shortcut(x))
        return F.relu(f + (1 - t) * self.shortcut(x))

    def forward(self, x: Tensor) -> Tensor:
        if self.settings.connection == "plain":
            return F.relu(self.bn(self.count, self.transform(x)))
        if self.settings.connection == "highway":
            return self.highway(x)
        match self.settings.activation:
            case "original":
                return F.relu(self.weighted(self.bn(self.count, self.transform(x))) + self.shortcut(x))
            case "bn-after-addition":
                return F.relu(self.bn(self.count, self.weighted(self.transform(x)) + self.shortcut(x)))
            case "relu-before-addition":
                return self.weighted(F.relu(self.bn(self.count, self.transform(x)))) + self.shortcut(x)
            case "relu-only-pre-activation":
                return self.relu_only_pre_activation(x)
            case "full-pre-activation":
                return self.full_pre_activation(x)
        raise ValueError(self.settings.activation)


class StagedNetwork(nn.Module):
    """The CIFAR, ImageNet and wide families."""

    def __init__(self, settings: Settings):
        super().__init__()
        self.settings = settings
        self.pre = settings.activation == "full-pre-activation"
        channels = 64 if settings.family == "imagenet" else 16
        self.large_stem = settings.family == "imagenet" and settings.stem == "7x7"
        if self.large_stem:
            self.conv1 = nn.Conv2d(settings.in_channels, channels, 7, 2, 3, bias=not settings.batch_norm)
        else:
            self.conv1 = settings.conv(settings.in_channels, channels, 3)
        planes = channels * settings.width
        if not self.pre:
            self.bn1 = settings.norm(channels)
        counts = settings.blocks_per_stage()
        place = 0
        for index, count in enumerate(counts):
            blocks = []
            for number in range(count):
                place += 1
                survival = 1 - place / sum(counts) * (1 - settings.survival)
                stride = 2 if index > 0 and number == 0 else 1
                blocks.append(Block(settings, channels, planes * 2**index, stride, place == 1, survival))
                channels = blocks[-1].out_channels
            self.add_module(f"layer{index + 1}", nn.Sequential(*blocks))
        self.stages = len(counts)
        if self.pre:
            self.bn_last = settings.norm(channels)
        self.fc = nn.Linear(channels, settings.classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        if not self.pre:
            x = F.relu(self.bn1(x))
        if self.large_stem:
            x = F.max_pool2d(x, 3, 2, 1)
        for stage in range(1, self.stages + 1):
            x = getattr(self, f"layer{stage}")(x)
        if self.pre:
            x = F.relu(self.bn_last(x))
        if self.settings.activation == "relu-only-pre-activation":
            x = F.relu(x)
        return self.fc(x.mean((2, 3)))


class HighwayLayer(nn.Module):
    def __init__(self, settings: Settings, channels: int):
        super().__init__()
        self.conv1 = settings.conv(channels, channels, 3)
        self.bn1 = settings.norm(channels)
        self.gate = settings.gate_conv(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        t = torch.sigmoid(self.gate(x))
        return F.relu(self.bn1(self.conv1(x))) * t + x * (1 - t)


class HighwayNetwork(nn.Module):
    def __init__(self, settings: Settings):
        super().__init__()
        self.dropout = settings.dropout
        counts, widths = {19: ([4, 5, 5], [32, 80, 128]), 32: ([9, 9, 9], [32, 48, 64])}[settings.depth]
        channels = settings.in_channels
        for number, (count, width) in enumerate(zip(counts, widths), 1):
            self.add_module(f"conv{number}", settings.conv(channels, width, 3))
            self.add_module(f"bn{number}", settings.norm(width))
            self.add_module(f"layer{number}", nn.Sequential(*[HighwayLayer(settings, width) for _ in range(count)]))
            channels = width
        self.conv4 = settings.conv(channels, 100, 1)
        self.bn4 = settings.norm(100)
        self.fc = nn.Linear(100, settings.classes)

    def drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer1(F.relu(self.bn1(self.conv1(self.drop(x)))))
        x = self.layer2(F.relu(self.bn2(self.conv2(self.drop(F.max_pool2d(x, 2))))))
        x = self.layer3(F.relu(self.bn3(self.conv3(self.drop(F.max_pool2d(x, 2))))))
        x = F.relu(self.bn4(self.conv4(x)))
        return self.fc(self.drop(x.mean((2, 3))))


class AncestorNetwork(nn.Module):
    """AlexNet and VGG with the layers of torchvision."""

    def __init__(self, settings: Settings):
        super().__init__()
        alexnet = settings.family == "alexnet"
        self.features = nn.Sequential(*(self.alexnet(settings) if alexnet else self.vgg(settings)))
        self.avgpool = nn.AdaptiveAvgPool2d(6 if alexnet else 7)
        drop = nn.Dropout(settings.dropout)
        flat = 256 * 36 if alexnet else 512 * 49
        first, second, last = nn.Linear(flat, 4096), nn.Linear(4096, 4096), nn.Linear(4096, settings.classes)
        if alexnet:
            layers = [drop, first, nn.ReLU(), drop, second, nn.ReLU(), last]
        else:
            layers = [first, nn.ReLU(), drop, second, nn.ReLU(), drop, last]
        self.classifier = nn.Sequential(*layers)

    @staticmethod
    def alexnet(settings: Settings) -> list[nn.Module]:
        return [
            nn.Conv2d(settings.in_channels, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        ]  # fmt: skip

    @staticmethod
    def vgg(settings: Settings) -> list[nn.Module]:
        layers, channels = [], settings.in_channels
        for width, count in zip([64, 128, 256, 512, 512], VGG_CONVOLUTIONS[settings.depth]):
            for _ in range(count):
                layers.append(nn.Conv2d(channels, width, 3, padding=1))
                if settings.batch_norm:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.ReLU())
                channels = width
            layers.append(nn.MaxPool2d(2))
        return layers

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


def Network(settings: Settings) -> nn.Module:
    kinds = {"highway": HighwayNetwork, "vgg": AncestorNetwork, "alexnet": AncestorNetwork}
    return kinds.get(settings.family, StagedNetwork)(settings)
