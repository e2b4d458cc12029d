/** `lab engines` for people. */
import type { EnginePath, EngineProblem, EngineReport, EnginesCheck, EnginesReport } from '@peerlab/driver-docker';
import { print, table } from './print.ts';
import { style } from './style.ts';

/** The engines, a line each. */
export function printEngines({ engines, silent }: EnginesReport, check?: EnginesCheck): void {
  const rows = [
    ...engines.map(engine => [...columnsOf(engine), ...(check === undefined ? [] : checkedColumns(engine, check))]),
    ...silent.map(({ name, where }) => [name, where, 'does not answer', '', '', '', '']),
  ];
  const head = ['ENGINE', 'ENDPOINT', 'DOCKER', 'CORES', 'MEMORY', 'ROUND TRIP', 'SWARM'];
  for (const line of table([...head, ...(check === undefined ? [] : ['ADDRESS', 'MTU'])], rows)) print(line);
}

function columnsOf({ name, where, version, cores, memoryBytes, roundTripMs, swarm }: EngineReport): string[] {
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  const place = swarm.role === 'none' ? swarm.state : `${swarm.role}, ${swarm.address}`;
  return [name === '' ? '-' : name, where, version, String(cores), memory, milliseconds(roundTripMs), place];
}

function checkedColumns({ name }: EngineReport, { machines, addresses }: EnginesCheck): string[] {
  const address = addresses.get(name) ?? '';
  const used = machines.get(name)?.addresses.find(one => one.address === address);
  return [address, used === undefined ? '' : String(used.mtu)];
}

/** The ways between them, a line each. */
export function printPaths(paths: readonly EnginePath[]): void {
  if (paths.length === 0) return;
  print();
  const ports = Object.keys(paths[0]?.ports ?? {});
  const rows = paths.map(({ from, to, ports: answers, roundTripMs }) => [
    `${from} → ${to}`,
    roundTripMs === null ? 'no answer' : milliseconds(roundTripMs),
    ...Object.values(answers).map(answer => (answer === 'none' ? 'no answer' : answer)),
  ]);
  for (const line of table(['FROM → TO', 'ROUND TRIP', ...ports], rows)) print(line);
}

/** What is wrong, with what to do about it. */
export function printProblems(problems: readonly EngineProblem[]): void {
  if (problems.length > 0) print();
  for (const { message, advice } of problems) {
    print(`${style.warn('!')} ${message}`);
    if (advice !== undefined) print(`  ${style.dim(advice)}`);
  }
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}
