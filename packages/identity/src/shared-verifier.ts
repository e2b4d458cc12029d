/**
 * Verification for many peers of one process: what one has verified, the others need not compute again. A signature is valid
 * for all of them, or for none, so that nothing changes but the time it takes.
 */
import type { PeerSecurity } from '@peerlab/protocol';

type Verify = PeerSecurity['verify'];

/** Answers that are kept; the oldest goes first. @default 8192: of messages under way, and links being made, at once */
const MAX_ANSWERS = 8192;

/** Wraps verification so that each answer is computed once. */
export function createSharedVerifier(): (verify: Verify) => Verify {
  const answers = new Map<string, boolean>();
  return verify => (publicKey, bytes, signature) => {
    const question = [publicKey, signature, bytes].map(part => Buffer.from(part).toString('latin1')).join('\0');
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = verify(publicKey, bytes, signature);
    answers.set(question, answer);
    if (answers.size > MAX_ANSWERS) {
      const oldest = answers.keys().next();
      if (!oldest.done) answers.delete(oldest.value);
    }
    return answer;
  };
}
