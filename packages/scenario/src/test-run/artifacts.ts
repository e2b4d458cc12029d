/** Keeps what explains a failure: topology as resolved, trace of every event, logs, counters, what the driver knows. */
import type { Driver, RunningLab } from '@peerlab/driver';
import { capability, LabError, Lacking } from '@peerlab/driver';
import { jsonText } from '@peerlab/finding';
import type { Lab } from '@peerlab/lab';
import { type Recording, recordLab } from '@peerlab/lab';
import { type Topology, topologyToJson, topologyToYaml } from '@peerlab/topology';
import type { LabTraceEvent } from '@peerlab/trace';
import type { LabReport } from '../report/run-report.ts';
import type { LabObserver } from './lab-observer.ts';
import { NewFolder } from './new-folder.ts';
import { REPLAY_PAGE } from './replay-page.ts';

/** Lines of a trace that are kept, some 60 MB: the trace of a busier lab ends there. */
const MAX_TRACE_LINES = 200_000;
/** Lines of each peer's log. */
const LOG_LINES = 10_000;

/** What a bundle may have beside what every bundle has. */
export interface ArtifactsOptions {
  /** Makes a page that plays a trace, of the trace's text: it is kept as `replay.html`. @default none */
  readonly replayPage?: ((trace: string) => string) | undefined;
}

/**
 * Makes an observer for each lab. Its bundle is `<folder>/<lab's name in its file>`, with a number where something has that
 * name: what was there before is never touched. Nothing is written for a lab that passes. A bundle that cannot be written
 * in full is removed.
 */
export function artifactsIn(
  folder: string,
  options: ArtifactsOptions = {},
): (topology: Topology, driver: Driver) => LabObserver {
  return (topology, driver) => new Bundle(folder, topology, driver, options);
}

class Bundle implements LabObserver {
  readonly #folder: string;
  readonly #topology: Topology;
  readonly #driver: Driver;
  readonly #replayPage: ArtifactsOptions['replayPage'];
  readonly #trace: string[] = [];
  /** Logs of a lab that did not come up, by peer: it is gone when they are written. */
  readonly #lastLogs: Map<string, string> = new Map();
  #untold = 0;
  #lab: Lab | undefined;
  #recording: Recording | undefined;

  constructor(folder: string, topology: Topology, driver: Driver, { replayPage }: ArtifactsOptions) {
    this.#replayPage = replayPage;
    this.#folder = folder;
    this.#topology = topology;
    this.#driver = driver;
  }

  async watch(lab: Lab): Promise<void> {
    this.#lab = lab;
    this.#recording = await recordLab(lab, (line, value) => {
      if (this.#trace.length < MAX_TRACE_LINES) this.#trace.push(line);
      else if (this.#untold++ === 0) this.#trace.push(cutNote('atMs' in value ? value.atMs : 0));
    });
  }

  async failed(error: unknown, running?: RunningLab): Promise<void> {
    const { peer, output, lastLines, log }: Readonly<Record<string, unknown>> =
      error instanceof LabError ? error.details : {};
    const isSeen = !(error instanceof LabError) || error.code !== 'ENGINE_UNREACHABLE';
    if (running !== undefined && isSeen) {
      for (const { index, name } of running.peers) this.#lastLogs.set(name, await logOf(running, index));
    }
    // Of a peer that ended, the engine may have removed all but what the error says.
    const lines: unknown = output ?? log ?? lastLines;
    const isTold = typeof peer === 'string' && Array.isArray(lines) && lines.length > 0;
    if (isTold && !(this.#lastLogs.get(peer) ?? UNREADABLE).startsWith(UNREADABLE)) return;
    if (isTold) this.#lastLogs.set(peer, lines.map(line => `${line}\n`).join(''));
  }

  note(event: LabTraceEvent): void {
    this.#recording?.note(event);
  }

  async keep(report: LabReport): Promise<string> {
    await this.#recording?.end();
    const files = await this.#files(report);
    const bundle = NewFolder.make(this.#folder, this.#topology.name);
    try {
      for (const [name, text] of files) bundle.write(name, text);
    } catch (error) {
      bundle.discard();
      throw error;
    }
    return bundle.path;
  }

  async close(): Promise<void> {
    await this.#recording?.end();
  }

  async #files(report: LabReport): Promise<[name: string, text: string][]> {
    const files: [string, string][] = [
      ['report.json', json(report)],
      ['topology.json', json(JSON.parse(topologyToJson(this.#topology)))],
      ['topology.yaml', topologyToYaml(this.#topology)],
    ];
    // An engine that does not answer is not asked for the rest: each question would take its whole bound.
    const isSeen = report.error?.code !== 'ENGINE_UNREACHABLE';
    if (isSeen) files.push(['engine.json', json(await this.#engineFacts())]);
    if (this.#lab === undefined) {
      for (const [name, text] of this.#lastLogs) files.push([`logs/${name}.log`, text]);
      return files;
    }
    const trace = this.#trace.map(line => `${line}\n`).join('');
    files.push(['trace.jsonl', trace]);
    // Without a recording there is nothing to play.
    if (trace !== '' && this.#replayPage !== undefined) files.push([REPLAY_PAGE, this.#replayPage(trace)]);
    if (this.#untold > 0) files.push(['trace-is-cut.txt', `${this.#untold} more lines were not kept\n`]);
    if (!isSeen) return files;
    files.push(['counters.json', json(await countersOf(this.#lab))]);
    for (const { name, index } of this.#lab.peers) {
      files.push([`logs/${name}.log`, await logOf(this.#lab.running, index)]);
    }
    return files;
  }

  async #engineFacts(): Promise<object> {
    const running = this.#lab?.running;
    return {
      driver: this.#driver.name,
      probe: await this.#driver.probe(),
      diagnosis: (await this.#driver.diagnose?.().catch(told)) ?? [],
      lab: running?.name ?? null,
      network: running?.network ?? null,
      peers: (await running?.survey().catch(told)) ?? [],
      usage: await usageOf(running),
    };
  }
}

/** Where a trace is cut, so that a reader of it does not take what follows for missing. */
function cutNote(atMs: number): string {
  const text = 'this recording is cut here: it holds no more lines; what follows is not missing, it was not kept';
  return JSON.stringify({ atMs, event: 'note', text });
}

/** What each peer takes of the machine; why not, where the lab cannot measure it. */
async function usageOf(running: RunningLab | undefined): Promise<unknown> {
  if (running === undefined) return [];
  const offered = capability(running, 'usage');
  return offered instanceof Lacking ? `not measured: ${offered.reason}` : await offered.usage().catch(told);
}

/** What each peer says of its links' counters; why not, where it does not say. */
async function countersOf(lab: Lab): Promise<object> {
  const entries = await Promise.all(
    lab.peers.map(async ({ index, name }) => {
      const client = lab.endpoints[index]?.client;
      if (client === undefined) return [name, 'does not run'] as const;
      if (!client.can('counters')) return [name, 'has no counters'] as const;
      return [name, await client.request({ command: 'counters' }).catch(told)] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/** How a log begins that is not there. */
const UNREADABLE = 'the log could not be read: ';

async function logOf(running: RunningLab, peer: number): Promise<string> {
  const lines: string[] = [];
  try {
    for await (const line of running.logs(peer, { tail: LOG_LINES })) lines.push(`${line}\n`);
  } catch (error) {
    lines.push(`${UNREADABLE}${told(error)}\n`);
  }
  return lines.join('');
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function json(value: unknown): string {
  return `${jsonText(value, 2)}\n`;
}
