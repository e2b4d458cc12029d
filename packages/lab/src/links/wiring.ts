/** Makes the links of the topology, and proves that the links that exist are exactly those. */
import { type SecuritySetting, weaker } from '@peerlab/conditions';
import type { NeighbourInfo } from '@peerlab/contract';
import { LabError } from '@peerlab/driver';
import { securityOf } from '@peerlab/topology';
import { joinPeers } from './join-peers.ts';
import type { DialledLab, Endpoint, LinkedLab } from './linked-lab.ts';
import { dialTogether, linksTogether } from './links-together.ts';
import { type Membership, membersOf, readMembership } from './membership.ts';

/** A link that should be there and is not, or the other way round, by peer names. */
export interface LinkFault {
  readonly a: string;
  readonly b: string;
  /**
   * `cut`: a fault keeps it down; `half`: one end has it; `sessions-differ`: the ends know different sessions; `unprotected`: it is
   * weaker than the topology asks.
   */
  readonly fault: 'missing' | 'cut' | 'not-drawn' | 'half' | 'sessions-differ' | 'unprotected';
  readonly detail: string;
  /** The peer at fault, by name, where it can be told: the end that does not run. */
  readonly culprit?: string | undefined;
}

/** What is there, against what is drawn. */
export interface LinkSurvey {
  readonly drawn: number;
  /** Links that are drawn and up at both ends. */
  readonly up: number;
  /** Drawn links of which neither end can tell. */
  readonly unknown: number;
  readonly faults: readonly LinkFault[];
  /** How each drawn link that is up is protected, as its ends say, in the topology's order; undefined where neither says. */
  readonly security: readonly (SecuritySetting | undefined)[];
}

/** A link as one of its ends has it. */
interface LinkHeld {
  readonly at: number;
  readonly session: string;
  readonly security: SecuritySetting | undefined;
}

/** Links that are dialled at once. @default 64: more than a small machine works on, fewer than a listen queue holds */
const DIALS_AT_ONCE = 64;

/**
 * Dials what is missing; where peers choose their own links, has them join each other (join-peers.ts). A link whose peer ends,
 * is paused or is cut off meanwhile is none that should have been made.
 * @param only a peer that was started again: its links alone are dialled, and it dials them, since its neighbours may
 *   not have noticed yet that it was gone
 * @returns how many links were dialled
 * @throws {LabError} `LINKS_MISSING` naming each link that could not be made
 */
export async function dialMissing(lab: DialledLab, only?: number): Promise<number> {
  const { topology, endpoints, whyCut, lookAgain } = lab;
  if (topology.ownLinks === true) return await joinPeers(lab, only);
  const there = only === undefined ? (await linksTogether(lab)).are : 'not-known';
  if (there === 'as-drawn') return 0;
  const neighbours = there === 'none' ? [] : await neighboursOf(endpoints);
  const missing = topology.links.filter(({ a, b }) => {
    if (whyCut(a, b) !== undefined || (only !== undefined && a !== only && b !== only)) return false;
    const [from, to] = [endpoints[a], endpoints[b]];
    if (from === undefined || to === undefined) return false;
    const isUp = (x: number, y: Endpoint): boolean =>
      neighbours[x]?.some(({ peer }) => peer === y?.client.info.nodeId) ?? false;
    return !(isUp(a, to) && isUp(b, from));
  });
  const failures: { readonly a: number; readonly b: number; readonly text: string }[] = [];
  const queue = only === undefined ? [...(await dialTogether(lab, missing))] : [...missing];
  const work = async (): Promise<void> => {
    for (let link = queue.shift(); link !== undefined; link = queue.shift()) {
      const isReverse = link.b === only || endpoints[link.a]?.client.takes('connect') === false;
      const [a, b] = isReverse ? [link.b, link.a] : [link.a, link.b];
      const [from, to] = [endpoints[a], endpoints[b]];
      // A program may be told its neighbours at its start.
      if (from?.client.takes('connect') === false) continue;
      if (from === undefined || to === undefined || from.client.isAway || to.client.isAway) continue;
      try {
        await from.client.ask({ command: 'connect', host: to.address, port: to.port });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        failures.push({ a, b, text: `${from.client.name}-${to.client.name}: ${why}` });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(DIALS_AT_ONCE, queue.length) }, work));
  if (failures.length === 0) return missing.length;
  // A dial is refused a moment before the lab learns why.
  const now = await lookAgain();
  const isSame = (place: number): boolean =>
    now[place] !== undefined && now[place]?.client === endpoints[place]?.client;
  const real = failures.filter(({ a, b }) => isSame(a) && isSame(b) && whyCut(a, b) === undefined);
  if (real.length > 0) {
    const texts = real.map(({ text }) => text);
    const message = `${texts.length} of ${missing.length} links could not be made: ${texts.slice(0, 5).join('; ')}`;
    throw new LabError('LINKS_MISSING', message, { details: { failures: texts } });
  }
  return missing.length - failures.length;
}

/** Compares the links that the peers report with those of the topology. Where they choose their own, none is missing. */
export async function surveyLinks(lab: LinkedLab): Promise<LinkSurvey> {
  const { topology, endpoints, whyCut, presence } = lab;
  if (topology.ownLinks === true) return ownSurvey(lab, await readMembership(lab));
  const drawn = new Map(topology.links.map(({ a, b }, place) => [pairKey(a, b), place]));
  const told = await linksTogether(lab);
  if (told.are === 'as-drawn') {
    const security = topology.links.map(() => told.security);
    return { drawn: drawn.size, up: drawn.size, unknown: 0, faults: [], security };
  }
  const neighbours = await neighboursOf(endpoints);
  const names = topology.peers.map(({ name }) => name);
  const indexOf = new Map(
    endpoints.flatMap((end, i) => (end === undefined ? [] : [[end.client.info.nodeId, i] as const])),
  );
  const protection = new Array<SecuritySetting | undefined>(topology.links.length).fill(undefined);
  const ends = new Map<string, LinkHeld[]>();
  const faults: LinkFault[] = [];
  neighbours.forEach((links, i) => {
    for (const { peer, address, session, security } of links ?? []) {
      const j = indexOf.get(peer) ?? presence.placeOf(peer, address);
      if (j === undefined) {
        const detail = `${names[i]} has a link to ${peer} (${address}), which is not a peer of this lab`;
        faults.push({ a: names[i] ?? '', b: peer, fault: 'not-drawn', detail });
        continue;
      }
      const key = pairKey(i, j);
      ends.set(key, [...(ends.get(key) ?? []), { at: i, session, security }]);
    }
  });
  // A peer that ended while it was asked said nothing of its links.
  const isMute = (place: number): boolean => endpoints[place]?.client.takes('neighbours') === false;
  const absence = (place: number): string | undefined =>
    presence.absence(place) ?? (neighbours[place] === undefined && !isMute(place) ? 'does not answer' : undefined);
  let [up, unknown] = [0, 0];
  for (const key of new Set([...drawn.keys(), ...ends.keys()])) {
    const [i = -1, j = -1] = key.split('-').map(Number);
    const [a, b] = [names[i] ?? '', names[j] ?? ''];
    const [one, other, ...more] = ends.get(key) ?? [];
    const away = [i, j].find(place => absence(place) !== undefined);
    const cut = whyCut(i, j);
    if (!drawn.has(key)) {
      faults.push({ a, b, fault: 'not-drawn', detail: `${a} and ${b} are linked, but the topology has no such link` });
    } else if (away === undefined && cut === undefined && isMute(i) && isMute(j)) {
      unknown++;
    } else if (away !== undefined || one === undefined) {
      const name = away === undefined ? undefined : (names[away] ?? '');
      const why = away === undefined ? cut : `${name} ${absence(away)}`;
      // What is cut on purpose is nobody's fault.
      const culprit = cut === undefined ? name : undefined;
      const holder = one === undefined || away === undefined ? undefined : away === i ? b : a;
      const what = holder === undefined ? `${a} and ${b} are not linked` : `${holder} still has its link to ${name}`;
      const detail = `${what}${why === undefined ? '' : `: ${why}`}`;
      faults.push({ a, b, fault: cut === undefined ? 'missing' : 'cut', detail, culprit });
    } else if (cut !== undefined) {
      // Of a silent network peers learn late.
      faults.push({ a, b, fault: 'cut', detail: `${a} and ${b} have not noticed that their link is down: ${cut}` });
    } else if (other === undefined && (isMute(i) || isMute(j))) {
      // The end that can tell says that it is there.
      up++;
      protection[drawn.get(key) ?? -1] = one.security;
    } else if (other === undefined) {
      const [has, lacks] = one.at === i ? [a, b] : [b, a];
      faults.push({ a, b, fault: 'half', detail: `${has} has a link to ${lacks}, which does not have it` });
    } else if (one.session !== other.session || more.length > 0) {
      faults.push({ a, b, fault: 'sessions-differ', detail: `${a} and ${b} do not hold the same link` });
    } else {
      up++;
      const security = weaker(one.security, other.security);
      protection[drawn.get(key) ?? -1] = security;
      const asked = securityOf(topology, i);
      if (asked !== undefined && security !== undefined && weaker(security, asked) !== asked) {
        const detail = `the link of ${a} and ${b} is ${security}, but ${asked} was asked for`;
        faults.push({ a, b, fault: 'unprotected', detail });
      }
    }
  }
  return { drawn: drawn.size, up, unknown, faults, security: protection };
}

/** Links that peers chose: those that both ends list are up. */
function ownSurvey({ topology }: LinkedLab, { lists, strangers }: Membership): LinkSurvey {
  const up = lists.reduce((sum, list = [], a) => sum + list.filter(b => a < b && lists[b]?.includes(a)).length, 0);
  const faults = strangers.map(({ at, member }): LinkFault => {
    const name = topology.peers[at]?.name ?? '';
    return {
      a: name,
      b: member,
      fault: 'not-drawn',
      detail: `${name} lists "${member}", which is no peer of this lab`,
    };
  });
  return { drawn: 0, up, unknown: 0, faults, security: [] };
}

/** The links of each peer, as it says; undefined where it cannot tell, is away, or went while it was asked. */
async function neighboursOf(
  endpoints: readonly Endpoint[],
): Promise<readonly (readonly NeighbourInfo[] | undefined)[]> {
  return await Promise.all(
    endpoints.map(async end => {
      if (end?.client.takes('neighbours') !== true) return undefined;
      const told = await membersOf(end.client);
      return typeof told === 'string' ? undefined : told?.links;
    }),
  );
}

function pairKey(a: number, b: number): string {
  return `${Math.min(a, b)}-${Math.max(a, b)}`;
}
