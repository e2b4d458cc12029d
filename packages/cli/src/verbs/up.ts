/** `lab up FILE`: brings a lab up, or repairs it, and proves it. */
import { type BringUpResult, bringUp, chooseDriver, type StepName } from '@peerlab/orchestrator';
import { components, graphOf, type Topology } from '@peerlab/topology';
import { loadDrivers } from '../drivers.ts';
import { EXIT, UsageError } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { checkDocument, peerDocument, type VerdictDocument } from '../output/documents.ts';
import { note, print, printJson } from '../output/print.ts';
import { createStepView } from '../output/progress.ts';
import { style } from '../output/style.ts';
import { printFailures } from '../output/verdict.ts';
import { readTopology } from '../topology-file.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface UpArgs extends FormatArgs {
  readonly file: string;
  readonly driver: 'auto' | 'docker' | 'local';
  readonly verify: boolean;
  readonly name: string | undefined;
  readonly seed: number | undefined;
  readonly program: readonly string[];
}

/** The verb. */
export const up: Verb<UpArgs> = {
  command: 'up <file>',
  describe: 'start a lab from a topology file, and prove that it behaves',
  builder: args =>
    withFormat(args)
      .positional('file', { type: 'string', demandOption: true, describe: 'the topology file' })
      .option('driver', {
        choices: ['auto', 'docker', 'local'] as const,
        default: 'auto' as const,
        describe: 'auto: docker where an engine answers, else local',
      })
      .option('verify', {
        type: 'boolean',
        default: true,
        describe: 'run the checks; --no-verify only makes the links',
      })
      .option('name', { type: 'string', describe: "the lab's name, in place of the file's" })
      .option('seed', { type: 'number', describe: "the seed, in place of the file's" })
      .option('program', {
        type: 'string',
        array: true,
        requiresArg: true,
        default: [],
        describe: 'PEER=FILE: run this JavaScript file as that peer, in place of the project’s own node',
      }),
  handler: async args => await run(async () => await bring(args)),
};

const CHECK_STEPS: readonly StepName[] = ['links', 'broadcast', 'ttl', 'dm'];

async function bring(args: UpArgs): Promise<number> {
  const topology = readTopology(args.file, { name: args.name, seed: args.seed });
  const programs = readPrograms(args.program, topology);
  const signal = interruptible(`what was made may still be there; remove it with: lab down ${topology.name}`);
  const { driver, reason } = await chooseDriver(args.driver, await loadDrivers());
  const isText = args.format === 'text';
  if (isText) note(`driver ${driver.name}: ${reason}`);
  tellOfDisconnection(topology);

  const checks = args.verify ? CHECK_STEPS : CHECK_STEPS.slice(0, 1);
  const made: readonly StepName[] = driver.name === 'docker' ? ['image', 'network', 'peers'] : ['network', 'peers'];
  const view = isText ? createStepView([...made, ...checks]) : undefined;
  let result: BringUpResult;
  try {
    result = await bringUp(topology, driver, {
      signal,
      programs,
      checks: checks as BringUpResult['checks'][number]['name'][],
      report: report => view?.report(report),
    });
  } finally {
    await view?.finish();
  }
  if (isText) printText(result);
  else printJson(verdictDocument(result));
  await result.lab.close();
  return result.passed ? EXIT.ok : EXIT.failed;
}

function printText({ lab, checks, passed }: BringUpResult): void {
  printFailures(checks);
  const [first] = lab.topology.peers;
  const name = style.name(lab.name);
  const next = `lab broadcast ${lab.name} ${first?.name} "hello" · lab inspect ${lab.name} · lab down ${lab.name}`;
  print(passed ? `${name} is up.  ${next}` : `${name} is up, and not as it should be.  lab down ${lab.name}`);
}

/** The document of `up` and `verify`. */
export function verdictDocument({ lab, checks, passed, timings }: BringUpResult): VerdictDocument {
  const { peers, links } = lab.topology;
  return {
    lab: lab.name,
    driver: lab.running.driver,
    network: lab.running.network,
    peers: lab.running.peers.map(peerDocument),
    links: links.map(({ a, b }) => ({ a: peers[a]?.name ?? '', b: peers[b]?.name ?? '' })),
    timings: Object.fromEntries(Object.entries(timings).map(([step, ms]) => [step, Math.round(ms)])),
    checks: checks.map(checkDocument),
    passed,
  };
}

function tellOfDisconnection(topology: Topology): void {
  const parts = components(graphOf(topology)).length;
  if (parts > 1) note(`the graph is in ${parts} parts: peers are expected to reach their own part only`);
}

function readPrograms(entries: readonly string[], topology: Topology): Record<string, readonly string[]> {
  return Object.fromEntries(
    entries.map(entry => {
      const at = entry.indexOf('=');
      const peer = entry.slice(0, Math.max(0, at));
      if (at < 1 || at === entry.length - 1) throw new UsageError(`--program ${entry}: not PEER=FILE`);
      if (!topology.peers.some(({ name }) => name === peer)) {
        throw new UsageError(`--program ${entry}: ${topology.name} has no peer "${peer}"`);
      }
      return [peer, ['node', entry.slice(at + 1)] as const];
    }),
  );
}
