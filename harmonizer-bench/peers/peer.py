"""Measures one case of the comparison in PyTorch or SciPy:

    python peer.py bench=harm model=resnet50 batch=1 threads=2

bench is harm, train, saliency, pyramid, pyramid-both, pyramid-released, gemm, spearman,
spearman-ties or split-half. layout=channels_last gives PyTorch images of that layout. A step ends with the
gradients; ours updates the parameters too.
"""

import sys

from measuring import case, measure

TIMED_SPLITS = 30


def network_work(words):
    import torch

    import losses
    from networks import NETWORKS, sizes

    torch.set_num_threads(int(words.get("threads", 1)))
    torch.manual_seed(1)
    name, batch = words["model"], int(words.get("batch", 1))
    network = NETWORKS[name]()
    size, classes = sizes(name)
    images = torch.randn(batch, 3, size, size)
    if words.get("layout") == "channels_last":
        network = network.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    labels = torch.randint(classes, (batch,))
    target = losses.targets(torch.rand(batch, 1, size, size))
    if words["bench"] == "saliency":
        network.eval().requires_grad_(False)

        def saliency():
            inputs = images.detach().requires_grad_()
            score = network(inputs).gather(1, labels[:, None]).sum()
            return torch.autograd.grad(score, inputs)[0].mean(dim=1)

        return saliency

    network.train()

    def step():
        network.zero_grad(set_to_none=True)
        if words["bench"] == "train":
            losses.plain_loss(network, images, labels).backward()
        else:
            losses.harmonized_loss(network, images, labels, target).backward()

    return step


def pyramid_work(words):
    import torch

    import losses

    torch.set_num_threads(int(words.get("threads", 1)))
    torch.manual_seed(1)
    count, size = int(words.get("batch", 32)), int(words.get("size", 224))
    saliency, human = torch.randn(count, 1, size, size), torch.rand(count, 1, size, size)
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
    import torch

    torch.set_num_threads(int(words.get("threads", 1)))
    size = int(words.get("size", 1024))
    left, right, product = torch.rand(size, size), torch.rand(size, size), torch.empty(size, size)
    return lambda: torch.mm(left, right, out=product)


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
        measure({"peer": "torch", **words}, network_work(words))
    elif bench.startswith("pyramid"):
        measure({"peer": "torch", **words}, pyramid_work(words))
    elif bench == "gemm":
        measure({"peer": "torch", **words}, gemm_work(words))
    elif bench.startswith("spearman"):
        measure({"peer": "scipy", **words}, spearman_work(words))
    elif bench == "split-half":
        scale = int(words.get("splits", 1000)) / TIMED_SPLITS
        measure({"peer": "scipy", "timed": TIMED_SPLITS, **words}, split_half_work(words), scale)
    else:
        sys.exit(f'there is no bench "{bench}"')


main()
