#!/usr/bin/env python3
"""A training step here and in deel-torchlip, side by side: time, and singular values after 100 steps.

    python3 -m venv target/peers && target/peers/bin/pip install torch deel-torchlip==1.0.5
    cargo build --release -p lip1-benches --example training
    target/peers/bin/python benches/peers/networks/compare.py [SHAPE:BATCH ...]

Both sides: orthogonal dense layers (theirs `SpectralLinear` with its default Björck settings), GroupSort of pairs,
f32, Adam at 1e-3, a log loss at temperature 8, one fixed batch, two threads. They take turns, so that a ratio survives
other work on the machine; of ten steps, for in shorter ones the system often had both threads of a side still on one
core. 20 steps to warm up, then the median of 50; then on to 100 steps, after which all singular values of all weights
are computed in double precision. `$LIP1_TRAINING` names our program
if it is not in `target/release/examples`.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

THREADS = "2"
os.environ |= {"OMP_NUM_THREADS": THREADS, "RAYON_NUM_THREADS": THREADS}

import torch  # noqa: E402  (after the number of threads)
from deel import torchlip  # noqa: E402

SHAPES = [
    "2-256-128-64-1:256",
    "2-256-128-64-1:1024",
    "64-128-128-10:256",
    "784-256-128-64-1:256",
    "784-1024-1024-10:256",
    "64-512-512-512-1:256",
]
WARM_UP, TIMED, TURN, STEPS = 20, 50, 10, 100
TAU, RATE = 8.0, 1e-3
# The threads of a side that has just finished spin for a while; seconds until they sleep.
REST = 0.02


class Ours:
    name = "lip1"

    def __init__(self, program, shape, batch):
        self.child = subprocess.Popen(
            [program, shape, str(batch)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, request):
        self.child.stdin.write(request + "\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline().split()
        if not answer:
            raise SystemExit(f"our side ended at `{request}`")
        return [float(number) for number in answer]

    def steps(self, count):
        return self.ask(f"steps {count}")

    def sigma(self):
        return self.ask("sigma")

    def close(self):
        self.child.stdin.close()
        self.child.wait()


class Theirs:
    name = "deel-torchlip"

    def __init__(self, shape, batch):
        torch.manual_seed(1)
        widths = [int(width) for width in shape.split("-")]
        layers = []
        for inputs, outputs in zip(widths, widths[1:]):
            layers += [torchlip.SpectralLinear(inputs, outputs), torchlip.GroupSort2()]
        self.model = torch.nn.Sequential(*layers[:-1]).train()
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=RATE)
        sample = torch.arange(batch)
        sign = 1.0 - 2.0 * (sample % 2)
        self.inputs = torch.randn(batch, widths[0]) + 0.25 * sign[:, None]
        if widths[-1] == 1:
            loss = torch.nn.SoftMarginLoss()
            self.loss = lambda scores: loss(TAU * scores[:, 0], sign)
        else:
            loss, classes = torch.nn.CrossEntropyLoss(), sample % widths[-1]
            self.loss = lambda scores: loss(TAU * scores, classes)

    def step(self):
        self.optimiser.zero_grad()
        self.loss(self.model(self.inputs)).backward()
        self.optimiser.step()

    def steps(self, count):
        times = []
        for _ in range(count):
            start = time.perf_counter()
            self.step()
            times.append(time.perf_counter() - start)
        return times

    def sigma(self):
        with torch.no_grad():
            self.model(self.inputs)  # in training mode: brings the cached weights up to date
            layers = [layer for layer in self.model if hasattr(layer, "weight")]
            values = torch.cat([torch.linalg.svdvals(layer.weight.double()) for layer in layers])
        return [values.min().item(), values.max().item()]

    def close(self):
        pass


def compare(program, shape, batch):
    sides = [Ours(program, shape, batch), Theirs(shape, batch)]
    times = {side.name: [] for side in sides}
    for turn in range(0, STEPS, TURN):
        for side in sides:
            time.sleep(REST)
            taken = side.steps(TURN)
            if WARM_UP <= turn < WARM_UP + TIMED:
                times[side.name] += taken
    sigmas = [side.sigma() for side in sides]
    for side in sides:
        side.close()
    return [1e3 * statistics.median(times[side.name]) for side in sides], sigmas


def main():
    here = Path(__file__).resolve().parents[3]
    target = Path(os.environ.get("CARGO_TARGET_DIR", here / "target"))
    program = os.environ.get("LIP1_TRAINING", target / "release/examples/training")
    print(f"torch {torch.__version__}, deel-torchlip 1.0.5, {torch.get_num_threads()} threads; 1 - sigma after {STEPS} steps")
    print(f"{'shape':22} {'batch':>5} {'ours/ms':>8} {'theirs/ms':>9} {'ratio':>6}   ours: least, largest    theirs: least, largest")
    for case in sys.argv[1:] or SHAPES:
        shape, batch = case.split(":")
        (ours, theirs), sigmas = compare(program, shape, int(batch))
        gaps = "   ".join(f"{1 - least:10.1e} {1 - most:10.1e}" for least, most in sigmas)
        print(f"{shape:22} {batch:>5} {ours:8.2f} {theirs:9.2f} {theirs / ours:6.1f}   {gaps}", flush=True)


if __name__ == "__main__":
    main()
