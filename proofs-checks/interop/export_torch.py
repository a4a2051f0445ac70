"""Writes a PyTorch `Sequential` of 1-Lipschitz layers (deel-torchlip, or condensed layers of any library) as a model for lip1.

As a program, `export_torch.py LIBRARY OUT.safetensors OUT.csv`: trains a small network of `deel-torchlip` or `orthogonium`, exports it,
and writes points with what PyTorch computes there, for the test that runs it.
"""

import json
import sys

from safetensors.torch import save_file


def export(model, path, kinds):
    """`kinds` has one entry of the architecture a layer of `condensed(model)`, such as {"kind": "dense"}."""
    plain = condensed(model)
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in plain.state_dict().items()}
    save_file(tensors, path, metadata={"architecture": json.dumps(kinds)})
    return plain


def condensed(model):
    """The layers with the weights that are in force in place of the parameters they are made from."""
    if hasattr(model, "vanilla_export"):  # deel-torchlip
        return model.vanilla_export()
    from torch.nn.utils import parametrize

    model.eval()
    for layer in model.modules():  # orthogonium, and whatever else parametrises through PyTorch
        for name in list(getattr(layer, "parametrizations", ())):
            parametrize.remove_parametrizations(layer, name)
    return model


SORT = {"kind": "groupsort", "group": 2}
HALVES = {"kind": "maxmin_halves"}


def deel_torchlip():
    from deel import torchlip

    model = torchlip.Sequential(
        torchlip.SpectralLinear(2, 16),
        torchlip.GroupSort2(),
        torchlip.SpectralLinear(16, 16),
        torchlip.GroupSort2(),
        torchlip.FrobeniusLinear(16, 1),
    )
    return model, [2], [{"kind": "dense"}, SORT, {"kind": "dense"}, SORT, {"kind": "dense"}]


def orthogonium():
    import torch
    from orthogonium.layers import AdaptiveOrthoConv2d, MaxMin, OrthoLinear

    around = {"padding": 1, "padding_mode": "circular"}
    model = torch.nn.Sequential(
        AdaptiveOrthoConv2d(2, 6, 3, **around),
        MaxMin(),
        AdaptiveOrthoConv2d(6, 8, 2, stride=2, padding=0),
        MaxMin(),
        torch.nn.Flatten(),
        OrthoLinear(32, 16),
        MaxMin(),
        OrthoLinear(16, 1),
    )
    convolutions = [
        {"kind": "conv2d", "input": [2, 4, 4], **around},
        HALVES,
        {"kind": "conv2d", "input": [6, 4, 4], "stride": 2},
        HALVES,
    ]
    return model, [2, 4, 4], [*convolutions, {"kind": "flatten"}, {"kind": "dense"}, HALVES, {"kind": "dense"}]


def main(library, model_path, points_path):
    import torch

    torch.manual_seed(0)
    model, shape, kinds = {"deel-torchlip": deel_torchlip, "orthogonium": orthogonium}[library]()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(50):
        x = torch.randn(64, *shape)
        first = x.flatten(1)
        sign = torch.where(first[:, :1] * first[:, 1:2] > 0, 1.0, -1.0)
        loss = torch.relu(0.5 - sign * model(x)).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model(torch.randn(4, *shape))
    plain = export(model, model_path, kinds)
    points = torch.randn(50, *shape)
    with torch.no_grad():
        decisions = (plain.double()(points.double()) > 0).int()
    with open(points_path, "w") as file:
        for point, decision in zip(points.flatten(1).tolist(), decisions.flatten().tolist()):
            file.write(",".join(map(repr, point)) + f",{decision}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
