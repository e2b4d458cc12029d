/** `lab up` of a network that is too large for whole peers: its floods over typed arrays, or why that cannot be. */
import { LabError } from '@peerlab/driver';
import { driverModule, lastingModules } from '@peerlab/drivers';
import { type CheckFinding, checkLeftOut } from '@peerlab/lab';
import { LARGE_CHECKS, type LargeResult, memoryText, peerNameOf, proveLarge } from '@peerlab/large-lab';
import type { FloodResult } from '@peerlab/simulation';
import { isLargeTopology, type LargeTopology, type Topology } from '@peerlab/topology';
import type { RequestedDriver } from '../driver-option.ts';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { checksText, printFindings } from '../output/finding-text.ts';
import { largeUpDocument } from '../output/large-documents.ts';
import { note, print, printJson, seconds, thousands } from '../output/print.ts';
import { createStepView } from '../output/progress.ts';
import { replayCommand } from '../output/replay.ts';
import { shellWord } from '../output/shell-word.ts';
import { style } from '../output/style.ts';

/** What `lab up` was asked for. */
interface LargeUpArgs {
  readonly file: string;
  readonly driver: RequestedDriver;
  readonly verify: boolean;
  readonly name: string | undefined;
  readonly program: readonly string[];
  readonly format: string;
}

/** Proves it. @returns the exit status */
export async function upLarge(topology: Topology | LargeTopology, args: LargeUpArgs): Promise<number> {
  const isLarge = isLargeTopology(topology);
  const isVirtual = args.driver !== 'auto' && (await driverModule(args.driver)).isVirtual === true;
  if (isLarge && !isVirtual) throw await cannotCarry(topology, args);
  const peers = isLarge ? topology.peerCount : topology.peers.length;
  const signal = interruptible('nothing to clean up: the simulation ran in this process');
  note(`driver ${args.driver}: ${thousands(peers)} peers, simulated as a whole; links are not checked`);
  const checks = args.verify ? LARGE_CHECKS : [];
  // The links of such a network are what its arrays say: there is no check of them to leave out.
  const leftOut = args.verify ? [] : LARGE_CHECKS.map(name => checkLeftOut(name, 'left out by --no-verify'));
  const isText = args.format === 'text';
  const view = createStepView(['network', ...checks], isText ? process.stdout : process.stderr);
  const result = await proveLarge(topology, {
    signal,
    checks,
    report: step => view.report(step),
    onMemory: memory => note(memoryText(memory)),
  }).finally(async () => await view.finish());
  const replay = replayCommand(args, args.driver, topology.seed);
  if (isText) printText(result, leftOut, replay);
  else printJson(largeUpDocument(result, leftOut, replay));
  if (result.isPartial) return EXIT.interrupted;
  return result.passed ? EXIT.ok : EXIT.failed;
}

function printText(result: LargeResult, leftOut: readonly CheckFinding[], replay: string): void {
  const { topology, checks, floods, isPartial, traceHash } = result;
  printFindings(checks);
  const name = style.strong(topology.name);
  if (isPartial) {
    const done = checks.map(check => check.name).join(', ');
    print(`${name} was cancelled after ${done === '' ? 'no complete check' : `the checks ${done}`}`);
    const last = floods.at(-1)?.result;
    if (last?.isPartial === true) printPartial(last, peerNameOf(topology, last.origin));
    return;
  }
  const [broadcast] = floods;
  if (broadcast !== undefined) printBroadcast(broadcast.result, peerNameOf(topology, broadcast.from), broadcast.timeMs);
  print(`${name}: ${checksText([...leftOut, ...checks])}; trace ${traceHash}`);
  print(`to reproduce: ${replay}`);
}

function printPartial({ covered, peers, endMs, frames, inFlight, duplicates }: FloodResult, origin: string): void {
  const share = ((100 * covered) / peers).toFixed(2);
  print(
    `so far    a flood from ${origin} covered ${covered} of ${peers} peers (${share} %) by ${endMs} ms of virtual time`,
  );
  print(`          with ${frames} frames, ${inFlight} of them still in flight, ${duplicates} duplicates`);
}

function printBroadcast({ coverTimeMs, coveredByHop, duplicates }: FloodResult, origin: string, timeMs: number): void {
  const times = Object.entries(coverTimeMs).map(
    ([percent, ms]) => `${percent} % ${ms === null ? 'never' : `after ${ms} ms`}`,
  );
  note(
    `a broadcast of ${origin}: ${times.join(', ')}; ${coveredByHop.length - 1} hops, ${duplicates} duplicates; took ${seconds(timeMs)}`,
  );
}

/** Why no peers of this network can be started, and what can be done in place of it. */
async function cannotCarry({ name, peerCount }: LargeTopology, { driver, file }: LargeUpArgs): Promise<LabError> {
  const modules = driver === 'auto' ? await lastingModules() : [await driverModule(driver)];
  const because = modules.map(
    module =>
      module.whyNotCarry(peerCount) ?? `on the driver ${module.name}, because it is handed every peer by itself`,
  );
  return new LabError(
    'CANNOT_CARRY',
    `the ${thousands(peerCount)} peers of ${name} cannot run ${because.join(', nor ')}`,
    {
      advice: `simulate the network in virtual time: lab up ${shellWord(file)} --driver simulation`,
      details: { lab: name, peers: peerCount },
    },
  );
}
