"""What JUnit's reports of a folder say, in few lines: python junit.py FOLDER [JSON LINES FILE]."""

import json
import sys
import xml.etree.ElementTree as tree
from pathlib import Path

LINES_OF_A_MESSAGE = 24
FRAMES = 4
SLOWEST = 5


def cases(folder):
    for path in sorted(Path(folder).glob("*.xml")):
        try:
            yield from tree.parse(path).getroot().iter("testcase")
        except tree.ParseError as broken:
            print(f"{path.name}: {broken}")


def display(case):
    """The parameters' name too, which is in the output, where it is not in the test's name."""
    for output in case.iter("system-out"):
        for line in (output.text or "").splitlines():
            if line.startswith("display-name: "):
                last = line.rsplit(" > ", 1)[-1]
                return last if last == case.get("name") else f"{case.get('name')} {last}"
    return case.get("name")


def trace(problem):
    lines = (problem.text or problem.get("message") or "").splitlines()
    said = [line for line in lines if not line.startswith("\tat ")][:LINES_OF_A_MESSAGE]
    frames = [line for line in lines if line.startswith("\tat ") and "neuralharmonizer" in line]
    return said + frames[:FRAMES]


def main():
    found = list(cases(sys.argv[1]))
    failed = [
        (case, problem)
        for case in found
        for kind in ("failure", "error")
        for problem in case.iter(kind)
    ]
    skipped = sum(1 for case in found if case.find("skipped") is not None)
    for case, problem in failed:
        print(f"FAILED {case.get('classname', '').rsplit('.', 1)[-1]}: {display(case)}")
        print("\n".join("  " + line for line in trace(problem)))
    slow = sorted(found, key=lambda case: -float(case.get("time") or 0))[:SLOWEST]
    for case in slow:
        print(f"slow {float(case.get('time') or 0):7.2f} s  {display(case)}")
    counts = {"tests": len(found), "failed": len(failed), "skipped": skipped}
    print(" ".join(f"{key}={value}" for key, value in counts.items()))
    if len(sys.argv) > 2:
        with open(sys.argv[2], "a", encoding="utf-8") as lines:
            names = [f"{case.get('classname')}.{display(case)}" for case, _ in failed]
            print(json.dumps({"part": "tests", **counts, "names": names}), file=lines)
    return 1 if failed or not found else 0


if __name__ == "__main__":
    sys.exit(main())
