"""Where Jupyter keeps its own files: inside the project, so that nothing of the user's is read or written."""

import atexit
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
}
# What the kernelspec starts, below the project's folder.
TSLAB = "/node_modules/tslab/bin/tslab"


def stay_inside():
    """Set the variables by which Jupyter finds its folders, to be called before it is imported.

    A variable that the user has set stays. The folders lie in `.setup/jupyter`; where that cannot be written, in a
    temporary folder that goes with this process.
    """
    project = Path(sys.prefix).parent
    home = project / ".setup" / "jupyter"
    # The kernelspec of this environment goes before any of the same name that the user has.
    kernels = [str(Path(sys.prefix) / "share" / "jupyter"), os.environ.get("JUPYTER_PATH")]
    if not is_writable(home):
        home = Path(tempfile.mkdtemp(prefix="msae-lab-jupyter-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        kernels.insert(0, moved_kernel(Path(kernels[0]), project, home))
    for name, folder in FOLDERS.items():
        os.environ.setdefault(name, str(home / folder))
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, kernels))


def is_writable(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def moved_kernel(share, project, home):
    """A folder below `home` with the kernelspec for where the project lies now: it may be mounted at another place."""
    spec = json.loads((share / "kernels" / "tslab" / "kernel.json").read_text(encoding="utf8"))
    made_in = next(word for word in spec["argv"] if word.endswith(TSLAB))[: -len(TSLAB)]
    node, *words = spec["argv"]
    spec["argv"] = [node if os.path.exists(node) else shutil.which("node") or node]
    spec["argv"] += [str(project) + word[len(made_in) :] if word.startswith(made_in) else word for word in words]
    folder = home / "share" / "kernels" / "tslab"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf8")
    return str(home / "share")
