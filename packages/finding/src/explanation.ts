/** Why a claim failed: one broken promise, in words and as facts. finding.ts says what a claim is. */

/** The kinds of explanations. */
export const EXPLANATION_KINDS = [
  'missed', // within reach, and the message never came
  'beyond-horizon', // it came, although the distance is more than the TTL
  'twice', // delivered more than once
  'own', // delivered to its origin
  'not-meant', // a direct message surfaced at another peer
  'altered', // delivered with another payload, origin or kind than it was sent with
  'hops', // a hop count that no path has, or that does not follow from the neighbour's
  'not-relayed', // a peer had the message and did not pass it on
  'echoed', // a peer sent a copy back to the neighbour that it came from
  'sent-twice', // a peer sent two copies over one link
  'frames', // another number of frames than predicted
  'link', // a link that is missing, or too many, or different at its two ends
  'incomplete', // what was tried could not be brought to an end
  'refused', // a program did not do what it was asked for
  'stated', // a statement of the scenario does not hold
  'contract', // a clause of the peer contract is broken
] as const;

/** See {@link EXPLANATION_KINDS}. */
export type ExplanationKind = (typeof EXPLANATION_KINDS)[number];

/** See the module's header. */
export interface Explanation {
  readonly kind: ExplanationKind;
  /** The peer that broke the promise, by name, where it can be told. */
  readonly culprit?: string | undefined;
  /** Where one message alone cannot tell: every peer that may be the culprit, the likeliest first. */
  readonly suspects?: readonly string[] | undefined;
  readonly messageId?: string | undefined;
  /** For a message that did not arrive: a shortest path to the peer that missed it, and the last peer on it that had it. */
  readonly way?: { readonly path: readonly string[]; readonly stoppedAfter: string } | undefined;
  /** One or two sentences for a person. */
  readonly text: string;
}
