"""Runs our side and the peers in turn, one process per measurement, and prints a table of ratios.

Started by peers.sh, which sets JAVA, PYTHON and JAR. Needs nothing but Python itself.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from machine import machine
from ratios import table

PEERS = Path(__file__).resolve().parent.parent / "peers"
JAVA, PYTHON, JAR = (os.environ[key] for key in ("JAVA", "PYTHON", "JAR"))
PACKAGE = "org.neuralharmonizer.bench."

# Another backend than the built-in one, and the folder of jars that it needs.
BACKEND = os.environ.get("BACKEND", "cpu")
CLASS_PATH = JAR + (f":{os.environ['LIBS']}/*" if os.environ.get("LIBS") else "")

# A small young generation, because a step leaves nothing but its few results; one collecting
# thread, because more would only add memory. Larger arrays go to the old generation at once.
YOUNG_MB = 24
OTHER_HEAP_MB = 2048

# Seconds until the just-in-time compiler is done with the kernels of a large program.
WARM_UP = 12
JVM = ["--add-modules", "jdk.incubator.vector", "-XX:+UseSerialGC", f"-Xmn{YOUNG_MB}m"]
STARTUP_JVM = ["-XX:+UseSerialGC", "-Xshare:auto"]
VECTORS = ["--add-modules", "jdk.incubator.vector"]


class Case:
    """One row: its words, how its ratio must come out, and what the peer is given besides."""

    def __init__(self, title, words, time_target, memory_target=None, peer_words="", name=None):
        self.title = title
        self.words = words.split()
        self.time_target = time_target
        self.memory_target = memory_target
        self.peer_words = peer_words.split()
        self.values = dict(word.split("=", 1) for word in self.words)
        parts = (self.values["bench"], self.values.get("model"), self.values.get("batch"))
        self.name = name or "-".join(part for part in parts if part)

    @property
    def threads(self):
        return int(self.values.get("threads", 1))


# PyTorch is faster on images with channels last where it takes no second derivative.
LAST = "layout=channels_last"


def steps():
    rows = (
        ("reference_cnn", (8,), (0.38,)),
        ("resnet50", (1, 4), (0.47, 0.47)),
        ("vgg16", (1, 4), (0.25, 0.35)),
        ("efficientnet_b0", (1, 4), (0.14, 0.14)),
        ("vit_s16", (1, 4), (0.75, 0.75)),
        ("vit_b16", (1, 4), (0.75, 0.75)),
    )
    for model, batches, targets in rows:
        for batch, target in zip(batches, targets):
            words = f"model={model} batch={batch} threads=2"
            title = f"{model}, batch {batch}"
            yield Case(f"harmonized step, {title}", f"bench=harm {words}", target, 0.45)
            last = "" if model.startswith("vit") else LAST
            yield Case(f"plain step, {title}", f"bench=train {words}", None, None, last)


def products():
    for size in (576, 1024, 1536):
        for threads in (1, 2):
            words = f"bench=gemm size={size} threads={threads}"
            title = f"matrix product, {size}³, threads {threads}"
            yield Case(title, words, 1 / 0.95, name=f"gemm-{size}-{threads}")


SALIENCIES = (("resnet50", 1, 0.65), ("resnet50", 8, 0.65), ("vgg16", 1, 0.45))

CASES = [
    Case("pyramid loss with gradient, 32 × 224²", "bench=pyramid threads=2", 0.08),
    Case("the same, human side too", "bench=pyramid-both threads=2", None),
    Case("the same, order of the released code", "bench=pyramid-released threads=2", None),
    Case("Spearman of a 224² pair", "bench=spearman threads=1", 0.07),
    Case("the same, many ties", "bench=spearman-ties threads=1", None),
    Case("split-half, 20 raters, 1000 splits", "bench=split-half threads=2", 0.06),
    *(
        Case(
            f"saliency, {model}, batch {batch}",
            f"bench=saliency model={model} batch={batch} threads=2",
            target,
            None,
            LAST,
        )
        for model, batch, target in SALIENCIES
    ),
    *steps(),
    *products(),
    Case("fresh process to a Spearman", "bench=startup model=spearman threads=2", 0.09),
    Case("fresh process to a harmonized step", "bench=startup model=harm threads=2", 0.5),
    Case(
        "the same without vector instructions",
        "bench=startup model=harm threads=2 vectors=none",
        0.5,
        name="startup-harm-plain",
    ),
]

def processors(threads):
    """The processors to run on: the first ones, or those that CPUS names."""
    named = os.environ.get("CPUS", "").replace(",", " ").split()
    return (named or [str(i) for i in range(threads)])[:threads]


def run(command, threads, cwd=None):
    """One process on its processors. Threads of the peer are pinned: otherwise two can share one."""
    chosen = processors(threads)
    environment = dict(
        os.environ,
        OMP_NUM_THREADS=str(threads),
        OMP_PROC_BIND="true",
        GOMP_CPU_AFFINITY=" ".join(chosen),
    )
    if shutil.which("taskset"):
        command = ["taskset", "-c", ",".join(chosen), *command]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{' '.join(command[:3])} …: {last}")
    return done.stdout, seconds


def parsed(output):
    """The last line's words; numbers as numbers."""
    words = dict(word.split("=", 1) for word in output.strip().splitlines()[-1].split())
    for key, value in words.items():
        if re.fullmatch(r"-?\d+(\.\d+)?", value):
            words[key] = float(value) if "." in value else int(value)
    return words


def started(peer, case, command, cwd=None):
    """The wall time of a fresh process: the shortest of three."""
    times = [run(command, case.threads, cwd)[1] * 1e3 for _ in range(3)]
    median = sorted(times)[1]
    return {"peer": peer, **case.values, "min_ms": min(times), "med_ms": median, "reps": 3}


def heap(case):
    """MiB of the whole heap."""
    if case.values["bench"] not in ("harm", "train"):
        return OTHER_HEAP_MB
    command = [JAVA, *JVM, "-cp", CLASS_PATH, PACKAGE + "Heap", *case.words]
    return int(run(command, case.threads)[0]) + YOUNG_MB


def ours(case, heap_mb, seconds):
    if case.values["bench"] == "startup":
        flags = STARTUP_JVM if case.values.get("vectors") == "none" else [*VECTORS, *STARTUP_JVM]
        command = [JAVA, *flags, "-cp", CLASS_PATH, PACKAGE + "First", case.values["model"]]
        return started("harmonizer", case, command)
    flags = [*JVM, f"-Xmx{heap_mb}m"]
    budget = [f"warm={max(seconds, WARM_UP)}", f"budget={seconds}"]
    if BACKEND != "cpu":
        budget.append(f"backend={BACKEND}")
    command = [JAVA, *flags, "-cp", CLASS_PATH, PACKAGE + "PeerSide", *case.words, *budget]
    return {**parsed(run(command, case.threads)[0]), "heap_mb": heap_mb}


def theirs(case, seconds):
    if case.values["bench"] == "startup":
        command = [PYTHON, "first.py", case.values["model"]]
        return started("python", case, command, PEERS)
    words = [*case.words, *case.peer_words, "warm=1", f"budget={seconds}"]
    return parsed(run([PYTHON, "peer.py", *words], case.threads, PEERS)[0])


def kept(path):
    """What an earlier run left in the file, by name."""
    if path is None or not Path(path).exists():
        return {}
    return {entry["name"]: entry for entry in json.loads(Path(path).read_text("utf-8"))["cases"]}


def write(path, known):
    order = [case.name for case in CASES]
    entries = sorted(known.values(), key=lambda entry: order.index(entry["name"]))
    document = {"cases": entries}
    Path(path).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def measured(case, rounds, seconds):
    entry = {"name": case.name, "title": case.title, "ours": [], "theirs": []}
    entry.update(time_target=case.time_target, memory_target=case.memory_target)
    heap_mb = heap(case)
    for _ in range(rounds):
        entry["theirs"].append(theirs(case, seconds))
        entry["ours"].append(ours(case, heap_mb, seconds))
    return entry


def main():
    parser = argparse.ArgumentParser(prog="peers.sh", description=__doc__)
    parser.add_argument("--cases", default="", help="a pattern in the names of those to run")
    parser.add_argument("--rounds", type=int, default=3, help="processes of each side (3)")
    parser.add_argument("--seconds", type=float, default=5, help="of repetitions per process (5)")
    parser.add_argument("--json", help="write all lines there; other cases it holds are kept")
    parser.add_argument("--list", action="store_true", help="name the cases and stop")
    options = parser.parse_args()
    chosen = [case for case in CASES if re.search(options.cases, case.name)]
    if options.list or not chosen:
        print("\n".join(f"{case.name:28} {case.title}" for case in CASES))
        return 0 if options.list else 1
    known, failed, now = kept(options.json), [], {}
    origin = machine(JAVA, " ".join(JVM) + " -Xmx as needed", PYTHON)
    for case in chosen:
        print(f"{case.name} …", file=sys.stderr, flush=True)
        try:
            now[case.name] = measured(case, options.rounds, options.seconds)
        except RuntimeError as problem:
            failed.append(f"{case.name}: {problem}")
            continue
        if options.json:
            known[case.name] = {**now[case.name], "machine": origin}
            write(options.json, known)
    print("\n".join(table(list(now.values()))))
    print("\n".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
