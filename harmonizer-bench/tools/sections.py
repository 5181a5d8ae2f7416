"""The tables, each from measurements to lines of Markdown."""

from ratios import table


def machines(jmh, peers):
    seen = []
    for origin in [*(each.machine for each in jmh.results), *(e["machine"] for e in peers.entries)]:
        if origin not in seen:
            seen.append(origin)
    if seen:
        yield "| date | revision | processor | memory | Java | PyTorch | SciPy | flags |"
        yield "|---|---|---|--:|---|---|---|---|"
    for each in seen:
        memory = f"{each['memory_mb'] / 1024:.0f} GiB" if each.get("memory_mb") else ""
        peers_versions = f"{each.get('torch', '')} | {each.get('scipy', '')}"
        yield (
            f"| {each['date']} | {each['revision']} | {each['processors']} × {each['processor']} "
            f"| {memory} | {each['java']} | {peers_versions} | `{each['flags']}` |"
        )


def compared(jmh, peers):
    return table(peers.entries) if peers.entries else []


def roofline(jmh, peers):
    products, triads = jmh.of("GemmBenchmark"), jmh.of("TriadBenchmark")
    if products or triads:
        yield "| | threads | ms | |"
        yield "|---|--:|--:|--:|"
    for threads, rate in sorted(jmh.fma.items()):
        yield f"| multiply-adds in registers, C | {threads} | | {rate:.1f} GFLOP/s |"
    for each in by_threads(products):
        n = int(each.parameters["n"])
        rate = 2e-6 * n**3 / each.best
        title = f"matrix product {n}³, {each.method}"
        yield f"| {title} | {each.threads} | {each.best:.4g} | {rate:.1f} GFLOP/s |"
    for each in by_threads(triads):
        rate = each.threads * 12e-6 * int(each.parameters["length"]) / each.best
        yield f"| triad | {each.threads} | {each.best:.4g} | {rate:.1f} GB/s |"


def steps(jmh, peers):
    """Counted work against the roof: whichever of arithmetic and memory takes longer bounds."""
    lines = list(peers.steps())
    if lines:
        yield (
            "| program | GFLOP | MiB moved | MiB planned | ms "
            "| GFLOP/s | of GEMM | GB/s | of triad | bound by |"
        )
        yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    for title, line, ms in lines:
        operations, moved = line["gflop"] / ms * 1e3, line["traffic_mb"] * 2**20 / ms * 1e-6
        threads = int(line.get("threads", 1))
        peak, bandwidth = jmh.gemm_peak(threads), jmh.bandwidth(threads)
        bound = ""
        if peak and bandwidth:
            bound = "arithmetic" if operations / peak > moved / bandwidth else "memory"
        yield (
            f"| {title} | {line['gflop']:.3g} | {line['traffic_mb']:.0f} | {line['plan_mb']:.0f} "
            f"| {ms:.4g} | {operations:.1f} | {share(operations, peak)} | {moved:.1f} "
            f"| {share(moved, bandwidth)} | {bound} |"
        )


def convolutions(jmh, peers):
    results = by_threads(jmh.of("ConvolutionTrioBenchmark", method="vector"))
    if results:
        yield (
            "| in / out / groups / kernel / stride / size | member | threads | ms "
            "| GFLOP/s | of GEMM | scalar ÷ vector |"
        )
        yield "|---|---|--:|--:|--:|--:|--:|"
    for each in results:
        numbers = map(int, each.parameters["layer"].split("/"))
        inputs, outputs, groups, kernel, stride, size = numbers
        side = (size + 2 * (kernel // 2) - kernel) // stride + 1
        macs = int(each.parameters["batch"]) * outputs * (inputs // groups) * (kernel * side) ** 2
        rate = 2e-6 * macs / each.best
        yield (
            f"| {each.parameters['layer']} | {each.parameters['member'].lower()} | {each.threads} "
            f"| {each.best:.4g} | {rate:.1f} | {share(rate, jmh.gemm_peak(each.threads))} "
            f"| {against_scalar(jmh, each)} |"
        )


# Of FusedElementwiseBenchmark: arrays of 16 × 64 × 128 × 128 floats that are read and written.
ARRAYS = {"TRIAD": 3, "NORMALISED_SUM_RELU": 3, "GELU": 2, "SUM_OF_PRODUCTS": 2}
ARRAY_BYTES = 4 * 16 * 64 * 128 * 128


def elementwise(jmh, peers):
    results = by_threads(jmh.of("FusedElementwiseBenchmark", method="vector"))
    if results:
        yield "| chain | threads | ms | GB/s | of triad | scalar ÷ vector |"
        yield "|---|--:|--:|--:|--:|--:|"
    for each in results:
        chain = each.parameters["chain"]
        rate = ARRAYS[chain] * ARRAY_BYTES * 1e-6 / each.best
        words = chain.lower().replace("_", " ")
        yield (
            f"| {words} | {each.threads} | {each.best:.4g} | {rate:.1f} "
            f"| {share(rate, jmh.bandwidth(each.threads))} | {against_scalar(jmh, each)} |"
        )


def maps(jmh, peers):
    names = ("PyramidLossBenchmark", "SpearmanBenchmark", "SplitHalfBenchmark", "StartUpBenchmark")
    return plain([each for name in names for each in jmh.of(name)])


def networks(jmh, peers):
    names = ("SaliencyBenchmark", "PlainStepBenchmark", "HarmonizedStepBenchmark")
    return plain([each for name in names for each in jmh.of(name)])


def growth(jmh, peers):
    return plain(jmh.of("GrowthBenchmark"))


def budget(jmh, peers):
    """Steps by the share of memory that they may take, in units of the step that takes all."""
    results = sorted(
        jmh.of("MemoryBudgetBenchmark"),
        key=lambda each: (each.parameters["network"], -int(each.parameters["share"])),
    )
    bases = {
        each.parameters["network"]: each.mean for each in results if each.parameters["share"] == "100"
    }
    if results:
        yield "| network | memory | threads | best ms | mean ms | worst ms | whole steps |"
        yield "|---|--:|--:|--:|--:|--:|--:|"
    for each in results:
        name = each.parameters["network"]
        ratio = f"{each.mean / bases[name]:.2f}" if name in bases else ""
        yield (
            f"| {name.lower()} | {each.parameters['share']} % | {each.threads} | {each.best:.4g} "
            f"| {each.mean:.4g} | {each.worst:.4g} | {ratio} |"
        )


def branch(jmh, peers):
    """Steps by how many images have a map, in units of the step in which none has."""
    results = sorted(
        jmh.of("MapBranchBenchmark"),
        key=lambda each: (each.parameters["network"], each.threads, int(each.parameters["mapped"])),
    )
    bases = {}
    for each in results:
        if each.parameters["mapped"] == "0":
            bases[each.parameters["network"], each.threads] = each.best
    if results:
        yield "| network | of 10 images have maps | threads | ms | plain steps |"
        yield "|---|--:|--:|--:|--:|"
    for each in results:
        name, mapped = each.parameters["network"], each.parameters["mapped"]
        base = bases.get((name, each.threads))
        ratio = f"{each.best / base:.2f}" if base else ""
        yield f"| {name.lower()} | {mapped} | {each.threads} | {each.best:.4g} | {ratio} |"


def plain(results):
    if results:
        yield "| benchmark | parameters | threads | best ms | mean ms | worst ms | bytes allocated |"
        yield "|---|---|--:|--:|--:|--:|--:|"
    for each in by_threads(results):
        name = f"{each.benchmark.removesuffix('Benchmark')}.{each.method}"
        allocated = f"{each.allocated:.0f}" if each.allocated is not None else ""
        yield (
            f"| {name} | {each.label} | {each.threads} | {each.best:.4g} | {each.mean:.4g} "
            f"| {each.worst:.4g} | {allocated} |"
        )


def versions(jmh, peers):
    """The baseline JDK over each other one, where both measured the same."""
    others = [each for each in jmh.results if each.jdk != jmh.baseline]
    base = {each.key: each for each in jmh.results if each.jdk == jmh.baseline}
    pairs = [(base[each.key], each) for each in others if each.key in base]
    if pairs:
        yield "| benchmark | parameters | threads | JDK | ms | JDK | ms | ratio |"
        yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for old, new in pairs:
        yield (
            f"| {old.benchmark.removesuffix('Benchmark')}.{old.method} | {old.label} "
            f"| {old.threads} | {old.jdk} | {old.best:.4g} | {new.jdk} | {new.best:.4g} "
            f"| {old.best / new.best:.2f} |"
        )


def by_threads(results):
    return sorted(results, key=lambda each: each.threads)


def share(rate, peak):
    return f"{100 * rate / peak:.0f} %" if peak else ""


def against_scalar(jmh, result):
    other = jmh.like(result, "scalar")
    return f"{other.best / result.best:.1f}" if other else ""


ALL = {
    "machines": machines,
    "peers": compared,
    "roofline": roofline,
    "steps": steps,
    "convolutions": convolutions,
    "elementwise": elementwise,
    "maps": maps,
    "networks": networks,
    "growth": growth,
    "budget": budget,
    "versions": versions,
}
