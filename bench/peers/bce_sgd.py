"""The published matrix factorization (arXiv 2606.29341, section 4.1) in NumPy: plain SGD, the updates of a batch added up."""

import time

import numpy as np


class Sgd:
    """Epochs from the same factors as ours. Negatives were drawn once before, as published; shuffling is in the time."""

    def __init__(self, arrays, config):
        self.config, self.random = config, np.random.default_rng(config["seed"])
        self.P, self.Q = arrays["users_start"].copy(), arrays["items_start"].copy()
        self.bu, self.bi = np.zeros(len(self.P), np.float32), np.zeros(len(self.Q), np.float32)
        self.u, self.i, self.y = arrays["pair_users"], arrays["pair_items"], arrays["pair_labels"].astype(np.float32)

    def round(self):
        started = time.perf_counter()
        lr, reg, batch = (np.float32(self.config[key]) for key in ("lr", "reg", "batch"))
        order = self.random.permutation(len(self.u))
        for at in range(0, len(order), int(batch)):
            rows = order[at : at + int(batch)]
            u, i = self.u[rows], self.i[rows]
            p, q, bu, bi = self.P[u], self.Q[i], self.bu[u], self.bi[i]
            e = self.y[rows] - 1 / (1 + np.exp(-(bu + bi + np.einsum("nd,nd->n", p, q))))
            np.add.at(self.P, u, lr * (e[:, None] * q - reg * p))
            np.add.at(self.Q, i, lr * (e[:, None] * p - reg * q))
            np.add.at(self.bu, u, lr * (e - reg * bu))
            np.add.at(self.bi, i, lr * (e - reg * bi))
        return time.perf_counter() - started

    def result(self):
        return {"users": self.P, "items": self.Q, "user_bias": self.bu, "item_bias": self.bi}


def contenders(arrays, config):
    return {"NumPy": Sgd(arrays, config)}
