/** What Podman says of itself beyond Docker's API, and what labs need of it: scripts/podman-engine.sh sets it, docs/PODMAN.md says how. */
import { posix } from 'node:path';
import { type Diagnosis, LabError, Lacking } from '@peerlab/driver';
import { dialectOf } from './dialect.ts';
import { type Engine, tolerate } from './engine.ts';

/** The name by which one knows a monitor of containers that leaves standard input open when a controller leaves. */
const MONITOR = 'peerlab-conmon';

/** Facts of a Podman engine. */
export interface PodmanFacts {
  /** The program that it starts beside each container. */
  readonly monitor: string;
  readonly isRootless: boolean;
  /** `v1` or `v2`. */
  readonly cgroups: string;
}

/** dockerode's client, which makes any request; its types leave it out. */
interface Dialler {
  dial(request: object, done: (error: Error | null, answer: unknown) => void): void;
}

/** Asks an engine about itself; undefined where it is not Podman. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function podmanFacts(engine: Engine): Promise<PodmanFacts | undefined> {
  if ((await dialectOf(engine)).product !== 'Podman') return undefined;
  const request = { path: '/v4.0.0/libpod/info', method: 'GET', statusCodes: { 200: true } };
  const dialler = engine.docker.modem as Dialler;
  const asking = engine.call(
    'ask Podman about itself',
    async abortSignal =>
      await new Promise<unknown>((resolve, reject) => {
        dialler.dial({ ...request, abortSignal }, (error, answer) =>
          error === null ? resolve(answer) : reject(error),
        );
      }),
  );
  return readPodman(await tolerate([404], asking));
}

/** Reads the answer of `GET /libpod/info`. */
export function readPodman(answer: unknown): PodmanFacts {
  const { host } = (answer ?? {}) as {
    readonly host?: {
      readonly cgroupVersion?: string;
      readonly conmon?: { readonly path?: string };
      readonly security?: { readonly rootless?: boolean };
    };
  };
  return {
    monitor: host?.conmon?.path ?? '',
    isRootless: host?.security?.rootless === true,
    cgroups: host?.cgroupVersion ?? '',
  };
}

/**
 * Refuses a lasting lab on a Podman that ends the input of a peer with the first command that lets go of it: the peer would end too.
 * @throws {LabError} `CANNOT_CARRY`; `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`
 */
export async function requireStandingInput(engine: Engine): Promise<void> {
  const facts = await podmanFacts(engine);
  if (facts === undefined || leavesInputOpen(facts)) return;
  const message = `Podman at ${engine.where} closes the standard input of peers when the first command that controls them ends`;
  throw new LabError('CANNOT_CARRY', message, { advice: INPUT_ADVICE, details: { monitor: facts.monitor } });
}

const INPUT_ADVICE =
  'set conmon_path as docs/PODMAN.md says (scripts/podman-engine.sh does), or use a throw-away lab: lab test';

function leavesInputOpen({ monitor }: PodmanFacts): boolean {
  return posix.basename(monitor) === MONITOR;
}

/** Why peers can be neither paused nor measured on such an engine; undefined where they can. */
export function withoutGroups(facts: PodmanFacts | undefined): Lacking | undefined {
  if (facts?.isRootless !== true || facts.cgroups !== 'v1') return undefined;
  // Asked for the memory of a container, it tells that of the whole machine.
  const why = 'rootless Podman cannot use version 1 of control groups: it can neither freeze nor measure containers';
  return new Lacking(why, 'boot the machine with cgroups v2, or use rootful Podman');
}

/** What `lab doctor` reports; nothing of Docker. @throws {LabError} `ENGINE_UNREACHABLE`, `ENGINE_REFUSED` */
export async function diagnosePodman(engine: Engine): Promise<readonly Diagnosis[]> {
  const facts = await podmanFacts(engine);
  if (facts === undefined) return [];
  const isReady = leavesInputOpen(facts);
  const lacking = withoutGroups(facts);
  const clauses = [
    `Podman, ${facts.isRootless ? 'rootless' : 'rootful'}, cgroups ${facts.cgroups}`,
    isReady
      ? `peers outlive commands (${MONITOR})`
      : 'throw-away labs only: peers end with the first command that controls them',
    ...(lacking === undefined ? [] : [`no pause, no usage: ${lacking.reason}`]),
  ];
  return [{ what: 'podman', ok: isReady, detail: clauses.join('; '), ...(isReady ? {} : { advice: INPUT_ADVICE }) }];
}
