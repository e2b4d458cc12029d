/** From a topology to the plan of a lab that a driver carries out. */
import { dirname, resolve } from 'node:path';
import type { LabPlan, PlannedKind, PlannedSecurity } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { labNodeId } from '@peerlab/identity';
import {
  type KindSpec,
  mergeNeeds,
  securityOf,
  type Topology,
  topologyHash,
  topologyToJson,
  withoutNeeds,
} from '@peerlab/topology';
import { v5 } from 'uuid';

/** The namespace of the ids that labs give their peers: a random UUID, fixed once. */
const NAMESPACE = '6f0b7a52-6d0e-4b6e-9a57-5b7ac3b0d6f1';

/** What a plan needs beside the topology. */
export interface PlanOptions {
  readonly ephemeral?: boolean | undefined;
  /** Programs to run as some of the peers, by peer name. */
  readonly programs?: Readonly<Record<string, readonly string[]>> | undefined;
}

/**
 * The plan of a lab. A peer's node id follows from the lab's and its own name, and with security, where it is derived from
 * its key, from the topology's seed: so it is the same on every driver and after every restart.
 * @throws {LabError} `NO_SUCH_PEER` for a program of a peer that is not in the topology
 */
export function planOf(topology: Topology, options: PlanOptions = {}): LabPlan {
  const { name } = topology;
  const programs = new Map(Object.entries(options.programs ?? {}));
  const unknown = [...programs.keys()].find(peer => topology.peers.every(spec => spec.name !== peer));
  if (unknown !== undefined) throw new LabError('NO_SUCH_PEER', `${name} has no peer ${unknown}`);
  const folder = folderOf(topology);
  const kinds = new Map((topology.kinds ?? []).map(kind => [kind.name, kind]));
  return {
    name,
    hash: topologyHash(topology),
    topology: topologyToJson(topology),
    ephemeral: options.ephemeral ?? false,
    ...(topology.pack === undefined ? {} : { pack: topology.pack }),
    ...(topology.ownLinks === true ? {} : { links: topology.links.map(({ a, b }) => [a, b] as const) }),
    peers: topology.peers.map(({ name: peer, settings }, index) => {
      const spec = settings.kind === undefined ? undefined : kinds.get(settings.kind);
      const kind = spec === undefined ? undefined : plannedKind(spec, folder);
      const needs = mergeNeeds(spec, settings);
      return {
        index,
        name: peer,
        ...identityOf(topology, index),
        env: { ...spec?.env, ...settings.env },
        ...(programs.has(peer) ? { program: programs.get(peer) } : {}),
        ...(Object.keys(needs).length === 0 ? {} : { needs }),
        ...(kind === undefined ? {} : { kind }),
      };
    }),
  };
}

function identityOf(
  topology: Topology,
  index: number,
): { readonly nodeId: string; readonly security?: PlannedSecurity } {
  const { name: lab, seed } = topology;
  const peer = topology.peers[index]?.name ?? '';
  const setting = securityOf(topology, index) ?? 'open';
  if (setting === 'open') return { nodeId: v5(`${lab}/${peer}`, NAMESPACE) };
  return { nodeId: labNodeId({ lab, peer, seed }), security: { setting, seed } };
}

/** Undefined if the kind is the built-in peer with its own variables and needs. */
function plannedKind({ env: _, ...spec }: KindSpec, folder: string): PlannedKind | undefined {
  const { command, image, build, program } = spec;
  if ([command, image, build, program].every(value => value === undefined)) return undefined;
  return { ...withoutNeeds(spec), folder };
}

/** A topology that came from no file, or from standard input, belongs where the command runs. */
function folderOf({ source }: Topology): string {
  return source === undefined ? process.cwd() : dirname(resolve(source));
}
