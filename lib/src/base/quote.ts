/** Characters of a value that a message shows. */
const SHOWN = 80;

/** Characters of a message: beyond this its middle is left out, so that what it is about and the remedy stay. */
const LONGEST_MESSAGE = 2000;

/**
 * What a terminal would act on instead of showing: control characters (ANSI escapes begin with one), marks that turn the direction
 * of writing or that nobody sees, line and paragraph separators, and halves of surrogate pairs. Not the joiners U+200C and U+200D,
 * of which Persian words and many emoji are made.
 */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text with every character that does not show itself written out, as JSON would: `\n`, `\u001b`, `\u202e`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => SHORT[character] ?? escapesOf(character));
}

function escapesOf(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}

/**
 * A value of the user's as it stands in a sentence: visible, and cut after 80 characters with its length said.
 *
 * @param value text as it is; anything else as JSON
 */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  if (text.length <= SHOWN) return visible(text);
  // A cut pair would leave a half that is no character.
  const cut = text.slice(0, SHOWN).replace(/[\ud800-\udbff]$/, "");
  return `${visible(cut)}… (${text.length.toLocaleString("en")} characters)`;
}

/** The same in quotation marks. */
export function quote(value: unknown): string {
  return `"${shown(value)}"`;
}

/** A whole message, made safe to print: its unseen characters are written out, and one that is too long loses its middle. */
export function printable(message: string): string {
  const text = visible(message);
  if (text.length <= LONGEST_MESSAGE) return text;
  const left = text.length - LONGEST_MESSAGE;
  const half = LONGEST_MESSAGE / 2;
  return `${text.slice(0, half)} … (${left.toLocaleString("en")} characters are left out here) … ${text.slice(-half)}`;
}
