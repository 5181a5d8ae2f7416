"""The peak of multiply-adds, measured by a small C program where there is a compiler."""

import shutil
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "peers" / "peak.c"
FLAGS = ["-O3", "-march=native", "-pthread"]


def fma_gflops():
    """By number of threads; empty without a compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "peak")
        subprocess.run([compiler, *FLAGS, str(SOURCE), "-o", program], check=True)
        return {threads: float(run(program, threads)) for threads in (1, 2)}


def run(program, threads):
    command = [program, str(threads)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
