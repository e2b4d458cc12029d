/** `lab test FILES…`: brings each lab up as a throw-away lab, runs its scenario, reports, and takes it down. */

import type { SecuritySetting } from '@peerlab/conditions';
import { exportHtml } from '@peerlab/dashboard-server';
import { driverModule } from '@peerlab/drivers';
import {
  artifactsIn,
  type LabReport,
  type LabToTest,
  type RefusedFile,
  type RunReport,
  reportWithoutLabs,
  testLabs,
} from '@peerlab/scenario';
import { isLargeTopology, TopologyError } from '@peerlab/topology';
import { capturingObserver } from '../capture-observer.ts';
import { chooseRequested } from '../choose-driver.ts';
import { type RequestedDriver, withDriver } from '../driver-option.ts';
import { namedEngines, usePlaces } from '../drivers.ts';
import { tellError, UsageError } from '../exit.ts';
import { tellGithub } from '../github.ts';
import { interruptible } from '../interrupt.ts';
import { proveLargeAside } from '../large-aside.ts';
import { note, plural, printJson } from '../output/print.ts';
import { printLab, printSummary } from '../output/test-result.ts';
import { type ForceArgs, requireNewFile, withForce } from '../output-file.ts';
import { packWish, withPack } from '../pack-option.ts';
import { playerText } from '../page/page-files.ts';
import { readPlacesOfAll, withPlace } from '../place-words.ts';
import { readPrograms } from '../programs.ts';
import { readDuration } from '../quantities.ts';
import { readReportTargets, writeReports } from '../report-files.ts';
import { statusOfRun } from '../run-status.ts';
import { withSecurity } from '../security-option.ts';
import { STANDARD_INPUT } from '../standard-input.ts';
import { readAnyTopology, withEveryPeer } from '../topology-file.ts';
import { recordingObserver } from '../trace-file/recording-observer.ts';
import { createTraceFile } from '../trace-file/write.ts';
import { checkQuantity, checkWhole, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface TestArgs extends FormatArgs, ForceArgs {
  readonly files: readonly string[];
  readonly driver: RequestedDriver;
  readonly jobs: number;
  readonly report: readonly string[];
  readonly artifacts: string | undefined;
  readonly record: string | undefined;
  readonly capture: string | undefined;
  readonly only: string | undefined;
  readonly timeout: string | undefined;
  readonly stepTimeout: string | undefined;
  readonly seed: number | undefined;
  readonly program: readonly string[];
  readonly pack: string | undefined;
  readonly place: readonly string[];
  readonly security: SecuritySetting | undefined;
}

/** The verb. */
export const test: Verb<TestArgs> = {
  builder: args =>
    withDriver(
      withPlace(withSecurity(withPack(withForce(withFormat(args))))),
      'auto: docker if an engine answers, else local; simulation: in virtual time',
    )
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'topology files; - is standard input',
      })
      .option('jobs', {
        alias: 'j',
        type: 'number',
        default: 1,
        requiresArg: true,
        describe: 'how many labs run at the same time, if they fit',
      })
      .option('report', {
        type: 'string',
        array: true,
        default: [],
        requiresArg: true,
        describe: 'KIND=FILE: writes a report; junit, json or markdown; may be repeated',
      })
      .option('artifacts', {
        type: 'string',
        requiresArg: true,
        describe: 'a folder for the evidence of failures: topology, trace, a page that plays it, logs, counters',
      })
      .option('record', {
        type: 'string',
        requiresArg: true,
        describe: 'record all events of one lab to this file; see lab replay',
      })
      .option('capture', {
        type: 'string',
        requiresArg: true,
        describe: 'a folder for the packets of each lab, for Wireshark; the traffic between peers is in the reports',
      })
      .option('only', {
        alias: 'grep',
        type: 'string',
        requiresArg: true,
        describe: 'only labs whose file or name matches this pattern',
      })
      .option('timeout', { type: 'string', requiresArg: true, describe: 'timeout of each scenario: 90s' })
      .option('step-timeout', { type: 'string', requiresArg: true, describe: 'timeout of each step: 10s' })
      .option('seed', { type: 'number', requiresArg: true, describe: "the seed, instead of the files'" })
      .option('program', {
        type: 'string',
        array: true,
        requiresArg: true,
        default: [],
        hidden: true,
        describe: 'PEER=FILE: run this program as that peer instead of the built-in one',
      }),
  handler: async args => await run(async () => await testFiles(args)),
};

async function testFiles(args: TestArgs): Promise<number> {
  checkWhole('jobs', args.jobs, 1, 1000);
  checkQuantity('seed', args.seed, 'seed');
  const timeoutMs = readDuration('timeout', args.timeout);
  const stepTimeoutMs = readDuration('step-timeout', args.stepTimeout);
  const targets = readReportTargets(args.report, args);
  const { record, capture } = args;
  const needsPeers = record !== undefined || capture !== undefined || args.program.length > 0 || args.place.length > 0;
  const read = chosen(await readAll(args, needsPeers), args.only);
  const labs = read.flatMap(one => ('topology' in one ? [one] : []));
  const isText = args.format === 'text';
  const onLab = (lab: LabReport): void => (isText ? printLab(lab) : undefined);
  const finish = (report: RunReport): number => {
    tellGithub(report, process.env);
    return statusOfRun(report, writeReports(report, targets, args));
  };
  const tell = (report: RunReport): void => (isText ? printSummary(report) : printJson(report));
  const wanted = args.driver === 'auto' ? 'local' : args.driver;
  if (labs.length === 0) {
    const report = reportWithoutLabs(read, wanted);
    report.labs.forEach(onLab);
    tell(report);
    return finish(report);
  }
  const [first] = labs.map(({ topology }) => topology);
  const programs = first === undefined || isLargeTopology(first) ? {} : readPrograms(args.program, first);
  if (record !== undefined && labs.length > 1) {
    throw new UsageError(`--record takes one lab, not ${labs.length}`, '--artifacts keeps the evidence of failed labs');
  }
  if (record !== undefined) requireNewFile(record, args);
  if (args.place.length > 0) {
    const whole = labs.flatMap(({ topology }) => (isLargeTopology(topology) ? [] : [topology]));
    usePlaces(readPlacesOfAll(args.place, whole, namedEngines()));
  }
  const signal = interruptible('labs may remain; remove them with: lab prune');
  const { driver, reason } = await chooseRequested(args.driver).catch((error: unknown) => {
    // The console tells it once, for all labs; reports have it at each.
    finish(reportWithoutLabs(read, wanted, error));
    throw error;
  });
  note(`driver ${driver.name}: ${reason}`);
  const artifacts = args.artifacts === undefined ? undefined : artifactsIn(args.artifacts, { replayPage });
  const trace = record === undefined ? undefined : createTraceFile(record, args);
  type Tested = Parameters<ReturnType<typeof artifactsIn>>;
  const names = new Set<string>();
  const capturing = (...tested: Tested) => {
    if (capture === undefined) return artifacts?.(...tested);
    const name = { folder: capture, lab: uniqueName(names, tested[0].name) };
    return capturingObserver(name, args, artifacts?.(...tested));
  };
  const recording = (...tested: Tested) =>
    trace === undefined ? capturing(...tested) : recordingObserver(trace, capturing(...tested));
  const observer =
    trace === undefined && capture === undefined ? artifacts : (recording as ReturnType<typeof artifactsIn>);
  const report = await testLabs(read, driver, {
    signal,
    programs,
    timeoutMs,
    stepTimeoutMs,
    observer,
    ...(needsPeers ? {} : { proveLarge: proveLargeAside }),
    parallel: args.jobs,
    onLab,
  });
  tell(report);
  if (trace !== undefined) note(`${plural(Math.max(0, trace.lines - 2), 'event')} in ${record}: lab replay ${record}`);
  return finish(report);
}

/** The name, with a number where another lab of this run has it. */
function uniqueName(taken: Set<string>, name: string): string {
  let unique = name;
  for (let n = 2; taken.has(unique); n++) unique = `${name}.${n}`;
  taken.add(unique);
  return unique;
}

/** The player with the trace in it: one file, which plays offline. */
function replayPage(trace: string): string {
  return exportHtml(playerText(), trace);
}

/** A file that is to be tested, or that cannot be. */
type ReadFile = LabToTest | RefusedFile;

/** Every file is read before anything is started: a mistake in the last one is told now. The others are tested nevertheless. */
async function readAll(
  { files, seed, pack: asked, security, driver }: TestArgs,
  needsPeers: boolean,
): Promise<readonly ReadFile[]> {
  const pack = packWish(asked);
  const isVirtual = driver !== 'auto' && (await driverModule(driver)).isVirtual === true;
  const read: ReadFile[] = [];
  for (const given of files) {
    const file = given === STANDARD_INPUT ? 'stdin' : given;
    try {
      const topology = await readAnyTopology(given, { seed, pack, security });
      const isPacked = topology.pack !== undefined && !isVirtual;
      read.push({ file, topology: needsPeers || isPacked ? withEveryPeer(topology, file) : topology });
    } catch (error) {
      if (!(error instanceof TopologyError || error instanceof UsageError)) throw error;
      tellError(error, false);
      read.push({ file, error });
    }
  }
  return read;
}

/** @throws {UsageError} for a pattern that is none, or that no lab matches */
function chosen(read: readonly ReadFile[], only: string | undefined): readonly ReadFile[] {
  if (only === undefined) return read;
  let pattern: RegExp;
  try {
    pattern = new RegExp(only);
  } catch (error) {
    throw new UsageError(`--only ${only}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const namesOf = (one: ReadFile): string[] => [one.file, ...('topology' in one ? [one.topology.name] : [])];
  const found = read.filter(one => namesOf(one).some(name => pattern.test(name)));
  const names = read.map(one => namesOf(one).at(-1)).slice(0, 5);
  if (found.length === 0) throw new UsageError(`--only ${only} matches no lab`, `available: ${names.join(', ')}`);
  return found;
}
