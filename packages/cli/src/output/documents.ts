/** The JSON documents that `-f json` prints, verb by verb: docs/CLI.md says the same, and tests check both. */
import type { CheckResult, LabSummary, MessageOutcome, PeerFacts } from '@peerlab/orchestrator';

/** `lab up` and `lab verify`. */
export interface VerdictDocument {
  readonly lab: string;
  readonly driver: string;
  readonly network: { readonly name: string; readonly subnet: string; readonly internal: boolean };
  readonly peers: readonly PeerDocument[];
  readonly links: readonly { readonly a: string; readonly b: string }[];
  /** Milliseconds of each step. */
  readonly timings: Readonly<Record<string, number>>;
  readonly checks: readonly CheckDocument[];
  readonly passed: boolean;
}

/** A peer. */
export interface PeerDocument {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly nodeId: string;
  readonly state: string;
  readonly containerId?: string;
  readonly processId?: number;
}

/** A check. */
export interface CheckDocument {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: string;
  readonly observed: string;
  readonly detail: string;
  readonly notes: readonly string[];
  readonly failures: readonly { readonly kind: string; readonly culprit?: string; readonly text: string }[];
  readonly timeMs: number;
}

/** `lab inspect`. */
export interface InspectDocument {
  readonly lab: string;
  readonly driver: string;
  readonly topologyHash: string;
  readonly network: { readonly name: string; readonly subnet: string; readonly internal: boolean };
  readonly peers: readonly PeerDocument[];
  readonly links: {
    readonly drawn: number;
    readonly up: number;
    readonly faults: readonly {
      readonly a: string;
      readonly b: string;
      readonly fault: string;
      readonly detail: string;
    }[];
  };
  readonly graph: { readonly diameter: number; readonly components: number };
}

/** `lab ls`. */
export interface ListDocument {
  readonly labs: readonly LabSummary[];
}

/** `lab broadcast` and `lab dm`. */
export type MessageDocument = MessageOutcome;

/** `lab down`. */
export interface DownDocument {
  readonly removed: readonly string[];
}

/** `lab validate`. */
export interface ValidateDocument {
  readonly files: readonly {
    readonly file: string;
    readonly valid: boolean;
    readonly name?: string;
    readonly peers?: number;
    readonly links?: number;
    readonly problems: readonly {
      readonly line: number;
      readonly column: number;
      readonly path: string;
      readonly message: string;
      readonly advice?: string | undefined;
    }[];
  }[];
}

/** `lab graph`. */
export interface GraphDocument {
  readonly name: string;
  readonly peers: readonly string[];
  readonly links: readonly { readonly a: string; readonly b: string }[];
  readonly connected: boolean;
  readonly components: number;
  readonly diameter: number;
  readonly radius: number;
  readonly degree: { readonly min: number; readonly max: number; readonly mean: number };
  readonly horizon: {
    readonly from: string;
    readonly rows: readonly { readonly ttl: number; readonly reached: number; readonly frames: number }[];
  };
}

/** `lab doctor`. */
export interface DoctorDocument {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly what: string;
    readonly ok: boolean;
    readonly detail: string;
    readonly advice?: string;
  }[];
}

/** A line of `lab watch -f json`: one document for each event. */
export interface WatchDocument {
  readonly peer: string;
  readonly event: string;
}

/** A line of `lab logs -f json`. */
export interface LogDocument {
  readonly peer: string;
  readonly line: string;
}

/** From the driver's facts. */
export function peerDocument({ name, address, port, nodeId, state, containerId, processId }: PeerFacts): PeerDocument {
  return {
    name,
    address,
    port,
    nodeId,
    state,
    ...(containerId === undefined ? {} : { containerId }),
    ...(processId === undefined ? {} : { processId }),
  };
}

/** From a check's result. */
export function checkDocument(result: CheckResult): CheckDocument {
  return {
    ...result,
    failures: result.failures.map(({ kind, culprit, text }) => ({
      kind,
      ...(culprit === undefined ? {} : { culprit }),
      text,
    })),
    timeMs: Math.round(result.timeMs),
  };
}
