/**
 * JSON of which nothing is lost or guessed. `JSON.parse` is the parser; what it lets through is looked for in the text that it has
 * found valid. Of the well-kept parsers that were considered, jsonc-parser and momoa tell neither a repeated key nor a number's
 * range without a walk as long as this one, lossless-json lets equal repeated keys pass and loses the key `__proto__`, and
 * secure-json-parse refuses that key where it is a name like any other.
 */

/** Why a text is not taken as JSON, in words that go on from "its header". */
export class JsonFault extends Error {}

/** Objects and lists may stand in each other this deep; the reference reader of safetensors stops at 128. */
const DEEPEST = 100;

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

/**
 * The value of JSON bytes: UTF-8, at most a byte-order mark before it, every key once in its object, numbers finite, strings whole
 * characters, at most 100 levels deep.
 *
 * @param options.wholeNumbers every number is a whole one from 0, written in digits alone, and exact
 * @throws JsonFault with the reason
 */
export function parseStrictJson(bytes: Uint8Array, options: { wholeNumbers?: boolean; mark?: boolean } = {}): unknown {
  const { wholeNumbers = false, mark = true } = options;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: !mark }).decode(bytes);
  } catch {
    throw new JsonFault("is not UTF-8");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new JsonFault(`is not JSON (${(error as Error).message})`);
  }
  checkTokens(text, wholeNumbers);
  return value;
}

/** Walk over the tokens of a text that is valid JSON. */
function checkTokens(text: string, wholeNumbers: boolean): void {
  /** The keys of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  for (let offset = 0; offset < text.length; ) {
    const character = text[offset];
    if (character === "{" || character === "[") {
      if (open.length === DEEPEST) throw new JsonFault(`has more than ${DEEPEST} lists and objects in each other`);
      open.push(character === "{" ? new Set() : undefined);
    } else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfString(text, offset);
      offset = checkString(text.slice(offset, end), text, end, open[open.length - 1]);
      continue;
    } else if (character === "-" || (character >= "0" && character <= "9")) {
      NUMBER.lastIndex = offset;
      const number = NUMBER.exec(text)?.[0] ?? character;
      checkNumber(number, wholeNumbers);
      offset += number.length;
      continue;
    }
    offset++;
  }
}

/** Where a string ends that begins at `start`: behind its closing quotation mark. */
function endOfString(text: string, start: number): number {
  for (let offset = start + 1; ; offset++) {
    if (text[offset] === "\\") offset++;
    else if (text[offset] === '"') return offset + 1;
  }
}

/** @returns where to go on: behind the colon of a key */
function checkString(token: string, text: string, end: number, keys: Set<string> | undefined): number {
  let next = end;
  while (" \t\r\n".includes(text[next] ?? "x")) next++;
  const isKey = keys !== undefined && text[next] === ":";
  if (!isKey && !token.includes("\\u")) return end;
  const string = JSON.parse(token) as string;
  if (/\p{Cs}/u.test(string)) throw new JsonFault("has half of a surrogate pair in a string");
  if (!isKey) return end;
  if (keys.has(string)) throw new JsonFault(`has the key ${JSON.stringify(string.slice(0, 80))} twice in an object`);
  keys.add(string);
  return next + 1;
}

function checkNumber(text: string, wholeNumbers: boolean): void {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new JsonFault(`has the number ${text.slice(0, 80)}, beyond the largest there is`);
  if (wholeNumbers && !(/^\d+$/.test(text) && Number.isSafeInteger(value)))
    throw new JsonFault(`has the number ${text.slice(0, 80)}, where only whole numbers from 0 can stand`);
}
