"""JupyterLab's server, which ends with the process that started it.

    python lab_server.py PARENT ARGUMENT...

PARENT is the number of that process, the arguments are JupyterLab's. When the parent is gone, however it ended, the
server stops its kernels and ends, so that no server with a valid token stays behind.
"""

import os
import signal
import sys
import time

from jupyter_home import stay_inside
from parent import when_gone

GRACE_SECONDS = 10


def stop():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


when_gone(int(sys.argv.pop(1)), stop)
stay_inside()

from jupyterlab.labapp import main  # noqa: E402

main()
