import { hash32 } from "../base/random";

/** Which half of the items an id belongs to: choices are made on A, figures quoted from B. */
export function halfOf(id: string): "A" | "B" {
  return hash32(`half/${id}`) & 1 ? "B" : "A";
}
