/**
 * Silences what one peer sends to others, in its own network namespace: a permanent neighbour entry has what goes to an
 * address sent to a MAC address that nobody has. It takes no kernel module, cuts TCP and UDP alike, and the sender gets no
 * error, as from a blackhole route. `ip` of this machine runs in a helper (helper.ts).
 */
import { LabError } from '@peerlab/driver';
import type { Engine } from './engine.ts';
import { helperImage } from './helper-image.ts';
import { runInNetwork } from './network-helper.ts';

/** A MAC address that no container has: it is locally administered, and engines give out others. */
export const NOBODY = '02:00:00:00:00:01';

/** Addresses that are to be silenced, and that are not to be any more. */
export interface Silence {
  readonly cut: readonly string[];
  readonly restored: readonly string[];
}

/** The image that {@link silence} runs. @throws {LabError} `NOT_SUPPORTED` with the reason; `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function silenceImage(engine: Engine): Promise<string> {
  return await helperImage(engine, ['sh', 'ip'], 'the kernel cannot cut the network of a peer');
}

/** Sets the entries, and looks whether they hold. @throws {LabError} `ENGINE_REFUSED` where they do not; `ENGINE_UNREACHABLE` */
export async function silence(
  engine: Engine,
  image: string,
  { id, peer }: { readonly id: string; readonly peer: string },
  wish: Silence,
): Promise<void> {
  const words = ['-c', silenceScript(wish)];
  const { output } = await runInNetwork(engine, { image, program: 'sh', words, beside: id });
  const entries = silencedAddresses(output);
  const hold = wish.cut.every(address => entries.has(address));
  if (hold && !wish.restored.some(address => entries.has(address))) return;
  const said = output.split('\n').find(line => line !== '') ?? 'nothing';
  const message = `the kernel did not ${hold ? 'restore' : 'cut'} the network of ${peer}: ip said ${said}`;
  throw new LabError('ENGINE_REFUSED', message, { details: { peer, output } });
}

/** For a shell without any other program than `ip`. The device is the one that leads to the others. */
export function silenceScript({ cut, restored }: Silence): string {
  const [first = ''] = [...cut, ...restored];
  return [
    `r=$(ip -4 route get ${first}) || exit 1`,
    'r=$' + '{r#* dev }; d=$' + '{r%% *}',
    ...(cut.length === 0
      ? []
      : [`for a in ${cut.join(' ')}; do ip neigh replace $a lladdr ${NOBODY} nud permanent dev $d || exit 1; done`]),
    // One that is not there needs no removal.
    ...(restored.length === 0 ? [] : [`for a in ${restored.join(' ')}; do ip neigh del $a dev $d 2>/dev/null; done`]),
    'ip -4 neigh show nud permanent',
  ].join('\n');
}

/** The addresses that lead nowhere, as `ip neigh show` tells them. */
export function silencedAddresses(shown: string): ReadonlySet<string> {
  return new Set(
    [...shown.matchAll(new RegExp(`^(\\S+) .*lladdr ${NOBODY} `, 'gm'))].map(([, address = '']) => address),
  );
}
