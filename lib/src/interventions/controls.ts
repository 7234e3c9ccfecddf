import { requireInput } from "../base/errors";
import { begin, type OnProgress } from "../base/progress";
import { seededRandom } from "../base/random";

/** Draws of a control set before one is taken whose doses do not reach below α = 0. */
const MOST_DRAWS = 8;

/** Random sets of latents, and the doses at which each moves the items as far as the latents asked about. */
export interface Controls {
  /** [controls] latents, ascending */
  sets: number[][];
  /** [controls][alphas] */
  doses: number[][];
  /** Controls that were drawn again, since a dose of the first draw was below α = 0. */
  redrawn: number;
  /** [alphas] 1 where every control moves the items as far as the latents; 0 where one does not, since no draw of it reached so far. */
  matched: Uint8Array;
}

/**
 * Draw control sets and match their doses: 1 + (α − 1)·w, where w is how much further the latents asked about move the items at a dose of 1.
 * A latent cannot be less than off: where that falls below α = 0 (at α = 0, for a set that moves the items less than ours), the set is
 * drawn again, up to {@link MOST_DRAWS} times. What then remains stays at α = 0 and moves the items less far; such a dose is in the curve's band,
 * but not in its p. A set that does not move the items at all can be dosed to nothing: it is drawn again too, and if none is found, it
 * stays at a dose of 1 and no dose but α = 1 is matched. For α ≥ 0 only; a negative α was asked for, and controls follow it.
 *
 * @param alive latents that may stand in a set @param size mean ‖ΔQ‖₂ of a set at a dose of 1
 * @throws InputError when there are fewer live latents outside the set than in it
 */
export async function drawControls(
  {
    latents,
    alphas,
    controls,
    seed,
  }: { latents: readonly number[]; alphas: readonly number[]; controls: number; seed: number },
  alive: readonly number[],
  size: (latents: readonly number[]) => number,
  onProgress?: OnProgress,
): Promise<Controls> {
  const drawn: Controls = { sets: [], doses: [], redrawn: 0, matched: new Uint8Array(alphas.length).fill(1) };
  if (controls === 0) return drawn;
  const others = alive.filter((latent) => !latents.includes(latent));
  requireInput(
    others.length >= latents.length,
    `Only ${others.length} live latents are left outside the set of ${latents.length}: a control needs as many, so scale fewer latents.`,
  );
  const wanted = size(latents);
  for (let control = 0; control < controls; control++) {
    const random = seededRandom(seed, `intervention/control/${control}`);
    let [draws, own] = [0, 0];
    let [set, doses]: [number[], number[]] = [[], []];
    do {
      set = random
        .shuffle([...others])
        .slice(0, latents.length)
        .sort((a, b) => a - b);
      own = size(set);
      doses = alphas.map((alpha) => (own > 0 ? 1 + (alpha - 1) * (wanted / own) : 1));
      await begin(onProgress, "interventions");
    } while (++draws < MOST_DRAWS && doses.some((dose, index) => unmatched(dose, alphas[index], own, wanted)));
    if (draws > 1) drawn.redrawn++;
    drawn.sets.push(set);
    drawn.doses.push(doses.map((dose, index) => (tooLow(dose, alphas[index]) ? 0 : dose)));
    doses.forEach((dose, index) => {
      if (unmatched(dose, alphas[index], own, wanted)) drawn.matched[index] = 0;
    });
  }
  return drawn;
}

/** Whether a set at its dose moves the items less far than the latents asked about. */
const unmatched = (dose: number, alpha: number, own: number, wanted: number): boolean =>
  tooLow(dose, alpha) || (own === 0 && wanted > 0 && alpha !== 1);

const tooLow = (dose: number, alpha: number): boolean => alpha >= 0 && dose < 0;
