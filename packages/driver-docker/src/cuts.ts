/** The network between peers of a lab, cut and restored: noted with the engine (cut-marks.ts), then done in each sender's network (silence.ts). */
import type { PeerFacts, Way } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { findMarks, markCut, removeMark } from './cut-marks.ts';
import type { Engine } from './engine.ts';
import { inParallel } from './parallel.ts';
import { silence, silenceImage } from './silence.ts';
import { findContainers } from './survey.ts';

/** Peers whose network is changed at once. @default 4: the engine serialises most of a helper's start */
const AT_ONCE = 4;

/** A lab whose network is cut. */
export interface CutLab {
  readonly engine: Engine;
  readonly lab: string;
  /** In topology order. */
  readonly peers: readonly Pick<PeerFacts, 'name' | 'address'>[];
}

/** The ways that are cut, each once. @throws {LabError} `ENGINE_UNREACHABLE` */
export async function cutsOf({ engine, lab }: Pick<CutLab, 'engine' | 'lab'>): Promise<readonly Way[]> {
  return distinct((await findMarks(engine, lab)).flatMap(({ ways }) => ways));
}

/** Cuts ways, all or none. @throws {LabError} as CutsNetwork.cut */
export async function cutWays(target: CutLab, ways: readonly Way[]): Promise<void> {
  const { engine, lab } = target;
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
  const { engine, lab } = target;
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
  { engine, lab, peers }: CutLab,
  { cut, restored }: { readonly cut: readonly Way[]; readonly restored: readonly Way[] },
): Promise<void> {
  const senders = new Set([...cut, ...restored].map(([from]) => from));
  if (senders.size === 0) return;
  const image = await silenceImage(engine);
  const isThere = async (index: number): Promise<string | undefined> => {
    const [found] = await findContainers(engine, { lab, index });
    const runs = found?.state === 'running' || found?.state === 'paused';
    return runs && found.connected ? found.id : undefined;
  };
  const there = new Map(
    (await findContainers(engine, { lab })).flatMap(({ id, peer, state, connected }) =>
      (state === 'running' || state === 'paused') && connected ? [[peer.index, id] as const] : [],
    ),
  );
  const addresses = (ways: readonly Way[], sender: number): string[] =>
    ways.flatMap(([from, to]) => (from === sender ? [peers[to]?.address ?? ''] : []));
  await inParallel([...senders], { limit: AT_ONCE }, async sender => {
    const id = there.get(sender);
    if (id === undefined) return;
    const wish = { cut: addresses(cut, sender), restored: addresses(restored, sender) };
    try {
      await silence(engine, image, { id, peer: peers[sender]?.name ?? '' }, wish);
    } catch (error) {
      const isGone = error instanceof LabError && error.code === 'ENGINE_REFUSED' && (await isThere(sender)) !== id;
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
