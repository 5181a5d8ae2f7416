"""What runs of harmonizer-cuda/gpu-check.sh have left, and the tables of docs/benchmarks/cuda.md."""

import json
import re
import textwrap
import xml.etree.ElementTree as tree
from pathlib import Path

import gpu
from junit import display

LONGEST_MESSAGE = 200
SANITIZERS = ("memcheck", "racecheck")
STATED = re.compile(
    r"^cuda +usable +(?P<card>.+?), compute capability (?P<capability>[\d.]+), (?P<memory>\d+ GiB)"
    r"(?:;.*?)?, driver [\d.]+, (?P<libraries>CUDA runtime .+)$",
    re.MULTILINE,
)
REVISION = re.compile(r"^revision (\S+), (.+)$", re.MULTILINE)
# The line of nvidia-smi: name, driver, memory.
DRIVER = re.compile(r"^NVIDIA [^,]+, ([\d.]+), \d+ MiB", re.MULTILINE)
PEER = re.compile(r"^torch (\S+) \S+$", re.MULTILINE)
SOAK = re.compile(r"^(soak|after loading again) (step=.*)$", re.MULTILINE)
SOAKED_MEMORY = re.compile(r"^device MiB: (\d+) before.* (\d+) after$", re.MULTILINE)


# --- From folders to docs/benchmarks/cuda.json ---------------------------------------------------


def collect(folders, known):
    """Adds what the folders hold, the oldest first; a later result replaces an earlier one."""
    cases = {entry["name"]: entry for entry in known.get("cases", [])}
    checks = known.get("checks", {})
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("bench.json")):
            for entry in json.loads(path.read_text("utf-8"))["cases"]:
                cases[entry["name"]] = entry
        for path in sorted(folder.rglob("TEST-junit-jupiter.xml")):
            tested(path, folder, checks)
        for path in sorted(folder.rglob("verify.json")):
            parts = json.loads(path.read_text("utf-8"))["parts"]
            checks["verify"] = {"revision": revision(path, folder), "parts": parts}
        for path in sorted([*folder.rglob("*.log"), *folder.rglob("report.md")]):
            text = path.read_text("utf-8", errors="replace")
            stated(text, checks)
            soaked(text, revision(path, folder), checks)
    order = [f"{case.name}-{precision}" for precision in ("tf32", "fp32", "bf16") for case in gpu.CASES]
    place = {name: number for number, name in enumerate(order)}
    entries = sorted(cases.values(), key=lambda entry: place.get(entry["name"], len(place)))
    return {"cases": entries, "checks": checks}


def revision(path, folder):
    """Of the run that a file belongs to, which the next report on the way up states."""
    for parent in path.parents:
        for name in ("report.md", "machine.log"):
            report = parent / name
            found = REVISION.search(report.read_text("utf-8")) if report.exists() else None
            if found:
                return found[1]
        if parent == folder:
            break
    return ""


def stated(text, checks):
    found = STATED.search(text)
    if found:
        machine = found.groupdict()
        for key, pattern in (("driver", DRIVER), ("revision", REVISION), ("torch", PEER)):
            other = pattern.search(text)
            machine[key] = other[1] if other else ""
        java = REVISION.search(text)
        machine["java"] = java[2] if java else ""
        machines = checks.setdefault("machines", [])
        machines[:] = [each for each in machines if each != machine] + [machine]


def tested(path, folder, checks):
    """Counts by class: of the suite, or of its part under a sanitizer."""
    root = tree.parse(path).getroot()
    found = {}
    for case in root.iter("testcase"):
        name = case.get("classname", "").rsplit(".", 1)[-1]
        counts = found.setdefault(name, {"tests": 0, "skipped": 0, "seconds": 0.0, "failures": []})
        counts["tests"] += 1
        counts["skipped"] += case.find("skipped") is not None
        counts["seconds"] = round(counts["seconds"] + float(case.get("time") or 0), 1)
        for kind in ("failure", "error"):
            for problem in case.iter(kind):
                counts["failures"].append({"test": display(case), "message": said(problem)})
    tool = path.parent.name
    for name, counts in found.items():
        entry = {"revision": revision(path, folder), **counts}
        if tool in SANITIZERS:
            log = path.parent.parent / f"{tool}.log"
            lines = log.read_text("utf-8").splitlines() if log.exists() else []
            summary = [line for line in lines if "SUMMARY" in line]
            entry["summary"] = summary[-1].strip("= ") if summary else "no summary"
            checks.setdefault("sanitizers", {})[tool] = entry
        else:
            checks.setdefault("suite", {})[name] = entry


def said(problem):
    """A failure's message in one line."""
    message = problem.get("message") or (problem.text or "").split("\n\tat ")[0]
    return textwrap.shorten(message, LONGEST_MESSAGE, placeholder=" …")


def soaked(text, of_revision, checks):
    lines = [(found[1], found[2].split()) for found in SOAK.finditer(text)]
    if lines:
        points = [{"when": when, **dict(word.split("=") for word in words)} for when, words in lines]
        checks["soak"] = {"revision": of_revision, "points": points}
        memory = SOAKED_MEMORY.search(text)
        if memory:
            checks["soak"]["device_mb"] = {"before": memory[1], "after": memory[2]}


# --- From there to the tables --------------------------------------------------------------------


def card(cases, checks):
    machines = checks.get("machines", [])
    if machines:
        yield "| card | memory | compute capability | driver | libraries | Java | PyTorch | revision |"
        yield "|---|--:|--:|---|---|---|---|---|"
    for each in machines:
        yield (
            f"| {each['card']} | {each['memory']} | {each['capability']} | {each['driver']} "
            f"| {each['libraries']} | {each['java']} | {each['torch']} | {each['revision']} |"
        )


def suite(cases, checks):
    classes = checks.get("suite", {})
    if classes:
        yield "| class | tests | failed | skipped | seconds | revision |"
        yield "|---|--:|--:|--:|--:|---|"
    for name, each in sorted(classes.items()):
        counts = f"{each['tests']} | {len(each['failures'])} | {each['skipped']}"
        yield f"| `{name}` | {counts} | {each['seconds']:.0f} | {each['revision']} |"
    failures = [
        f"- `{name}.{one['test']}`: {one['message']}"
        for name, each in sorted(classes.items())
        for one in each["failures"]
    ]
    if failures:
        yield ""
        yield "What fails:"
        yield ""
        yield from failures


def verify(cases, checks):
    found = checks.get("verify")
    if not found:
        return
    yield "| part | passed | failed | not claimed | worst error | allowed |"
    yield "|---|--:|--:|--:|--:|--:|"
    for part in found["parts"]:
        counts = " | ".join(str(part[key]) for key in ("passed", "failed", "not_claimed"))
        # A part of which nothing is claimed has no error.
        worst = f"{part['worst_error']:.1e}" if part["passed"] or part["failed"] else ""
        allowed = f"{part['tolerance']:.0e}" if worst else ""
        yield f"| {part['part']} | {counts} | {worst} | {allowed} |"
    yield ""
    yield f"Revision {found['revision']}."


def sanitizers(cases, checks):
    found = checks.get("sanitizers", {})
    if found:
        yield "| tool | tests | failed | summary | revision |"
        yield "|---|--:|--:|---|---|"
    for tool, each in sorted(found.items()):
        counts = f"{each['tests']} | {len(each['failures'])}"
        yield f"| {tool} | {counts} | {each['summary']} | {each['revision']} |"


def soak(cases, checks):
    found = checks.get("soak")
    if not found:
        return
    yield "| when | step | loss | heap MiB | peak of the process MiB |"
    yield "|---|--:|--:|--:|--:|"
    points = [each for each in found["points"] if each["when"] == "soak"]
    after = [each for each in found["points"] if each["when"] != "soak"]
    middle = points[len(points) // 2 : len(points) // 2 + 1]
    for each in [*points[:1], *middle, *points[-1:], *after]:
        when = "training" if each["when"] == "soak" else each["when"]
        numbers = " | ".join(each[key] for key in ("step", "loss", "heap_mb", "rss_mb"))
        yield f"| {when} | {numbers} |"
    memory = found.get("device_mb")
    yield ""
    yield f"Revision {found['revision']}." + (
        f" Memory in use on the card: {memory['before']} MiB before, {memory['after']} MiB after."
        if memory
        else ""
    )


def speed(cases, checks):
    if cases:
        yield gpu.HEADER[0] + " revision |"
        yield gpu.HEADER[1] + "---|"
    for entry in cases:
        yield f"{gpu.row(entry)} {entry['machine']['revision']} |"


def reached(cases, checks):
    """Counted operations and bytes over the median; the copy counts both of its directions."""
    lines = [(each["title"], each["name"], each["ours"][0]) for each in cases if each["ours"]]
    copies = [rate(line) for _, name, line in lines if name.startswith("copy")]
    if lines:
        yield "| work | GFLOP | MiB moved | MiB planned | ms | TFLOP/s | TB/s | of copy |"
        yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for title, _, line in lines:
        share = f"{100 * rate(line) / max(copies):.0f} %" if copies else ""
        yield (
            f"| {title} | {line['gflop']:.4g} | {line['traffic_mb']:.0f} | {line['plan_mb']:.0f} "
            f"| {line['med_ms']:.4g} | {line['gflop'] / line['med_ms']:.3g} | {rate(line):.2f} "
            f"| {share} |"
        )


def rate(line):
    """TB/s."""
    return line["traffic_mb"] * 2**20 / line["med_ms"] * 1e-9


ALL = {
    "card": card,
    "suite": suite,
    "verify": verify,
    "sanitizers": sanitizers,
    "soak": soak,
    "speed": speed,
    "reached": reached,
}
