/** One contestant on one graph with a process for each peer: prints what it measures as one line of JSON. */

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startTimer, stopTimer } from '@peerlab/timers';
import { type BenchGraph, degreeOf, GRAPHS } from './graphs.ts';
import type { Order, Report } from './member.ts';

/** What one run measures, with 64-byte broadcasts from one peer. */
export interface MultiMeasurement {
  readonly deliveriesPerSecond: number;
  /** Over all processes, the benchmark's own reports included. */
  readonly cpuUsPerDelivery: number;
  readonly lost: number;
  readonly peakRssBytes: number;
}

const PAYLOAD_BYTES = 64;
const LOST_AFTER_MS = 3000;

type Answer = Extract<Report, { answer: unknown }>['answer'];

class Member {
  readonly process: ChildProcess = fork(fileURLToPath(new URL('./member.js', import.meta.url)));
  delivered = 0;
  #answered: (answer: Answer) => void = () => undefined;

  constructor(progressed: () => void) {
    this.process.on('message', (report: Report) => {
      if ('answer' in report) this.#answered(report.answer);
      else {
        this.delivered = report.delivered;
        progressed();
      }
    });
  }

  tell(order: Order): void {
    this.process.send(order);
  }

  ask(order: Order): Promise<Answer> {
    this.tell(order);
    return new Promise(resolve => {
      this.#answered = resolve;
    });
  }
}

async function measure(contestant: string, graph: BenchGraph, durationMs: number): Promise<MultiMeasurement> {
  let progressed: () => void = () => undefined;
  const members = Array.from({ length: graph.peerCount }, () => new Member(() => progressed()));
  const [origin, ...others] = members;
  if (origin === undefined) throw new Error('a graph without peers');
  const ports = await Promise.all(members.map(member => member.ask({ do: 'start', contestant })));
  for (const [from, to] of graph.links) await members[from]?.ask({ do: 'connect', port: ports[to]?.port ?? 0 });
  await Promise.all(members.map((member, at) => member.ask({ do: 'ready', links: degreeOf(graph, at) })));

  let told = 0;
  let total = 0;
  const tellRoom = (): void => {
    const fewest = Math.min(...others.map(({ delivered }) => delivered));
    if (fewest > told) origin.tell({ do: 'room', delivered: fewest });
    told = Math.max(told, fewest);
  };
  const flood = async (forMs: number): Promise<{ sent: number; deliveries: number; elapsedMs: number }> => {
    const before = others.reduce((sum, { delivered }) => sum + delivered, 0);
    const started = performance.now();
    progressed = tellRoom;
    const { sent = 0 } = await origin.ask({ do: 'flood', payloadBytes: PAYLOAD_BYTES, durationMs: forMs });
    await new Promise<void>(resolve => {
      let timer = startTimer(resolve, LOST_AFTER_MS);
      progressed = () => {
        tellRoom();
        stopTimer(timer);
        const now = others.reduce((sum, { delivered }) => sum + delivered, 0) - before;
        if (now >= sent * others.length) resolve();
        else timer = startTimer(resolve, LOST_AFTER_MS);
      };
      progressed();
    });
    total = others.reduce((sum, { delivered }) => sum + delivered, 0);
    return { sent, deliveries: total - before, elapsedMs: performance.now() - started };
  };
  const usage = async (): Promise<{ cpuUs: number; peakRssBytes: number }> => {
    const answers = await Promise.all(members.map(member => member.ask({ do: 'usage' })));
    return {
      cpuUs: answers.reduce((sum, { cpuUs = 0 }) => sum + cpuUs, 0),
      peakRssBytes: answers.reduce((sum, { peakRssBytes = 0 }) => sum + peakRssBytes, 0),
    };
  };
  await flood(durationMs / 2);
  const before = await usage();
  const { sent, deliveries, elapsedMs } = await flood(durationMs);
  const after = await usage();
  for (const { process: child } of members) child.kill();
  return {
    deliveriesPerSecond: deliveries / (elapsedMs / 1000),
    cpuUsPerDelivery: (after.cpuUs - before.cpuUs) / deliveries,
    lost: sent * others.length - deliveries,
    peakRssBytes: after.peakRssBytes,
  };
}

const [, , contestant = '', graphName = '', durationText = '2000'] = process.argv;
const graph = GRAPHS.get(graphName);
if (graph === undefined) throw new Error(`no graph ${graphName}`);
const measurement = await measure(contestant, graph, Number(durationText));
process.stdout.write(`${JSON.stringify(measurement)}\n`, () => process.exit(0));
