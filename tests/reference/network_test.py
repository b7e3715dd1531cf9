"""Checks the independent computation against the papers' numbers and by hand."""

import importlib.util
import sys
import unittest

if lacking := [name for name in ["safetensors", "torch"] if not importlib.util.find_spec(name)]:
    print("skipped: Python lacks", ", ".join(lacking))
    sys.exit()

import torch
from compute import compute
from network import IdentityShortcut, Network
from settings import Settings


def imagenet(depth: int, shortcut: str = "B", **more) -> Settings:
    block = "basic" if depth < 50 else "bottleneck"
    return Settings(depth=depth, family="imagenet", block=block, shortcut=shortcut, classes=1000, **more)


def preactivated_bottlenecks(depth: int) -> Settings:
    return Settings(depth=depth, block="bottleneck", shortcut="B", activation="full-pre-activation")


def wide(depth: int, width: int) -> Settings:
    return Settings(depth=depth, family="wide", width=width, shortcut="B", activation="full-pre-activation")


# Parameters, counted from the papers' tables.
PARAMETERS = [
    (Settings(depth=20), 269_722),
    (Settings(depth=32), 464_154),
    (Settings(depth=44), 658_586),
    (Settings(depth=56), 853_018),
    (Settings(depth=110), 1_727_962),
    (Settings(depth=56, connection="plain"), 853_018),
    (imagenet(18), 11_689_512),
    (imagenet(34), 21_797_672),
    (imagenet(50), 25_557_032),
    (imagenet(101), 44_549_160),
    (imagenet(152), 60_192_808),
    (imagenet(50, stride_in="3x3"), 25_557_032),
    (imagenet(18, "A"), 11_515_688),
    (imagenet(34, "A"), 21_623_848),
    (imagenet(34, "C"), 22_716_840),
    (imagenet(18, connection="plain"), 11_515_688),
    (Settings(depth=110, activation="full-pre-activation"), 1_727_962),
    (preactivated_bottlenecks(164), 1_703_258),
    (preactivated_bottlenecks(1001), 10_327_706),
    (wide(40, 4), 8_949_210),
    (wide(16, 8), 10_961_370),
    (wide(28, 10), 36_479_194),
    (Settings(depth=19, family="highway", gate="3x3", batch_norm=False), 2_256_838),
    (Settings(depth=8, family="alexnet", batch_norm=False, classes=1000), 61_100_840),
    (Settings(depth=19, family="vgg", batch_norm=False, classes=1000), 143_667_240),
]


class NetworkTest(unittest.TestCase):
    def test_parameters(self):
        for settings, expected in PARAMETERS:
            with self.subTest(settings), torch.device("meta"):
                network = Network(settings)
                self.assertEqual(sum(p.numel() for p in network.parameters()), expected)

    def test_names_are_torchvisions(self):
        with torch.device("meta"):
            names = set(Network(imagenet(50)).state_dict())
        for name in ["conv1.weight", "bn1.running_mean", "layer1.0.conv3.weight", "fc.bias",
                     "layer4.2.bn3.num_batches_tracked", "layer2.0.downsample.0.weight",
                     "layer2.0.downsample.1.running_var"]:
            self.assertIn(name, names)
        self.assertFalse([name for name in names if "shortcut" in name])

    def test_identity_shortcut(self):
        x = torch.arange(2 * 4 * 4.0).reshape(1, 2, 4, 4)
        zeros = torch.zeros(1, 1, 2, 2)
        kept = x[:, :, [0, 2]][:, :, :, [0, 2]]
        for padding, expected in [("end", [kept, zeros, zeros]), ("both", [zeros, kept, zeros])]:
            with self.subTest(padding):
                y = IdentityShortcut(2, 4, 2, padding)(x)
                torch.testing.assert_close(y, torch.cat(expected, 1))

    def test_a_closed_gate_carries_only_the_shortcut(self):
        torch.manual_seed(0)
        highway = Network(Settings(connection="highway", depth=8)).layer1[0]
        torch.nn.init.constant_(highway.gate.bias, -1e4)
        x = torch.rand(2, 16, 8, 8)
        torch.testing.assert_close(highway(x), x)

    def test_gradients_are_the_slopes_of_the_loss(self):
        torch.manual_seed(0)
        for settings in [dict(connection="highway", depth=8), dict(depth=11, block="bottleneck", shortcut="B")]:
            with self.subTest(**settings):
                network = Network(Settings(**settings)).double()
                texts = {name: str(value) for name, value in settings.items()} | {"mode": "train"}
                batch = {"input": torch.rand(4, 3, 8, 8).double(), "target": torch.tensor([0, 3, 3, 9])}

                def result(weights):
                    tensors = {name: t.clone() for name, t in {**weights, **batch}.items()}
                    return compute(tensors, texts)

                weights = network.state_dict()
                gradient = result(weights)["grad.layer2.0.conv1.weight"]
                step = 1e-8 * torch.randn_like(gradient)
                name = "layer2.0.conv1.weight"
                up = result({**weights, name: weights[name] + step})["loss"]
                down = result({**weights, name: weights[name] - step})["loss"]
                torch.testing.assert_close((up - down) / 2, (gradient * step).sum(), rtol=1e-5, atol=0)


if __name__ == "__main__":
    unittest.main()
