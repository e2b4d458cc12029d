/** Which lines that are not of the contract claim to be: the rule by which a slip is told from a log line. */
import { nearest } from '@peerlab/conditions';
import { EVENT_NAMES } from './events.ts';

/** An object whose first key is that of a reply or an event. */
const BEGINS_AS_ONE = /^\{\s*(?:"(?:event|reply)"|'reply')\s*:/;
/** An object of any quotes that names an event of the contract somewhere: Python prints a dict so. */
const NAMES_AN_EVENT = new RegExp(`["']event["']\\s*:\\s*["'](?:${EVENT_NAMES.join('|')})["']`);

/** Shorter names are too near to too many words. */
const SHORTEST_SLIP = 6;

/** Characters of a line that is not JSON that are looked at. */
const LOOKED_AT = 4096;

/** True for a text that is not JSON, begins with `{`, and was meant to be a line of the contract. */
export function claims(text: string): boolean {
  const start = text.slice(0, LOOKED_AT);
  return BEGINS_AS_ONE.test(start) || NAMES_AN_EVENT.test(start);
}

/** The event that a name is a slip of: `recieved`, `linkUp`, `READY`. */
export function knownEventNear(name: string): string | undefined {
  const plain = lettersOf(name);
  const same = EVENT_NAMES.find(known => lettersOf(known) === plain);
  return same ?? (name.length < SHORTEST_SLIP || name.length > 40 ? undefined : nearest(name, EVENT_NAMES));
}

/** True where the text is UTF-16 that was read as UTF-8, and `isMeant` is true of what it says. */
export function isOtherEncoding(text: string, isMeant: (plain: string) => boolean): boolean {
  if (!text.includes('\0')) return false;
  const plain = text.replaceAll('\0', '').replace(/^\uFFFD+/, '');
  return plain.startsWith('{') && isMeant(plain);
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}
