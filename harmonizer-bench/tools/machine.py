"""Where, and with what, something was measured."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path

VECTORS = (("avx512f", "AVX-512"), ("avx2", "AVX2"), ("asimd", "NEON"))
HERE = Path(__file__).resolve().parent


def described(command):
    """What a command prints, or nothing if it cannot run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        # Java writes its version to the other stream.
        return (done.stdout or done.stderr).strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def processor():
    path = Path("/proc/cpuinfo")
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = re.search(r"model name\s*:\s*(.*)", text)
    name = found.group(1) if found else platform.processor()
    # One model of a virtual machine has them on some days only.
    vectors = [word for flag, word in VECTORS if re.search(rf"\b{flag}\b", text)]
    return ", ".join([name, *vectors[:1]])


def java_version(java):
    return (described([java, "-version"]).splitlines() or [""])[0]


def memory_mb():
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (OSError, ValueError):
        return None


def machine(java, flags, python=None):
    """python: the peers' interpreter, where there are peers."""
    stated = {
        "date": time.strftime("%Y-%m-%d"),
        "processor": processor(),
        "processors": os.cpu_count(),
        "memory_mb": memory_mb(),
        "system": f"{platform.system()} {platform.machine()}",
        "java": java_version(java),
        "flags": flags,
        "revision": described(["git", "-C", str(HERE), "describe", "--always", "--dirty"]),
    }
    for module in ("torch", "scipy", "numpy") if python else ():
        show = f"import {module}; print({module}.__version__)"
        stated[module] = described([python, "-c", show])
    return stated
