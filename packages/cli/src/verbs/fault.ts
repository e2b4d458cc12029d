/** `lab fault ACTION LAB …`: breaks something in a running lab on purpose, shows what is broken, takes it back. */
import type { AppliedFault, Fault, Lab, Recovery } from '@peerlab/lab';
import { readDuration } from '../durations.ts';
import { EXIT, UsageError } from '../exit.ts';
import { readGroups, readLoss, readTargets, targetsOf } from '../fault-words.ts';
import { interruptible } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import { faultDocument } from '../output/fault-documents.ts';
import { activeFaultText, latencyText, liftedText, recoveryText } from '../output/fault-text.ts';
import { note, print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { waited } from '../waited.ts';
import { checkWhole, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

const FAULTS = ['partition', 'kill', 'stop', 'pause', 'isolate', 'slow', 'flaky', 'rate'] as const;
const REPAIRS = ['start', 'restart', 'unpause', 'rejoin'] as const;
type Action = (typeof FAULTS)[number] | (typeof REPAIRS)[number] | 'ls' | 'heal' | 'clear';
const ACTIONS: readonly Action[] = [...FAULTS, ...REPAIRS, 'ls', 'heal', 'clear'];

interface FaultArgs extends FormatArgs {
  readonly action: Action;
  readonly lab: string;
  readonly targets: readonly string[];
  readonly oneWay: boolean;
  readonly signal: string | undefined;
  readonly latency: number | undefined;
  readonly jitter: number | undefined;
  readonly loss: string | undefined;
  readonly kbps: number | undefined;
  readonly random: number | undefined;
  readonly seed: number | undefined;
  readonly for: string | undefined;
}

/** The verb. */
export const fault: Verb<FaultArgs> = {
  builder: args =>
    withFormat(args)
      .positional('action', { choices: ACTIONS, demandOption: true })
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('targets', {
        type: 'string',
        array: true,
        default: [],
        describe: 'peers: n3, n5..n9, n*, all; links: n3:n4; of a partition, each word is a group: n0,n1 n5..n9',
      })
      .option('one-way', {
        type: 'boolean',
        default: false,
        describe: 'partition: the first group hears the others, and is not heard',
      })
      .option('signal', { type: 'string', requiresArg: true, describe: 'kill: by which signal; SIGKILL by default' })
      .option('latency', { type: 'number', requiresArg: true, describe: 'slow: milliseconds, one way' })
      .option('jitter', { type: 'number', requiresArg: true, describe: 'slow: the latency varies by up to this much' })
      .option('loss', {
        type: 'string',
        requiresArg: true,
        describe: 'flaky: 0.1 or 10%; on a stream a loss is a delay',
      })
      .option('kbps', { type: 'number', requiresArg: true, describe: 'rate: kilobits per second' })
      .option('random', { type: 'number', requiresArg: true, describe: 'so many of the targets, drawn by the seed' })
      .option('seed', { type: 'number', requiresArg: true, describe: "of --random; the topology's by default" })
      .option('for', { type: 'string', requiresArg: true, describe: 'take it back after this time: 10s, 2m' })
      .example('lab fault partition ring-20 n0..n9 --for 30s', 'two halves, for half a minute')
      .example('lab fault slow ring-20 n3:n4 --latency 200', 'one slow link')
      .example('lab fault kill ring-20 --random 3 --seed 7', 'three peers, the same each time')
      .example('lab fault heal ring-20', 'everything back, and how long it took'),
  handler: async args => await run(async () => await act(args)),
};

async function act(args: FaultArgs): Promise<number> {
  checkWhole('random', args.random, 1, Number.MAX_SAFE_INTEGER);
  checkWhole('seed', args.seed, 0, 0xffffffff);
  const forMs = readDuration('for', args.for);
  if (forMs !== undefined && !isFault(args.action)) throw new UsageError(`${args.action} takes no --for`);
  const signal = interruptible(`lab fault heal ${args.lab} takes back what is left`);
  await using lab = await openNamed(args.lab, signal);
  const { action } = args;
  if (action === 'ls') return await show(lab, args.format);
  if (action === 'heal' || action === 'clear') {
    noTargets(args);
    return await tellRecovery(lab, await lab.heal({ signal }), args.format);
  }
  if (isRepair(action)) return await repair(lab, action, args, signal);
  const applied = await lab.fault(faultOf(args, lab));
  if (args.format === 'text') tellApplied(applied);
  if (forMs === undefined) {
    if (args.format === 'json') printJson(await faultDocument(lab, { applied }));
    else note(`lab fault heal ${lab.name} takes it back`);
    return EXIT.ok;
  }
  const wasInterrupted = !(await waited(forMs, signal));
  await applied.revert();
  const { links, timeMs, dialled } = await lab.recovered();
  const recovery: Recovery = { lifted: [], links, timeMs, dialled };
  if (args.format === 'json') printJson(await faultDocument(lab, { applied, recovery }));
  else print(`${style.good('✔')} taken back; ${recoveryText(recovery)}`);
  return wasInterrupted ? EXIT.interrupted : EXIT.ok;
}

/** The fault that the words ask for. @throws {UsageError} */
function faultOf(args: FaultArgs, lab: Lab): Fault {
  const { action, latency, jitter, kbps, random, seed, signal } = args;
  const verb = action as (typeof FAULTS)[number];
  const only = (option: string, value: unknown, verbs: readonly string[]): void => {
    if (value !== undefined && value !== false && !verbs.includes(verb)) {
      throw new UsageError(`${verb} takes no --${option}`, `${verbs.join(', ')} does`);
    }
  };
  only('one-way', args.oneWay, ['partition']);
  only('signal', signal, ['kill']);
  only('latency', latency, ['slow']);
  only('jitter', jitter, ['slow']);
  only('loss', args.loss, ['flaky']);
  only('kbps', kbps, ['rate']);
  if (verb === 'partition') {
    if (random !== undefined) throw new UsageError('partition takes no --random', 'name its groups');
    const groups = readGroups(args.targets, lab.topology);
    if (groups.length === 0) throw new UsageError('a partition of what?', 'such as: lab fault partition LAB n0..n4');
    return { verb, groups, oneWay: args.oneWay };
  }
  const needed = { slow: ['latency', latency], flaky: ['loss', args.loss], rate: ['kbps', kbps] } as Partial<
    Record<string, readonly [string, unknown]>
  >;
  const [option, value] = needed[verb] ?? [];
  if (option !== undefined && value === undefined && !(verb === 'slow' && jitter !== undefined)) {
    throw new UsageError(`${verb} needs --${option}`);
  }
  for (const [name, number, most] of [
    ['latency', latency, 600_000],
    ['jitter', jitter, 600_000],
    ['kbps', kbps, Number.MAX_SAFE_INTEGER],
  ] as const) {
    if (number === undefined || (number >= 0 && number <= most && (name !== 'kbps' || number > 0))) continue;
    throw new UsageError(`--${name} must be a number ${name === 'kbps' ? 'above 0' : `from 0 to ${most}`}`);
  }
  const targets = readTargets(args.targets, lab.topology);
  const ofPeers = ['kill', 'stop', 'pause', 'isolate'].includes(verb);
  if (ofPeers && targets.links.length > 0) {
    throw new UsageError(`${verb} takes peers, not links`, 'lab link down cuts a link');
  }
  if (targets.peers.length + targets.links.length === 0 && random === undefined) {
    throw new UsageError(`${verb} of what?`, `name ${ofPeers ? 'peers' : 'peers or links'}, or draw some: --random 3`);
  }
  return {
    verb,
    ...targetsOf(targets),
    random,
    seed,
    ...(signal !== undefined && { signal: signal.startsWith('SIG') ? signal : `SIG${signal}` }),
    latencyMs: latency,
    jitterMs: jitter,
    lossRatio: readLoss(args.loss),
    bandwidthKbps: kbps,
  };
}

async function repair(
  lab: Lab,
  action: (typeof REPAIRS)[number],
  args: FaultArgs,
  signal: AbortSignal,
): Promise<number> {
  const { peers, links } = readTargets(args.targets, lab.topology);
  if (links.length > 0) throw new UsageError(`${action} takes peers, not links`, 'lab link up restores a link');
  if (peers.length === 0) throw new UsageError(`${action} which peers?`, 'name them: n3, n5..n9, all');
  for (const peer of peers) {
    if (signal.aborted) return EXIT.interrupted;
    await lab[action](peer);
  }
  const { links: up, timeMs, dialled } = await lab.recovered({ signal });
  if (args.format === 'json') printJson(await faultDocument(lab, { recovery: { links: up, timeMs, dialled } }));
  else print(`${style.good('✔')} ${action} ${peers.join(' ')}; ${recoveryText({ links: up, timeMs, dialled })}`);
  return EXIT.ok;
}

function tellApplied({ text, notes, latency }: AppliedFault): void {
  print(`${style.warn('⚡')} ${text}`);
  if (latency !== undefined) print(`  ${latencyText(latency)}`);
  for (const line of notes) note(line);
}

async function show(lab: Lab, format: string): Promise<number> {
  if (format === 'json') {
    printJson(await faultDocument(lab));
    return EXIT.ok;
  }
  const faults = await lab.faults();
  if (faults.length === 0) print(`${lab.name}: no faults`);
  else for (const line of activeFaultText(faults)) print(line);
  return EXIT.ok;
}

async function tellRecovery(lab: Lab, recovery: Recovery, format: string): Promise<number> {
  if (format === 'json') printJson(await faultDocument(lab, { recovery }));
  else print(`${style.good('✔')} ${liftedText(recovery.lifted)}; ${recoveryText(recovery)}`);
  return EXIT.ok;
}

function noTargets({ action, targets }: FaultArgs): void {
  if (targets.length === 0) return;
  const advice = 'lab link up, and start, unpause and rejoin of lab fault, take single faults back';
  throw new UsageError(`${action} takes everything back, and no targets`, advice);
}

function isFault(action: string): boolean {
  return FAULTS.some(one => one === action);
}

function isRepair(action: string): action is (typeof REPAIRS)[number] {
  return REPAIRS.some(one => one === action);
}
