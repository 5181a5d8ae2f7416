"""Times work in this process and prints one line, as our own side does."""

import gc
import statistics
import sys
import time


def case(arguments):
    """The words key=value that say what to measure."""
    words = dict(argument.split("=", 1) for argument in arguments)
    if "bench" not in words:
        sys.exit("say what to measure: bench=harm model=resnet50 batch=1 threads=2")
    return words


def peak_bytes():
    """The most memory that this process has had resident, as Linux counts it."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def repeat(work, seconds, fewest, finish, most=5000):
    times = []
    end = time.perf_counter() + seconds
    while len(times) < fewest or (time.perf_counter() < end and len(times) < most):
        start = time.perf_counter()
        work()
        finish()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def nothing():
    pass


def timed(words, work, finish=nothing):
    """The milliseconds of each repetition, after a warm-up."""
    gc.collect()
    repeat(work, float(words.get("warm", 1)), 1, finish)
    return repeat(work, float(words.get("budget", 5)), 3, finish)


def measure(words, work, scale=1.0, finish=nothing, also=None):
    """scale: what a repetition stands for, where only a part of the work is timed; finish: waits
    for what a repetition left running elsewhere; also: gives more words, after the measurement."""
    times = timed(words, work, finish)
    report(words, times, scale, also() if also else {})


def report(words, times, scale=1.0, more=None):
    shortest, median = min(times) * scale, statistics.median(times) * scale
    stated = " ".join(f"{key}={value}" for key, value in words.items())
    line = f"{stated} min_ms={shortest:.4f} med_ms={median:.4f} reps={len(times)}"
    peak = peak_bytes()
    if peak is not None:
        line += f" rss_mb={peak / 2**20:.0f}"
    for key, value in (more or {}).items():
        line += f" {key}={value}"
    print(line, flush=True)
