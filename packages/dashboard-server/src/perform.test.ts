/** What a page asks for, done to a simulated lab, and what its trace says of it. */

import type { ActionReply } from '@peerlab/dashboard/protocol';
import type { RunningLab } from '@peerlab/driver';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp, Lab, type Recording, recordLab } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import { readTrace, type Trace } from '@peerlab/trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPerformer, type Performer } from './perform.ts';

const RING = 'name: ring\nseed: 7\ntopology: { generator: ring, peers: 20 }\n';

let performer: Performer;
let end: () => Promise<Trace>;

beforeEach(async () => {
  const { lab } = await bringUp(parseTopology(RING, { file: 'ring.yaml' }), createSimulationDriver(), {
    ephemeral: true,
    checks: ['links'],
  });
  let text = '';
  const recording: Recording = await recordLab(lab, line => (text += `${line}\n`));
  performer = await createPerformer(lab, recording);
  end = async () => {
    await performer.close();
    await recording.end();
    await lab.close();
    return readTrace(text);
  };
});

afterEach(async () => await end());

async function done(action: object): Promise<ActionReply & { ok: true }> {
  const reply = await performer.perform(action);
  if (!reply.ok) throw new Error(reply.error);
  return reply;
}

describe('messages', () => {
  it('reach whom the graph says, and tell the command that does the same', async () => {
    const flood = await done({ do: 'broadcast', from: 'n0', text: 'hello all' });
    expect(flood).toMatchObject({
      text: 'n0 reached 19 of 19; 21 frames, predicted 21',
      command: "lab broadcast ring n0 'hello all'",
      verdict: 'proven',
    });
    expect((await done({ do: 'broadcast', from: 'n0', text: '-x', ttl: 3 })).command).toBe(
      'lab broadcast ring n0 --ttl 3 -- -x',
    );
    expect(await done({ do: 'dm', from: 'n0', to: 'n5', text: 'you', ttl: 4 })).toMatchObject({
      text: 'n5 is unreachable, as the graph predicts',
      command: 'lab dm ring n0 n5 you --ttl 4',
    });
    const { events } = await end();
    const sent = events.filter(event => event.event === 'sent' && event.id === flood.messageId);
    expect(sent.reduce((sum, event) => sum + (event.event === 'sent' ? event.to.length : 0), 0)).toBe(21);
    const judged = events.flatMap(event => (event.event === 'message' ? [event.due.length] : []));
    expect(judged).toEqual([19, 6, 0]);
  });

  it('go one after the other, so that the frames of each are counted', async () => {
    const replies = await Promise.all([0, 5, 10].map(i => done({ do: 'broadcast', from: `n${i}`, text: 'x' })));
    expect(replies.map(({ text }) => text)).toEqual(
      [0, 5, 10].map(i => `n${i} reached 19 of 19; 21 frames, predicted 21`),
    );
  });

  it('do not pile up', async () => {
    const replies = await Promise.all(
      Array.from({ length: 40 }, () => performer.perform({ do: 'broadcast', from: 'n0', text: 'x' })),
    );
    expect(replies.filter(({ ok }) => ok)).toHaveLength(16);
    expect(replies.at(-1)).toMatchObject({ ok: false, error: 'too many actions are queued' });
  });
});

describe('what is done to peers', () => {
  it('is recorded as a fault, mended as a heal, and the checks know of it', async () => {
    expect(await done({ do: 'fault', fault: { verb: 'kill', peers: ['n3'] } })).toMatchObject({
      text: 'killed n3',
      command: 'lab fault kill ring n3',
    });
    expect((await done({ do: 'broadcast', from: 'n2', text: 'around' })).text).toContain('n2 reached 18 of 18');
    expect(await performer.perform({ do: 'fault', fault: { verb: 'kill', peers: ['n3'] } })).toMatchObject({
      ok: false,
    });
    await done({ do: 'start', peer: 'n3' });
    expect(await done({ do: 'verify' })).toMatchObject({ verdict: 'proven', text: '4 claims proven' });
    const { events } = await end();
    const story = events.flatMap(event => {
      if (event.event === 'peer-state') return [`${event.name} ${event.state}`];
      if (event.event === 'fault' || event.event === 'heal') return [`${event.event}: ${event.text}`];
      return event.event === 'check' ? [event.name] : [];
    });
    expect(story).toEqual([
      'n3 stopped',
      'fault: killed n3',
      'n3 running',
      'heal: n3 started',
      'links',
      'broadcast',
      'ttl',
      'dm',
    ]);
  });

  it('a peer that was started again tells of its copies', async () => {
    await done({ do: 'fault', fault: { verb: 'restart', peers: ['n3'] } });
    const { messageId } = await done({ do: 'broadcast', from: 'n3', text: 'here again' });
    const { events } = await end();
    const sent = events.filter(event => event.event === 'sent' && event.id === messageId && event.by === 'n3');
    expect(sent).toHaveLength(1);
  });
});

describe('what is done to links', () => {
  const half = Array.from({ length: 10 }, (_, i) => `n${i}`);

  it('a partition keeps each half to itself, and heals', async () => {
    const cut = await done({ do: 'fault', fault: { verb: 'partition', groups: [half] } });
    expect(cut).toMatchObject({
      text: expect.stringContaining('2 links cut'),
      command: `lab fault partition ring ${half.join(',')}`,
    });
    expect((await done({ do: 'broadcast', from: 'n0', text: 'x' })).text).toContain('n0 reached 9 of 9');
    expect(await done({ do: 'heal' })).toMatchObject({
      text: 'healed: 20 links are up',
      command: 'lab fault heal ring',
    });
    expect((await done({ do: 'broadcast', from: 'n0', text: 'x' })).text).toContain('n0 reached 19 of 19; 21 frames');
    const { events } = await end();
    const faults = events.flatMap(event => (event.event === 'fault' ? [[event.kind, event.links]] : []));
    expect(faults).toEqual([
      [
        'partition',
        [
          ['n9', 'n10'],
          ['n19', 'n0'],
        ],
      ],
    ]);
    expect(events.filter(({ event }) => event === 'heal')).toHaveLength(1);
  });

  it('one link is cut and restored', async () => {
    expect((await done({ do: 'fault', fault: { verb: 'link-down', links: [['n0', 'n1']] } })).command).toBe(
      'lab fault link-down ring n0:n1',
    );
    expect((await done({ do: 'broadcast', from: 'n0', text: 'x' })).text).toContain('19 of 19; 19 frames');
    expect(await done({ do: 'link-up', link: ['n0', 'n1'] })).toMatchObject({ text: 'link n0-n1 restored' });
    expect((await done({ do: 'broadcast', from: 'n0', text: 'x' })).text).toContain('19 of 19; 21 frames');
    expect(await performer.perform({ do: 'fault', fault: { verb: 'link-down', links: [['n0', 'n7']] } })).toMatchObject(
      {
        ok: false,
        error: expect.stringContaining('not linked'),
      },
    );
  });

  it('a slow link delays what crosses it', async () => {
    const slow = await done({ do: 'fault', fault: { verb: 'slow', links: [['n0', 'n1']], latencyMs: 500 } });
    expect(slow.command).toBe('lab fault slow ring n0:n1 --latency 500');
    const { messageId } = await done({ do: 'dm', from: 'n0', to: 'n1', text: 'x', ttl: 1 });
    const { events } = await end();
    const timeOf = (name: string): number =>
      events.find(event => event.event === name && 'id' in event && event.id === messageId)?.atMs ?? 0;
    expect(timeOf('received') - timeOf('sent')).toBeGreaterThanOrEqual(500);
  });
});

describe('what others do', () => {
  /** As a lab of another process is: its time passes by itself. */
  const shared = (running: RunningLab): RunningLab =>
    new Proxy(running, {
      get: (target, key) => {
        const value =
          key === 'capabilities' ? { ...target.capabilities, passTime: undefined } : Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });

  it('is told from the first moment on, also right before what the page does itself', async () => {
    const topology = parseTopology(RING, { file: 'ring.yaml', overrides: { name: 'shared' } });
    const { lab: theirs } = await bringUp(topology, createSimulationDriver(), { ephemeral: true, checks: [] });
    const mine = await Lab.attach(shared(theirs.running), { isNew: false });
    let text = '';
    const recording = await recordLab(mine, line => (text += `${line}\n`));
    const acting = await createPerformer(mine, recording);
    await theirs.fault({ verb: 'link-down', links: [['n0', 'n1']] });
    expect(await acting.perform({ do: 'fault', fault: { verb: 'link-down', links: [['n5', 'n6']] } })).toMatchObject({
      ok: true,
    });
    await acting.close();
    await recording.end();
    await theirs.down();
    const told = readTrace(text).events.flatMap(event => (event.event === 'fault' ? [event.text] : []));
    expect(told).toEqual(['n0-n1 cut by another command', 'cut n5-n6']);
  });
});

describe('time', () => {
  it('passes in a simulation as far as it is asked to', async () => {
    await done({ do: 'broadcast', from: 'n0', text: 'x' });
    await done({ do: 'pass', ms: 5000 });
    const { events } = await end();
    const [sent, passed] = ['sent', 'note'].map(name => events.find(({ event }) => event === name)?.atMs ?? 0);
    expect((passed ?? 0) - (sent ?? 0)).toBeGreaterThanOrEqual(5000);
  });
});

describe('what is no action', () => {
  it.each([
    {},
    'kill',
    null,
    { do: 'rm' },
    { do: 'kill', peer: 'n1' },
    { do: 'start' },
    { do: 'fault', fault: { verb: 'kill' } },
    { do: 'fault', fault: { verb: 'kill', peers: ['n1'], signal: 9 } },
    { do: 'broadcast', from: 'n0', text: 'x', ttl: -1 },
    { do: 'broadcast', from: 'n0', text: 'x', ttl: 1.5 },
    { do: 'broadcast', from: 'n0', text: 'x'.repeat(10_001) },
    { do: 'pass', ms: 1e12 },
    { do: 'fault', fault: { verb: 'partition', groups: [] } },
    { do: 'fault', fault: { verb: 'partition', groups: [[]] } },
    { do: 'fault', fault: { verb: 'link-down', links: [['n0']] } },
    { do: 'fault', fault: { verb: 'slow', links: [], latencyMs: 5 } },
    { do: 'fault', fault: { verb: 'slow', links: [['n0', 'n1']] } },
    { do: 'fault', fault: { verb: 'pause', peers: ['n1'], latencyMs: 5 } },
  ])('is refused: %#', async request => {
    expect(await performer.perform(request)).toMatchObject({
      ok: false,
      error: expect.stringContaining('not an action'),
    });
  });

  it('and a peer that is not there is named with the nearest', async () => {
    expect(await performer.perform({ do: 'fault', fault: { verb: 'kill', peers: ['n22'] } })).toMatchObject({
      ok: false,
      error: 'ring has no peer "n22"',
      advice: expect.stringContaining('n2'),
      command: 'lab fault kill ring n22',
    });
  });
});

describe('the end', () => {
  it('takes nothing more', async () => {
    await performer.close();
    expect(await performer.perform({ do: 'verify' })).toMatchObject({ ok: false, error: 'the page is being closed' });
  });
});
