/**
 * Fills in the templates of peers before their start: command, variables and files, from addresses that the driver knows by then.
 * The same peer gets the same each time.
 */
import {
  fill,
  fillWords,
  neighboursOf,
  type PeerNeeds,
  type TemplateFacts,
  type TemplatePeer,
  topologyFromJson,
} from '@peerlab/topology';
import { LabError } from './lab-error.ts';
import type { LabPlan, PlannedPeer } from './plan.ts';

/** Where a peer is, as its driver knows before its start. */
export interface PeerPlace {
  readonly address: string;
  readonly port: number;
  /** The folder that stands for its first volume, as its program sees it. @default the volume's own path */
  readonly data?: string | undefined;
}

/** A file that a peer finds at its first start. */
export interface PeerFile {
  /** The place of its volume in `needs.volumes`. */
  readonly volume: number;
  /** Below the volume. */
  readonly path: string;
  readonly content: string;
}

/** See the module's header. */
export class PeerTemplates {
  readonly #plan: Pick<LabPlan, 'name' | 'topology'>;
  readonly #peers: readonly TemplatePeer[];
  #links: readonly { readonly a: number; readonly b: number }[] | undefined;

  /**
   * @param plan its topology is read only where a peer has templates
   * @param roster every peer of the lab, in topology order
   */
  constructor(
    plan: Pick<LabPlan, 'name' | 'topology'>,
    roster: readonly PlannedPeer[],
    placeOf: (peer: PlannedPeer) => PeerPlace,
  ) {
    this.#plan = plan;
    this.#peers = roster.map(peer => {
      const { index, name, nodeId, needs } = peer;
      return { index, name, nodeId, data: needs?.volumes?.[0], ...placeOf(peer) };
    });
  }

  /** The peer with its variables and its program's command filled in; one without a program as it is. */
  filled(peer: PlannedPeer): PlannedPeer {
    const { kind, env } = peer;
    if (kind?.program === undefined) return peer;
    const facts = this.#facts(peer);
    const { program } = kind;
    return {
      ...peer,
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value, facts)])),
      kind: { ...kind, program: { ...program, run: fillWords(program.run, facts) } },
    };
  }

  /** A command line of the peer, filled in. */
  words(peer: PlannedPeer, words: readonly string[]): readonly string[] {
    return fillWords(words, this.#facts(peer));
  }

  /** The files of the peer. @throws {LabError} `CANNOT_CARRY` for one that is in no volume */
  files(peer: PlannedPeer): readonly PeerFile[] {
    const { volumes = [], write }: PeerNeeds = peer.needs ?? {};
    if (write === undefined) return [];
    const facts = this.#facts(peer);
    const inside = {
      ...facts,
      peers: facts.peers.map(other => (other.index === peer.index ? asSeen(other, volumes) : other)),
    };
    return Object.entries(write).map(([name, content]) => {
      const path = fill(name, inside);
      const volume = volumes.findLastIndex(folder => path.startsWith(`${folder}/`));
      if (volume === -1 || path.split('/').includes('..')) {
        throw new LabError('CANNOT_CARRY', `${peer.name}: the file ${path} is in none of its volumes`, {
          advice: 'add volumes: to its kind, and write below one of them',
          details: { lab: this.#plan.name, peer: peer.name, path },
        });
      }
      return { volume, path: path.slice((volumes[volume] ?? '').length + 1), content: fill(content, facts) };
    });
  }

  #facts({ index }: PlannedPeer): TemplateFacts {
    this.#links ??= this.#plan.topology === '' ? [] : topologyFromJson(this.#plan.topology).links;
    const neighbours = neighboursOf(this.#links, index);
    return { lab: this.#plan.name, peers: this.#peers, own: index, neighbours };
  }
}

/** Files are told by the volume's path, whatever folder stands for it. */
function asSeen(peer: TemplatePeer, volumes: readonly string[]): TemplatePeer {
  return { ...peer, data: volumes[0] };
}
