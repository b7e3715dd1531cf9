"""Computes in Python the values that the C++ networks are compared with.

    python compute.py DIR

runs a network forward and backward on one batch for every DIR/NAME.in.safetensors, and writes
DIR/NAME.out.safetensors. The input file holds the weights under their names, `input` (N, C, H, W) and
`target` (N class numbers). Its metadata holds the network's settings as text (see `Settings`) and `mode`,
`train` or `eval`. The output file holds `output` (logits), `loss` (mean cross-entropy), `grad.input`,
`grad.NAME` of every parameter and, in training mode, `buffer.NAME` of every buffer after the pass. The
element type is that of the weights.
"""

import sys
from pathlib import Path

import torch.nn.functional as F
from network import Network
from safetensors import safe_open
from safetensors.torch import save_file
from settings import Settings
from torch import Tensor


def compute(tensors: dict[str, Tensor], metadata: dict[str, str]) -> dict[str, Tensor]:
    """Returns the tensors of the output file for the tensors and metadata of an input file."""
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
    ending = ".in.safetensors"
    for path in sorted(Path(sys.argv[1]).glob("*" + ending)):
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}
            results = compute(tensors, file.metadata())
        save_file(results, path.with_name(path.name.removesuffix(ending) + ".out.safetensors"))


if __name__ == "__main__":
    main()
