/**
 * Text of others (payloads, log lines, names and reasons that peers give) on its way to a terminal or into JSON. A terminal obeys
 * control characters, and shows text in another order after bidirectional ones: neither gets there. print.ts applies it.
 */

/** C0 but the tabulator, DEL, C1, and the bidirectional controls of Unicode (UAX #9). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line: every control character, line ends too, as `\x1b` or `\u202e`. */
export function harmless(text: string): string {
  return text.replace(CONTROLS, found => (found <= '\u00ff' ? `\\x${digits(found).slice(2)}` : `\\u${digits(found)}`));
}

/** A JSON text, still JSON: what JSON leaves as it is and a terminal obeys is escaped within its strings. */
export function harmlessJson(json: string): string {
  return json.replace(CONTROLS, found => (found === '\n' ? found : `\\u${digits(found)}`));
}

function digits(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}
