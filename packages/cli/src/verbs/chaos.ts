/** `lab chaos LAB`: faults after a seeded schedule for a time, then everything is healed, and proven. */
import { FAULT_VERBS, type FaultVerb, isLasting } from '@peerlab/conditions';
import { runChaos } from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import { type ChaosDocument, chaosDocument } from '../output/fault-documents.ts';
import { liftedText, recoveryText } from '../output/fault-text.ts';
import { checksText, MARKS, printFindings } from '../output/finding-text.ts';
import { note, print, printJson } from '../output/print.ts';
import { shellWord } from '../output/shell-word.ts';
import { style } from '../output/style.ts';
import { readDuration } from '../quantities.ts';
import { checkQuantity, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface ChaosArgs extends FormatArgs {
  readonly lab: string;
  readonly duration: string;
  readonly every: string;
  readonly seed: number | undefined;
  readonly fault: readonly FaultVerb[] | undefined;
}

/** The verb. */
export const chaos: Verb<ChaosArgs> = {
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .option('duration', { type: 'string', default: '30s', requiresArg: true, describe: 'how long: 30s, 5m' })
      .option('every', {
        type: 'string',
        default: '2s',
        requiresArg: true,
        describe: 'average time between two faults',
      })
      .option('seed', {
        type: 'number',
        requiresArg: true,
        describe: "seed of the faults and their times; default: the topology's seed",
      })
      .option('fault', {
        choices: FAULT_VERBS.filter(isLasting),
        array: true,
        requiresArg: true,
        describe: 'use only this fault; may be repeated',
      })
      .example('lab chaos ring-20 --duration 1m --seed 7', 'the same faults each time'),
  handler: async args => await run(async () => await wreak(args)),
};

async function wreak({ lab: name, duration, every, seed, fault, format }: ChaosArgs): Promise<number> {
  checkQuantity('seed', seed, 'seed');
  const durationMs = readDuration('duration', duration) ?? 0;
  const everyMs = readDuration('every', every) ?? 0;
  const signal = interruptible(`lab fault heal ${name} lifts the remaining faults`);
  await using lab = await openNamed(name, { signal });
  const isText = format === 'text';
  const used = seed ?? lab.topology.seed;
  if (isText) print(`${style.strong(lab.name)}  chaos for ${duration}, seed ${used}`);
  const events: ChaosDocument['events'][number][] = [];
  const result = await runChaos(lab, {
    durationMs,
    everyMs,
    seed: used,
    verbs: fault,
    signal,
    onEvent: ({ atMs, event, text, applied }) => {
      events.push({ atMs: Math.round(atMs), event, text });
      if (!isText) return;
      const mark = { applied: style.warn('⚡'), reverted: style.good('↺'), 'left-out': style.dim('–') }[event];
      print(`${(atMs / 1000).toFixed(1).padStart(6)} s  ${mark} ${text}`);
      if (event === 'applied') for (const line of applied?.notes ?? []) note(line);
    },
  });
  const { recovery, checks, passed, wasCut } = result;
  if (format === 'json') {
    printJson(chaosDocument({ lab: lab.name, seed: used, durationMs, events }, result));
  } else {
    print(`${style.good('✔')} healed: ${liftedText(recovery)}; ${recoveryText(recovery)}`);
    for (const { name: check, verdict, observed } of checks) print(`${MARKS[verdict]} ${check.padEnd(10)} ${observed}`);
    printFindings(checks);
    print(`${style.strong(lab.name)}: ${checksText(checks)}`);
    if (!passed)
      note(`to reproduce: lab chaos ${shellWord(name)} --seed ${used} --duration ${duration} --every ${every}`);
  }
  if (!passed) return EXIT.failed;
  return wasCut ? EXIT.interrupted : EXIT.ok;
}
