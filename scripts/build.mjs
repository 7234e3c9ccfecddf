import { buildLibrary } from "./lib/build.mjs";
import { program } from "./lib/program.mjs";

// `npm run build`: compile the library now, changed or not.
await program(async () => console.log(`library ${await buildLibrary()}`));
