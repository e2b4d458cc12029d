/** `lab fault ACTION LAB …`: applies, lists and lifts faults of a running lab. */
import { FAULT_VERBS, type FaultVerb, isLasting, REPAIR_VERBS, type RepairVerb } from '@peerlab/conditions';
import type { AppliedFault, Lab, LinksBack, Recovery } from '@peerlab/lab';
import { EXIT, UsageError } from '../exit.ts';
import { type FaultArgs as FaultWords, readFault, withFaultOptions } from '../fault-options.ts';
import { readTargets } from '../fault-words.ts';
import { interruptible } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import { faultDocument } from '../output/fault-documents.ts';
import { activeFaultText, latencyText, liftedText, recoveryText } from '../output/fault-text.ts';
import { note, print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { peersOfEngines } from '../peers-of-engines.ts';
import { readDuration } from '../quantities.ts';
import { waited } from '../waited.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

type Action = FaultVerb | RepairVerb | 'ls' | 'heal' | 'clear';
const ACTIONS: readonly Action[] = [...FAULT_VERBS, ...REPAIR_VERBS, 'ls', 'heal', 'clear'];

interface FaultArgs extends FormatArgs, FaultWords {
  readonly action: Action;
  readonly lab: string;
  readonly for: string | undefined;
  readonly engine: readonly string[];
}

/** The verb. */
export const fault: Verb<FaultArgs> = {
  builder: args =>
    withFaultOptions(withFormat(args))
      .positional('action', { choices: ACTIONS, demandOption: true })
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('targets', {
        type: 'string',
        array: true,
        default: [],
        describe: 'peers: n3, n5..n9, n*, all; links: n3:n4; of a partition, each word is a group: n0,n1 n5..n9',
      })
      .option('for', { type: 'string', requiresArg: true, describe: 'lift it after this time: 10s, 2m' })
      .example('lab fault partition ring-20 n0..n9 --for 30s', 'split it into two halves for half a minute')
      .example('lab fault slow ring-20 n3:n4 --latency 200ms', 'slow down one link')
      .example('lab fault partition ring-20 --engine b', 'cut the peers of one engine off from the others')
      .example('lab fault kill ring-20 --random 3 --seed 7', 'kill three peers, the same each time')
      .example('lab fault heal ring-20', 'lift all faults and report the recovery time'),
  handler: async args => await run(async () => await act(args)),
};

async function act(given: FaultArgs): Promise<number> {
  const { action } = given;
  const forMs = readDuration('for', given.for);
  if (forMs !== undefined && !(isFault(action) && isLasting(action))) throw new UsageError(`${action} takes no --for`);
  const signal = interruptible(`lab fault heal ${given.lab} lifts the remaining faults`);
  await using lab = await openNamed(given.lab, { signal, opens: action === 'ls' });
  const args = { ...given, targets: [...given.targets, ...peersOfEngines(given.engine, lab)] };
  if (action === 'ls') return await show(lab, args.format);
  if (action === 'heal' || action === 'clear') {
    noTargets(args);
    return await tellRecovery(lab, await lab.heal({ signal }), args.format);
  }
  if (isRepair(action)) return await repair(lab, action, args, signal);
  const applied = await lab.fault(readFault(action, args, lab.topology));
  if (args.format === 'text') tellApplied(applied);
  if (!isLasting(action)) {
    await tellBack(lab, applied, await lab.recovered({ signal }), args.format);
    return EXIT.ok;
  }
  if (forMs === undefined) {
    if (args.format === 'json') printJson(await faultDocument(lab, { applied }));
    else note(`lab fault heal ${lab.name} lifts it`);
    return EXIT.ok;
  }
  const wasInterrupted = !(await waited(forMs, signal));
  await applied.revert();
  await tellBack(lab, applied, await lab.recovered(), args.format);
  return wasInterrupted ? EXIT.interrupted : EXIT.ok;
}

async function repair(lab: Lab, action: RepairVerb, args: FaultArgs, signal: AbortSignal): Promise<number> {
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

async function tellBack(lab: Lab, applied: AppliedFault, recovery: LinksBack, format: string): Promise<void> {
  if (format === 'json') printJson(await faultDocument(lab, { applied, recovery }));
  else print(`${style.good('✔')} ${isLasting(applied.fault.verb) ? 'lifted; ' : ''}${recoveryText(recovery)}`);
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
  else print(`${style.good('✔')} ${liftedText(recovery)}; ${recoveryText(recovery)}`);
  return EXIT.ok;
}

function noTargets({ action, targets }: FaultArgs): void {
  if (targets.length === 0) return;
  const advice = 'lab link up, lab fault start, unpause and rejoin lift single faults';
  throw new UsageError(`${action} lifts all faults and takes no targets`, advice);
}

function isFault(action: string): action is FaultVerb {
  return FAULT_VERBS.some(one => one === action);
}

function isRepair(action: string): action is RepairVerb {
  return REPAIR_VERBS.some(one => one === action);
}
