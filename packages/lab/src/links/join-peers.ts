/** Brings peers together that choose their own links: each part of a side that no other peer lists joins the side's first peer. */
import { LabError } from '@peerlab/driver';
import type { DialledLab } from './linked-lab.ts';
import { groupsOf, partsOf, readMembership } from './membership.ts';

/** Peers that join at once: the first one answers all of them. */
const JOINS_AT_ONCE = 16;

/**
 * See the module's header. Peers whose kind says no `join:` are left to find each other.
 * @param only a peer that was started again: it alone joins
 * @returns how many joined
 * @throws {LabError} `LINKS_MISSING` naming each peer that could not
 */
export async function joinPeers(lab: DialledLab, only?: number): Promise<number> {
  const { endpoints, whyCut, lookAgain } = lab;
  const running = endpoints.flatMap((end, i) => (end === undefined ? [] : [i]));
  const membership = await readMembership(lab);
  const sides = partsOf(running, peer => running.filter(other => other !== peer && whyCut(peer, other) === undefined));
  const joins = sides.flatMap(side => {
    const [first, ...others] = groupsOf(side, membership);
    if (only !== undefined) return side.includes(only) ? joinOf(only, side) : [];
    // Of a part that hangs together one peer suffices.
    return others.flatMap(([peer]) => (peer === undefined || first === undefined ? [] : joinOf(peer, first)));
  });
  const failures: { readonly peer: number; readonly text: string }[] = [];
  let joined = 0;
  const work = async (): Promise<void> => {
    for (let join = joins.shift(); join !== undefined; join = joins.shift()) {
      const [from, to] = [endpoints[join.peer], endpoints[join.to]];
      if (from === undefined || to === undefined || !from.client.takes('connect')) continue;
      try {
        if ((await from.client.ask({ command: 'connect', host: to.address, port: to.port })) !== undefined) joined++;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        failures.push({ peer: join.peer, text: `${from.client.name} did not join ${to.client.name}: ${why}` });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(JOINS_AT_ONCE, joins.length) }, work));
  if (failures.length === 0) return joined;
  // A peer may have ended meanwhile: what it was asked for is then none that should have been done.
  const now = await lookAgain();
  const texts = failures
    .filter(({ peer }) => now[peer] !== undefined && now[peer]?.client === endpoints[peer]?.client)
    .map(({ text }) => text);
  if (texts.length === 0) return joined;
  const message = `${texts.length} peers could not join: ${texts.slice(0, 5).join('; ')}`;
  throw new LabError('LINKS_MISSING', message, { details: { failures: texts } });
}

/** A peer joins the first other one. */
function joinOf(peer: number, others: readonly number[]): { readonly peer: number; readonly to: number }[] {
  const to = others.find(other => other !== peer);
  return to === undefined ? [] : [{ peer, to }];
}
