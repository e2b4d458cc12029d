/** Links of a lab whose peers can be asked together: whether all are as drawn, or none is there, and all that are missing dialled at once. */
import { SECURITY_SETTINGS, type SecuritySetting, weaker } from '@peerlab/conditions';
import { isSameSum, type LinkTally, linkHash, NO_SUM, plus } from '@peerlab/contract';
import type { Dial } from '@peerlab/driver';
import { type LinkSpec, securityOf } from '@peerlab/topology';
import type { LinkedLab } from './linked-lab.ts';

/** What the sums say: all links are as drawn and no more, each protected so; there is none; or it takes each peer's own answer. */
export type LinksTogether =
  | { readonly are: 'as-drawn'; readonly security: SecuritySetting | undefined }
  | { readonly are: 'none' | 'not-known' };

const NOT_KNOWN: LinksTogether = { are: 'not-known' };

/** See the module's header. Only of a lab whose peers all run, without faults on its links. */
export async function linksTogether({ topology, endpoints, whyCut, together }: LinkedLab): Promise<LinksTogether> {
  if (together === undefined || topology.ownLinks === true || endpoints.some(end => end === undefined))
    return NOT_KNOWN;
  if (topology.links.some(({ a, b }) => whyCut(a, b) !== undefined)) return NOT_KNOWN;
  const tally = await together.tallyLinks();
  if (tally.peers !== endpoints.length) return NOT_KNOWN;
  if (tally.ends === 0) return { are: 'none' };
  const ids = endpoints.map(end => end?.client.info.nodeId ?? '');
  if (!isAsDrawn(tally, ids, topology.links)) return NOT_KNOWN;
  const [name = '', ...others] = Object.keys(tally.security);
  const security = SECURITY_SETTINGS.find(setting => setting === name);
  if (others.length > 0 || (security === undefined && name !== '')) return NOT_KNOWN;
  const isWeak = topology.peers.some((_, peer) => {
    const asked = securityOf(topology, peer);
    return asked !== undefined && security !== undefined && weaker(security, asked) !== asked;
  });
  return isWeak ? NOT_KNOWN : { are: 'as-drawn', security };
}

function isAsDrawn(tally: LinkTally, ids: readonly string[], links: readonly Pick<LinkSpec, 'a' | 'b'>[]): boolean {
  const drawn = new Set(links.map(({ a, b }) => `${Math.min(a, b)}-${Math.max(a, b)}`));
  if (tally.ends !== 2 * drawn.size || !isSameSum(tally.balance, NO_SUM)) return false;
  let sum = NO_SUM;
  for (const key of drawn) {
    const [a = '', b = ''] = key.split('-').map(place => ids[Number(place)]);
    sum = plus(plus(sum, linkHash(a, b)), linkHash(b, a));
  }
  return isSameSum(sum, tally.links);
}

/** Dials links at once, where that can be. @returns those that are left: each is dialled by itself, which tells why it cannot be */
export async function dialTogether<L extends Pick<LinkSpec, 'a' | 'b'>>(
  { endpoints, together }: LinkedLab,
  links: readonly L[],
): Promise<readonly L[]> {
  if (together === undefined) return links;
  const placed = links.map(link => ({ link, dial: dialOf(link, endpoints) }));
  const dialled = placed.filter((one): one is { link: L; dial: Dial } => one.dial !== undefined);
  const failed = await together.dialTogether(dialled.map(({ dial }) => dial));
  const left = failed.flatMap(i => dialled[i]?.link ?? []);
  return [...placed.flatMap(({ link, dial }) => (dial === undefined ? [link] : [])), ...left];
}

function dialOf({ a, b }: Pick<LinkSpec, 'a' | 'b'>, endpoints: LinkedLab['endpoints']): Dial | undefined {
  const [from, to] = [endpoints[a], endpoints[b]];
  if (from === undefined || to === undefined || !from.client.takes('connect')) return undefined;
  return { from: a, host: to.address, port: to.port };
}
