import { openModel } from "../../../lib/src/labels/model/open";
import { exhibitsOf } from "./server";

// Label 50 latents by the server of the environment, as a process that can be killed: its argument is the cache's folder.
async function main(): Promise<void> {
  const { labeller } = await openModel({ model: "test", cache: process.argv[2] });
  const { labels } = await labeller.label(exhibitsOf(50));
  process.stdout.write(JSON.stringify(labels));
}

void main();
