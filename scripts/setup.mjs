import { program } from "./lib/program.mjs";
import { setUp } from "./lib/setup.mjs";

// `npm run setup`: all that `npm start` and `npm test` do before they begin.
await program(setUp);
