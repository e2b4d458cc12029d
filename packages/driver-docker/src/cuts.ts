/** The network between peers of a lab, cut and restored: noted with the engine (cut-marks.ts), then done in each sender's network (silence.ts). */
import type { PeerFacts, Way } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { findMarks, markCut, removeMark } from './cut-marks.ts';
import type { Engine } from './engine.ts';
import type { Fleet } from './fleet.ts';
import { inParallel } from './parallel.ts';
import { silence, silenceImage } from './silence.ts';
import { findContainers, findContainersOf } from './survey.ts';

/** Peers whose network is changed at once. @default 4: the engine serialises most of a helper's start */
const AT_ONCE = 4;

/** A lab whose network is cut. */
export interface CutLab {
  readonly fleet: Fleet;
  readonly lab: string;
  /** In topology order. */
  readonly peers: readonly Pick<PeerFacts, 'name' | 'address' | 'engine'>[];
}

/** The ways that are cut, each once. @throws {LabError} `ENGINE_UNREACHABLE` */
export async function cutsOf({ fleet, lab }: Pick<CutLab, 'fleet' | 'lab'>): Promise<readonly Way[]> {
  return distinct((await findMarks(fleet.control, lab)).flatMap(({ ways }) => ways));
}

/** Cuts ways, all or none. @throws {LabError} as CutsNetwork.cut */
export async function cutWays(target: CutLab, ways: readonly Way[]): Promise<void> {
  const { fleet, lab } = target;
  const engine = fleet.control;
  await silenceImage(engine);
  const before = keysOf(await cutsOf(target));
  const fresh = distinct(ways).filter(way => !before.has(keyOf(way)));
  if (fresh.length === 0) return;
  await markCut(engine, lab, fresh);
  try {
    await change(target, { cut: fresh, restored: [] });
  } catch (error) {
    await restoreWays(target, fresh).catch(() => undefined);
    throw error;
  }
}

/** Restores ways. @throws {LabError} as CutsNetwork.restore */
export async function restoreWays(target: CutLab, ways: readonly Way[]): Promise<void> {
  const { fleet, lab } = target;
  const engine = fleet.control;
  const wanted = keysOf(ways);
  const marks = await findMarks(engine, lab);
  const restored = distinct(marks.flatMap(mark => mark.ways)).filter(way => wanted.has(keyOf(way)));
  if (restored.length === 0) return;
  // What is noted goes last: where this process ends meanwhile, the next one restores it again.
  await change(target, { cut: [], restored });
  for (const mark of marks) {
    const left = mark.ways.filter(way => !wanted.has(keyOf(way)));
    if (left.length === mark.ways.length) continue;
    if (left.length > 0) await markCut(engine, lab, left);
    await removeMark(engine, mark);
  }
}

/** Cuts again what a peer sends, whose network is new: it was started, or is back on the network. @throws {LabError} as CutsNetwork.cut */
export async function cutAgain(target: CutLab, index: number): Promise<void> {
  const cut = (await cutsOf(target)).filter(([from]) => from === index);
  await change(target, { cut, restored: [] });
}

/** Does it where the sender runs and is on the network; elsewhere there is nothing to change until it is. */
async function change(
  { fleet, lab, peers }: CutLab,
  { cut, restored }: { readonly cut: readonly Way[]; readonly restored: readonly Way[] },
): Promise<void> {
  const senders = new Set([...cut, ...restored].map(([from]) => from));
  if (senders.size === 0) return;
  const isThere = async (engine: Engine, index: number): Promise<string | undefined> => {
    const [found] = await findContainers(engine, { lab, index });
    const runs = found?.state === 'running' || found?.state === 'paused';
    return runs && found.connected ? found.id : undefined;
  };
  const { found, silent } = await findContainersOf(fleet, { lab });
  // What a peer sends that cannot be seen cannot be cut, and one that does not run sends nothing.
  const unseen = silent.find(({ engine }) => [...senders].some(sender => peers[sender]?.engine === engine.name));
  if (unseen !== undefined) throw unseen.error;
  const there = new Map(
    found.flatMap(({ engine, id, peer, state, connected }) =>
      (state === 'running' || state === 'paused') && connected ? [[peer.index, { engine, id }] as const] : [],
    ),
  );
  const engines = [...new Set([...there].flatMap(([index, { engine }]) => (senders.has(index) ? [engine] : [])))];
  const images = new Map(await Promise.all(engines.map(async engine => [engine, await silenceImage(engine)] as const)));
  const addresses = (ways: readonly Way[], sender: number): string[] =>
    ways.flatMap(([from, to]) => (from === sender ? [peers[to]?.address ?? ''] : []));
  await inParallel([...senders], { limit: AT_ONCE }, async sender => {
    const own = there.get(sender);
    if (own === undefined) return;
    const { engine, id } = own;
    const wish = { cut: addresses(cut, sender), restored: addresses(restored, sender) };
    try {
      await silence(engine, images.get(engine) ?? '', { id, peer: peers[sender]?.name ?? '' }, wish);
    } catch (error) {
      const isGone =
        error instanceof LabError && error.code === 'ENGINE_REFUSED' && (await isThere(engine, sender)) !== id;
      if (!isGone) throw error;
    }
  });
}

function keyOf([from, to]: Way): string {
  return `${from}>${to}`;
}

function keysOf(ways: readonly Way[]): ReadonlySet<string> {
  return new Set(ways.map(keyOf));
}

function distinct(ways: readonly Way[]): Way[] {
  return [...new Map(ways.map(way => [keyOf(way), way])).values()];
}
