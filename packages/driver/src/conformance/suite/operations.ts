/** What is done to single peers of a running lab: kill, stop, start, pause, isolate, and back. */

import { describe, expect, it } from 'vitest';
import type { PeerFacts, RunningLab } from '../../driver.ts';
import { LabError } from '../../lab-error.ts';
import { PeerClient } from '../../peer-client.ts';
import type { Conversation } from '../conversation.ts';
import { eventually, within } from '../eventually.ts';
import type { Workbench } from '../workbench.ts';

/** More than a link takes to be found dead: 15 s of silence, then 10 s for an answer. */
const LIVENESS_MS = 30_000;

/** Declares this part of the suite. */
export function describeOperations(bench: Workbench): void {
  const linked = async (ephemeral = false): Promise<{ lab: RunningLab; talks: [Conversation, Conversation] }> => {
    const lab = await bench.up(bench.plan({ peers: 2, ephemeral }));
    const talks = [await bench.talk(lab, 0), await bench.talk(lab, 1)] as [Conversation, Conversation];
    for (const talk of talks) await talk.event('ready');
    await connect(talks[0], lab.peers[1]);
    await talks[1].event('link-up');
    return { lab, talks };
  };
  const stateOf = async (lab: RunningLab, index: number): Promise<PeerFacts['state'] | undefined> =>
    (await lab.survey())[index]?.state;
  const isLinked = async (talk: Conversation): Promise<boolean> =>
    (await talk.ask({ command: 'neighbours' })).links.length > 0;
  const linkIsBack = (talk: Conversation): Promise<unknown> =>
    eventually('the link to be there again', bench.patienceMs, async () => (await isLinked(talk)) || undefined);
  const ended = (talk: Conversation) => within('the channel to close', bench.patienceMs, talk.channel.closed);
  /** Until an event is there; where the lab's time is its own, that passes meanwhile. */
  const found = async (lab: RunningLab, talk: Conversation, event: 'link-down'): Promise<void> => {
    await eventually(`the event '${event}'`, LIVENESS_MS + bench.patienceMs, async () => {
      await lab.passTime?.(1000);
      return talk.events.find(heard => heard.event === event);
    });
  };

  describe.each([
    ['a lasting lab', false],
    ['a throw-away lab', true],
  ])('operations on a peer of %s', (_, ephemeral) => {
    it('kill ends it at once, and start brings it back with its address and node id, and its link', async () => {
      const { lab, talks } = await linked(ephemeral);
      const before = lab.peers[1];
      await lab.kill(1);
      expect(await ended(talks[1])).toMatchObject({ reason: 'killed by SIGKILL' });
      expect(await stateOf(lab, 1)).toMatch(/stopped|missing/);
      expect(lab.peers[1]).toMatchObject({ address: before?.address, nodeId: before?.nodeId });
      await talks[0].event('link-down');
      await expect(lab.channel(1)).rejects.toMatchObject({ code: 'PEER_FAILED' });

      await lab.start(1);
      expect(await stateOf(lab, 1)).toBe('running');
      const talk = await bench.talk(lab, 1);
      expect(await talk.event('ready')).toMatchObject({
        nodeId: before?.nodeId,
        listen: { host: before?.address, port: before?.port },
      });
      // The peer that dialled dials again by itself.
      await linkIsBack(talk);
      await linkIsBack(talks[0]);
      await lab.down();
      expect(await bench.target.leftovers(lab.name)).toEqual([]);
    });

    it('stop has it take its leave, and start brings it back', async () => {
      const { lab, talks } = await linked(ephemeral);
      await lab.stop(1);
      expect(await ended(talks[1])).toMatchObject({ reason: 'exited with status 0' });
      expect(await talks[0].event('link-down')).toMatchObject({ reason: expect.stringMatching(/leav|bye/i) });
      await lab.start(1);
      const talk = await bench.talk(lab, 1);
      await talk.event('ready');
      await connect(talk, lab.peers[0]);
    });

    it('kill tells whoever waits for an answer of it, also of one that is paused', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true, ephemeral }));
      const client = new PeerClient(await lab.channel(0), 'n0', 0);
      await client.ready({ isNew: false, timeoutMs: bench.patienceMs });
      await lab.pause(0);
      const answer = client.request({ command: 'neighbours' }, { timeoutMs: bench.patienceMs });
      const refusal = expect(answer).rejects.toMatchObject({
        code: 'PEER_FAILED',
        message: expect.stringContaining('killed by SIGKILL'),
      });
      await lab.kill(0);
      await refusal;
    });
  });

  describe('operations on a peer', () => {
    it('pause freezes it and unpause lets it go on, each as often as one likes', async () => {
      const { lab, talks } = await linked();
      const other = await bench.find(lab.name);
      await lab.pause(1);
      await other.pause(1);
      expect(await stateOf(other, 1)).toBe('paused');
      let isAnswered = false;
      const answer = talks[1].ask({ command: 'info' }).then(() => (isAnswered = true));
      await talks[0].ask({ command: 'info' });
      expect(isAnswered).toBe(false);
      await lab.unpause(1);
      await other.unpause(1);
      await answer;
      expect(await stateOf(lab, 1)).toBe('running');
      expect(await isLinked(talks[1])).toBe(true);
    });

    it('pause for longer than a link lives without a sign costs the link, and unpause brings it back', async () => {
      const { lab, talks } = await linked();
      await lab.pause(1);
      await found(lab, talks[0], 'link-down');
      await lab.unpause(1);
      await talks[1].event('link-down');
      await linkIsBack(talks[0]);
      await linkIsBack(talks[1]);
    });

    it('stop ends one that is paused, and down a lab of such', async () => {
      const { lab, talks } = await linked();
      await lab.pause(0);
      await lab.pause(1);
      await lab.stop(1);
      await ended(talks[1]);
      await lab.down();
      expect(await bench.target.leftovers(lab.name)).toEqual([]);
    });

    it('kill ends it by any signal that ends a program, and refuses the others', async () => {
      const lab = await bench.up(bench.plan({ peers: 2 }));
      const talks = await Promise.all([0, 1].map(index => bench.talk(lab, index)));
      for (const talk of talks) await talk.event('ready');
      await lab.kill(0, 'SIGTERM');
      await lab.kill(1, 'SIGINT');
      for (const talk of talks) expect((await ended(talk)).exitCode).toBe(0);
      await lab.start(0);
      for (const signal of ['SIGSTOP', 'SIGCONT', 'SIGCHLD', 'SIGWINCH'] as const) {
        await expect(lab.kill(0, signal)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
      }
      expect(await stateOf(lab, 0)).toBe('running');
    });

    it('start leaves one that runs as it is', async () => {
      const { lab, talks } = await linked();
      const before = await lab.survey();
      await lab.start(1);
      expect(await lab.survey()).toEqual(before);
      expect(await isLinked(talks[1])).toBe(true);
    });

    it('refuse a peer that does not run, and one that is not in the topology', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      await lab.kill(0);
      const operations = ['kill', 'stop', 'pause', 'unpause', 'isolate', 'rejoin', 'start'] as const;
      for (const operation of operations) {
        await expect(lab[operation](7), operation).rejects.toMatchObject({ code: 'NO_SUCH_PEER' });
        if (operation === 'start') continue;
        const refusal: unknown = await lab[operation](0).catch((error: unknown) => error);
        expect(refusal, operation).toBeInstanceOf(LabError);
        expect((refusal as LabError).code, operation).toBe(canIsolate(operation) ? 'PEER_FAILED' : 'NOT_SUPPORTED');
      }
    });

    it('do as others find them: what one instance has killed, another starts', async () => {
      const { lab } = await linked();
      const other = await bench.find(lab.name);
      await lab.kill(0);
      await other.start(0);
      await (await bench.talk(other, 0)).event('ready');
      expect(await stateOf(lab, 0)).toBe('running');
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
    });
  });

  const canIsolate = (operation: string): boolean =>
    bench.target.isolates !== false || (operation !== 'isolate' && operation !== 'rejoin');

  if (bench.target.isolates === false) {
    it('isolation is refused, with the reason', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      for (const operation of ['isolate', 'rejoin'] as const) {
        await expect(lab[operation](0)).rejects.toMatchObject({
          code: 'NOT_SUPPORTED',
          message: expect.stringContaining('loopback'),
        });
      }
    });
    return;
  }

  describe('isolation', () => {
    it('takes a peer off the network: its link dies, its channel stays; and back, at its address', async () => {
      const { lab, talks } = await linked();
      await lab.isolate(1);
      await lab.isolate(1);
      const facts = (await lab.survey())[1];
      expect(facts).toMatchObject({ state: 'running', isolated: true, address: lab.peers[1]?.address });
      await expect(connect(talks[1], { ...lab.peers[0], port: 9 } as PeerFacts)).rejects.toThrow(/connect-failed/);
      await found(lab, talks[0], 'link-down');
      await talks[1].ask({ command: 'info' });
      await lab.rejoin(1);
      await lab.rejoin(1);
      expect((await lab.survey())[1]).not.toHaveProperty('isolated');
      await linkIsBack(talks[0]);
      await linkIsBack(talks[1]);
      const [link] = (await talks[0].ask({ command: 'neighbours' })).links;
      expect(link?.address).toContain(lab.peers[1]?.address);
    });

    it('is over when the peer is started again', async () => {
      const { lab } = await linked();
      await lab.isolate(1);
      await lab.kill(1);
      await lab.start(1);
      expect((await lab.survey())[1]).toMatchObject({ state: 'running', address: lab.peers[1]?.address });
      expect((await lab.survey())[1]).not.toHaveProperty('isolated');
      const talk = await bench.talk(lab, 1);
      await talk.event('ready');
      await connect(talk, lab.peers[0]);
    });
  });
}

function connect(from: Conversation, to: PeerFacts | undefined): Promise<{ peer: string; session: string }> {
  if (to === undefined) throw new Error('there is no such peer to connect to');
  return from.ask({ command: 'connect', host: to.address, port: to.port });
}
