"""Checks exported models with PyTorch, ONNX Runtime and Hugging Face's safetensors.

    python exported.py

reads names of directories from standard input, one per line, and answers each with one line: `ok` or the
errors. A directory holds some of

    model.pt, model.onnx, model.safetensors   an exported network
    batches.safetensors                       `input.KEY` and `output.KEY` of each batch: the images and the
                                              network's logits

The check writes `again.safetensors` with Hugging Face's package and `again.pt` with this PyTorch, whose version
may differ from the one that wrote model.pt.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

# Tolerances relative to the largest value. REARRANGED: BatchNorm is folded into the convolutions, or other code
# computes them.
SAME = 1e-5
REARRANGED = 1e-4

METADATA = {"network": "the name of the network", "classes": '["cat", "dog"]'}  # as the tests write it


class Wrong(Exception):
    pass


def expect(condition: bool, what: str) -> None:
    if not condition:
        raise Wrong(what)


def expect_near(what: str, ours: np.ndarray, theirs: np.ndarray, tolerance: float) -> None:
    expect(ours.shape == theirs.shape, f"{what}: shape {ours.shape}, expected {theirs.shape}")
    error, scale = np.abs(ours - theirs).max(), np.abs(theirs).max()
    expect(bool(error <= tolerance * scale), f"{what}: differs by {error}, the largest value is {scale}")


def batches_of(folder: Path) -> dict[str, tuple[torch.Tensor, np.ndarray]]:
    tensors = load_file(folder / "batches.safetensors")
    keys = [name.removeprefix("input.") for name in tensors if name.startswith("input.")]
    return {key: (tensors[f"input.{key}"], tensors[f"output.{key}"].numpy()) for key in keys}


def check_torchscript(folder: Path) -> None:
    extra = {key: "" for key in METADATA}
    model = torch.jit.load(folder / "model.pt", _extra_files=extra)
    torch.jit.save(model, folder / "again.pt", _extra_files=extra)
    for key, value in METADATA.items():
        expect(extra[key] == value.encode(), f"model.pt: the extra file {key} holds {extra[key]!r}")
    state = model.state_dict()
    if (folder / "model.safetensors").exists():
        weights = load_file(folder / "model.safetensors")
        expect(set(state) == set(weights), f"model.pt: the names {sorted(set(state) ^ set(weights))} differ")
        for name, value in state.items():
            expect(torch.equal(value, weights[name]), f"model.pt: {name} differs from model.safetensors")
    modules = {name for name, _ in model.named_modules()}
    parents = {name.rpartition(".")[0] for name in state}
    expect(parents <= modules, f"model.pt: no modules {parents - modules}")

    expect(not model.training, "model.pt: is in training mode")
    frozen = torch.jit.freeze(model.eval())
    expect(not frozen.state_dict(), "model.pt: freezing leaves weights behind")
    for key, (images, expected) in batches_of(folder).items():
        with torch.no_grad():
            expect_near(f"model.pt, batch {key}", model(images).numpy(), expected, SAME)
            expect_near(f"model.pt, frozen, batch {key}", frozen(images).numpy(), expected, REARRANGED)


def check_onnx(folder: Path) -> None:
    path = str(folder / "model.onnx")
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    expect([i.version for i in model.opset_import if i.domain == ""] == [17], "model.onnx: not of operator set 17")
    expect({p.key: p.value for p in model.metadata_props} == METADATA, "model.onnx: other metadata")
    names = [i.name for i in model.graph.input], [o.name for o in model.graph.output]
    expect(names == (["input"], ["logits"]), f"model.onnx: inputs and outputs {names}")
    first = model.graph.input[0].type.tensor_type.shape.dim[0]
    expect(first.dim_param == "batch", "model.onnx: a batch of a fixed size")

    if (folder / "model.safetensors").exists():
        weights = {name: value.numpy() for name, value in load_file(folder / "model.safetensors").items()}
        stored = {i.name: onnx.numpy_helper.to_array(i) for i in model.graph.initializer}
        missing = {name for name in weights if not name.endswith("num_batches_tracked")} - set(stored)
        expect(not missing, f"model.onnx: no initializers {missing}")
        for name in set(weights) & set(stored):
            expect(np.array_equal(weights[name], stored[name]), f"model.onnx: {name} differs")

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    fixed = session.get_inputs()[0].shape[1:]
    for key, (images, expected) in batches_of(folder).items():
        if list(images.shape[1:]) != fixed:
            continue
        (logits,) = session.run(None, {"input": images.numpy()})
        expect_near(f"model.onnx, batch {key}", logits, expected, REARRANGED)


def check_safetensors(folder: Path) -> None:
    with safe_open(folder / "model.safetensors", "pt") as file:
        expect(file.metadata() == METADATA, f"model.safetensors: the metadata are {file.metadata()}")
    save_file(load_file(folder / "model.safetensors"), folder / "again.safetensors")


def answer(folder: Path) -> str:
    checks = {"model.pt": check_torchscript, "model.onnx": check_onnx, "model.safetensors": check_safetensors}
    errors = []
    for name, check in checks.items():
        try:
            if (folder / name).exists():
                check(folder)
        except Exception as error:
            errors.append(" ".join(f"{type(error).__name__}: {error}".split()))
    return "; ".join(errors) or "ok"


def main() -> None:
    torch.set_num_threads(1)
    for line in sys.stdin:
        print(answer(Path(line.rstrip("\n"))), flush=True)


if __name__ == "__main__":
    main()
