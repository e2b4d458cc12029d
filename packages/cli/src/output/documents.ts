/** The JSON documents that `-f json` prints, verb by verb: docs/CLI.md says the same, and tests check both. */
import type { TrafficReport } from '@peerlab/capture';
import type { DrawnLinkSettings, SecuritySetting } from '@peerlab/conditions';
import type { PeerEvent } from '@peerlab/contract';
import type { DriverName, LabSummary, PeerFacts, PublishedPort } from '@peerlab/driver';
import { type Finding, type Verdict, verdictOf } from '@peerlab/finding';
import type { ActiveFault, BringUpResult, CheckFinding, Lab, LabPeer, MessageFinding, Underlay } from '@peerlab/lab';
import type { PeerNeeds } from '@peerlab/topology';

/** Every verb, when it ends without a result. */
export interface ErrorDocument {
  readonly error: {
    /** `USAGE`, `TOPOLOGY_INVALID`, `DEFECT`, or a code of LabError. */
    readonly code: string;
    readonly message: string;
    readonly advice?: string | undefined;
  };
}

/** `lab init`. */
export interface InitDocument {
  /** Absolute. */
  readonly folder: string;
  readonly language?: 'js' | 'python';
  /** The peer's command line. */
  readonly command?: string;
  /** In place of `language` and `command`: the program that was begun with. */
  readonly program?: string;
  /** Paths in the folder; the peer's program, or the topology file, first. */
  readonly files: readonly string[];
  /** The two commands that come next. */
  readonly next: readonly string[];
}

/** `lab verify`; `lab up` adds to it. */
export interface VerifyDocument {
  readonly lab: string;
  readonly driver: DriverName;
  /** Fingerprint of the topology. */
  readonly topologyHash: string;
  readonly network: { readonly name: string; readonly subnet: string; readonly internal: boolean };
  readonly peers: readonly PeerDocument[];
  readonly links: readonly { readonly a: string; readonly b: string }[];
  /** Milliseconds of each step. */
  readonly timings: Readonly<Record<string, number>>;
  /** Those that were tried, then those that were left out. */
  readonly checks: readonly CheckDocument[];
  /** Of all checks together. */
  readonly verdict: Verdict;
  /** No check failed; decides the exit code. */
  readonly passed: boolean;
}

/** `lab up`. */
export interface UpDocument extends VerifyDocument {
  /** Why this driver. */
  readonly reason: string;
  /** The command that reproduces the run, with the seed. */
  readonly replay: string;
  /** On the driver simulation: what decided the run, and the hash of everything that happened in it. */
  readonly simulation?: {
    readonly seed: number;
    readonly nowMs: number;
    readonly traceHash: string;
  };
}

/** A peer. */
export interface PeerDocument {
  readonly name: string;
  /** What people call it; left out where the topology does not say. */
  readonly label?: string;
  readonly address: string;
  readonly port: number;
  readonly nodeId: string;
  /** How it says it protects its links and messages; left out where it does not say. */
  readonly security?: SecuritySetting;
  /** Its Ed25519 public key, in hexadecimal; left out where it has none. */
  readonly publicKey?: string;
  /** `isolated`: it runs, off the network; `silent`: it runs, and does not answer; `unseen`: its engine does not answer. */
  readonly state: PeerFacts['state'] | 'isolated' | 'silent' | 'unseen';
  /** Left out while it is on the network. */
  readonly isolated?: boolean;
  /** How long it has not answered, in milliseconds; left out while it answers. */
  readonly silentMs?: number;
  /** Why the driver cannot see it; left out while it can. */
  readonly unseen?: string;
  /** The engine that has it, where the user names engines. */
  readonly engine?: string;
  readonly containerId?: string;
  readonly processId?: number;
}

/** A check: a finding, with its name and its time. */
export type CheckDocument = Finding & { readonly name: string; readonly timeMs: number };

/** `lab inspect`. */
export interface InspectDocument {
  readonly lab: string;
  readonly driver: DriverName;
  readonly topologyHash: string;
  /** True for a throw-away lab. */
  readonly ephemeral: boolean;
  readonly network: { readonly name: string; readonly subnet: string; readonly internal: boolean };
  readonly peers: readonly PeerDocument[];
  /** What peers need beyond the defaults, each by its kind and itself; those that need nothing are left out. */
  readonly needs: readonly ({ readonly peer: string } & PeerNeeds)[];
  /** What of the needs lowers the isolation, or has no effect on this driver, and why. */
  readonly notes: readonly string[];
  /** Where `ports` of peers are reached from outside. */
  readonly ports: readonly ({ readonly peer: string } & Omit<PublishedPort, 'index'>)[];
  /** What the peers say of their links, against what is drawn; null where they cannot be asked. */
  readonly links: {
    readonly drawn: number;
    readonly up: number;
    /** Drawn links of which neither end can tell. */
    readonly unknown: number;
    readonly faults: readonly {
      readonly a: string;
      readonly b: string;
      readonly fault: string;
      readonly detail: string;
      /** The peer at fault, where it can be told. */
      readonly culprit?: string | undefined;
    }[];
    /** Every link that is drawn, with its settings; left out: none. `there` is from `a` to `b`. */
    readonly pairs: readonly {
      readonly a: string;
      readonly b: string;
      readonly settings?: DrawnLinkSettings;
      /** How the link is protected, as its ends say; left out where it is down, or neither does. */
      readonly security?: SecuritySetting;
    }[];
  } | null;
  /** The faults in force; null where the peers cannot be asked. */
  readonly inForce: readonly ActiveFault[] | null;
  /** What the network between engines adds to links; left out where no link is between engines. */
  readonly underlay?: readonly Underlay[];
}

/** `lab ls`. */
export interface ListDocument {
  /** `running`: how many peers run, are on the network and answer. */
  readonly labs: readonly (Omit<LabSummary, 'createdAtMs'> & {
    /** In ISO 8601. */
    readonly createdAt: string;
    /** The other peers. */
    readonly away: readonly Pick<PeerDocument, 'name' | 'state' | 'silentMs'>[];
  })[];
  /** Drivers that could not be asked: their labs are not in the list. */
  readonly silent: readonly { readonly driver: DriverName; readonly reason: string }[];
}

/** Of each member of a union. */
type DistributiveOmit<T, Key extends keyof T> = T extends unknown ? Omit<T, Key> : never;

/** `lab broadcast` and `lab dm`. */
export type MessageDocument = { readonly lab: string } & DistributiveOmit<
  MessageFinding,
  'frames' | 'predictedFrames'
> & {
    /** Null where it could not be counted. */
    readonly frames: number | null;
    /** Null if some links work in one direction only, or a peer relays by its own rules. */
    readonly predictedFrames: number | null;
  };

/** `lab down`. */
export interface DownDocument {
  readonly removed: readonly { readonly lab: string; readonly driver: DriverName; readonly peers: number }[];
}

/** `lab prune`. */
export interface PruneDocument {
  readonly leftovers: readonly {
    readonly driver: DriverName;
    readonly kind: 'container' | 'network' | 'volume' | 'process' | 'socket' | 'file';
    readonly name: string;
    /** The lab that it was of. */
    readonly lab: string;
    readonly why: string;
    /** Why it may be in use after all: it is removed only with `--doubtful`. */
    readonly doubt?: string;
    readonly removed: boolean;
    /** Why it could not be removed. */
    readonly error?: string;
  }[];
  /** Drivers that could not be asked. */
  readonly silent: readonly { readonly driver: DriverName; readonly reason: string }[];
}

/** `lab validate`. */
export interface ValidateDocument {
  readonly files: readonly {
    readonly file: string;
    readonly valid: boolean;
    readonly name?: string;
    readonly peers?: number;
    readonly links?: number;
    /** Too large to be laid out: `links` is what is to be expected of the generator. */
    readonly large?: true;
    /** Line and column from 1; both 0 where there is no text to point into. */
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
  /** Null above 5,000 peers, where it would take long. */
  readonly diameter: number | null;
  readonly radius: number | null;
  readonly degree: { readonly min: number; readonly max: number; readonly mean: number };
  readonly horizon: {
    readonly from: string;
    readonly rows: readonly { readonly ttl: number; readonly reached: number; readonly frames: number }[];
  };
}

/** `lab generate GENERATOR`. */
export interface GenerateDocument {
  readonly name: string;
  readonly seed: number;
  readonly peers: number;
  readonly links: number;
  /** Where it was written; null without `-o`. */
  readonly file: string | null;
  /** The topology file's text. */
  readonly yaml: string;
}

/** `lab generate`. */
export interface GeneratorsDocument {
  readonly generators: readonly {
    readonly name: string;
    readonly doc: string;
    /** True when the seed matters. */
    readonly isRandom: boolean;
    readonly parameters: readonly {
      readonly name: string;
      readonly doc: string;
      readonly kind: 'integer' | 'ratio';
      readonly min: number;
      readonly max: number;
      /** Without a default the parameter is required. */
      readonly default?: number;
    }[];
  }[];
}

/** `lab doctor`. */
export interface DoctorDocument {
  /** True when a driver can work here. */
  readonly ok: boolean;
  /** What `lab up` would take; null when no driver can work. */
  readonly driver: DriverName | null;
  readonly findings: readonly {
    readonly what: string;
    readonly ok: boolean;
    readonly detail: string;
    readonly advice?: string;
  }[];
}

/** A line of `lab watch -f json`: one document for each event, as the peer told it. */
export interface WatchDocument {
  /** In ISO 8601: when the lab learnt of it. */
  readonly at: string;
  readonly peer: string;
  readonly event: PeerEvent;
  /** The names of the peers that the event mentions, by node id. */
  readonly names: Readonly<Record<string, string>>;
}

/** A line that a peer printed; `lab logs --follow -f json` prints one such document for each. */
export interface LogDocument {
  readonly peer: string;
  /** `log`: for people; `event`, `reply`: a line of the contract. */
  readonly kind: 'log' | 'event' | 'reply';
  /** As it was printed. */
  readonly line: string;
}

/** `lab logs`. */
export interface LogsDocument {
  readonly lab: string;
  readonly lines: readonly LogDocument[];
}

/** `lab cp`. */
export interface CopyDocument {
  readonly lab: string;
  readonly peer: string;
  /** As it was asked for. */
  readonly from: string;
  readonly to: string;
  /** Links and devices within it, which are not copied. */
  readonly leftOut: readonly string[];
}

/** `lab exec`. */
export interface ExecDocument {
  readonly lab: string;
  readonly command: readonly string[];
  /** One for each peer, in topology order. */
  readonly runs: readonly {
    readonly peer: string;
    /** Null: a signal ended the program, or it never ran. */
    readonly status: number | null;
    readonly signal: string | null;
    /** How it ended, or why it never ran. */
    readonly reason: string;
    /** The code of the error, where it never ran. */
    readonly code?: string;
    /** The first MiB. */
    readonly stdout: string;
    readonly stderr: string;
    readonly isTruncated: boolean;
  }[];
}

/** From what was found. */
export function verifyDocument({
  lab,
  checks,
  passed,
  timings,
}: Pick<BringUpResult, 'checks' | 'passed' | 'timings'> & { readonly lab: Lab }): VerifyDocument {
  const { peers, links } = lab.topology;
  return {
    lab: lab.name,
    driver: lab.running.driver,
    topologyHash: lab.running.hash,
    network: lab.running.network,
    peers: lab.peers.map((peer, i) => peerDocument(peer, peers[i]?.settings.label)),
    links: links.map(({ a, b }) => ({ a: peers[a]?.name ?? '', b: peers[b]?.name ?? '' })),
    timings: Object.fromEntries(Object.entries(timings).map(([step, ms]) => [step, Math.round(ms)])),
    checks: checks.map(checkDocument),
    verdict: verdictOf(checks),
    passed,
  };
}

/** From what the driver and the peer say. */
export function peerDocument(peer: LabPeer, label?: string): PeerDocument {
  const {
    name,
    address,
    port,
    nodeId,
    security,
    publicKey,
    isolated,
    silentMs,
    unseen,
    engine,
    containerId,
    processId,
  } = peer;
  const seen = unseen === undefined ? peer.state : 'unseen';
  const state = seen !== 'running' ? seen : silentMs !== undefined ? 'silent' : stateOnNetwork(isolated);
  return {
    name,
    ...(label === undefined ? {} : { label }),
    address,
    port,
    nodeId,
    ...(security === undefined ? {} : { security }),
    ...(publicKey === undefined ? {} : { publicKey }),
    state,
    ...(isolated === undefined ? {} : { isolated }),
    ...(silentMs === undefined ? {} : { silentMs: Math.round(silentMs) }),
    ...(unseen === undefined ? {} : { unseen }),
    ...(engine === undefined ? {} : { engine }),
    ...(containerId === undefined ? {} : { containerId }),
    ...(processId === undefined ? {} : { processId }),
  };
}

function stateOnNetwork(isolated: boolean | undefined): 'isolated' | 'running' {
  return isolated === true ? 'isolated' : 'running';
}

/** A peer's state for people: `no answer for 12 s`. */
export function stateText({ state, silentMs }: PeerDocument): string {
  return silentMs === undefined ? state : `no answer for ${Math.max(1, Math.round(silentMs / 1000))} s`;
}

/** From what a check found. */
export function checkDocument(finding: CheckFinding): CheckDocument {
  return { ...finding, timeMs: Math.round(finding.timeMs) };
}

/** `lab capture`. */
export interface CaptureDocument extends TrafficReport {
  readonly lab: string;
  /** The merged file, then one of each peer; none unless asked for. */
  readonly files: readonly string[];
}
