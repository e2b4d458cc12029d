// Reads the options of a script or a benchmark. An unknown option, an empty value (`--rounds "$UNSET"`) and a number out of
// its bounds end it with status 2 and a sentence: none of them may become a number that nobody asked for.
import { parseArgs } from 'node:util';

/**
 * @param {string} usage what is shown after the sentence: `chaos-soak.js [--rounds N]`
 * @param {Record<string, {type: 'string' | 'boolean' | 'number', default?: unknown, multiple?: boolean, min?: number, max?: number}>} declared
 *   `number`: a whole number, from `min` (default: 1) to `max`
 * @param {string[]} words
 * @param {number} most words that no option takes; they are `positionals`
 * @returns {Record<string, any>} the values by name
 */
export function readOptions(usage, declared, words = process.argv.slice(2), most = 0) {
  try {
    return readWords(declared, words, most);
  } catch (error) {
    console.error(`${error.message}\nusage: ${usage}`);
    process.exit(2);
  }
}

/** @throws {Error} with a sentence that names the option */
export function readWords(declared, words, most = 0) {
  const options = Object.entries(declared).map(([name, { type, multiple = false }]) => [
    name,
    { type: type === 'boolean' ? 'boolean' : 'string', multiple },
  ]);
  const { values, positionals } = parseArgs({
    args: words,
    options: Object.fromEntries(options),
    allowPositionals: most > 0,
  });
  if (positionals.length > most) throw new Error(`unexpected argument ${positionals[most]}`);
  const read = Object.entries(declared).map(([name, option]) => {
    if (!Object.hasOwn(values, name)) return [name, option.default];
    const given = values[name];
    const texts = [given].flat();
    if (texts.some(text => typeof text === 'string' && text.trim() === '')) throw new Error(`--${name} is empty`);
    return [name, option.type === 'number' ? wholeNumber(name, given, option) : given];
  });
  return { ...Object.fromEntries(read), ...(most > 0 ? { positionals } : {}) };
}

function wholeNumber(name, text, { min = 1, max = Number.MAX_SAFE_INTEGER }) {
  const number = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  if (number >= min && number <= max) return number;
  const bounds = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new Error(`--${name} ${text}: not a whole number ${bounds}`);
}
