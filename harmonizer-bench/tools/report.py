"""Writes the tables of docs/performance.md, docs/cost.md and docs/benchmarks/cuda.md from the measurements in
docs/benchmarks.

    report.sh                        regenerates the tables
    report.sh record NAME [ARGS …]   runs JMH with ARGS and keeps the result as NAME.json
    report.sh gpu FOLDER …           adds what gpu-check.sh left there, the oldest folder first, to
                                     cuda.json; a later result replaces an earlier one
    report.sh gpu --anew FOLDER …    the same, but forgets what cuda.json holds

Needs nothing but Python itself.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import machine
from measured import Jmh, Peers
from peak import fma_gflops
import cuda
import sections

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "performance.md"
COST_DOCUMENT = ROOT / "docs" / "cost.md"
BENCHMARKS = ROOT / "docs" / "benchmarks"
GPU_DOCUMENT = BENCHMARKS / "cuda.md"
GPU_RESULTS = BENCHMARKS / "cuda.json"


def record(name, arguments):
    """One run of JMH, with the machine beside its results."""
    java, jar = os.environ["JAVA"], os.environ["JAR"]
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        options = ["-prof", "gc", "-rf", "json", "-rff", str(result)]
        subprocess.run([java, "-jar", jar, *options, *arguments], check=True)
        results = json.loads(result.read_text("utf-8"))
    for each in results:
        each.pop("jvm")  # a path of this machine
    peaks = {}
    if any(each["benchmark"].endswith("GemmBenchmark.vector") for each in results):
        peaks = fma_gflops()  # from the same minutes as the matrix products
    document = {"machine": machine(java, "stated by each benchmark"), "results": results}
    if peaks:
        document["fma_gflops"] = peaks
    BENCHMARKS.mkdir(parents=True, exist_ok=True)
    path = BENCHMARKS / f"{name}.json"
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def gather(folders):
    """Into one file, from which the tables of GPUs are made."""
    anew = folders[:1] == ["--anew"]
    missing = [folder for folder in folders[anew:] if not Path(folder).is_dir()]
    if missing or not folders[anew:]:
        sys.exit(f"report: {', '.join(missing) or 'nothing'} is no folder that gpu-check.sh wrote")
    known = {} if anew or not GPU_RESULTS.exists() else json.loads(GPU_RESULTS.read_text("utf-8"))
    document = cuda.collect(folders[anew:], known)
    GPU_RESULTS.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def regenerate():
    """Puts each table between its markers; one without measurements says so."""
    # Results of other backends than cpu, and of wider vectors, have tables of their own.
    documents = read(lambda name: not name.startswith(("cuda", "nd4j", "wide")))
    wide = Peers(read(lambda name: name.startswith("wide")))
    jmh = Jmh([each for each in documents if "results" in each])
    peers = Peers([each for each in documents if "cases" in each])
    fill(DOCUMENT, sections.ALL, jmh, peers)
    fill(DOCUMENT, {"wide": sections.compared}, jmh, wide)
    fill(COST_DOCUMENT, {"branch": sections.branch}, jmh, peers)
    if GPU_RESULTS.exists():
        results = json.loads(GPU_RESULTS.read_text("utf-8"))
        fill(GPU_DOCUMENT, cuda.ALL, results["cases"], results["checks"])


def read(is_wanted):
    paths = [path for path in sorted(BENCHMARKS.glob("*.json")) if is_wanted(path.name)]
    return [json.loads(path.read_text("utf-8")) for path in paths]


def fill(document, tables, *measurements):
    text = document.read_text("utf-8")
    for name, section in tables.items():
        rows = list(section(*measurements)) or ["Not measured yet."]
        marked = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not marked.search(text):
            sys.exit(f'report: {document.name} has no place for table "{name}"')
        body = "\n".join(rows)
        text = marked.sub(lambda found: f"{found[1]}{body}\n{found[2]}", text)
    document.write_text(text, "utf-8")


def main():
    arguments = sys.argv[1:]
    if not arguments:
        regenerate()
    elif arguments[0] == "record" and len(arguments) > 1:
        record(arguments[1], arguments[2:])
    elif arguments[0] == "gpu" and len(arguments) > 1:
        gather(arguments[1:])
        regenerate()
    else:
        sys.exit(__doc__)


main()
