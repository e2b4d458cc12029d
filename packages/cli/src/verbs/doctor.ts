/** `lab doctor`: can labs run here, what is there, what is short, and what to do about it. */
import { availableParallelism, freemem, totalmem } from 'node:os';
import type { Driver, LabSummary, Probe } from '@peerlab/driver';
import { INSTALLATION } from '@peerlab/installation';
import { listLabs } from '@peerlab/lab';
import { areEnginesAsked, loadDrivers, namedEngines, peerProgram } from '../drivers.ts';
import { EXIT } from '../exit.ts';
import type { DoctorDocument } from '../output/documents.ts';
import { plural, print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { settingsPath } from '../settings/settings-path.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

type Finding = DoctorDocument['findings'][number];

/** The memory of a peer in its own process, in MiB, with some reserve. */
const PEER_MIB = 50;

/** The oldest Node that the project is tested on. */
const OLDEST_NODE: readonly [number, number] = [20, 19];

const LABEL_WIDTH = 14;

/** The verb. */
export const doctor: Verb<FormatArgs> = {
  builder: args => withFormat(args),
  handler: async ({ format }) => await run(async () => await examine(format)),
};

async function examine(format: string): Promise<number> {
  const program = programFinding();
  const drivers = program.ok ? await loadDrivers() : [];
  const probed = await Promise.all(drivers.map(async driver => ({ driver, probe: await driver.probe() })));
  const usable = probed.filter(({ probe }) => probe.available).map(({ driver }) => driver);
  const labs = await listLabs(usable);
  const findings = [
    nodeFinding(),
    program,
    ...probed.map(({ driver, probe }) => driverFinding(driver, probe)),
    engineFinding(),
    memoryFinding(),
    ...(await Promise.all(usable.map(diagnosisOf))).flat(),
    labsFinding(labs),
  ];
  const document: DoctorDocument = { ok: usable.length > 0, driver: usable[0]?.name ?? null, findings };
  if (format === 'json') printJson(document);
  else printText(document);
  return document.ok ? EXIT.ok : EXIT.driver;
}

function printText({ driver, findings }: DoctorDocument): void {
  for (const { what, ok, detail, advice } of findings) {
    print(`${ok ? style.good('✔') : style.warn('!')} ${what.padEnd(LABEL_WIDTH)} ${detail}`);
    if (advice !== undefined) print(`  ${' '.repeat(LABEL_WIDTH)} ${style.dim(advice)}`);
  }
  print(driver === null ? 'lab up does not work on this machine.' : `lab up uses the driver ${driver}.`);
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const ok = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const detail = `lab ${INSTALLATION.version}, node ${process.version}, ${process.platform} ${process.arch}`;
  return { what: 'versions', ok, detail, ...(ok ? {} : { advice: `use Node ${OLDEST_NODE.join('.')} or newer` }) };
}

function programFinding(): Finding {
  try {
    return { what: 'peer program', ok: true, detail: peerProgram() };
  } catch (error) {
    return {
      what: 'peer program',
      ok: false,
      detail: error instanceof Error ? error.message : String(error),
      advice: 'run: npm run build',
    };
  }
}

function driverFinding({ name }: Driver, { available, reason, advice }: Probe): Finding {
  return { what: `driver ${name}`, ok: available, detail: reason, ...(advice === undefined ? {} : { advice }) };
}

/** What decides which engine is asked. */
function engineFinding(): Finding {
  const named = namedEngines();
  if (named !== undefined) {
    const by = areEnginesAsked() ? '--engine' : `the settings file ${settingsPath()}`;
    return { what: 'environment', ok: true, detail: `${by} names ${named.map(({ name }) => name).join(', ')}` };
  }
  const names = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'] as const;
  const set = names.filter(name => process.env[name]).map(name => `${name}=${process.env[name]}`);
  const detail = set.length > 0 ? set.join(' ') : "nothing set: docker's current context, or its default socket";
  return { what: 'environment', ok: true, detail };
}

function memoryFinding(): Finding {
  const [free, total] = [freemem() / 2 ** 30, totalmem() / 2 ** 30];
  const fits = Math.floor((free * 1024) / PEER_MIB);
  const ok = fits >= 20;
  const detail = `${free.toFixed(1)} of ${total.toFixed(1)} GiB free: about ${plural(fits, 'peer')}; ${plural(availableParallelism(), 'processor')}`;
  return {
    what: 'this machine',
    ok,
    detail,
    ...(ok ? {} : { advice: 'remove labs with lab down --all, or end other programs' }),
  };
}

/** What a driver reports about itself. A failing engine is reported, and the other facts still appear. */
async function diagnosisOf(driver: Driver): Promise<readonly Finding[]> {
  try {
    return (await driver.diagnose?.()) ?? [];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ what: `driver ${driver.name}`, ok: false, detail }];
  }
}

function labsFinding(labs: readonly LabSummary[]): Finding {
  const broken = labs.filter(({ peers, running }) => running < peers);
  const detail =
    labs.length === 0 ? 'none' : labs.map(({ name, peers, running }) => `${name} ${running}/${peers}`).join(', ');
  const advice = `lab up FILE repairs a lab, lab down removes it: ${broken.map(({ name }) => name).join(', ')}`;
  return { what: 'labs', ok: broken.length === 0, detail, ...(broken.length === 0 ? {} : { advice }) };
}
