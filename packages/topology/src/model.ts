/** A topology, validated and with its generator run: what the rest of the lab works on. */

import type { DrawnLinkSettings, LinkSettings, SecuritySetting } from '@peerlab/conditions';
import type { GeneratorSpec } from '@peerlab/graph';
import type { PeerNeeds } from './needs-model.ts';
import type { ProgramCommand, ProgramSpec, SetupStep } from './program-model.ts';
import type { Scenario } from './scenario/model.ts';

/** What a peer's program is told, and what it needs where that is not as its kind says. */
export interface PeerSettings extends PeerNeeds {
  /** Environment variables for its program. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The name of its kind, one of `Topology.kinds`. Left out: the project's own peer. */
  readonly kind?: string | undefined;
  /** What people call it, such as the name in the file that it was imported from. Not told to its program. */
  readonly label?: string | undefined;
  /** How it protects its links and messages, where the file says so of it or its kind. Left out: as the topology says. */
  readonly security?: SecuritySetting | undefined;
}

/**
 * A program that peers run in place of the project's own; one that names no program is the project's own with these
 * settings. Paths are as the file gives them: seen from its folder.
 */
export interface KindSpec extends PeerNeeds {
  readonly name: string;
  /** Run in the file's folder; in a container only where there is neither `image` nor `build`. */
  readonly command?: readonly string[] | undefined;
  readonly image?: string | undefined;
  /** Debian packages that its containers have, with all that they depend on; in place of an image. */
  readonly packages?: readonly string[] | undefined;
  readonly build?: { readonly context: string; readonly dockerfile?: string | undefined } | undefined;
  /** In place of the image's own. */
  readonly entrypoint?: readonly string[] | undefined;
  /** What its containers have beside; `to` is absolute, left out: in the working directory, under its own path. */
  readonly files?: readonly { readonly from: string; readonly to?: string | undefined }[] | undefined;
  /** The peers' own variables come first. With `program`, each is a template. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** A program that does not speak the peer contract, in place of `command` and `entrypoint`. */
  readonly program?: ProgramSpec | undefined;
  /** What its program speaks, where the file says so. Without it, a program of the user is thought to speak `open`. */
  readonly security?: SecuritySetting | undefined;
  /** What the lab asks of each such program, for `{NAME}` and `{n3.NAME}`: `match` has the group `value`. */
  readonly facts?: Readonly<Record<string, ProgramCommand>> | undefined;
}

/** Defaults for peers, links and messages. */
export interface Defaults {
  /** TTL of a message that is sent without one, 0..65535. */
  readonly ttl?: number | undefined;
  readonly links: LinkSettings;
  readonly peers: PeerSettings;
}

/** A peer. Names are unique, and fit into container names. */
export interface PeerSpec {
  readonly name: string;
  readonly settings: PeerSettings;
}

/** A link between two peers, by their place in `Topology.peers`; `a` dials `b`. */
export interface LinkSpec {
  readonly a: number;
  readonly b: number;
  /** `there` is from `a` to `b`. */
  readonly settings: DrawnLinkSettings;
}

/** How many peers share a container on Docker: so many, or as many as fit. */
export type PackWish = number | 'auto';

/** A whole topology. Every pair of peers has at most one link, and no peer one to itself. */
export interface Topology {
  /** Usable in container and network names. */
  readonly name: string;
  /** Decides every random choice: the generator's, and the checks' samples. */
  readonly seed: number;
  readonly peers: readonly PeerSpec[];
  readonly links: readonly LinkSpec[];
  /**
   * The peers find their neighbours themselves: {@link links} is empty, and every pair may be linked. Left out: links are those
   * that are drawn.
   */
  readonly ownLinks?: true | undefined;
  readonly defaults: Defaults;
  /** Left out: a container each. Other drivers have no containers. */
  readonly pack?: PackWish | undefined;
  /** How peers protect their links and messages, but for those that say otherwise. Left out: `open`. */
  readonly security?: SecuritySetting | undefined;
  /** Those of the file, in its order; left out: none. */
  readonly kinds?: readonly KindSpec[] | undefined;
  /** What is run once, when all peers are ready; left out: nothing. */
  readonly setup?: readonly SetupStep[] | undefined;
  /** What `lab test` does with it. No part of a lab's identity: not kept with a running one. */
  readonly scenario?: Scenario | undefined;
  /** What its graph was generated from; left out where the file gives links, alone or beside a generator's. Says nothing more. */
  readonly generator?: GeneratorSpec | undefined;
  /** The file that it was read from. */
  readonly source?: string | undefined;
}

/**
 * A topology that is not expanded in memory: its generator, from which the graph is drawn on demand. Peers
 * are n0, n1, …; none has its own settings. `layOut` makes a {@link Topology} of it.
 */
export interface LargeTopology {
  readonly name: string;
  /** Decides the graph, delays and losses, and the checks' samples. */
  readonly seed: number;
  /** With every value filled in. */
  readonly generator: GeneratorSpec;
  readonly peerCount: number;
  /** Links; where chance decides, how many are to be expected. */
  readonly linkCount: number;
  readonly defaults: Pick<Defaults, 'ttl' | 'links'>;
  /** As of {@link Topology}. */
  readonly pack?: PackWish | undefined;
  /** As of {@link Topology}. A flood costs the same frames with every setting. */
  readonly security?: SecuritySetting | undefined;
  /** The file that it was read from. */
  readonly source?: string | undefined;
}

/** Tells the two apart. */
export function isLargeTopology(topology: Topology | LargeTopology): topology is LargeTopology {
  return 'peerCount' in topology;
}
