/** `lab doctor`: can labs run here, and if not, what to do. */

import { existsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { listLabs } from '@peerlab/orchestrator';
import { loadDrivers, peerProgram } from '../drivers.ts';
import { EXIT } from '../exit.ts';
import type { DoctorDocument } from '../output/documents.ts';
import { print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { VERSION } from '../version.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

/** What one peer takes as a process, in MiB: measured, see README.md. */
const PEER_MIB = 50;

/** The verb. */
export const doctor: Verb<FormatArgs> = {
  command: 'doctor',
  describe: 'look at this machine: drivers, versions, subnets, limits, and what to do',
  builder: args => withFormat(args),
  handler: async ({ format }) =>
    await run(async () => {
      const findings = await examine();
      const document: DoctorDocument = {
        ok: findings.some(({ what, ok }) => ok && what.startsWith('driver')),
        findings,
      };
      if (format === 'json') printJson(document);
      else
        for (const { what, ok, detail, advice } of findings) {
          print(`${ok ? style.good('✔') : style.warn('!')} ${what.padEnd(16)} ${detail}`);
          if (advice !== undefined) print(`  ${' '.repeat(16)} ${style.dim(advice)}`);
        }
      return document.ok ? EXIT.ok : EXIT.driver;
    }),
};

type Finding = DoctorDocument['findings'][number];

async function examine(): Promise<Finding[]> {
  const drivers = await loadDrivers();
  const findings: Finding[] = [
    { what: 'lab', ok: true, detail: `${VERSION}, node ${process.version}, ${process.platform} ${process.arch}` },
    bundleFinding(),
  ];
  for (const driver of drivers) {
    const { available, reason } = await driver.probe();
    const advice = 'start an engine (scripts/docker-engine.sh does on a bare Debian machine), or use --driver local';
    const isDocker = driver.name === 'docker';
    const finding = { what: `driver ${driver.name}`, ok: available, detail: reason };
    findings.push(available || !isDocker ? finding : { ...finding, advice });
  }
  const [free, total] = [freemem() / 2 ** 20, totalmem() / 2 ** 20];
  const fits = Math.floor(free / PEER_MIB);
  findings.push({
    what: 'memory',
    ok: fits >= 20,
    detail: `${Math.round(free)} of ${Math.round(total)} MiB free: about ${fits} peers at ${PEER_MIB} MiB each`,
  });
  const labs = await listLabs(drivers);
  const subnets = labs.map(({ name, subnet }) => `${name} ${subnet}`).join(', ');
  findings.push({ what: 'labs', ok: true, detail: labs.length === 0 ? 'none' : subnets });
  return findings;
}

function bundleFinding(): Finding {
  const file = peerProgram();
  const ok = existsSync(file);
  const finding = { what: 'peer program', ok, detail: ok ? 'built' : `missing: ${file}` };
  return ok ? finding : { ...finding, advice: 'run: npm run build' };
}
