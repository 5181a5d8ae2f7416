"""Measures one case of the comparison in PyTorch or SciPy:

    python peer.py bench=harm model=resnet50 batch=1 threads=2
    python peer.py bench=harm model=resnet50 batch=64 device=cuda precision=tf32 layout=best

bench is harm, train, saliency, pyramid, pyramid-both, pyramid-released, gemm, copy, spearman,
spearman-ties or split-half. layout=channels_last gives PyTorch images of that layout, layout=best
tries both. precision is fp32, tf32 or bf16, the last of the networks of steps alone. A step ends with the gradients; ours updates the parameters too. On a GPU both find their
images on the device: ours does not copy again what is the same tensor as in the step before.
"""

import statistics
import sys

from measuring import case, measure, report, timed

TIMED_SPLITS = 30


def prepared(words):
    """PyTorch, told how many threads to use, or which digits on which device."""
    import torch

    torch.set_num_threads(int(words.get("threads", 1)))
    torch.manual_seed(1)
    if on_gpu(words):
        coarse = words.get("precision", "fp32") in ("tf32", "bf16")
        torch.backends.cuda.matmul.allow_tf32 = coarse
        torch.backends.cudnn.allow_tf32 = coarse
        torch.backends.cudnn.benchmark = True
    return torch, torch.device(words.get("device", "cpu"))


def on_gpu(words):
    return words.get("device", "cpu") == "cuda"


def network_work(words, layout):
    torch, device = prepared(words)
    import losses
    from networks import NETWORKS, sizes

    name, batch = words["model"], int(words.get("batch", 1))
    network = NETWORKS[name]().to(device)
    size, classes = sizes(name)
    images = torch.randn(batch, 3, size, size, device=device)
    if layout == "channels_last":
        network = network.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    labels = torch.randint(classes, (batch,), device=device)
    target = losses.targets(torch.rand(batch, 1, size, size, device=device))
    if words["bench"] == "saliency":
        network.eval().requires_grad_(False)

        def saliency():
            inputs = images.detach().requires_grad_()
            score = network(inputs).gather(1, labels[:, None]).sum()
            return torch.autograd.grad(score, inputs)[0].mean(dim=1)

        return saliency

    network.train()
    if words.get("precision") == "bf16":
        network = mixed(network)

    def step():
        network.zero_grad(set_to_none=True)
        if words["bench"] == "train":
            losses.plain_loss(network, images, labels).backward()
        else:
            losses.harmonized_loss(network, images, labels, target).backward()

    return step


def mixed(network):
    """What PyTorch calls automatic mixed precision, of the network alone."""
    import torch

    class Mixed(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, x):
            with torch.autocast("cuda", dtype=torch.bfloat16):
                return self.network(x).float()

    return Mixed()


def pyramid_work(words):
    torch, device = prepared(words)
    import losses

    count, size = int(words.get("batch", 32)), int(words.get("size", 224))
    saliency = torch.randn(count, 1, size, size, device=device)
    human = torch.rand(count, 1, size, size, device=device)
    target = losses.targets(human)

    def loss(maps):
        if words["bench"] == "pyramid":
            return losses.pyramid_loss(maps, target)
        if words["bench"] == "pyramid-both":
            return losses.pyramid_loss(maps, losses.targets(human))
        return losses.released_loss(maps, human)

    def forward():
        with torch.no_grad():
            return loss(saliency)

    def with_gradient():
        maps = saliency.detach().requires_grad_()
        return torch.autograd.grad(loss(maps), maps)

    return forward if words.get("result") == "loss" else with_gradient


def gemm_work(words):
    torch, device = prepared(words)
    size = int(words.get("size", 1024))
    left, right = (torch.rand(size, size, device=device) for _ in range(2))
    product = torch.empty(size, size, device=device)
    return lambda: torch.mm(left, right, out=product)


def copy_work(words):
    """size MiB from one array to another: twice as much is read and written."""
    torch, device = prepared(words)
    count = int(words.get("size", 1024)) * 2**20 // 4
    source, target = torch.ones(count, device=device), torch.empty(count, device=device)
    return lambda: target.copy_(source)


def measure_torch(words, work):
    """On a device a repetition ends when the device is done; its peak is that of its tensors."""
    words = {"peer": "torch", **words}
    if not on_gpu(words):
        measure(words, work)
        return
    import torch

    def peak():
        return {"device_mb": f"{torch.cuda.max_memory_allocated() / 2**20:.0f}"}

    measure(words, work, finish=torch.cuda.synchronize, also=peak)


def measure_network(words):
    """layout=best: both layouts in turn, and the line of the faster one."""
    layout = words.get("layout", "contiguous")
    if layout != "best" or not on_gpu(words):
        measure_torch(words, network_work(words, layout))
        return
    import torch

    found = []
    for each in ("contiguous", "channels_last"):
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        times = timed(words, network_work(words, each), torch.cuda.synchronize)
        peak = {"device_mb": f"{torch.cuda.max_memory_allocated() / 2**20:.0f}"}
        found.append((statistics.median(times), each, times, peak))
    _, fastest, times, peak = min(found, key=lambda each: each[0])
    report({"peer": "torch", **words, "layout": fastest}, times, more=peak)


def maps_of(words):
    import numpy

    random = numpy.random.default_rng(1)
    pixels = 224 * 224
    first = random.standard_normal(pixels, dtype=numpy.float32)
    second = 0.5 * first + random.standard_normal(pixels, dtype=numpy.float32)
    if words["bench"] == "spearman-ties":
        second = numpy.maximum(0, numpy.rint(second * 20) / 20)
    return random, first, second.astype(numpy.float32)


def spearman_work(words):
    from scipy.stats import spearmanr

    _, first, second = maps_of(words)
    return lambda: spearmanr(first, second)


def split_half_work(words):
    import numpy
    from scipy.stats import spearmanr

    random, common, _ = maps_of(words)
    raters = int(words.get("raters", 20))
    noise = random.standard_normal((raters, common.size), dtype=numpy.float32)
    maps = numpy.maximum(0, common + 2 * noise)

    def splits():
        total = 0.0
        for _ in range(TIMED_SPLITS):
            order = random.permutation(raters)
            half = raters // 2
            one, other = maps[order[:half]].mean(axis=0), maps[order[half:]].mean(axis=0)
            total += spearmanr(one, other)[0]
        return total / TIMED_SPLITS

    return splits


def main():
    words = case(sys.argv[1:])
    bench = words["bench"]
    if bench in ("harm", "train", "saliency"):
        measure_network(words)
    elif bench.startswith("pyramid"):
        measure_torch(words, pyramid_work(words))
    elif bench == "gemm":
        measure_torch(words, gemm_work(words))
    elif bench == "copy":
        measure_torch(words, copy_work(words))
    elif bench.startswith("spearman"):
        measure({"peer": "scipy", **words}, spearman_work(words))
    elif bench == "split-half":
        scale = int(words.get("splits", 1000)) / TIMED_SPLITS
        measure({"peer": "scipy", "timed": TIMED_SPLITS, **words}, split_half_work(words), scale)
    else:
        sys.exit(f'there is no bench "{bench}"')


main()
