/**
 * The decisions of flooding: what to do with a copy of a message, and which neighbours a better copy is sent to. Pure, on
 * numbers alone, so that the real peer and a simulation of a million of them run these very functions.
 */
import { MAX_TTL } from './frame.ts';

/** Do nothing: the copy brings nothing new. */
export const IGNORE = 0;
/** Hand the message to the application. */
export const DELIVER = 1;
/** Pass the copy on, with a TTL lower by one, on every link but the one that it came by. */
export const RELAY = 2;
/** Remember this copy's TTL as the best. */
export const REMEMBER = 4;

/** What a peer remembers about its own messages: better than any copy that may come back. */
export const OWN_MESSAGE = 65535;

/**
 * Up to this initial TTL a horizon is exact, unless a peer is told otherwise: every TTL that is a limit. A flood without
 * limit has no horizon, and stays plain: 2|E| - |V| + 1 frames, whatever the delays.
 */
export const EXACT_TTL_MAX: number = MAX_TTL - 1;

/** The value that the seen-cache gives for a message that it does not know. */
export const UNSEEN = 0;

/**
 * Decides about one copy.
 *
 * With plain first-copy flooding a copy that came by a longer, faster path hides the better one, and a flood with a TTL
 * falls short of its horizon (Gnutella's short-circuiting). So where the TTL that the origin chose is at most
 * `exactTtlMax`, a copy that can reach further than the best one so far is relayed again, and not delivered again:
 * then exactly the peers within the horizon receive, whatever the delays. Proof: let v be at distance d <= T of the
 * origin; along a shortest path each peer relays a copy with TTL T - i + 1 or better, by induction on i.
 *
 * @param best the best remaining TTL that this peer has taken the message with; {@link UNSEEN} if it never has
 * @param ttl the copy's remaining TTL, 1..65535: the links that it may cross, the one that it came by included
 * @param initialTtl the TTL that the origin chose
 * @param exactTtlMax the largest initial TTL that gets the exact treatment; 0 is classic first-copy flooding
 * @returns a set of {@link DELIVER}, {@link RELAY} and {@link REMEMBER}, or {@link IGNORE}
 */
export function decideFlood(best: number, ttl: number, initialTtl: number, exactTtlMax: number): number {
  if (best === UNSEEN) return ttl > 1 ? DELIVER | RELAY | REMEMBER : DELIVER | REMEMBER;
  if (ttl > best && initialTtl <= exactTtlMax) return ttl > 1 ? RELAY | REMEMBER : REMEMBER;
  return IGNORE;
}

/**
 * Whether a neighbour may need a copy of a message that this peer has relayed before. One that has sent a copy here has
 * itself taken a better one, by one hop at least: it relays what it takes, so the proof of {@link decideFlood} holds for
 * what is left out too.
 * @param shown the best remaining TTL of the copies that came from this neighbour; {@link UNSEEN} if none is known
 * @param ttl the remaining TTL that the copy would be sent with
 */
export function isNeeded(shown: number, ttl: number): boolean {
  return shown === UNSEEN || ttl > shown + 1;
}

/** Links that a copy has crossed when it arrives: 1 from a neighbour. */
export function hopsOf(ttl: number, initialTtl: number): number {
  return initialTtl - ttl + 1;
}
