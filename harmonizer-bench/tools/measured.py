"""What was measured, by benchmark and parameters."""

from ratios import shortest


class Result:
    """One benchmark under one set of parameters."""

    def __init__(self, raw, origin):
        _, self.benchmark, self.method = raw["benchmark"].rsplit(".", 2)
        self.parameters = dict(raw.get("params", {}))
        self.threads = int(self.parameters.pop("threads", raw["threads"]))
        self.parameters.pop("backend", None)
        self.jdk = raw["jdkVersion"].split(".")[0]
        self.machine = origin
        values = [value for fork in raw["primaryMetric"]["rawData"] for value in fork]
        self.best, self.worst = min(values), max(values)
        self.mean = raw["primaryMetric"]["score"]
        self.forks = raw["forks"]
        allocated = raw.get("secondaryMetrics", {}).get("gc.alloc.rate.norm", {})
        self.allocated = allocated.get("score")

    @property
    def key(self):
        return (self.benchmark, self.method, self.threads, tuple(self.parameters.items()))

    @property
    def label(self):
        return ", ".join(self.parameters.values())


class Jmh:
    """Results of JMH; a later file's replaces an earlier one's of the same JDK."""

    def __init__(self, documents):
        found = {}
        self.fma = {}
        for document in documents:
            for threads, rate in document.get("fma_gflops", {}).items():
                self.fma[int(threads)] = max(rate, self.fma.get(int(threads), 0))
            for raw in document["results"]:
                result = Result(raw, document["machine"])
                found[result.key, result.jdk] = result
        self.results = list(found.values())
        jdks = sorted({each.jdk for each in self.results}, key=int)
        self.baseline = jdks[0] if jdks else None

    def of(self, benchmark, **wanted):
        """Those of the baseline JDK."""
        return [
            each
            for each in self.results
            if each.benchmark == benchmark
            and each.jdk == self.baseline
            and all(getattr(each, key) == value for key, value in wanted.items())
        ]

    def like(self, result, method):
        """The same under another method of its benchmark."""
        for each in self.of(result.benchmark, method=method, threads=result.threads):
            if each.parameters == result.parameters:
                return each
        return None

    def gemm_peak(self, threads):
        """GFLOP/s of the fastest matrix product."""
        rates = [
            2e-6 * int(each.parameters["n"]) ** 3 / each.best
            for each in self.of("GemmBenchmark", threads=threads)
        ]
        return max(rates, default=None)

    def bandwidth(self, threads):
        """GB/s of the triad, as STREAM counts."""
        rates = [
            threads * 12e-6 * int(each.parameters["length"]) / each.best
            for each in self.of("TriadBenchmark", threads=threads)
        ]
        return max(rates, default=None)


class Peers:
    """Cases of peers.sh."""

    def __init__(self, documents):
        self.entries = [entry for document in documents for entry in document["cases"]]

    def steps(self):
        """Our lines that count operations, the shortest of each case."""
        for entry in self.entries:
            lines = [line for line in entry["ours"] if "gflop" in line]
            if lines:
                yield entry["title"], min(lines, key=lambda line: line["min_ms"]), shortest(lines)
