"""The objective of the harmonizer in PyTorch, eager, as one would write it."""

from functools import lru_cache

import torch
from torch.nn import functional

LEVELS = 5
EPSILON = 1e-5
BINOMIAL = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
SQUARE = torch.outer(BINOMIAL, BINOMIAL)[None, None]


def around(extent):
    """TensorFlow's SAME padding of a window of 5 at stride 2, before and after."""
    total = 2 * ((extent + 1) // 2 - 1) + 5 - extent
    return total // 2, total - total // 2


@lru_cache
def square(device):
    return SQUARE.to(device)


def reduced(maps):
    """The next coarser level; the square filter is faster here than two passes."""
    rows, columns = around(maps.shape[2]), around(maps.shape[3])
    return functional.conv2d(functional.pad(maps, columns + rows), square(maps.device), stride=2)


def pyramid(maps):
    levels = [maps]
    while len(levels) < LEVELS:
        levels.append(reduced(levels[-1]))
    return levels


def positive_part(maps):
    """z⁺ of each map by itself."""
    centred = maps - maps.mean(dim=(2, 3), keepdim=True)
    deviation = centred.square().mean(dim=(2, 3), keepdim=True).sqrt()
    return functional.relu(centred / (deviation + EPSILON))


def targets(human):
    return [positive_part(level) for level in pyramid(human)]


def pyramid_loss(saliency, target):
    """Equation 1 as a mean of squares, over levels, images and pixels."""
    levels = zip(pyramid(saliency), target)
    return sum((positive_part(level) - human).square().mean() for level, human in levels) / LEVELS


def released_loss(saliency, human):
    """The order of the released code: standardized once, peaks matched, then the pyramid."""
    model, people = positive_part(saliency), positive_part(human)
    peak = model.detach().amax(dim=(2, 3), keepdim=True) + 1e-6
    people = people / (people.amax(dim=(2, 3), keepdim=True) + 1e-6) * peak
    levels = zip(pyramid(model), pyramid(people))
    return sum((level - other).square().mean() for level, other in levels) / LEVELS


def weight_decay(parameters):
    return 0.5 * sum(each.square().sum() for each in parameters if each.dim() > 1)


def plain_loss(network, images, labels):
    entropy = functional.cross_entropy(network(images), labels, label_smoothing=0.1)
    return entropy + 1e-5 * weight_decay(network.parameters())


def harmonized_loss(network, images, labels, target):
    images = images.detach().requires_grad_()
    logits = network(images)
    score = logits.gather(1, labels[:, None]).sum()
    (gradient,) = torch.autograd.grad(score, images, create_graph=True)
    saliency = gradient.mean(dim=1, keepdim=True)
    entropy = functional.cross_entropy(logits, labels, label_smoothing=0.1)
    decay = weight_decay(network.parameters())
    return entropy + pyramid_loss(saliency, target) + 1e-5 * decay
