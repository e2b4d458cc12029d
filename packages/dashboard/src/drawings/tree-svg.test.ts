/** What the drawing of a message says of peers that have no copy: `missed` is the lab's verdict, a gap of the recording is not. */
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp, recordLab } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import { readTrace, type TraceEvent } from '@peerlab/trace';
import { expect, test } from 'vitest';
import { LabHistory } from '../model/history.ts';
import { treeSvg } from './tree-svg.ts';

/** A line of three, and a broadcast of n0 that was judged. */
async function recorded() {
  const topology = parseTopology('{ topology: { generator: line, peers: 3 } }', { file: 'drawn.yaml' });
  const { lab } = await bringUp(topology, createSimulationDriver(), { ephemeral: true, checks: [] });
  await using _ = lab;
  let text = '';
  const recording = await recordLab(lab, line => (text += `${line}\n`));
  recording.judged(await lab.broadcast('n0', 'x'));
  await recording.end();
  return readTrace(text);
}

const { header, events } = await recorded();

/** The last words of the drawing of what these events tell. */
function wordsOf(kept: readonly TraceEvent[]): string | undefined {
  const history = new LabHistory(header);
  for (const event of kept) history.take(event);
  const [message] = history.messages;
  if (message === undefined) throw new Error('no message');
  return /<text class="bad"[^>]*>([^<]*)/.exec(treeSvg(history, message))?.[1];
}

const isOfLast = (event: TraceEvent): boolean => 'by' in event && event.by === 'n2';

test('of a message that reached all of them: nothing', () => {
  expect(wordsOf(events)).toBeUndefined();
});

test('of a recording with a gap, or one that was cut off before the verdict: not seen', () => {
  expect(wordsOf(events.filter(event => !isOfLast(event)))).toBe('not seen: n2');
  const cut = events.slice(
    0,
    events.findIndex(event => event.event === 'received' && isOfLast(event)),
  );
  expect(wordsOf(cut)).toBe('not seen: n2');
});

test('of a message that failed by the word of the lab: missed', () => {
  const failed = events.map(event =>
    event.event === 'message' && event.verdict === 'proven'
      ? { ...event, verdict: 'failed' as const, missed: ['n2'] }
      : event,
  );
  expect(wordsOf(failed.filter(event => !isOfLast(event)))).toBe('missed: n2');
});
