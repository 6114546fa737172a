"""A minimum cost flow in the DIMACS format by OR-Tools or HiGHS: peer.py SOLVER FILE."""

import re
import sys
import time

import numpy as np


def read(path):
    """Supplies by node and the arcs: from, to, capacity, cost."""
    supply, rows = [], []
    with open(path, encoding="ascii") as file:
        for line in file:
            kind, *numbers = line.split()
            if kind == "p":
                supply = [0] * int(numbers[1])
            elif kind == "n":
                supply[int(numbers[0]) - 1] = int(numbers[1])
            elif kind == "a":
                start, end, _, capacity, cost = map(int, numbers)
                rows.append((start - 1, end - 1, capacity, cost))
    return np.array(supply), np.array(rows)


def ortools(supply, arcs):
    from ortools.graph.python import min_cost_flow

    start = time.process_time()
    solver = min_cost_flow.SimpleMinCostFlow()
    ends = arcs[:, :2].astype(np.int32)
    solver.add_arcs_with_capacity_and_unit_cost(ends[:, 0], ends[:, 1], arcs[:, 2], arcs[:, 3])
    for node in np.flatnonzero(supply):
        solver.set_node_supply(int(node), int(supply[node]))
    proven = solver.solve() == solver.OPTIMAL
    spent = time.process_time() - start
    return spent, solver.optimal_cost(), proven


def highs(supply, arcs):
    import highspy

    count = len(arcs)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, len(supply)
    model.col_cost_ = arcs[:, 3].astype(float)
    model.col_lower_, model.col_upper_ = np.zeros(count), arcs[:, 2].astype(float)
    model.row_lower_ = model.row_upper_ = supply.astype(float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(0, 2 * count + 1, 2)
    model.a_matrix_.index_ = arcs[:, :2].reshape(-1)
    model.a_matrix_.value_ = np.tile([1.0, -1.0], count)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    start = time.process_time()
    solver.run()
    spent = time.process_time() - start
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    # Its floats are rounded to the integers that a vertex of a network has, and added up exactly.
    flows = np.rint(solver.getSolution().col_value).astype(np.int64)
    cost = sum(int(flow) * int(price) for flow, price in zip(flows, arcs[:, 3]) if flow)
    return spent, cost, proven


def main():
    solver, path = sys.argv[1:]
    spent, cost, proven = {"ortools": ortools, "highs": highs}[solver](*read(path))
    with open("/proc/self/status", encoding="ascii") as file:
        peak = int(re.search(r"VmHWM:\s*(\d+)", file.read())[1]) // 1024
    proven = str(proven).lower()
    print(f"solve_ms={1000 * spent:.3f} weighted={cost} proven={proven} peak_mib={peak}")


main()
