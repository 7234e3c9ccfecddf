/** How far a long step has come. Steps report this; only `lab` knows how it is shown. */
export interface Progress {
  /** What is being done, in words for a person: "iALS", "MSAE", "ranking". */
  phase: string;
  /** Units finished so far. */
  done: number;
  /** Units in all. */
  total: number;
  /** Name of a unit, plural: "iterations", "steps", "users". */
  unit?: string;
  /** Numbers worth plotting as they come, by name: { loss: .42 }. */
  metrics?: Readonly<Record<string, number>>;
}

/**
 * Called by a long step at least every 100 ms or so of work, and awaited by it. The listener may yield
 * to the event loop; when it throws, the step stops and leaves nothing running.
 */
export type OnProgress = (progress: Progress) => void | Promise<void>;

/** Say what comes next, before a moment of work that reports nothing itself: a listener is heard here as anywhere. */
export async function begin(onProgress: OnProgress | undefined, phase: string): Promise<void> {
  await onProgress?.({ phase, done: 0, total: 1 });
}
