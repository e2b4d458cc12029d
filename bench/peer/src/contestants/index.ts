/** The contestants by name, loaded when they are needed. */
import type { CreateBenchPeer } from './contestant.ts';

/** A peer that is measured: how it is loaded, and how it is shown. */
interface Contestant {
  readonly title: string;
  load(): Promise<CreateBenchPeer>;
}

const ENTRIES: Readonly<Record<string, Contestant>> = {
  peerlab: { title: 'peerlab', load: async () => (await import('./peerlab.ts')).peerlabPeers('open') },
  'peerlab-signed': {
    title: 'peerlab, signed',
    load: async () => (await import('./peerlab.ts')).peerlabPeers('signed'),
  },
  'peerlab-sealed': {
    title: 'peerlab, sealed',
    load: async () => (await import('./peerlab.ts')).peerlabPeers('sealed'),
  },
  relay: { title: 'bare relay', load: async () => (await import('./relay.ts')).createRelayPeer },
  tutorial: {
    title: 'tutorial peer',
    load: async () => (await import('./tutorial.ts')).tutorialPeers({ noDelay: false }),
  },
  'tutorial-nodelay': {
    title: 'tutorial peer, noDelay',
    load: async () => (await import('./tutorial.ts')).tutorialPeers({ noDelay: true }),
  },
  floodsub: {
    title: 'libp2p floodsub, signed',
    load: async () => (await import('./libp2p.js')).libp2pPeers({ router: 'floodsub', signed: true }),
  },
  gossipsub: {
    title: 'libp2p gossipsub, signed',
    load: async () => (await import('./libp2p.js')).libp2pPeers({ router: 'gossipsub', signed: true }),
  },
};

/** By name. */
export const CONTESTANTS: ReadonlyMap<string, Contestant> = new Map(Object.entries(ENTRIES));
