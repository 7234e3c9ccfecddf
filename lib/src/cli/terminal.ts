/** Where a command writes: stdout for results, stderr for everything else. */
export interface Terminal {
  out: (text: string) => void;
  err: (text: string) => void;
}
