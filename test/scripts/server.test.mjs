import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startLab } from "../browser/server.mjs";
import { commandOf, descendants, eventually, LISTED } from "../descendants.mjs";

const server = suite("npm start: however it ends");
/** Without npm, which keeps logs of its own in the home folder. */
const DIRECTLY = [process.execPath, "scripts/start.mjs"];

let home;
server.before.each(() => {
  home = mkdtempSync(join(tmpdir(), "msae-lab-home-"));
});
server.after.each(() => rmSync(home, { recursive: true, force: true }));

/** Start it with an empty home; with a kernel at work where one is wanted. */
async function start(command, env = {}) {
  const lab = await startLab({ command, env: { HOME: home, ...env } });
  const found = descendants(lab.pid);
  return { ...lab, processes: found, find: (word) => found.find((pid) => commandOf(pid).includes(word)) };
}

/** Start a kernel by the server's own interface. */
async function startKernel(address) {
  const { origin, searchParams } = new URL(address);
  const answer = await fetch(`${origin}/api/kernels`, {
    method: "POST",
    headers: { Authorization: `token ${searchParams.get("token")}` },
    body: JSON.stringify({ name: "tslab" }),
  });
  assert.is(answer.status, 201);
}

/** No process is left, and the address with its token answers no more. */
async function nothingIsLeft({ address, processes }) {
  await eventually("all processes end", () => processes.every((pid) => commandOf(pid) === ""), 60_000);
  const { origin, search } = new URL(address);
  const answer = await fetch(`${origin}/api/status${search}`).catch(() => undefined);
  assert.is(answer, undefined, "somebody still answers");
}

for (const [killed, word] of Object.entries({ npm: "npm", "its process": "scripts/start.mjs" }))
  server(`when ${killed} is killed, server and kernels end by themselves`, async () => {
    const lab = await start(undefined, { HOME: process.env.HOME });
    await startKernel(lab.address);
    lab.processes = descendants(lab.pid);
    process.kill(lab.find(word), "SIGKILL");
    await nothingIsLeft(lab);
  });

server("when the server is killed, its kernels end by themselves", async () => {
  const lab = await start(DIRECTLY);
  await startKernel(lab.address);
  lab.processes = descendants(lab.pid);
  process.kill(lab.find("lab_server.py"), "SIGKILL");
  assert.is(await lab.ended, 1);
  await nothingIsLeft(lab);
});

for (const [signal, code] of Object.entries({ SIGTERM: 143, SIGHUP: 129 }))
  server(
    `${signal} stops server and kernels, with code ${code}; nothing of it was written to the user's home`,
    async () => {
      const lab = await start(DIRECTLY);
      process.kill(lab.pid, signal);
      assert.is(await lab.ended, code);
      assert.match(lab.output(), /Stopping JupyterLab and its kernels/);
      await nothingIsLeft(lab);
      // Lab asks npm where its packages lie, and npm keeps logs.
      assert.equal(
        readdirSync(home).filter((name) => name !== ".npm"),
        [],
      );
    },
  );

if (LISTED) server.run();
else {
  server.skip("processes are listed on Linux only");
  server.run();
}
