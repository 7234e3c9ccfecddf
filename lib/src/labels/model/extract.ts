/** How often a brace is taken for the beginning of an object, so that a text of braces alone ends. */
const TRIES = 50;

/**
 * JSON objects in a model's reply, the likeliest first: the whole text, what stands in code fences, then every object in the
 * text around. What a model thought aloud before its reply is left out.
 */
export function* objectsIn(reply: string): Generator<unknown> {
  const text = reply.replace(/^﻿/, "").replace(/<think>[\s\S]*?<\/think>/g, "");
  const fenced = Array.from(text.matchAll(/```[A-Za-z]*\s*([\s\S]*?)```/g), ([, inside]) => inside);
  for (const candidate of [text, ...fenced]) {
    const value = parsed(candidate);
    if (value !== undefined) yield value;
  }
  let from = 0;
  for (let tries = 0; tries < TRIES; tries++) {
    const start = text.indexOf("{", from);
    if (start < 0) return;
    const end = endOfObject(text, start);
    const value = end === undefined ? undefined : parsed(text.slice(start, end));
    if (value !== undefined) yield value;
    from = value === undefined ? start + 1 : (end as number);
  }
}

/** The object that a text is; undefined for anything else. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Where the object that begins at `start` ends: behind its last brace. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (quoted) {
      if (character === "\\") index++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return index + 1;
  }
  return undefined;
}
