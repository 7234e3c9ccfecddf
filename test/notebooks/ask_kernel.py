"""Ask our kernel, as an editor does, what it knows of the library; prints its answers as one JSON object:

{"exported": names after `library.`, "steps": names after `lab.`, "openLab": what is shown when it is pointed at}
"""

import json
import os
import sys
from pathlib import Path

os.environ["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")

from jupyter_client.manager import start_new_kernel  # noqa: E402

IMPORT = 'import * as library from "msae-lab";\n'


def answer(client, message_id):
    """The content of the reply to one request; replies to others, such as the greeting's, are passed over."""
    while True:
        reply = client.get_shell_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message_id:
            return reply["content"]


manager, client = start_new_kernel(kernel_name="tslab", cwd=sys.argv[1])
try:
    exported = answer(client, client.complete(IMPORT + "library."))["matches"]
    steps = answer(client, client.complete(IMPORT + "const lab = await library.openLab();\nlab."))["matches"]
    code = IMPORT + "library.openLab"
    function = answer(client, client.inspect(code, len(code) - 1))["data"].get("text/plain", "")
    print(json.dumps({"exported": exported, "steps": steps, "openLab": function}))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
