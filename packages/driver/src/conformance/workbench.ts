/** Makes labs for the tests of the suite, and sees to it that none is left after a test. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { labNodeId } from '@peerlab/identity';
import { INSTALLATION } from '@peerlab/installation';
import type { Driver } from '../driver.ts';
import type { LabPlan, PlannedPeer, PlannedSecurity } from '../plan.ts';
import type { Progress } from '../progress.ts';
import type { RunningLab } from '../running-lab.ts';
import { type Conversation, converse } from './conversation.ts';
import { eventually } from './eventually.ts';
import type { ConformanceTarget } from './target.ts';

const MINIMAL_PEER = join(INSTALLATION.driverFixtures, 'minimal-peer.mjs');

/** What a lab of the suite is like, where it matters. */
export interface Wish {
  readonly peers?: number;
  readonly name?: string;
  readonly hash?: string;
  readonly ephemeral?: boolean;
  /** Changes a peer of the plan; `minimal` replaces the project's peer by the suite's smallest one. */
  readonly minimal?: boolean;
  /** The project's peer notices within two seconds that nobody is there, not within half a minute. */
  readonly isAlert?: boolean;
  /** How the peers protect their links and messages; left out: not at all. */
  readonly security?: PlannedSecurity['setting'];
  /** What `PEER_DOES` says to a minimal peer, by index. */
  readonly does?: Readonly<Record<number, string>>;
}

/** How `up` is called. */
export interface UpWish {
  readonly driver?: Driver;
  readonly signal?: AbortSignal;
  readonly report?: (progress: Progress) => void;
}

/** The tools of a test. */
export interface Workbench {
  readonly target: ConformanceTarget;
  readonly patienceMs: number;
  /** A plan with a name that nobody else has. */
  plan(wish?: Wish): LabPlan;
  /** Brings a plan up with a new driver instance. */
  up(plan: LabPlan, wish?: UpWish): Promise<RunningLab>;
  /** Finds a lab with a new driver instance, and requires that it exists. */
  find(name: string): Promise<RunningLab>;
  talk(lab: RunningLab, index: number): Promise<Conversation>;
  /** Waits until nothing of the lab is left. */
  vanished(lab: string): Promise<void>;
  /** Removes every lab that was planned, and lets go of every one that was had. */
  cleanUp(): Promise<void>;
}

/** Makes the tools. */
export function createWorkbench(target: ConformanceTarget): Workbench {
  const patienceMs = target.patienceMs ?? 30_000;
  const run = randomUUID().slice(0, 6);
  const names = new Set<string>();
  const labs = new Set<RunningLab>();
  let count = 0;
  const keep = (lab: RunningLab): RunningLab => {
    labs.add(lab);
    return lab;
  };
  return {
    target,
    patienceMs,
    plan(wish = {}) {
      count += 1;
      const name = wish.name ?? `conformance-${run}-${count}`;
      names.add(name);
      return {
        name,
        hash: wish.hash ?? 'hash-1',
        topology: JSON.stringify({ name, note: 'Grüße' }),
        ephemeral: wish.ephemeral ?? false,
        peers: Array.from({ length: wish.peers ?? 2 }, (_, index) => plannedPeer(name, index, wish)),
      };
    },
    async up(plan, { driver = target.createDriver(), signal = new AbortController().signal, report = () => {} } = {}) {
      return keep(await driver.up(plan, { signal, report }));
    },
    async find(name) {
      const lab = await target.createDriver().find(name);
      if (lab === undefined) throw new Error(`the lab ${name} is not found`);
      return keep(lab);
    },
    talk: (lab, index) => converse(lab, index, patienceMs),
    async vanished(lab) {
      let left: readonly string[] = [];
      await eventually(
        `everything of ${lab} to disappear`,
        patienceMs,
        async () => {
          left = await target.leftovers(lab);
          return left.length === 0 ? true : undefined;
        },
        () => `Left: ${left.join(', ')}`,
      );
    },
    async cleanUp() {
      for (const lab of labs) await lab.close();
      labs.clear();
      for (const name of names) await (await target.createDriver().find(name))?.down();
      names.clear();
    },
  };
}

/** Timings of links, for tests that wait for a dead one. */
const ALERT = { PEER_HANDSHAKE_TIMEOUT_MS: '2000', PEER_PING_INTERVAL_MS: '1000', PEER_PONG_TIMEOUT_MS: '1000' };

/** What keys follow from. */
const SEED = 7;

/** A peer of the suite. Its program is a file of this machine: a driver whose peers run elsewhere brings it there. */
function plannedPeer(
  lab: string,
  index: number,
  { minimal = false, isAlert = false, does = {}, security }: Wish,
): PlannedPeer {
  const what = does[index];
  const name = `n${index}`;
  return {
    index,
    name,
    ...(security === undefined
      ? { nodeId: randomUUID() }
      : { nodeId: labNodeId({ lab, peer: name, seed: SEED }), security: { setting: security, seed: SEED } }),
    env: { ...(what === undefined ? {} : { PEER_DOES: what }), ...(isAlert ? ALERT : {}) },
    ...(minimal || what !== undefined ? { program: [process.execPath, MINIMAL_PEER] } : {}),
  };
}
