/** Reports of `lab test` before there is anything to tell, and errors in them. */

import { basename } from 'node:path';
import type { Driver } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { components } from '@peerlab/graph';
import { graphOf, isLargeTopology, type LargeTopology, type Topology, TopologyError } from '@peerlab/topology';
import type { LabReport, ReportedError } from '../report/run-report.ts';

/** Lines of a peer's output that go with an error: the one that says why is among them. */
const LOG_LINES = 12;

/** A report of a lab that has not been run. */
export function blankReport(file: string, topology: Topology | LargeTopology, driver: Driver['name']): LabReport {
  const isLarge = isLargeTopology(topology);
  const parts = isLarge ? 1 : components(graphOf(topology)).length;
  const notes = parts > 1 ? [`the graph has ${parts} parts: each peer should reach only its own part`] : [];
  return {
    file,
    name: topology.name,
    driver,
    seed: topology.seed,
    peers: isLarge ? topology.peerCount : topology.peers.length,
    links: isLarge ? topology.linkCount : topology.links.length,
    outcome: 'not-run',
    steps: [],
    claims: { proven: 0, failed: 0, notProven: 0 },
    notes,
    timeMs: 0,
    replay: `lab test ${quoted(file)} --driver ${driver} --seed ${topology.seed}`,
  };
}

/** A report of a file that is no topology, or could not be read. */
export function refusedReport(file: string, error: unknown, driver: Driver['name']): LabReport {
  return {
    file,
    name: basename(file).replace(/\.(ya?ml|json)$/i, ''),
    driver,
    seed: 0,
    peers: 0,
    links: 0,
    outcome: 'error',
    steps: [],
    claims: { proven: 0, failed: 0, notProven: 0 },
    notes: [],
    error: reportedError(error),
    timeMs: 0,
    replay: `lab validate ${quoted(file)}`,
  };
}

/** An error as a report tells it. */
export function reportedError(error: unknown): ReportedError {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof LabError)) {
    const { code, advice } = Object(error);
    const known = code === 'TOPOLOGY_INVALID' || code === 'USAGE' ? code : 'DEFECT';
    const lines = error instanceof TopologyError ? message.split('\n') : [];
    const problems = error instanceof TopologyError ? error.problems : [];
    return {
      code: known,
      message,
      ...(typeof advice === 'string' ? { advice } : {}),
      ...(problems.length > 0 && { problems: problems.map(({ line }, i) => ({ line, message: lines[i] ?? message })) }),
    };
  }
  const { code, advice, details } = error;
  const lines: unknown = details.lastLines ?? details.log;
  return {
    code,
    message,
    ...(advice === undefined ? {} : { advice }),
    ...(Array.isArray(lines) && lines.length > 0 ? { log: lines.map(String).slice(-LOG_LINES) } : {}),
  };
}

function quoted(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
