"""Execute notebooks headless, one after the other in this one process.

    python run_notebooks.py [--html DIR] [--timeout SECONDS] [--parent PID] NOTEBOOK...

Prints one JSON object a line and nothing else on stdout: {"notebook", "ok", "seconds", "error"?, "unwritten"?}. A notebook fails at
the first cell that does not end well or that writes to stderr: the kernel shows errors there, and a rejected promise
that nobody awaited appears nowhere else. The exit code is 0 when every notebook was executed, well or not. SIGTERM,
SIGINT, SIGHUP and the end of the parent process stop it and its kernel; the exit code is then 128 and the signal's number.
"""

import argparse
import asyncio
import errno
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from jupyter_home import stay_inside
from parent import when_gone

# Kernels inherit stdout; what they print must not come between our lines.
REPORT = os.fdopen(os.dup(1), "w", encoding="utf8")
os.dup2(2, 1)
stay_inside()

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402

# How long after the last cell a rejected promise may still show itself.
LINGER_SECONDS = 0.5
# Set once the work is to be stopped.
STOPPED = threading.Event()


class CellFailed(Exception):
    """A cell that did not end well; the message holds its number, its source and what it wrote to stderr."""


class Watcher:
    """Collects what cells write to stderr, also after they ended, when nbclient no longer listens."""

    def __init__(self, client):
        self.client = client
        self.cell_of_message = {}
        self.stderr = {}
        self.cell = None
        execute = client.kc.execute

        def remembering(*args, **kwargs):
            message = execute(*args, **kwargs)
            self.cell_of_message[message] = self.cell
            return message

        client.kc.execute = remembering
        self.channel = client.km.client()
        self.channel.start_channels(shell=False, iopub=True, stdin=False, hb=False, control=False)
        self.task = asyncio.ensure_future(self.listen())

    async def listen(self):
        while True:
            message = await self.channel.get_iopub_msg()
            content = message["content"]
            if message["header"]["msg_type"] == "stream" and content.get("name") == "stderr":
                cell = self.cell_of_message.get(message["parent_header"].get("msg_id"), self.cell)
                self.stderr[cell] = self.stderr.get(cell, "") + content["text"]

    def stop(self):
        self.task.cancel()
        self.channel.stop_channels()


async def execute(path, timeout):
    """Execute one notebook in a kernel of its own; returns it with its outputs and the error, or None."""
    notebook = nbformat.read(path, as_version=4)
    status = {}
    client = NotebookClient(
        notebook,
        timeout=timeout,
        allow_errors=True,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_executed=lambda cell, cell_index, execute_reply: status.update(reply=execute_reply["content"]["status"]),
    )
    async with client.async_setup_kernel():
        watcher = Watcher(client)
        try:
            await execute_cells(client, watcher, status)
        except CellFailed as failure:
            return notebook, str(failure)
        except asyncio.CancelledError:
            client.shutdown_kernel = "immediate"
            raise
        finally:
            watcher.stop()
    return notebook, None


async def execute_cells(client, watcher, status):
    code_cells = [(index, cell) for index, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]
    for number, (index, cell) in enumerate(code_cells, start=1):
        watcher.cell = number
        status["reply"] = "no reply"
        trouble = ""
        try:
            await client.async_execute_cell(cell, index, execution_count=number)
        except Exception as error:  # A cell over its time, a kernel that died.
            if STOPPED.is_set():  # nbclient takes the end of our work for the end of the kernel.
                raise asyncio.CancelledError from None
            trouble = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else 'no message'}\n"
        if trouble or status["reply"] != "ok":
            await asyncio.sleep(LINGER_SECONDS)
            silence = "" if trouble else f"(nothing; the kernel answered {status['reply']})"
            raise failure(number, cell, trouble + watcher.stderr.get(number, silence))
        require_quiet(watcher, code_cells)
    await asyncio.sleep(LINGER_SECONDS)
    require_quiet(watcher, code_cells)


def require_quiet(watcher, code_cells):
    for number, text in watcher.stderr.items():
        raise failure(number, code_cells[number - 1][1], text)


def failure(number, cell, stderr):
    def indented(text):
        return "\n".join(f"    {line}" for line in text.rstrip().splitlines())

    return CellFailed(f"cell [{number}] failed:\n{indented(cell.source)}\n  its stderr:\n{indented(stderr)}")


def unwritten(notebook, path, folder):
    """Write the executed notebook as a page; the system's code and words where the disk does not take it, else None."""
    from notebook_pages import write_page

    try:
        write_page(notebook, path, folder)
    except OSError as error:
        return {"code": errno.errorcode.get(error.errno, ""), "message": str(error)}
    return None


class Work(threading.Thread):
    """The notebooks in a thread of their own, where nbclient leaves the signals to us; `stop` ends kernel and thread."""

    def __init__(self, options):
        super().__init__()
        self.options = options
        self.loop = None
        self.task = None
        self.error = None

    def run(self):
        try:
            asyncio.run(self.execute_all())
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self.error = error

    async def execute_all(self):
        self.task = asyncio.current_task()
        self.loop = asyncio.get_running_loop()
        for path in self.options.notebooks:
            if STOPPED.is_set():
                return
            await self.execute_one(path)

    async def execute_one(self, path):
        started = time.monotonic()
        notebook, error = await execute(path.resolve(), self.options.timeout)
        seconds = round(time.monotonic() - started, 2)
        line = {"notebook": path.name, "ok": error is None, "seconds": seconds, **({"error": error} if error else {})}
        if self.options.html and (fault := unwritten(notebook, path, self.options.html)):
            line["unwritten"] = fault
        print(json.dumps(line), file=REPORT, flush=True)

    def stop(self):
        # Once only: a second stop would end the shutting down of the kernel.
        if STOPPED.is_set():
            return
        STOPPED.set()
        if self.loop and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.task.cancel)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--html", type=Path, help="folder for the executed notebooks as HTML pages")
    parser.add_argument("--timeout", type=int, default=600, help="seconds that one cell may take")
    parser.add_argument("--parent", type=int, help="number of the process with which this one ends")
    work = Work(parser.parse_args())
    stopped_by = []

    def stop(number, _frame):
        stopped_by.append(number)
        work.stop()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    when_gone(work.options.parent, lambda: os.kill(os.getpid(), signal.SIGTERM))
    work.start()
    work.join()
    if work.error:
        raise work.error
    sys.exit(128 + stopped_by[0] if stopped_by else 0)


if __name__ == "__main__":
    main()
