"""Serve the peers of one benchmark to `msae-lab bench`: a command a line on stdin, an answer a line on stdout.

    python serve.py NAME FOLDER      FOLDER holds config.json and the same arrays that our side got, as .npy
    python serve.py --versions       the versions of the packages that are installed

{"round": CONTENDER} takes one more unit of work and answers {"seconds": S}; {"result": CONTENDER} answers what it has
come to: numbers under "values", arrays as files under "arrays".
"""

import importlib
import importlib.metadata
import json
import os
import sys
from pathlib import Path

# implicit makes its own threads, and says that BLAS must not make more.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402


def versions() -> dict[str, str]:
    found = {}
    for name in ("numpy", "torch", "implicit"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


def answer(message: dict) -> None:
    print(json.dumps(message), file=CHANNEL, flush=True)


def serve(name: str, folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    arrays = {file.stem: np.load(file) for file in folder.glob("*.npy")}
    contenders = importlib.import_module(name).contenders(arrays, config)
    answer({"contenders": list(contenders)})
    for line in sys.stdin:
        command = json.loads(line)
        if "round" in command:
            answer({"seconds": contenders[command["round"]].round()})
            continue
        result = contenders[command["result"]].result()
        files = {}
        for key, value in result.items():
            if isinstance(value, np.ndarray):
                files[key] = str(folder / f"result-{key}.npy")
                np.save(files[key], np.ascontiguousarray(value))
        answer({"arrays": files, "values": {key: float(value) for key, value in result.items() if key not in files}})


# What the packages themselves print must not stand between our lines.
CHANNEL = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

if sys.argv[1] == "--versions":
    answer(versions())
else:
    serve(sys.argv[1], Path(sys.argv[2]))
