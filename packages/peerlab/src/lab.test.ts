/** The library: labs of a test, on simulated peers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryDriver } from '@peerlab/driver-memory';
import { parseTopology } from '@peerlab/topology';
import { afterAll, describe, expect, it } from 'vitest';
import { lab } from './lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'peerlab-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'row.yaml');
writeFileSync(file, 'name: row\ntopology: { generator: line, peers: 5 }\n');
const ROW = parseTopology('topology: { generator: line, peers: 5 }\ndefaults: { ttl: 1 }\n', { file: 'row.yaml' });

describe('lab.up', () => {
  it('brings a file up under a name of its own, as often as it is asked for', async () => {
    await using first = await lab.up(file, { driver: 'simulation' });
    await using second = await lab.up(file, { driver: 'simulation' });
    // Decided by the labs that stand, as everything in virtual time is decided by something.
    expect([first.name, second.name]).toEqual(['row', 'row-2']);
    expect(first.names).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
  });

  it('refuses an unknown option, with the nearest, in every call that takes options', async () => {
    const driver = new MemoryDriver();
    await expect(lab.up(ROW, { driver, sed: 3 } as never)).rejects.toThrow(
      'lab.up has no option "sed"; did you mean "seed"?',
    );
    expect(driver.labs.size).toBe(0);
    await using net = await lab.up(ROW, { driver });
    const unknown = { timeout: 5 } as never;
    for (const call of [
      async () => await net.settled(unknown),
      async () => await net.verify({ check: ['links'] } as never),
      async () => await net.heal(unknown),
      async () => await net.peer('n0').broadcast('x', { TTL: 3 } as never),
      async () => await net.peer('n0').dm('n1', 'x', { tll: 3 } as never),
      async () => await net.lab.broadcast('n0', 'x', { TTL: 3 } as never),
      async () => await net.lab.recovered(unknown),
    ]) {
      await expect(call()).rejects.toThrow(/has no option ".*"; did you mean/);
    }
    await expect(net.fault({ verb: 'kill', peer: ['n1'] } as never)).rejects.toThrow(/fault: .*"peer"/);
  });

  it('takes it down when it is disposed of, once', async () => {
    const driver = new MemoryDriver();
    {
      await using net = await lab.up(ROW, { driver });
      expect(driver.labs.size).toBe(1);
      await net.down();
      expect(driver.labs.size).toBe(0);
    }
    expect(driver.labs.size).toBe(0);
  });

  it('leaves nothing when a peer does not get ready', async () => {
    const driver = new MemoryDriver();
    const up = lab.up(ROW, { driver, programs: { n1: ['stillborn'] } });
    await expect(up).rejects.toMatchObject({ code: 'PEER_FAILED' });
    expect(driver.labs.size).toBe(0);
  });

  it('tells what is wrong in a file, and of one that is not there', async () => {
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, 'topology: { generator: rng }\n');
    await expect(lab.up(wrong)).rejects.toMatchObject({ code: 'TOPOLOGY_INVALID' });
    await expect(lab.up(join(folder, 'none.yaml'))).rejects.toThrow('ENOENT');
  });
});

describe('a net', () => {
  it('tells who a message reached, once it is over', async () => {
    await using net = await lab.up(file, { driver: 'simulation' });
    const all = await net.peer('n1').broadcast('hello');
    expect(await net.reached(all)).toEqual(['n0', 'n2', 'n3', 'n4']);
    expect(await net.deliveries(all)).toContainEqual({ peer: 'n4', hops: 3, from: 'n3' });
    const near = await net.peer('n1').broadcast('hello', { ttl: 2 });
    expect(await net.reached(near)).toEqual(net.horizon('n1', 2));
    const dm = await net.peer('n0').dm('n4', { base64: 'AAEC' }, { ttl: 3 });
    expect(await net.reached(dm)).toEqual([]);
    expect(await net.reached('no such message')).toEqual([]);
  });

  it('takes the topology’s TTL where none is given', async () => {
    await using net = await lab.up(ROW, { driver: 'simulation' });
    expect(await net.reached(await net.peer('n2').broadcast('hello'))).toEqual(['n1', 'n3']);
  });

  it('follows faults and their healing', async () => {
    await using net = await lab.up(file, { driver: 'simulation' });
    await net.fault({ verb: 'link-down', links: [['n1', 'n2']] });
    expect(net.horizon('n0')).toEqual(['n1']);
    expect(await net.reached(await net.peer('n0').broadcast('hello'))).toEqual(['n1']);
    expect(await net.peer('n1').neighbours()).toEqual(['n0']);
    expect((await net.heal()).links).toBe(4);
    expect((await net.verify()).every(({ verdict }) => verdict === 'proven')).toBe(true);
  });

  it('operates its peers', async () => {
    await using net = await lab.up(file, { driver: 'simulation' });
    const peer = net.peer('n2');
    await peer.pause();
    expect(net.horizon('n0')).toEqual(['n1']);
    await peer.unpause();
    await peer.stop();
    await expect(peer.broadcast('hello')).rejects.toMatchObject({ code: 'PEER_FAILED' });
    await peer.start();
    await peer.restart();
    await peer.kill();
    await expect(net.peer('n0').dm('n2', 'hello')).rejects.toMatchObject({ code: 'PEER_FAILED' });
  });

  it('refuses unknown peers, and what a peer does not announce', async () => {
    await using net = await lab.up(ROW, { driver: new MemoryDriver(), programs: { n1: ['minimal'] } });
    expect(() => net.peer('n55')).toThrow('has no peer "n55"');
    expect(() => net.horizon('m0')).toThrow('has no peer "m0"');
    await expect(net.peer('n1').dm('n0', 'x')).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(net.peer('n1').broadcast('x', { ttl: 1 })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});
