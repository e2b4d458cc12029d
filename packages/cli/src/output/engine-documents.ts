/** The document of `lab engines`: docs/CLI.md says the same, and tests check both. */
import type { EngineProblem, EngineReport, EnginesCheck, EnginesReport, PortAnswer } from '@peerlab/driver-docker';

/** An engine that answers. */
export interface EngineDocument {
  readonly name: string;
  readonly endpoint: string;
  readonly version: string;
  /** `linux/x86_64`. */
  readonly system: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** From this machine to the engine and back. */
  readonly roundTripMs: number;
  readonly swarm: {
    readonly role: 'manager' | 'worker' | 'none';
    readonly state: string;
    readonly address: string | null;
  };
  /** At which the other engines reach it; after `check`. */
  readonly address?: string;
  /** Of the interface with that address, in bytes; after `check`. */
  readonly mtu?: number;
  /** The most neighbours that its kernel keeps; null where it cannot be seen; after `check`. */
  readonly neighbours?: number | null;
}

/** What was changed on an engine, or would be, or is not. */
export interface EngineChange {
  readonly engine: string;
  /** `make`: makes a Swarm, and manages it; `join`: becomes a worker of it; `leave`: leaves it; `stay`: nothing. */
  readonly change: 'make' | 'join' | 'leave' | 'stay';
  readonly done: boolean;
  /** Why it stays. */
  readonly why?: string;
}

/** `lab engines`. */
export interface EnginesDocument {
  readonly engines: readonly EngineDocument[];
  /** Those that do not answer. */
  readonly silent: readonly { readonly name: string; readonly endpoint: string; readonly reason: string }[];
  /** From each engine to each other one; after `check`. */
  readonly paths?: readonly {
    readonly from: string;
    readonly to: string;
    readonly roundTripMs: number | null;
    readonly ports: Readonly<Record<string, PortAnswer>>;
  }[];
  readonly problems: readonly EngineProblem[];
  /** By `join` and `leave`. */
  readonly changes: readonly EngineChange[];
}

/** What the document is made of. */
export interface ToldEngines {
  readonly report: EnginesReport;
  readonly check?: EnginesCheck | undefined;
  readonly problems: readonly EngineProblem[];
  readonly changes: readonly EngineChange[];
}

/** Makes it. */
export function enginesDocument({ report, check, problems, changes }: ToldEngines): EnginesDocument {
  return {
    engines: report.engines.map(engine => engineDocument(engine, check)),
    silent: report.silent.map(({ name, where, error }) => ({ name, endpoint: where, reason: error.message })),
    ...(check === undefined ? {} : { paths: check.paths }),
    problems,
    changes,
  };
}

function engineDocument(engine: EngineReport, check: EnginesCheck | undefined): EngineDocument {
  const { name, where, version, system, cores, memoryBytes, roundTripMs, swarm } = engine;
  const told = { name, endpoint: where, version, system, cores, memoryBytes, roundTripMs };
  const { role, state, address: own } = swarm;
  const document = { ...told, swarm: { role, state, address: own === '' ? null : own } };
  const machine = check?.machines.get(name);
  const address = check?.addresses.get(name);
  if (machine === undefined || address === undefined) return document;
  const mtu = machine.addresses.find(one => one.address === address)?.mtu;
  return { ...document, address, ...(mtu === undefined ? {} : { mtu }), neighbours: machine.neighbours };
}
