/** Values of a Python literal; tuples and lists are both arrays. */
export type PythonValue = string | number | boolean | null | PythonValue[] | { [key: string]: PythonValue };

const TOKEN = /[ \t\r\n\f]*('[^'\\\n]*'|"[^"\\\n]*"|\d+|True|False|None|[{}()[\],:])/y;

/** Lists and tuples may stand in each other this deep. */
const DEEPEST = 20;

/**
 * A dictionary as Python writes it: keys in quotation marks, each once; values of text without backslashes, whole numbers from 0,
 * True, False, None, tuples and lists. It is read by its grammar; nothing of it is run.
 *
 * @returns an object without a prototype
 * @throws SyntaxError for anything else
 */
export function parsePythonDict(text: string): { [key: string]: PythonValue } {
  const tokens = tokensOf(text);
  let index = 0;
  const take = (wanted?: string): string => {
    const token = tokens[index++];
    if (token === undefined || (wanted !== undefined && token !== wanted)) throw new SyntaxError("unexpected token");
    return token;
  };
  const dictionary = (): { [key: string]: PythonValue } => {
    const out: { [key: string]: PythonValue } = Object.create(null);
    while (tokens[index] !== "}") {
      const key = textOf(take());
      take(":");
      if (Object.hasOwn(out, key)) throw new SyntaxError("a key twice");
      out[key] = value(1);
      if (tokens[index] !== "}") take(",");
    }
    take("}");
    return out;
  };
  const sequence = (end: ")" | "]", depth: number): PythonValue => {
    const out: PythonValue[] = [];
    let commas = 0;
    while (tokens[index] !== end) {
      out.push(value(depth));
      if (tokens[index] === end) break;
      take(",");
      commas++;
    }
    take(end);
    // (3) is a number in parentheses, (3,) a tuple.
    return end === ")" && out.length === 1 && commas === 0 ? out[0] : out;
  };
  const value = (depth: number): PythonValue => {
    if (depth > DEEPEST) throw new SyntaxError("too deep");
    const token = take();
    if (token === "(") return sequence(")", depth + 1);
    if (token === "[") return sequence("]", depth + 1);
    if (token === "True" || token === "False") return token === "True";
    if (token === "None") return null;
    if (/^\d/.test(token)) return numberOf(token);
    return textOf(token);
  };
  take("{");
  const result = dictionary();
  if (index < tokens.length) throw new SyntaxError("something follows");
  return result;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const end = text.replace(/[ \t\r\n\f]+$/, "").length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const found = TOKEN.exec(text);
    if (!found) throw new SyntaxError("no Python literal");
    tokens.push(found[1]);
  }
  return tokens;
}

function textOf(token: string): string {
  if (!/^['"]/.test(token)) throw new SyntaxError("text expected");
  return token.slice(1, -1);
}

/** Python knows no number with a zero before it, but for zero. */
function numberOf(token: string): number {
  const number = Number(token);
  if (!Number.isSafeInteger(number) || !/^(0+|[1-9]\d*)$/.test(token)) throw new SyntaxError("number");
  return number;
}
