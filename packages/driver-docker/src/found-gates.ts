/** Which ports of a lab are to be reached from outside, and the gates (gate.ts) that an engine has: by their labels alone. */
import type { LabPlan, PortNeed } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import type { Engine } from './engine.ts';
import { LABEL } from './labels.ts';
import type { Selection } from './survey.ts';

/** The gate's own ports are this one and those above: which they are matters to nobody. */
const FIRST_PORT = 20_000;

/** A port of a peer, and of the gate. */
export interface GatePort extends PortNeed {
  /** The peer's place. */
  readonly index: number;
  readonly peer: string;
  readonly gatePort: number;
}

/** Those of a plan, in topology order. */
export function portsOf({ peers }: Pick<LabPlan, 'peers'>): readonly GatePort[] {
  return peers
    .flatMap(({ index, name, needs }) => (needs?.ports ?? []).map(port => ({ ...port, index, peer: name })))
    .map((port, i) => ({ ...port, gatePort: FIRST_PORT + i }));
}

/** The addresses that a lab of containers takes: one for each peer, and one for its gate. */
export function addressesOf(plan: Pick<LabPlan, 'peers'>): number {
  return plan.peers.length + (portsOf(plan).length > 0 ? 1 : 0);
}

/** A gate that an engine has. */
export interface FoundGate {
  readonly engine: Engine;
  readonly id: string;
  readonly isRunning: boolean;
  readonly ports: readonly GatePort[];
  /** Where the engine publishes the gate's own ports. */
  readonly bound: readonly Dockerode.Port[];
}

/** The gates that match. */
export async function findGates(engine: Engine, { lab, run }: Selection): Promise<readonly FoundGate[]> {
  const label = [
    LABEL.gate,
    ...(lab === undefined ? [] : [`${LABEL.lab}=${lab}`]),
    ...(run === undefined ? [] : [`${LABEL.run}=${run}`]),
  ];
  const listed = await engine.call('list the gates', abortSignal =>
    engine.docker.listContainers({ all: true, filters: { label }, abortSignal }),
  );
  return listed.flatMap(({ Id: id, State, Labels, Ports = [] }): FoundGate[] => {
    const text = Labels[LABEL.gate];
    if (text === undefined) return [];
    return [{ engine, id, isRunning: State === 'running', ports: readPorts(text), bound: Ports }];
  });
}

function readPorts(text: string): readonly GatePort[] {
  try {
    const ports: unknown = JSON.parse(text);
    return Array.isArray(ports) ? ports : [];
  } catch {
    return [];
  }
}
