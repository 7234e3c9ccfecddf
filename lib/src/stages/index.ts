// The registry of stages: each is a file, and a line here. `lab.<name>()` computes it, `card.json` has its section.
export { alignment } from "./alignment";
export { comparison } from "./comparison";
export { data } from "./data";
export { factors } from "./factors";
export { intervention } from "./intervention";
export { latents } from "./latents";
export { noiseTrained } from "./noise-trained";
export { plainSae } from "./plain-sae";
export { ranking } from "./ranking";
export { reconstruction } from "./reconstruction";
export { rewired } from "./rewired";
export { sae } from "./sae";
export { scores } from "./scores";
export { seeds } from "./seeds";
export { split } from "./split";
export { verdict } from "./verdict";
