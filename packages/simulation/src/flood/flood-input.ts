/** What one simulated flood is given, checked and with its defaults filled in. */

import {
  type DrawnLinkSettings,
  type FullLinkSettings,
  fullLinkSettings,
  type LinkSettings,
} from '@peerlab/conditions';
import type { Graph } from '@peerlab/graph';
import { DEFAULT_PEER_OPTIONS, dataFrameBytes, MAX_TTL } from '@peerlab/protocol';
import { SimulationError } from '../simulation-error.ts';

/** One flood. */
export interface FloodInput {
  readonly graph: Graph;
  /** Decides every delay and loss; an integer, its low 32 bits count. */
  readonly seed: number;
  /** @default 0 */
  readonly origin?: number | undefined;
  /**
   * A direct message to this peer in place of a broadcast: it alone delivers, and does not relay.
   */
  readonly destination?: number | undefined;
  /** 0..65535. @default 65535: without limit */
  readonly ttl?: number | undefined;
  /** See PeerOptions in packages/protocol; 0 is classic first-copy flooding. @default 65534, as for every peer: every TTL that is a limit */
  readonly exactTtlMax?: number | undefined;
  /** Settings of every link without its own; see LinkSettings for the defaults. */
  readonly links?: LinkSettings | undefined;
  /** Links with their own settings. */
  readonly linkOverrides?: readonly LinkOverride[] | undefined;
  /** Bytes of the payload, for the bandwidth. @default 64: a line of chat */
  readonly payloadBytes?: number | undefined;
}

/** A link with its own settings, drawn from `a` to `b`. */
export interface LinkOverride {
  readonly a: number;
  readonly b: number;
  readonly settings: DrawnLinkSettings;
}

/** A {@link FloodInput} with everything in it. */
export interface CheckedFlood {
  readonly graph: Graph;
  readonly seed: number;
  readonly origin: number;
  readonly destination: number | undefined;
  readonly ttl: number;
  readonly exactTtlMax: number;
  readonly links: FullLinkSettings;
  readonly linkOverrides: readonly LinkOverride[];
  readonly payloadBytes: number;
  /** Bytes of the message's frame. */
  readonly frameBytes: number;
}

/**
 * Fills in and checks.
 * @throws {SimulationError} `BAD_SETTING`
 */
export function checkFlood(input: FloodInput): CheckedFlood {
  const { graph, origin = 0, destination, ttl = MAX_TTL, payloadBytes = 64 } = input;
  const { exactTtlMax = DEFAULT_PEER_OPTIONS.exactTtlMax } = input;
  const max = DEFAULT_PEER_OPTIONS.maxFrameBytes - dataFrameBytes('dm', 0);
  whole('origin', origin, 0, graph.peerCount - 1);
  if (destination !== undefined) whole('destination', destination, 0, graph.peerCount - 1);
  if (destination === origin) {
    throw new SimulationError(
      'BAD_SETTING',
      'a peer cannot send a direct message to itself',
      'give another destination',
    );
  }
  whole('ttl', ttl, 0, MAX_TTL);
  whole('exactTtlMax', exactTtlMax, 0, MAX_TTL - 1);
  whole('payloadBytes', payloadBytes, 0, max);
  return {
    graph,
    seed: input.seed,
    origin,
    destination,
    ttl,
    exactTtlMax,
    links: fullLinkSettings(input.links),
    linkOverrides: input.linkOverrides ?? [],
    payloadBytes,
    frameBytes: dataFrameBytes(destination === undefined ? 'broadcast' : 'dm', payloadBytes),
  };
}

function whole(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new SimulationError(
    'BAD_SETTING',
    `${name} is ${value}`,
    `${name} must be a whole number from ${min} to ${max}`,
  );
}
