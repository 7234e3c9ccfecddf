"""The Matryoshka sparse autoencoder of arXiv 2606.29341 (sections 2.4 and 4.2) in PyTorch: loss by autograd, torch's Adam."""

import os
import time

import torch
from torch.nn.functional import mse_loss, relu


def layer_norm(x):
    mean = x.mean(-1, keepdim=True)
    centered = x - mean
    std = centered.std(-1, keepdim=True)
    return centered / (std + 1e-5), mean, std


def kl(z, rho, epsilon=1e-6):
    q = z.mean(0).clamp(epsilon, 1 - epsilon)
    on = rho * torch.log((rho + epsilon) / (q + epsilon))
    off = (1 - rho) * torch.log((1 - rho + epsilon) / (1 - q + epsilon))
    return (on + off).sum()


class Msae(torch.nn.Module):
    def __init__(self, rows, prefixes):
        super().__init__()
        k, d = rows.shape
        self.W = torch.nn.Parameter(rows.clone())
        self.b_pre = torch.nn.Parameter(torch.zeros(d))
        self.b_lat = torch.nn.Parameter(torch.zeros(k))
        self.prefixes = prefixes

    def forward(self, x):
        """Latents, and a reconstruction for every prefix of them."""
        normed, mean, std = layer_norm(x)
        z = relu((normed - self.b_pre) @ self.W.T + self.b_lat)
        return z, [(z[:, :m] @ self.W[:m] + self.b_pre) * std + mean for m in self.prefixes]


def loss(model, users, items, beta, config):
    zu, ru = model(users)
    zi, ri = model(items)
    mse = sum(mse_loss(r, users) for r in ru) + sum(mse_loss(r, items) for r in ri)
    l1 = zu.abs().mean() + zi.abs().mean()
    sparsity = kl(zu, config["rho"]) + kl(zi, config["rho"])
    inner = mse_loss(ru[-1] @ ri[-1].T, users @ items.T)
    return config["wMse"] * mse + config["wL1"] * l1 + config["wKl"] * sparsity + beta * inner


class Training:
    """Epochs over the same rows in the same order as ours, from the same starting weights."""

    def __init__(self, arrays, config, threads):
        self.config, self.threads, self.epoch, self.mean = config, threads, 0, float("nan")
        self.users, self.items = torch.from_numpy(arrays["users"]), torch.from_numpy(arrays["items"])
        self.orders = [torch.from_numpy(arrays[name]).long() for name in ("user_order", "item_order")]
        self.model = Msae(torch.from_numpy(arrays["W"]), config["prefixes"])
        betas = (config["beta1"], config["beta2"])
        self.adam = torch.optim.Adam(self.model.parameters(), lr=config["lr"], betas=betas, eps=config["epsilon"])

    def round(self):
        torch.set_num_threads(self.threads)
        started = time.perf_counter()
        batch, total = self.config["batch"], 0.0
        pairs = list(zip(*(order[self.epoch].split(batch) for order in self.orders)))
        for u, i in pairs:
            value = loss(self.model, self.users[u], self.items[i], self.config["betas"][self.epoch], self.config)
            self.adam.zero_grad()
            value.backward()
            self.adam.step()
            total += value.item()
        self.epoch += 1
        self.mean = total / len(pairs)
        return (time.perf_counter() - started) / len(pairs)

    def result(self):
        return {"loss": self.mean}


def contenders(arrays, config):
    return {
        f"PyTorch, {n} thread{'s' if n > 1 else ''}": Training(arrays, config, n) for n in sorted({1, os.cpu_count()})
    }
