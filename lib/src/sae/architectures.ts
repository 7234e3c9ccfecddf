// Every architecture of the library. A new one is a new file and a line here.
export { msae } from "./msae";
export { plainSae } from "./plain";
