"""Writes a PyTorch `Sequential` of 1-Lipschitz layers (deel-torchlip, or condensed layers of any library) as a model for lip1.

As a program, `export_torch.py OUT.safetensors OUT.csv`: trains a small deel-torchlip network, exports it, and writes points with
what PyTorch computes there, for the test that runs it.
"""

import json
import sys

from safetensors.torch import save_file


def export(model, path, kinds):
    """`kinds` has one entry of the architecture a layer of `model.vanilla_export()`, such as {"kind": "dense"}."""
    plain = model.vanilla_export() if hasattr(model, "vanilla_export") else model
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in plain.state_dict().items()}
    save_file(tensors, path, metadata={"architecture": json.dumps(kinds)})
    return plain


def main(model_path, points_path):
    import torch
    from deel import torchlip

    torch.manual_seed(0)
    model = torchlip.Sequential(
        torchlip.SpectralLinear(2, 16),
        torchlip.GroupSort2(),
        torchlip.SpectralLinear(16, 16),
        torchlip.GroupSort2(),
        torchlip.FrobeniusLinear(16, 1),
    )
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(50):
        x = torch.randn(64, 2)
        sign = torch.where(x[:, :1] * x[:, 1:] > 0, 1.0, -1.0)
        loss = torch.relu(0.5 - sign * model(x)).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model(torch.randn(4, 2))
    sort = {"kind": "groupsort", "group": 2}
    plain = export(model, model_path, [{"kind": "dense"}, sort, {"kind": "dense"}, sort, {"kind": "dense"}])
    points = torch.randn(50, 2)
    with torch.no_grad():
        decisions = (plain.double()(points.double()) > 0).int()
    with open(points_path, "w") as file:
        for point, decision in zip(points.tolist(), decisions.flatten().tolist()):
            file.write(",".join(map(repr, point)) + f",{decision}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
