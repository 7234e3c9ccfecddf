import type { Architecture } from "./architecture";
import { msae } from "./msae";
import { plainSae } from "./plain";

/** Every architecture by the name that its weights carry. A new one is a new file and a line here. */
export const architectures: Readonly<Record<string, Architecture<never>>> = { msae, plain: plainSae };
