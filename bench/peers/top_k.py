"""Exact top-K by the package implicit: `recommend` with the train items filtered."""

import os
import time

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix


class Lists:
    def __init__(self, arrays, config, threads):
        self.k = config["k"]
        self.rows = arrays["rows"]
        indptr, indices = arrays["indptr"], arrays["indices"]
        shape = (len(indptr) - 1, len(arrays["items"]))
        self.seen = csr_matrix((np.ones(len(indices), np.float32), indices, indptr), shape)[self.rows]
        self.model = AlternatingLeastSquares(factors=config["d"], num_threads=threads)
        self.model.user_factors, self.model.item_factors = arrays["users"], arrays["items"]
        self.lists = None

    def round(self):
        started = time.perf_counter()
        self.lists, _ = self.model.recommend(self.rows, self.seen, N=self.k, filter_already_liked_items=True)
        return time.perf_counter() - started

    def result(self):
        return {"lists": self.lists.astype(np.int32)}


def contenders(arrays, config):
    return {
        f"implicit recommend, {n} thread{'s' if n > 1 else ''}": Lists(arrays, config, n)
        for n in sorted({1, os.cpu_count()})
    }
