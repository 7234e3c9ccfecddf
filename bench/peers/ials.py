"""Implicit ALS by the package implicit: its exact solver and its conjugate gradients of three steps."""

import os

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix


class Fit:
    """Iterations from the same item factors as ours; its confidence is alpha itself where ours is 1 + alpha."""

    def __init__(self, arrays, config, threads, cg):
        indices = arrays["indices"]
        shape = (len(arrays["indptr"]) - 1, len(arrays["start"]))
        self.interactions = csr_matrix((np.ones(len(indices), np.float32), indices, arrays["indptr"]), shape)
        self.model = AlternatingLeastSquares(
            factors=config["d"],
            regularization=config["reg"],
            alpha=1 + config["alpha"],
            iterations=1,
            use_cg=cg,
            num_threads=threads,
        )
        self.model.item_factors = arrays["start"].copy()
        self.model.user_factors = np.zeros((shape[0], config["d"]), np.float32)

    def round(self):
        took = []
        # The time that implicit takes by itself: without the transposing that every call of fit begins with.
        self.model.fit(self.interactions, show_progress=False, callback=lambda _, seconds, __: took.append(seconds))
        return took[0]

    def result(self):
        return {"users": self.model.user_factors, "items": self.model.item_factors}


def contenders(arrays, config):
    return {
        f"implicit {kind}, {n} thread{'s' if n > 1 else ''}": Fit(arrays, config, n, kind == "CG(3)")
        for kind in ("exact", "CG(3)")
        for n in sorted({1, os.cpu_count()})
    }
