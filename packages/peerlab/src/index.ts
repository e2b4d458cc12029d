/** Peerlab as a library: labs of a test. Start at lab.ts. */
export { lab, type NetOptions } from './lab.ts';
export type { Delivery, Net } from './net.ts';
export type { NetPeer, SendOptions } from './net-peer.ts';
