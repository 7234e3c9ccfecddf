"""Notice that the process which started this one has ended, however it ended."""

import os
import threading
import time

LOOK_SECONDS = 0.5


def when_gone(parent, act):
    """Call `act` once, from a thread of its own, when `parent` (a number) is no longer the parent of this process.

    Without a number nothing is watched, nor on Windows, where the number of a parent stays when it has ended.
    """
    if parent is None or os.name == "nt":
        return

    def watch():
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        act()

    threading.Thread(target=watch, daemon=True).start()
