/** A command line of a topology file as its words. Quotes and backslashes are a POSIX shell's; no shell runs. */
import { split } from 'shlex';
import { parseTemplate } from './templates.ts';

/** From a private range of Unicode: stands for a template while a text is split, since a list has spaces. */
const MARK = '\ue000';
const MARKED = new RegExp(`${MARK}(\\d+)${MARK}`, 'g');

/**
 * Splits a text into words; templates stay whole, and are filled in later, so that a value never splits a word.
 * @throws Error for a quote that is not closed
 */
export function splitWords(line: string): readonly string[] {
  const sources: string[] = [];
  const marked = parseTemplate(line)
    .map(part => {
      if (part.kind === 'text') return part.source;
      sources.push(part.source);
      return `${MARK}${sources.length - 1}${MARK}`;
    })
    .join('');
  return split(marked).map(word => word.replace(MARKED, (_, place: string) => sources[Number(place)] ?? ''));
}
