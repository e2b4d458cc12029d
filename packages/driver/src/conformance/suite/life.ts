/** A lab comes, is found, and goes. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../progress.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeLife(bench: Workbench): void {
  describe('life', () => {
    it('probes without throwing, and says why in one clause', async () => {
      const probe = await bench.target.createDriver().probe();
      expect(probe).toEqual({ available: true, reason: expect.stringMatching(/^[^\n]{5,200}$/) });
    });

    it('brings up every peer in topology order, each on its own address, and reports its progress', async () => {
      const plan = bench.plan({ peers: 3 });
      const progress: Progress[] = [];
      const lab = await bench.up(plan, { report: step => progress.push(step) });
      expect(lab).toMatchObject({
        name: plan.name,
        driver: bench.target.name,
        hash: plan.hash,
        topology: plan.topology,
        ephemeral: false,
        network: { name: expect.any(String), subnet: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+\/\d+$/) },
      });
      expect(lab.peers.map(({ index, name, nodeId, state }) => ({ index, name, nodeId, state }))).toEqual(
        plan.peers.map(({ index, name, nodeId }) => ({ index, name, nodeId, state: 'running' })),
      );
      const addresses = lab.peers.map(peer => numeric(peer.address));
      expect(new Set(addresses).size).toBe(3);
      expect(addresses).toEqual([...addresses].sort((a, b) => a - b));
      expect(progress.at(-1)).toMatchObject({ step: 'peers', state: 'done', detail: expect.stringContaining('3') });
    });

    it('has each peer say ready with its planned node id, listening on its own address', async () => {
      const plan = bench.plan({ peers: 3 });
      const lab = await bench.up(plan);
      for (const peer of lab.peers) {
        const talk = await bench.talk(lab, peer.index);
        const ready = await talk.event('ready');
        expect(ready).toMatchObject({
          nodeId: plan.peers[peer.index]?.nodeId,
          listen: { host: peer.address, port: peer.port },
        });
        expect(await talk.ask({ command: 'info' })).toMatchObject({ nodeId: peer.nodeId });
      }
    });

    it('finds and lists a lab from another instance, with all its facts', async () => {
      const plan = bench.plan({ peers: 2 });
      const before = Date.now();
      const made = await bench.up(plan);
      await made.close();
      const found = await bench.find(plan.name);
      expect(found).toMatchObject({ name: plan.name, hash: plan.hash, topology: plan.topology, ephemeral: false });
      expect(found.peers).toEqual(made.peers);
      expect(found.network).toEqual(made.network);
      const listed = (await bench.target.createDriver().list()).find(lab => lab.name === plan.name);
      expect(listed).toMatchObject({
        driver: bench.target.name,
        hash: plan.hash,
        subnet: made.network.subnet,
        peers: 2,
        running: 2,
        ephemeral: false,
        owner: expect.stringMatching(new RegExp(`^.+@.+:${process.pid}$`)),
      });
      expect(listed?.createdAtMs).toBeGreaterThan(before - 1000);
      expect(listed?.createdAtMs).toBeLessThanOrEqual(Date.now() + 1000);
      const talk = await bench.talk(found, 1);
      expect(await talk.ask({ command: 'neighbours' })).toEqual({ links: [] });
    });

    it('leaves nothing after down, and accepts a second down', async () => {
      const plan = bench.plan({ peers: 2 });
      const lab = await bench.up(plan);
      expect(await bench.target.leftovers(plan.name)).not.toEqual([]);
      const other = await bench.find(plan.name);
      const talk = await bench.talk(lab, 0);
      await lab.down();
      expect(await bench.target.leftovers(plan.name)).toEqual([]);
      expect(await bench.target.createDriver().find(plan.name)).toBeUndefined();
      expect((await bench.target.createDriver().list()).map(listed => listed.name)).not.toContain(plan.name);
      await talk.channel.closed;
      await lab.down();
      await other.down();
      await other.close();
    });

    it('can have the same name again after down', async () => {
      const plan = bench.plan({ peers: 1 });
      await (await bench.up(plan)).down();
      const again = await bench.up({ ...plan, hash: 'hash-2' });
      expect(again.hash).toBe('hash-2');
    });

    it('does not find a lab that does not exist', async () => {
      expect(await bench.target.createDriver().find(`nobody-${randomUUID()}`)).toBeUndefined();
    });

    it('keeps two labs that come up at the same time apart', async () => {
      const plans = [bench.plan({ peers: 2, isAlert: true }), bench.plan({ peers: 2 })] as const;
      const [left, right] = await Promise.all([bench.up(plans[0]), bench.up(plans[1])]);
      const addresses = [...left.peers, ...right.peers].map(peer => peer.address);
      expect(new Set(addresses).size).toBe(4);
      const talk = await bench.talk(left, 0);
      const stranger = right.peers[0] as { address: string; port: number };
      await expect(talk.ask({ command: 'connect', host: stranger.address, port: stranger.port })).rejects.toThrow(
        /connect-failed/,
      );
      await left.down();
      expect(await bench.target.leftovers(plans[1].name)).not.toEqual([]);
      const survivor = await bench.talk(right, 0);
      expect(await survivor.ask({ command: 'neighbours' })).toEqual({ links: [] });
    });
  });
}

/** An IPv4 address as the number that it is. */
function numeric(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
