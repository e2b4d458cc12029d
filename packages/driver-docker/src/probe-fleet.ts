/** Whether the engines answer, for the line that says which driver is used. */
import type { Probe } from '@peerlab/driver';
import { askForDialect } from './dialect.ts';
import { askEach, type Fleet, silentEngine } from './fleet.ts';

/**
 * Asks every engine for its version. Of several it is enough that one answers: labs are looked at and removed there.
 * @throws {LabError} `ENGINE_UNREACHABLE` where none does
 */
export async function probeFleet(fleet: Fleet, timeoutMs: number): Promise<Probe> {
  const { found, silent } = await askEach(fleet, async engine => [
    { engine, ...(await askForDialect(engine, timeoutMs)) },
  ]);
  const [first, ...others] = found;
  if (fleet.engines.length === 1 && first !== undefined) {
    return { available: true, reason: `${first.product} ${first.version} answers at ${first.engine.where}` };
  }
  const versions = [...new Set(found.map(({ product, version }) => `${product} ${version}`))].join(' and ');
  const names = found.map(({ engine }) => engine.name).join(', ');
  const reason = `${versions} answers on ${others.length === 0 ? 'engine' : 'engines'} ${names}`;
  return { available: true, reason, ...(silent.length === 0 ? {} : { silent: silent.map(silentEngine) }) };
}
