"""Transport solvers side by side: ours, POT's network simplex, HiGHS.

Needs numpy, scipy and POT 0.9.7 (`pip install numpy scipy POT==0.9.7`), and our side built:

    cargo build --release -p lip1-benches --example transport
    python benches/peers/transport/compare.py [speed] [agreement] [growth] [--large] [--rounds R]

`speed`: the same clouds, solving only (POT is handed the matrix of distances, ours computes what it needs); the best of R rounds,
in turns. `agreement`: our brackets of 1,000 random small problems, degenerate ones among them, against HiGHS. `growth`: times
and memory of large clouds in the plane, and the exponent of n that fits them. Without a name, all three.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
import ot  # noqa: E402
from scipy.optimize import linprog  # noqa: E402
from scipy.spatial.distance import cdist  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "..", "..", "..", "target"))
PROGRAM = os.path.join(TARGET, "release", "examples", "transport")

# HiGHS meets every row and every reduced cost within this, on masses of sum 1 and distances divided by the longest.
HIGHS = 1e-9
METRICS = {"l2": "euclidean", "l1": "cityblock", "linf": "chebyshev"}


def ours(*words):
    run = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def clouds(file, n, dim, weighted):
    """The clouds and masses that our program wrote."""
    numbers = np.fromfile(file, dtype="<f8")
    x, y = numbers[: 2 * n * dim].reshape(2, n, dim)
    masses = numbers[2 * n * dim :].reshape(2, n) if weighted else np.ones((2, n))
    return x, y, masses / masses.sum(axis=1, keepdims=True)


def speed(rounds):
    print("seconds of solving, wall (processor)")
    print(f"| points | dim | masses | ours | method | POT emd2 | ratio of walls | of processor | check | values apart |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "clouds")
        for dim in (2, 10):
            for weighted in (False, True):
                for n in (500, 1000, 2000, 4000):
                    print(speed_row(n, dim, weighted, file, rounds), flush=True)


def speed_row(n, dim, weighted, file, rounds):
    options = ["--weighted"] if weighted else []
    best = theirs = None
    for _ in range(rounds):
        [found] = ours("solve", "normal", n, dim, *options, "--write", file)
        best = min(best or found, found, key=lambda f: f["seconds"])
        x, y, (a, b) = clouds(file, n, dim, weighted)
        matrix = ot.dist(x, y, metric="euclidean")
        wall, busy = time.perf_counter(), time.process_time()
        value = ot.emd2(a, b, matrix, numItermax=10**9)
        took = (time.perf_counter() - wall, time.process_time() - busy)
        theirs = min(theirs or took, took)
    masses = "weighted" if weighted else "uniform"
    apart = abs(value - best["value"])
    # The processor's clock of our side has ticks of 0.01 s.
    ratio = f"{theirs[1] / best['cpu']:.1f}" if best["cpu"] >= 0.1 else "-"
    return (
        f"| {n} | {dim} | {masses} | {best['seconds']:.3f} ({best['cpu']:.2f}) | {best['method']} | "
        f"{theirs[0]:.3f} ({theirs[1]:.2f}) | {theirs[0] / best['seconds']:.1f} | {ratio} | "
        f"{best['check_seconds']:.3f} | {apart:.1e} |"
    )


def by_highs(problem):
    """The optimum by HiGHS, and how far it may be off."""
    p, q = (np.array(problem[side]).reshape(-1, problem["dim"]) for side in "pq")
    a, b = (np.array(problem[side]) / np.sum(problem[side]) for side in ("p_weight", "q_weight"))
    n, m = len(a), len(b)
    costs = cdist(p, q, METRICS[problem["cost"]])
    longest = costs.max() or 1.0
    rows = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    options = {"primal_feasibility_tolerance": HIGHS, "dual_feasibility_tolerance": HIGHS}
    # The last row follows from the others.
    found = linprog(
        costs.ravel() / longest,
        A_eq=rows[:-1],
        b_eq=np.concatenate([a, b])[:-1],
        method="highs",
        options=options,
    )
    if found.status != 0:
        raise RuntimeError(found.message)
    return found.fun * longest, (n + m) * HIGHS * longest


def agreement(count=1000, seed=1):
    outside, farthest, widest, by_method = [], 0.0, 0.0, {}
    for problem in ours("instances", count, seed):
        value, tolerance = by_highs(problem)
        off = max(problem["lower"] - value, value - problem["upper"], 0.0)
        farthest, widest = max(farthest, off), max(widest, problem["upper"] - problem["lower"])
        by_method[problem["method"]] = by_method.get(problem["method"], 0) + 1
        if off > tolerance:
            outside.append((problem, value))
    print(f"{count} random problems, seed {seed}, {by_method}: {count - len(outside)} brackets meet HiGHS widened by its tolerance;")
    print(f"HiGHS is outside a bracket by {farthest:.1e} at most; the widest bracket is {widest:.1e}")
    for problem, value in outside[:3]:
        print("OUTSIDE", value, json.dumps(problem))
    return not outside


def growth(large):
    sizes = [5000, 10000, 20000] + ([50000, 100000] if large else [])
    print("| clouds | points | wall s | processor s | check s | MiB | upper - lower |")
    print("|---|---|---|---|---|---|---|")
    for kind in ("normal", "shifted", "clusters"):
        spent = []
        for n in sizes:
            [found] = ours("solve", kind, n, 2)
            spent.append(max(found["cpu"], 0.01))
            print(
                f"| {kind} | {n} | {found['seconds']:.1f} | {found['cpu']:.1f} | {found['check_seconds']:.2f} | "
                f"{found['peak_mib']:.0f} | {found['width']:.1e} |",
                flush=True,
            )
        exponent = np.polyfit(np.log(sizes), np.log(spent), 1)[0]
        print(f"{kind}: processor time grows as n^{exponent:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="speed|agreement|growth")
    parser.add_argument("--large", action="store_true", help="growth: up to 100,000 points, many minutes")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    parts = arguments.parts or ["speed", "agreement", "growth"]
    if unknown := set(parts) - {"speed", "agreement", "growth"}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(f"POT {ot.__version__}, numpy {np.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    agreed = True
    if "speed" in parts:
        speed(arguments.rounds)
    if "agreement" in parts:
        agreed = agreement()
    if "growth" in parts:
        growth(arguments.large)
    sys.exit(0 if agreed else 1)


if __name__ == "__main__":
    main()
