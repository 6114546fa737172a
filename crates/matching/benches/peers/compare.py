"""Runs this crate's driver and its peers on the same rounds: compare.py DRIVER DIRECTORY CASE…"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVER, DIRECTORY, *CASES = sys.argv[1:]
NATIONAL = "10000 500 200 30"
# Name, mode, arguments, peers.
ROUNDS = {
    "national": [
        ("national, coupled", "cpl", f"1 {NATIONAL}", ["ortools", "lemon", "highs"]),
        ("national, products independent", "dec", f"1 {NATIONAL}", ["ortools", "lemon"]),
    ],
    "seeds": [
        (f"national {seed}, coupled", "cpl", f"{seed} {NATIONAL}", ["ortools", "lemon"])
        for seed in (2, 3)
    ],
    "30k": [("30,000 lines, coupled", "cpl", "1 30000 1500 600 30", ["ortools", "lemon"])],
    "continental": [("continental, coupled", "cpl", "1 100000 5000 1000 30", ["ortools"])],
}
WHOLE = {
    "moq": [("national, pooled minimums", "moq", f"1 {NATIONAL}")],
    "everything": [
        (f"national {seed}, everything on", "all", f"{seed} {NATIONAL}") for seed in (1, 2, 3)
    ],
    "arriving": [("one line arrives, 500 offers", "arriving", f"1 {NATIONAL}")],
}


def run(*command):
    """What a process printed as `key=value` on its last line: some solvers greet before it."""
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return dict(word.split("=", 1) for line in lines[-1:] for word in line.split())


def peer(name, path):
    if name == "lemon":
        return run(os.path.join(DIRECTORY, "lemon"), path)
    return run(sys.executable, os.path.join(HERE, "peer.py"), name, path)


def weighted(objective):
    """The sum that the exported network's costs make of the three levels."""
    unmet, fairness, landed = map(int, objective.split(","))
    return (unmet * 64 + fairness) * 2**20 + landed


def seconds(result, key="solve_ms"):
    return f"{float(result[key]) / 1000:.2f} s"


def networks(name, mode, arguments, peers):
    ours = run(DRIVER, mode, *arguments.split())
    cells = [name, seconds(ours), f"{float(ours['solve_wall_ms']) / 1000:.2f} s", ours["peak_mib"]]
    if mode == "cpl":
        two = run(DRIVER, "cpl12", *arguments.split())
        same = two["objective"].split(",")[:2] == ours["objective"].split(",")[:2]
        cells.append(seconds(two) + ("" if same else " (differs!)"))
    else:
        cells.append("")
    path = os.path.join(DIRECTORY, "round.min")
    run(DRIVER, f"export-{mode}", path, *arguments.split())
    equal = ours["proven"] == "true"
    for each in ("ortools", "lemon", "highs"):
        if each not in peers:
            cells += ["", ""]
            continue
        theirs = peer(each, path)
        equal &= theirs["proven"] == "true"
        equal &= int(theirs["weighted"]) == weighted(ours["objective"])
        ratio = float(ours["solve_ms"]) / float(theirs["solve_ms"])
        cells += [f"{seconds(theirs)}, {theirs['peak_mib']} MiB", f"{ratio:.3f}"]
    os.remove(path)
    print("| " + " | ".join(cells + ["equal" if equal else "DIFFERENT"]) + " |", flush=True)


def main():
    print("CPU time of building and solving the network; objectives to the last digit.\n")
    print(
        "| round | ours | wall | MiB | first two levels | OR-Tools | ratio | LEMON | ratio "
        "| HiGHS LP | ratio | objective |"
    )
    print("|" + "---|" * 12)
    for case in CASES:
        for row in ROUNDS.get(case, []):
            networks(*row)
    print()
    for case in CASES:
        for name, mode, arguments in WHOLE.get(case, []):
            result = run(DRIVER, mode, *arguments.split())
            print(f"- {name}: " + ", ".join(f"{key} {value}" for key, value in result.items()))


main()
