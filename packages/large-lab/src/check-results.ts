/** From the floods of a large network to its checks, in the words of the checks of small ones. */
import { type CheckFinding, checkFinding, MAX_EXPLANATIONS, plural } from '@peerlab/lab';
import type { LargeCheckName, RunFlood } from './large-result.ts';

/** What a check claims, and what was seen. */
type Words = Pick<CheckFinding, 'expected' | 'observed'>;

const WORDS: Readonly<Record<LargeCheckName, (floods: readonly RunFlood[]) => Words>> = {
  broadcast: floods => {
    const due = sum(floods, ({ expected }) => expected);
    const delivered = sum(floods, ({ result }) => result.delivered);
    const frames = sum(floods, ({ result }) => result.frames);
    const predicted = sum(floods, ({ predictedFrames }) => predictedFrames);
    const each = delivered === due ? 'each once' : 'not exactly once each';
    return {
      expected: `${due} deliveries, each once; ${predicted} frames`,
      observed: `${plural(floods.length, 'origin')}: ${delivered} of ${due}, ${each}; ${frames} frames, predicted ${predicted}`,
    };
  },
  ttl: floods => {
    const exact = floods.filter(({ problems }) => problems.length === 0).length;
    return {
      expected: `${floods.length} horizons, exact`,
      observed: `1 origin x ${floods.length} TTLs: ${exact} of ${floods.length} horizons exact`,
    };
  },
  dm: floods => {
    const arrived = (isEnough: boolean): number =>
      floods.filter(({ expected, result }) => expected === Number(isEnough) && result.delivered > 0).length;
    const pairs = floods.length / 2;
    return {
      expected: `${pairs} arrive with TTL = distance, 0 with TTL = distance - 1`,
      observed: `${plural(pairs, 'pair')}: ${arrived(true)} arrive with TTL = distance, ${arrived(false)} with TTL = distance - 1`,
    };
  },
};

/** The finding of a check whose floods all came to their end. */
export function checkResultOf(
  name: LargeCheckName,
  floods: readonly RunFlood[],
  notes: readonly string[],
  timeMs: number,
): CheckFinding {
  const explanations = floods.flatMap(({ problems }) => problems).slice(0, MAX_EXPLANATIONS);
  const isTried = floods.some(({ expected }) => expected > 0);
  const open = isTried ? [] : ['no peer can reach another one'];
  return checkFinding(name, { ...WORDS[name](floods), evidence: notes, explanations }, open, timeMs);
}

function sum(floods: readonly RunFlood[], of: (flood: RunFlood) => number): number {
  return floods.reduce((total, flood) => total + of(flood), 0);
}
