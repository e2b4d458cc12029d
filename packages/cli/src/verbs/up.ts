/** `lab up FILE`: brings a lab up, or repairs it, and proves it. */

import type { SecuritySetting } from '@peerlab/conditions';
import type { RunningLab } from '@peerlab/driver';
import { capabilityIfAny, LabError } from '@peerlab/driver';
import { driverModule } from '@peerlab/drivers';
import { components } from '@peerlab/graph';
import {
  type BringUpResult,
  bringUp,
  CHECKS,
  type CheckFinding,
  type CheckName,
  checkLeftOut,
  type Lab,
  needsNotes,
  type StepName,
  type StepReport,
  securityNotes,
} from '@peerlab/lab';
import { graphOf, isLargeTopology, isProvenByFloods, type LargeTopology, type Topology } from '@peerlab/topology';
import { chooseDriverFor } from '../choose-driver.ts';
import { type RequestedDriver, withDriver } from '../driver-option.ts';
import { namedEngines, usePlaces } from '../drivers.ts';
import { EXIT, UsageError } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { type UpDocument, verifyDocument } from '../output/documents.ts';
import { checksText, printFindings } from '../output/finding-text.ts';
import { note, print, printJson, seconds } from '../output/print.ts';
import { createStepView } from '../output/progress.ts';
import { publishedPorts, publishedText } from '../output/published-ports.ts';
import { replayCommand } from '../output/replay.ts';
import { style } from '../output/style.ts';
import { underlayText } from '../output/underlay-text.ts';
import { withForce } from '../output-file.ts';
import { packWish, withPack } from '../pack-option.ts';
import { type LiveOutputArgs, LiveOutputs } from '../page/live-outputs.ts';
import { withPageOptions } from '../page/page-options.ts';
import { readPlaces, withPlace } from '../place-words.ts';
import { readPrograms } from '../programs.ts';
import { withSecurity } from '../security-option.ts';
import { readAnyTopology, withEveryPeer } from '../topology-file.ts';
import { checkQuantity, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface UpArgs extends FormatArgs, LiveOutputArgs {
  readonly file: string;
  readonly driver: RequestedDriver;
  readonly verify: boolean;
  readonly keep: boolean;
  readonly name: string | undefined;
  readonly seed: number | undefined;
  readonly place: readonly string[];
  readonly program: readonly string[];
  readonly pack: string | undefined;
  readonly security: SecuritySetting | undefined;
}

/** The verb. */
export const up: Verb<UpArgs> = {
  builder: args =>
    withDriver(
      withPlace(withSecurity(withPack(withForce(withPageOptions(withFormat(args)))))),
      'auto: docker if an engine answers, else local; simulation: checked in virtual time, then removed',
    )
      .positional('file', { type: 'string', demandOption: true, describe: 'the topology file; - is standard input' })
      .option('verify', {
        type: 'boolean',
        default: true,
        describe: 'run the checks; --no-verify only connects the links',
      })
      .option('keep', {
        type: 'boolean',
        default: false,
        describe: 'keep what was started when peers fail, to look at it: lab logs, lab inspect',
      })
      .option('name', { type: 'string', requiresArg: true, describe: "the lab's name, instead of the file's" })
      .option('seed', { type: 'number', requiresArg: true, describe: "the seed, instead of the file's" })
      .option('record', {
        type: 'string',
        requiresArg: true,
        describe: 'record all events to this file until the checks end or the page closes; see lab replay',
      })
      .option('ui', { type: 'boolean', default: false, describe: 'show it in a page from its first link' })
      .option('program', {
        type: 'string',
        array: true,
        requiresArg: true,
        default: [],
        hidden: true,
        describe: 'PEER=FILE: run this program as that peer instead of the built-in one',
      }),
  handler: async args => await run(async () => await bring(args)),
};

async function bring(args: UpArgs): Promise<number> {
  checkQuantity('seed', args.seed, 'seed');
  const read = await readAnyTopology(args.file, {
    name: args.name,
    seed: args.seed,
    pack: packWish(args.pack),
    security: args.security,
  });
  if (await isFlooded(read, args)) return await (await import('./up-large.ts')).upLarge(read, args);
  const topology = withEveryPeer(read, args.file);
  const programs = readPrograms(args.program, topology);
  if (args.place.length > 0) usePlaces(readPlaces(args.place, topology, namedEngines()));
  const signal = interruptible(`parts of the lab may remain; remove them with: lab down ${topology.name}`);
  const { driver, reason, exists, unasked } = await chooseDriverFor(topology.name, args.driver);
  note(`driver ${driver.name}: ${reason}`);
  if (!exists) {
    for (const { driver: away } of unasked)
      note(`${away} cannot be asked: a lab ${topology.name} there would be another one`);
  }
  tellOfDisconnection(topology);

  const checks: readonly CheckName[] = args.verify ? CHECKS : ['links'];
  const module = await driverModule(driver.name);
  if (topology.pack !== undefined && module.packs !== true)
    note(`the driver ${driver.name} has no containers: pack has no effect`);
  if (args.place.length > 0 && module.takesEngines !== true) {
    throw new UsageError(`--place is not for the driver ${driver.name}`, 'leave it out, or use --driver docker');
  }
  const made: readonly StepName[] = module.steps;
  const isText = args.format === 'text';
  const view = createStepView([...made, ...checks], isText ? process.stdout : process.stderr);
  await using outputs = await LiveOutputs.open(args);
  if (!exists) outputs.announce(topology, driver);
  const onAttached = async (lab: Lab): Promise<void> => await outputs.attach(lab);
  const onCheck = (check: CheckFinding): void => outputs.checked(check);
  const onWait = (who: string | undefined): void =>
    note(`${who ?? 'another process'} is making ${topology.name}: waiting until it is done`);
  const replay = replayCommand(args, driver.name, topology.seed);
  const leftOut = CHECKS.filter(name => !checks.includes(name)).map(name =>
    checkLeftOut(name, 'left out by --no-verify'),
  );
  let result: BringUpResult;
  try {
    const ephemeral = module.isOfOneProcess;
    const report = (step: StepReport): void => view.report(step);
    const keepsFailed = args.keep && !module.isOfOneProcess;
    const options = { signal, programs, checks, ephemeral, keepsFailed, report, onAttached, onCheck, onWait };
    const tried = await bringUp(topology, driver, options);
    result = { ...tried, checks: [...tried.checks, ...leftOut] };
  } catch (error) {
    await view.finish();
    const isTakenBack = error instanceof LabError && error.code === 'ABORTED' && error.definite;
    if (module.isOfOneProcess && !signal.aborted) note(`to reproduce: ${replay}`);
    if (args.keep && !exists && (await driver.find(topology.name).catch(() => undefined)) !== undefined) {
      note(
        `${topology.name} is kept as it is: lab inspect ${topology.name} · lab logs ${topology.name} · lab down ${topology.name}`,
      );
    }
    if (isTakenBack) {
      // Another process may have made it meanwhile.
      const stays = exists || (await driver.find(topology.name).catch(() => undefined)) !== undefined;
      note(stays ? `${topology.name} keeps running` : `nothing of ${topology.name} is left`);
    }
    throw error;
  }
  await view.finish();
  for (const text of needsNotes(topology, result.lab.running)) note(text);
  for (const text of securityNotes(topology, result.lab.peers)) note(text);
  for (const port of await publishedPorts(result.lab.running)) note(`${port.peer}: ${publishedText(port)}`);
  const underlay = result.passed ? await result.lab.underlay() : [];
  if (underlay.length > 0) note(underlayText(underlay));
  if (!args.ui) await outputs.end();
  const simulation = simulationOf(result.lab.running);
  const document: UpDocument = {
    ...verifyDocument(result),
    reason,
    replay,
    ...(simulation === undefined ? {} : { simulation }),
  };
  if (!isText) printJson(document);
  else if (simulation === undefined) printText(result, replay);
  else printSimulated(result, simulation, replay);
  await outputs.show(signal, simulation === undefined ? 'the lab keeps running' : 'the lab ends with it');
  await outputs.end();
  await result.lab.close();
  return result.passed ? EXIT.ok : EXIT.failed;
}

/** True where floods over the graph prove it, or say why nothing else can; what needs whole peers has them in the simulation. */
async function isFlooded(
  topology: Topology | LargeTopology,
  { driver, ui, record, program }: UpArgs,
): Promise<boolean> {
  const isVirtual = driver !== 'auto' && (await driverModule(driver)).isVirtual === true;
  const needsPeers = ui || record !== undefined || program.length > 0;
  if (topology.pack !== undefined && !isVirtual) return false;
  if (isLargeTopology(topology)) return !(isVirtual && needsPeers);
  return isVirtual && !needsPeers && isProvenByFloods(topology);
}

function printText({ lab, checks, passed }: BringUpResult, replay: string): void {
  printFindings(checks);
  const [first] = lab.topology.peers;
  const name = style.strong(lab.name);
  if (!passed) {
    print(
      `${name} is up, but its checks failed: ${checksText(checks)}.  lab inspect ${lab.name} · lab down ${lab.name}`,
    );
    print(`to reproduce: ${replay}`);
  } else {
    const next = [
      `lab broadcast ${lab.name} ${first?.name} "hello"`,
      `lab inspect ${lab.name}`,
      `lab down ${lab.name}`,
    ];
    print(`${name} is up; ${checksText(checks)}.  ${next.join(' · ')}`);
  }
}

function printSimulated(
  { lab, checks }: BringUpResult,
  simulation: NonNullable<UpDocument['simulation']>,
  replay: string,
): void {
  printFindings(checks);
  const { nowMs, traceHash } = simulation;
  print(`${style.strong(lab.name)}: ${checksText(checks)}; ${seconds(nowMs)} of virtual time; trace ${traceHash}`);
  print(`to reproduce: ${replay}`);
}

/** What decided the run and what came of it, where it can be repeated exactly. */
function simulationOf(running: RunningLab): UpDocument['simulation'] {
  const time = capabilityIfAny(running, 'passTime');
  const run = capabilityIfAny(running, 'reproduce');
  return time && run && { seed: run.seed, nowMs: time.nowMs, traceHash: run.traceHash };
}

function tellOfDisconnection(topology: Topology): void {
  const parts = components(graphOf(topology)).length;
  if (parts > 1) note(`the graph has ${parts} parts: each peer should reach only its own part`);
}
