/** Recording a lab: every copy of a message, peers that come and go, and what was done to the lab. */

import { ring } from '@peerlab/driver-memory';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { readTrace, type TraceEvent } from '@peerlab/trace';
import { describe, expect, it } from 'vitest';
import type { Lab } from './lab.ts';
import { bringUp } from './life/bring-up.ts';
import { type Recording, recordLab } from './recording.ts';

const PEERS = 6;

/** A simulated ring, recorded while something is done to it. */
async function record(act: (lab: Lab, recording: Recording) => Promise<void>): Promise<readonly TraceEvent[]> {
  const { lab } = await bringUp(ring(PEERS), createSimulationDriver(), { ephemeral: true, checks: ['links'] });
  await using _ = lab;
  let text = '';
  const recording = await recordLab(lab, line => (text += `${line}\n`));
  await act(lab, recording);
  await recording.end();
  const { header, events, cutOff } = readTrace(text);
  expect([header.lab, header.clock, header.linksUp.length, cutOff]).toEqual([lab.name, 'virtual', PEERS, undefined]);
  expect(header.peers.map(({ nodeId }) => nodeId)).toEqual(lab.peers.map(({ nodeId }) => nodeId));
  return events;
}

function framesOf(events: readonly TraceEvent[]): number {
  return events.reduce((sum, event) => sum + (event.event === 'sent' ? event.to.length : 0), 0);
}

describe('recording a lab', () => {
  it('keeps every copy of a message, in virtual time', async () => {
    const events = await record(async (lab, recording) => {
      recording.judged(await lab.broadcast('n0', 'hello'));
    });
    expect(framesOf(events)).toBe(PEERS + 1);
    expect(events.filter(({ event }) => event === 'received')).toHaveLength(PEERS - 1);
    expect(events.at(-1)).toMatchObject({ event: 'message', from: 'n0', frames: PEERS + 1, verdict: 'proven' });
    const times = events.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('follows a peer that is killed and started again', async () => {
    const events = await record(async (lab, recording) => {
      await lab.kill('n2');
      recording.note({ event: 'fault', kind: 'kill', text: 'n2 killed', peers: ['n2'] });
      await lab.start('n2');
      recording.look();
      await recording.traced();
      await lab.broadcast('n2', 'here again');
    });
    const states = events.flatMap(event => (event.event === 'peer-state' ? [`${event.name} ${event.state}`] : []));
    expect(states).toEqual(['n2 stopped', 'n2 running']);
    expect(events.some(event => event.event === 'link-down')).toBe(true);
    expect(events.filter(event => event.event === 'sent' && 'by' in event && event.by === 'n2')).toHaveLength(1);
    expect(events.filter(event => event.event === 'received')).toHaveLength(PEERS - 1);
  });

  it('records checks from the beginning of a lab', async () => {
    const events: string[] = [];
    let recording: Recording | undefined;
    const { lab } = await bringUp(ring(PEERS), createSimulationDriver(), {
      ephemeral: true,
      onAttached: async lab => {
        recording = await recordLab(lab, (_, value) => events.push('event' in value ? value.event : 'header'), {
          linksUp: [],
        });
      },
      onCheck: check => recording?.checked(check),
    });
    await recording?.end();
    await lab.down();
    expect(events.filter(event => event === 'link-up')).toHaveLength(2 * PEERS);
    expect(events.filter(event => event === 'check')).toHaveLength(4);
    expect(events.at(-1)).toBe('end');
  });
});
