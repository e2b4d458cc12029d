/** `lab engines ACTION`: the engines that labs are spread over: what they are, whether they reach each other, their Swarm. */
import { isIPv4 } from 'node:net';
import type { EngineSpec } from '@peerlab/driver';
import type { EngineGroup, EnginesReport } from '@peerlab/driver-docker';
import { INSTALLATION } from '@peerlab/installation';
import { namedEngines, peerProgram } from '../drivers.ts';
import { EXIT, UsageError } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { agreed } from '../output/agreed.ts';
import { type EngineChange, enginesDocument } from '../output/engine-documents.ts';
import { printEngines, printPaths, printProblems } from '../output/engine-text.ts';
import { note, print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { settingsPath } from '../settings/settings-path.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

const ACTIONS = ['ls', 'check', 'join', 'leave'] as const;

interface EnginesArgs extends FormatArgs {
  readonly action: (typeof ACTIONS)[number];
  readonly yes: boolean;
  readonly address: readonly string[];
}

/** The verb. */
export const engines: Verb<EnginesArgs> = {
  builder: args =>
    withFormat(args)
      .positional('action', {
        choices: ACTIONS,
        demandOption: true,
        describe:
          'ls: what they are; check: also whether they reach each other; join: make them one Swarm; leave: undo that',
      })
      .option('address', {
        type: 'string',
        array: true,
        requiresArg: true,
        default: [],
        describe: 'NAME=ADDRESS: at which the other engines reach it, where it has several',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'do not ask before changing engines' })
      .example('lab engines check --engine a=unix:///var/run/docker.sock --engine b=ssh://user@host', 'two machines')
      .example('lab engines join', 'those of the settings file become one Swarm'),
  handler: async args => await run(async () => await act(args)),
};

async function act(args: EnginesArgs): Promise<number> {
  const named = namedEngines();
  if (named === undefined) throw unnamed();
  const specs = withAddresses(named, args.address);
  const { EngineGroup: Group, judgeEngines } = await import('@peerlab/driver-docker');
  const group = new Group(specs, { peerBundle: peerProgram(), version: INSTALLATION.version });
  const report = await group.report();
  const { action } = args;
  if (action === 'join') return await join(group, report, args);
  if (action === 'leave') return await leave(group, report, args);
  const check = action === 'check' && report.engines.length > 0 ? await group.check(report.engines) : undefined;
  const problems = judgeEngines(report, check);
  tell({ report, check, problems, changes: [] }, args.format);
  if (report.silent.length > 0) return EXIT.driver;
  return action === 'check' && problems.length > 0 ? EXIT.failed : EXIT.ok;
}

function tell(told: Parameters<typeof enginesDocument>[0], format: string): void {
  if (format === 'json') {
    printJson(enginesDocument(told));
    return;
  }
  printEngines(told.report, told.check);
  if (told.check !== undefined) printPaths(told.check.paths);
  printProblems(told.problems);
  const { engines: answering } = told.report;
  if (answering.length > 1 && answering.every(({ swarm }) => swarm.role === 'none')) {
    print();
    print(`they are in no Swarm: ${style.strong('lab engines join')} makes one of them`);
  }
}

async function join(group: EngineGroup, report: EnginesReport, args: EnginesArgs): Promise<number> {
  refuseSilent(report);
  const plan = await group.planJoin(report.engines);
  const changes = plan.steps.map(({ kind, engine }): EngineChange => ({ engine, change: kind, done: false }));
  const how = (engine: string): string => `${engine} at ${plan.addresses.get(engine)}`;
  if (changes.length === 0) note(`the engines are one Swarm, which ${plan.manager} manages: nothing to change`);
  for (const { engine, change } of changes) {
    note(
      change === 'make'
        ? `${how(engine)} will make a Swarm, and manage it`
        : `${how(engine)} will join the Swarm of ${plan.manager}`,
    );
  }
  const isWanted = await agreedTo(changes, 'make one Swarm of them?', args);
  if (isWanted)
    await group.join(plan, ({ engine, kind }) =>
      note(kind === 'make' ? `${engine} manages a Swarm` : `${engine} joined`),
    );
  return await conclude(group, changes, isWanted, args);
}

async function leave(group: EngineGroup, report: EnginesReport, args: EnginesArgs): Promise<number> {
  refuseSilent(report);
  const steps = await group.planLeave(report.engines);
  const changes = steps.map(
    ({ engine, leaves, why }): EngineChange => ({
      engine,
      change: leaves ? 'leave' : 'stay',
      done: false,
      ...(why === undefined ? {} : { why }),
    }),
  );
  for (const { engine, change, why } of changes) {
    note(change === 'leave' ? `${engine} will leave its Swarm` : `${engine} stays as it is: ${why}`);
  }
  const isWanted = await agreedTo(
    changes.filter(({ change }) => change === 'leave'),
    'take them out?',
    args,
  );
  if (isWanted) await group.leave(report.engines, steps, ({ engine }) => note(`${engine} left`));
  return await conclude(group, changes, isWanted, args);
}

/** An engine that is changed has to answer: half a Swarm is worse than none. @throws the failure of the first that does not */
function refuseSilent({ silent }: EnginesReport): void {
  const [first] = silent;
  if (first !== undefined) throw first.error;
}

async function agreedTo(
  changes: readonly EngineChange[],
  question: string,
  { yes, format }: EnginesArgs,
): Promise<boolean> {
  const signal = interruptible('what was changed so far may remain; lab engines ls shows it');
  if (changes.length === 0) return false;
  if (yes) return true;
  return format === 'text' && (await agreed(question, signal));
}

/** Shows how the engines are now. */
async function conclude(
  group: EngineGroup,
  changes: readonly EngineChange[],
  isDone: boolean,
  { action, format }: EnginesArgs,
): Promise<number> {
  const { judgeEngines } = await import('@peerlab/driver-docker');
  const report = await group.report();
  const wanted = changes.filter(({ change }) => change !== 'stay');
  const done = changes.map(change => ({ ...change, done: isDone && change.change !== 'stay' }));
  const problems = action === 'join' ? judgeEngines(report) : [];
  tell({ report, problems, changes: done }, format);
  if (wanted.length > 0 && !isDone && format === 'text')
    print(`nothing was changed; ${style.strong(`lab engines ${action} --yes`)} does it`);
  return EXIT.ok;
}

function unnamed(): UsageError {
  const file = settingsPath() ?? 'the settings file';
  return new UsageError(
    'no engines are named',
    `name each: --engine a=unix:///var/run/docker.sock, or under engines: in ${file}`,
  );
}

function withAddresses(specs: readonly EngineSpec[], words: readonly string[]): readonly EngineSpec[] {
  const given = new Map(
    words.map(word => {
      const [, name = '', address = ''] = /^([^=]+)=(.+)$/.exec(word) ?? [];
      if (!isIPv4(address))
        throw new UsageError(`--address ${word}: not NAME=ADDRESS`, 'such as --address a=192.168.1.20');
      if (specs.every(spec => spec.name !== name))
        throw new UsageError(`--address ${word}: there is no engine "${name}"`);
      return [name, address] as const;
    }),
  );
  return specs.map(spec => ({
    ...spec,
    ...(given.has(spec.name) ? { address: given.get(spec.name) } : {}),
  })) as EngineSpec[];
}
