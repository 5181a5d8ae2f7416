"""The networks of org.neuralharmonizer.bench.networks in PyTorch: same geometry, same parameters."""

import torch
from torch import nn
from torch.nn import functional


def normalised(inputs, outputs, kernel, stride=1, groups=1, activation=None):
    """Convolution, batch norm over the batch in training, and an activation if there is one."""
    conv = nn.Conv2d(
        inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False
    )
    layers = [conv, nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, activation()) if activation else nn.Sequential(*layers)


class GlobalAverage(nn.Module):
    def forward(self, x):
        return x.mean(dim=(2, 3))


class Sum(nn.Module):
    """A branch plus a shortcut, and an activation."""

    def __init__(self, branch, shortcut, activation):
        super().__init__()
        self.branch = branch
        self.shortcut = shortcut
        self.activation = activation

    def forward(self, x):
        return self.activation(self.branch(x) + self.shortcut(x))


def reference_cnn(batch_norm):
    layers, channels = [], 3
    for width in (32, 64, 128):
        for _ in range(2):
            if batch_norm:
                layers.append(normalised(channels, width, 3, activation=nn.ReLU))
            else:
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, GlobalAverage(), nn.Linear(channels, 10))


def resnet50():
    layers = [normalised(3, 64, 7, 2, activation=nn.ReLU), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for stage, (blocks, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512))):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            branch = nn.Sequential(
                normalised(channels, width, 1, activation=nn.ReLU),
                normalised(width, width, 3, stride, activation=nn.ReLU),
                normalised(width, 4 * width, 1),
            )
            same = stride == 1 and channels == 4 * width
            shortcut = nn.Identity() if same else normalised(channels, 4 * width, 1, stride)
            layers.append(Sum(branch, shortcut, nn.ReLU()))
            channels = 4 * width
    return nn.Sequential(*layers, GlobalAverage(), nn.Linear(channels, 1000))


def vgg16():
    layers, channels = [], 3
    for depth, width in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(depth):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2))
    layers += [nn.Flatten(), nn.Linear(512 * 7 * 7, 4096), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000))


class Squeeze(nn.Module):
    def __init__(self, channels, reduced):
        super().__init__()
        self.reduce = nn.Conv2d(channels, reduced, 1)
        self.expand = nn.Conv2d(reduced, channels, 1)

    def forward(self, x):
        gates = self.expand(functional.silu(self.reduce(x.mean(dim=(2, 3), keepdim=True))))
        return x * torch.sigmoid(gates)


def efficientnet_b0():
    layers, channels = [normalised(3, 32, 3, 2, activation=nn.SiLU)], 32
    stages = (
        (1, 16, 1, 1, 3),
        (6, 24, 2, 2, 3),
        (6, 40, 2, 2, 5),
        (6, 80, 3, 2, 3),
        (6, 112, 3, 1, 5),
        (6, 192, 4, 2, 5),
        (6, 320, 1, 1, 3),
    )
    for expansion, outputs, blocks, first_stride, kernel in stages:
        for block in range(blocks):
            stride = first_stride if block == 0 else 1
            wide = channels * expansion
            parts = []
            if expansion > 1:
                parts.append(normalised(channels, wide, 1, activation=nn.SiLU))
            parts.append(normalised(wide, wide, kernel, stride, wide, nn.SiLU))
            parts += [Squeeze(wide, channels // 4), normalised(wide, outputs, 1)]
            branch = nn.Sequential(*parts)
            same = stride == 1 and channels == outputs
            layers.append(Sum(branch, nn.Identity(), nn.Identity()) if same else branch)
            channels = outputs
    layers.append(normalised(channels, 1280, 1, activation=nn.SiLU))
    return nn.Sequential(*layers, GlobalAverage(), nn.Linear(1280, 1000))


def mobilenet_v1():
    channels = 32
    layers = [*keras_conv(3, channels, 3, 2)]
    widths = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
    strides = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
    for width, stride in zip(widths, strides):
        layers += keras_conv(channels, channels, 3, stride, channels)
        layers += keras_conv(channels, width, 1)
        channels = width
    return nn.Sequential(*layers, GlobalAverage(), nn.Linear(channels, 1000))


def keras_conv(inputs, outputs, kernel, stride=1, groups=1):
    """At stride 2 an even image is padded at the bottom and right only."""
    pad = [nn.ZeroPad2d((0, 1, 0, 1))] if stride == 2 else []
    padding = 0 if stride == 2 else kernel // 2
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
    return [*pad, conv, nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01), nn.ReLU6()]


class Attention(nn.Module):
    """Written out, because the fused attention of PyTorch has no second derivative."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        images, tokens, width = x.shape
        each = width // self.heads
        joint = self.qkv(x).reshape(images, tokens, 3, self.heads, each)
        queries, keys, values = joint.permute(2, 0, 3, 1, 4).unbind(0)
        scores = (queries * each**-0.5) @ keys.transpose(-2, -1)
        mixed = scores.softmax(dim=-1) @ values
        return self.proj(mixed.transpose(1, 2).reshape(images, tokens, width))


class Tokens(nn.Module):
    def __init__(self, width, patches):
        super().__init__()
        self.patches = nn.Conv2d(3, width, 16, 16)
        self.token = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.positions = nn.Parameter(0.02 * torch.randn(1, patches + 1, width))

    def forward(self, x):
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        first = self.token.expand(tokens.shape[0], -1, -1)
        return torch.cat((first, tokens), dim=1) + self.positions


class FirstToken(nn.Module):
    def forward(self, x):
        return x[:, 0]


def vision_transformer(width, heads):
    layers = [Tokens(width, (224 // 16) ** 2)]
    for _ in range(12):
        attention = nn.Sequential(nn.LayerNorm(width, eps=1e-6), Attention(width, heads))
        perceptron = nn.Sequential(
            nn.LayerNorm(width, eps=1e-6),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
        )
        for branch in (attention, perceptron):
            layers.append(Sum(branch, nn.Identity(), nn.Identity()))
    layers += [nn.LayerNorm(width, eps=1e-6), FirstToken()]
    return nn.Sequential(*layers, nn.Linear(width, 1000))


NETWORKS = {
    "reference_cnn": lambda: reference_cnn(batch_norm=False),
    "reference_cnn_bn": lambda: reference_cnn(batch_norm=True),
    "resnet50": resnet50,
    "vgg16": vgg16,
    "efficientnet_b0": efficientnet_b0,
    "mobilenet_v1": mobilenet_v1,
    "vit_s16": lambda: vision_transformer(384, 6),
    "vit_b16": lambda: vision_transformer(768, 12),
}


def sizes(name):
    """Height and width of an image, and the number of classes."""
    return (64, 10) if name.startswith("reference_cnn") else (224, 1000)
