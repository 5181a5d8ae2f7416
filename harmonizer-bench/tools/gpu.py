"""Runs our side and PyTorch in turn on one GPU, one process per measurement; prints a table of
ratios of medians and writes the lines in the format of docs/benchmarks/peers.json.

Started by harmonizer-cuda/gpu-check.sh, which sets JAVA, CLASSPATH, NATIVE (a search path of CUDA's
libraries, for our side) and PYTHON. Needs nothing but Python itself.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from machine import described, machine

PEERS = Path(__file__).resolve().parent.parent / "peers"
MAIN = "org.neuralharmonizer.bench.PeerSide"
JVM = ["--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC", "-Xmx24g"]
# Graphs, kernels and the search for algorithms are done after the first repetition of ours.
WARM_UP = 2
SAMPLED_SECONDS = 0.2


class Case:
    """One row: words for both sides, batch sizes of a full and of a quick run, and ours alone."""

    def __init__(self, name, title, words, batch=None, quick=None, ours="", theirs=""):
        self.name = name
        self.title = title
        self.words = words.split()
        self.batches = batch, quick
        self.ours = ours.split()
        self.theirs = theirs.split()

    def sized(self, is_quick):
        batch = self.batches[is_quick]
        return self.words + ([f"batch={batch}"] if batch else [])


def step(bench, title, model, batch, quick):
    layout = "" if model.startswith("vit") else "layout=best"
    words = f"bench={bench} model={model}"
    return Case(f"{bench}-{model}", f"{title}, {model}", words, batch, quick, "", layout)


CASES = [
    Case("copy", "1 GiB read and written", "bench=copy size=1024"),
    Case("gemm", "matrix product, 4096³", "bench=gemm size=4096"),
    Case(
        "pyramid",
        "pyramid loss with gradient, 224² maps",
        "bench=pyramid size=224",
        512,
        64,
        "data=resident",
    ),
    step("harm", "harmonized step", "resnet50", 64, 8),
    step("train", "plain step", "resnet50", 64, 8),
    step("saliency", "saliency", "resnet50", 64, 8),
    step("harm", "harmonized step", "vgg16", 32, 4),
    step("harm", "harmonized step", "efficientnet_b0", 64, 8),
    step("harm", "harmonized step", "vit_b16", 64, 8),
]

# Their products are none, or what is measured is not their precision.
WITHOUT_PRODUCTS = ("copy", "pyramid")

HEADER = (
    "| work | ours ms | theirs ms | ratio | ours MiB | theirs MiB | their layout |",
    "|---|--:|--:|--:|--:|--:|---|",
)


class DeviceMemory(threading.Thread):
    """The most memory of the whole device that was in use, by looking now and then."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most = 0
        self.done = threading.Event()

    def run(self):
        command = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
        while not self.done.wait(SAMPLED_SECONDS):
            seen = re.findall(r"\d+", described(command))
            self.most = max([self.most, *map(int, seen)])


def run(command, environment, cwd, limit):
    memory = DeviceMemory()
    memory.start()
    try:
        done = subprocess.run(
            command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"not done after {limit} seconds") from None
    finally:
        memory.done.set()
        memory.join()
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        said = [line for line in lines if "Exception" in line or "Error" in line] or lines[-1:]
        raise RuntimeError(f"status {done.returncode}: {' | '.join(said[:3])}")
    words = dict(word.split("=", 1) for word in done.stdout.strip().splitlines()[-1].split())
    for key, value in words.items():
        if re.fullmatch(r"-?\d+(\.\d+)?", value):
            words[key] = float(value) if "." in value else int(value)
    if memory.most:
        words["device_used_mb"] = memory.most
    return words


def ours(case, words, options):
    environment = dict(os.environ, LD_LIBRARY_PATH=os.environ.get("NATIVE", ""))
    extra = os.environ.get("JAVA_OPTIONS", "").split()
    budget = [f"warm={WARM_UP}", f"budget={options.seconds}"]
    command = [os.environ["JAVA"], *JVM, *extra, MAIN, *words, *case.ours, *budget]
    return run(command, environment, None, options.limit)


def theirs(case, words, options):
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    budget = [f"warm={WARM_UP}", f"budget={options.seconds}"]
    command = [os.environ.get("PYTHON", "python3"), "peer.py", *words, *case.theirs, *budget]
    return run(command, environment, PEERS, options.limit)


def median(line, key="med_ms"):
    return line.get(key) if line else None


def row(entry):
    mine, other = (entry[side][0] if entry[side] else None for side in ("ours", "theirs"))
    ratio = f"{median(mine) / median(other):.3f}" if mine and other else ""
    cells = [entry["title"], *(f"{median(each):.4g}" if each else "failed" for each in (mine, other))]
    cells += [ratio, *(str(median(each, "device_used_mb") or "") for each in (mine, other))]
    cells.append(str(other.get("layout", "")) if other else "")
    return f"| {' | '.join(cells)} |"


def gpu():
    query = "--query-gpu=name,driver_version,memory.total,clocks.max.sm"
    return described(["nvidia-smi", query, "--format=csv,noheader"])


def measured(case, precision, options):
    batch = case.batches[options.quick]
    title = case.title + (f", {batch}" if batch else "") + f", {precision}"
    entry = {"name": f"{case.name}-{precision}", "title": title}
    entry.update(ours=[], theirs=[], time_target=None, memory_target=None)
    words = [*case.sized(options.quick), "device=" + options.device, "precision=" + precision]
    for side, measure in (("theirs", theirs), ("ours", ours)):
        if side in options.sides:
            try:
                entry[side].append(measure(case, words, options))
            except (RuntimeError, IndexError, ValueError) as problem:
                print(f"{entry['name']}, {side}: {problem}", file=sys.stderr, flush=True)
                entry[side + "_failed"] = str(problem)
    return entry


def write(path, entries, origin):
    document = {"cases": [{**entry, "machine": origin} for entry in entries]}
    Path(path).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", default="", help="a pattern in the names of those to run")
    parser.add_argument("--quick", action="store_true", help="smaller batches, TF32 alone")
    parser.add_argument("--precisions", default="", help="of tf32, fp32 and bf16 (tf32,fp32 unless quick)")
    parser.add_argument("--sides", default="ours,theirs")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=2, help="of repetitions (2)")
    parser.add_argument("--limit", type=float, default=120, help="seconds of a process (120)")
    parser.add_argument("--stop", type=float, default=1e9, help="begin nothing after these seconds")
    parser.add_argument("--json", required=True, help="write all lines there")
    options = parser.parse_args()
    precisions = (options.precisions or ("tf32" if options.quick else "tf32,fp32")).split(",")
    origin = {**machine(os.environ["JAVA"], " ".join(JVM), os.environ["PYTHON"]), "gpu": gpu()}
    origin["revision"] = os.environ.get("REVISION", origin["revision"])
    entries, begin = [], time.monotonic()
    print("\n".join(HEADER), flush=True)
    for precision in precisions:
        for case in CASES:
            name = f"{case.name}-{precision}"
            skipped = case.name in WITHOUT_PRODUCTS and precision != precisions[0]
            if skipped or not re.search(options.cases, name):
                continue
            if time.monotonic() - begin > options.stop:
                print(f"{name}: not begun, out of time", file=sys.stderr)
                continue
            entries.append(measured(case, precision, options))
            print(row(entries[-1]), flush=True)
            write(options.json, entries, origin)
    complete = all(entry[side] for entry in entries for side in options.sides.split(","))
    return 0 if entries and complete else 1


if __name__ == "__main__":
    sys.exit(main())
