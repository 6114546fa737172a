"""Says in one line what a schemathesis run did, and fails one that proves nothing.

usage: summary.py REPORT.json

A run in which the server accepted no request at all (no login, a wrong address) finds no fault
either; it must not pass for a clean one.
"""

import json
import sys


def main(path: str) -> int:
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    cases, operations = report["test_cases"], report["operations"]
    accepted = [
        sum(phase["accepted"] for phase in phases.values())
        for phases in report["valid_rates"].values()
    ]
    print(
        f"schemathesis: {cases['generated']} cases on {operations['tested']} of"
        f" {operations['selected']} operations, {sum(accepted)} valid ones accepted on"
        f" {sum(count > 0 for count in accepted)} of {len(accepted)} operations,"
        f" {cases['with_failures']} with failures, {cases['errored']} with errors,"
        f" {report['running_time']:.0f} s"
    )
    if not report["complete"]:
        print(f"schemathesis stopped early: {report['stop_reason']}")
        return 1
    if operations["tested"] < operations["selected"] or sum(accepted) == 0:
        print("schemathesis: too little was reached for this run to prove anything")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
