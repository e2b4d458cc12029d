/** Steps in words. */
import { targetsOf } from '@peerlab/conditions';
import type { BroadcastStep, Comparison, DmStep, ExecStep, FaultStep, LogStep, Step } from '@peerlab/topology';

const SHOWN = 4;

/** Characters of a command that a title has. */
const SHOWN_CHARACTERS = 60;

/** What a step does: the author's words, or its own. */
export function stepTitle(step: Step): string {
  if (step.name !== undefined) return step.name;
  switch (step.kind) {
    case 'broadcast':
    case 'dm':
      return messageTitle(step);
    case 'load':
      return `load of ${step.ratePerSecond}/s from ${listed(step.from)} for ${step.durationMs} ms`;
    case 'expect':
      return 'expect';
    case 'checks':
      return `checks ${step.checks.join(', ')}`;
    case 'wait-settled':
      return 'wait until nothing is in flight';
    case 'exec':
      return execTitle(step);
    case 'log':
      return logTitle(step);
    case 'fault':
      return faultTitle(step);
    case 'heal':
      return 'heal';
    case 'parallel':
      return `${step.steps.length} steps in parallel`;
    case 'repeat':
      return `${step.times} times ${step.steps.length === 1 ? '1 step' : `${step.steps.length} steps`}`;
  }
}

/** `broadcast from n0 (TTL 3)`. */
function messageTitle(step: BroadcastStep | DmStep): string {
  const what = step.kind === 'dm' ? `DM ${step.from} to ${step.to}` : `broadcast from ${step.from}`;
  return step.ttl === undefined ? what : `${what} (TTL ${step.ttl})`;
}

/** `exec serf members on n0, n1 and 3 more`. */
export function execTitle({ run, on }: Pick<ExecStep, 'run' | 'on'>): string {
  const words = run.map(word => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
  const shown = words.length > SHOWN_CHARACTERS ? `${words.slice(0, SHOWN_CHARACTERS)}…` : words;
  return `exec ${shown} on ${listed(on)}`;
}

/** `log of n0: /ready/`. */
export function logTitle({ match, on }: Pick<LogStep, 'match' | 'on'>): string {
  return `log of ${listed(on)}: /${match}/`;
}

function faultTitle({ fault, forMs }: FaultStep): string {
  const { groups, peers, links } = targetsOf(fault);
  const targets =
    groups !== undefined
      ? groups.map(group => listed(group)).join(' | ')
      : links !== undefined
        ? listed(links.map(([a, b]) => `${a}-${b}`))
        : listed(peers ?? []);
  return `${fault.verb} ${targets}${forMs === undefined ? '' : ` for ${forMs} ms`}`;
}

/** `n0, n1 and 18 more`. */
export function listed(names: readonly string[]): string {
  if (names.length <= SHOWN) return names.join(', ');
  return `${names.slice(0, SHOWN - 1).join(', ')} and ${names.length - SHOWN + 1} more`;
}

/** `<= 4`, `4`. */
export function comparisonText({ operator, value }: Comparison): string {
  return operator === '=' ? String(value) : `${operator} ${value}`;
}

/** The kinds of load's share: `>= 99.9 %`. */
export function shareText({ operator, value }: Comparison): string {
  return `${operator} ${Number((value * 100).toPrecision(6))} %`;
}
