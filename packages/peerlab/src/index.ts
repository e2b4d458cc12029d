/** Peerlab as a library: labs of a test. Start at lab.ts. */
export { LabError, type LabErrorCode } from '@peerlab/driver';
export { parseTopology, type Topology, TopologyError } from '@peerlab/topology';
export { lab, type NetOptions } from './lab.ts';
export type { Delivery, Net } from './net.ts';
export type { NetPeer, SendOptions } from './net-peer.ts';
