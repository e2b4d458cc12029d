/** Types of libp2p.js, which is JavaScript so that CI can check this folder without installing libp2p. */
import type { CreateBenchPeer } from './contestant.ts';

export declare function libp2pPeers(settings: {
  readonly router: 'floodsub' | 'gossipsub';
  /** Whether messages are signed, and signatures checked: the default of both routers. */
  readonly signed: boolean;
}): CreateBenchPeer;
