/** The driver on a real engine: what only containers can show. packages/driver/src/conformance has what every driver does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LabError, LabPlan, PeerChannel, RunningLab } from '@peerlab/driver';
import { requireCapability } from '@peerlab/driver';
import type Dockerode from 'dockerode';
import { afterEach, describe, expect, test } from 'vitest';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { connectEngine } from './connect.ts';
import { createEngine } from './engine.ts';
import { createDockerDriver } from './index.ts';
import { LABEL } from './labels.ts';
import { requireEngine } from './require-engine.ts';
import { runTc } from './traffic-control.ts';

await requireEngine();
const driver = createDockerDriver({ peerBundle: ECHO_PEER, version: '0.0.0' });
const plans: LabPlan[] = [];

/** A process that makes a lab and stays. */
const OWNER = `
  import { createDockerDriver } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
  const [plan, peerBundle] = process.argv.slice(1);
  const driver = createDockerDriver({ peerBundle, version: '0.0.0' });
  await driver.up(JSON.parse(plan), { signal: new AbortController().signal, report: () => {} });
  console.log('up');
`;

function newPlan(peers: number, over: Partial<LabPlan> = {}): LabPlan {
  const plan = planOf(peers, over);
  plans.push(plan);
  return plan;
}

/** Collects lines until one fits. */
function lineThat(channel: PeerChannel, fits: (line: string) => boolean): Promise<string> {
  return new Promise(resolve => channel.listen(line => fits(line) && resolve(line)));
}

/** What the kernel does to what the first peer sends. */
function disciplines(lab: RunningLab): Promise<string> {
  const engine = createEngine(connectEngine(), 30_000);
  return runTc(engine, { id: lab.peers[0]?.containerId ?? '', peer: 'n0' }, ['qdisc', 'show']);
}

async function failure(work: Promise<unknown>): Promise<LabError> {
  return work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as LabError,
  );
}

/** What the engine has of a lab. */
async function remains(lab: string): Promise<number> {
  const docker: Dockerode = connectEngine().docker;
  const filters = { label: [`dev.peerlab.lab=${lab}`] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  return containers.length + networks.length;
}

describe('on a real engine', () => {
  afterEach(async () => {
    const names = plans.splice(0).map(plan => plan.name);
    for (const name of names) await (await driver.find(name))?.down();
    for (const name of names) expect(await remains(name)).toBe(0);
  });

  test('a lab comes up, answers, is found again by another driver, and goes', async () => {
    const plan = newPlan(3);
    const context = contextOf();
    const lab = await driver.up(plan, context);
    expect(context.reports.filter(({ state }) => state === 'done').map(({ step }) => step)).toEqual([
      'image',
      'network',
      'peers',
    ]);
    const channel = await lab.channel(1);
    const ready = lineThat(channel, line => line.includes('"ready"'));
    expect(JSON.parse(await ready)).toMatchObject({ nodeId: plan.peers[1]?.nodeId });

    const found = await createDockerDriver({ peerBundle: ECHO_PEER, version: '0.0.0' }).find(plan.name);
    expect(found).toMatchObject({ hash: plan.hash, topology: plan.topology, network: { internal: true } });
    expect(found?.peers).toEqual(lab.peers);
    const second = (await found?.channel(1)) as PeerChannel;
    const reply = lineThat(second, line => line.includes('"reply":"s-1"'));
    await second.write(JSON.stringify({ seq: 's-1', command: 'info' }));
    expect(JSON.parse(await reply)).toMatchObject({ result: { uid: 65532 } });

    const logged: string[] = [];
    for await (const line of lab.logs(1, { tail: 1 })) logged.push(line);
    expect(logged).toHaveLength(1);
    expect(await driver.list()).toContainEqual(expect.objectContaining({ name: plan.name, peers: 3, running: 3 }));
    await found?.close();
    await lab.down();
    // The engine kills and removes at one go: whoever asks how it ended may come too late.
    const { reason } = await channel.closed;
    expect(['killed by SIGKILL', 'ended, and the engine has removed it']).toContain(reason);
    await lab.down();
  });

  test('a stopped and a removed peer come back by up', async () => {
    const plan = newPlan(3);
    const lab = await driver.up(plan, contextOf());
    const docker = connectEngine().docker;
    await docker.getContainer(lab.peers[0]?.containerId ?? '').stop({ t: 0 });
    await docker.getContainer(lab.peers[1]?.containerId ?? '').remove({ force: true });
    const broken = await driver.find(plan.name);
    expect(broken?.peers.map(peer => peer.state)).toEqual(['stopped', 'missing', 'running']);
    expect(await failure((broken as RunningLab).channel(1))).toMatchObject({ code: 'PEER_FAILED' });
    const repaired = await driver.up(plan, contextOf());
    expect(repaired.peers.map(peer => peer.state)).toEqual(['running', 'running', 'running']);
    expect(repaired.peers.map(peer => peer.address)).toEqual(lab.peers.map(peer => peer.address));
    await lab.close();
    await repaired.close();
  });

  test('labs that come up side by side get subnets of their own', async () => {
    const four = [newPlan(1), newPlan(1), newPlan(1), newPlan(1)];
    const narrow = { peerBundle: ECHO_PEER, version: '0.0.0', subnetPools: ['10.87.4.0/22'] };
    const labs = await Promise.all(four.map(plan => createDockerDriver(narrow).up(plan, contextOf())));
    expect(new Set(labs.map(lab => lab.network.subnet)).size).toBe(4);
    const fifth = await failure(createDockerDriver(narrow).up(newPlan(1), contextOf()));
    expect(fifth).toMatchObject({ code: 'CANNOT_CARRY', message: expect.stringContaining('no subnet is free') });
    await Promise.all(labs.map(lab => lab.down()));
  });

  test('an interrupted up leaves nothing, at whatever step', async () => {
    for (const step of ['image', 'network', 'peers'] as const) {
      const controller = new AbortController();
      const plan = newPlan(6);
      const context = contextOf(controller.signal);
      const work = driver.up(plan, {
        signal: controller.signal,
        report: progress => {
          context.report(progress);
          if (progress.step === step && progress.state === (step === 'peers' ? 'running' : 'started'))
            controller.abort();
        },
      });
      expect(await failure(work)).toMatchObject({ code: 'ABORTED' });
      expect(await remains(plan.name)).toBe(0);
    }
  });

  test('a peer that ends at once fails the up, with its last words', async () => {
    const plan = newPlan(2, { ephemeral: true });
    const peers = plan.peers.map(peer => (peer.index === 1 ? { ...peer, env: { PEER_EXIT: '3' } } : peer));
    const told = await driver.up({ ...plan, peers }, contextOf()).then(
      async up => await (await up.channel(1)).closed,
      (failed: LabError) => failed.details,
    );
    expect(told).toMatchObject({ exitCode: 3 });
  });

  test('a peer of a throw-away lab that has ended tells how, though its container is gone', async () => {
    const plan = newPlan(1, { ephemeral: true });
    const lab = await driver.up(plan, contextOf());
    const channel = await lab.channel(0);
    await lineThat(channel, line => line.includes('"ready"'));
    await lab.kill(0, 'SIGKILL');
    expect(await channel.closed).toEqual({ reason: 'killed by SIGKILL', exitCode: 137 });
    expect(await failure(lab.channel(0))).toMatchObject({
      code: 'PEER_FAILED',
      message: expect.stringMatching(/the peer n0 of .* does not run: killed by SIGKILL$/),
      details: { exitCode: 137, lastLines: [expect.stringContaining('ready')] },
    });
    await lab.down();
  });

  test('the channel of a peer that has ended before anybody listened still tells all of it', async () => {
    const plan = newPlan(1, { ephemeral: true });
    const lab = await driver.up(plan, contextOf());
    const container = connectEngine().docker.getContainer(lab.peers[0]?.containerId ?? '');
    const gone = container.wait({ condition: 'removed' });
    await container.kill({ signal: 'SIGKILL' });
    await gone;
    const channel = await lab.channel(0);
    expect(await channel.closed).toEqual({ reason: 'killed by SIGKILL', exitCode: 137 });
    channel.listen(() => undefined);
    expect(await failure(lab.channel(0))).toMatchObject({ code: 'PEER_FAILED', details: { exitCode: 137 } });
    await lab.down();
  });

  test('a program that is not there fails the up', async () => {
    const plan = newPlan(1);
    const peers = plan.peers.map(peer => ({ ...peer, program: ['/no/such/program'] }));
    expect(await failure(driver.up({ ...plan, peers }, contextOf()))).toMatchObject({ code: 'PEER_FAILED' });
    expect(await remains(plan.name)).toBe(0);
  });

  test('a program of the host runs in place of the node', async () => {
    const plan = newPlan(1);
    const peers = plan.peers.map(peer => ({ ...peer, program: [process.execPath, ECHO_PEER] }));
    const lab = await driver.up({ ...plan, peers }, contextOf());
    const channel = await lab.channel(0);
    expect(await lineThat(channel, line => line.includes('"ready"'))).toContain('echo-peer');
    await lab.down();
  });

  test('a throw-away lab goes when its owner lets go', async () => {
    const plan = newPlan(2, { ephemeral: true });
    const lab = await driver.up(plan, contextOf());
    const ends = await Promise.all([lab.channel(0), lab.channel(1)]);
    const docker = connectEngine().docker;
    const gone = lab.peers.map(peer => docker.getContainer(peer.containerId ?? '').wait({ condition: 'removed' }));
    await lab.close();
    await Promise.all(gone);
    expect(await remains(plan.name)).toBe(0);
    expect(await Promise.all(ends.map(channel => channel.closed))).toEqual([
      { reason: 'let go' },
      { reason: 'let go' },
    ]);
  });

  test('a throw-away lab goes when its owner is killed, and the next up sweeps its network', async () => {
    const plan = newPlan(3, { ephemeral: true });
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', OWNER, JSON.stringify(plan), ECHO_PEER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const early = once(owner, 'exit').then(([status]) =>
      Promise.reject(new Error(`the owner ended with status ${status}`)),
    );
    await Promise.race([once(owner.stdout, 'data'), early]);
    early.catch(() => undefined);
    const docker = connectEngine().docker;
    const containers = (await driver.find(plan.name))?.peers.map(peer => docker.getContainer(peer.containerId ?? ''));
    expect(containers).toHaveLength(3);
    const gone = (containers ?? []).map(container => container.wait({ condition: 'removed' }));
    owner.kill('SIGKILL');
    await Promise.all(gone);
    await (await driver.up(newPlan(1), contextOf())).down();
    expect(await remains(plan.name)).toBe(0);
  });

  test('two ups of one lab at once leave one whole lab', async () => {
    const plan = newPlan(4);
    const other = createDockerDriver({ peerBundle: ECHO_PEER, version: '0.0.0' });
    const both = await Promise.allSettled([driver.up(plan, contextOf()), other.up(plan, contextOf())]);
    const failed = both.filter(result => result.status === 'rejected');
    expect(failed.length).toBeLessThan(2);
    for (const { reason } of failed) expect(reason).toMatchObject({ code: 'NAME_TAKEN' });
    const lab = await driver.find(plan.name);
    expect(lab?.peers.map(peer => peer.state)).toEqual(Array(4).fill('running'));
    for (const result of both) if (result.status === 'fulfilled') await result.value.close();
  });

  test('the kernel paces what a peer sends, by a helper that is gone at once', async () => {
    const lab = await driver.up(newPlan(1), contextOf());
    await requireCapability(lab, 'shapeInterface').shapeInterface(0, { bandwidthKbps: 64 });
    expect(await disciplines(lab)).toMatch(/qdisc tbf .* dev eth0 root .* rate 64Kbit/);
    await requireCapability(lab, 'shapeInterface').shapeInterface(0, null);
    await requireCapability(lab, 'shapeInterface').shapeInterface(0, null);
    expect(await disciplines(lab)).not.toContain('tbf');
    await lab.down();
    const helpers = await connectEngine().docker.listContainers({ all: true, filters: { label: [LABEL.helper] } });
    expect(helpers).toEqual([]);
  });

  test('the kernel delays what a peer sends, or it is said that it has no netem', async () => {
    const lab = await driver.up(newPlan(1), contextOf());
    const outcome: unknown = await requireCapability(lab, 'shapeInterface')
      .shapeInterface(0, { latencyMs: 40, lossRatio: 0.1 })
      .catch((error: unknown) => error);
    const shown = await disciplines(lab);
    if (outcome === undefined) expect(shown).toMatch(/qdisc netem .* delay 40ms loss 10%/);
    else {
      expect(outcome).toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('sch_netem') });
      expect(shown).not.toContain('netem');
    }
    // Loss needs no netem.
    await requireCapability(lab, 'shapeInterface').shapeInterface(0, { lossRatio: 0.1 });
    expect(await disciplines(lab)).toContain('qdisc clsact');
    await requireCapability(lab, 'shapeInterface').shapeInterface(0, null);
    expect(await disciplines(lab)).not.toContain('clsact');
    await requireCapability(lab, 'isolate').isolate(0);
    await expect(requireCapability(lab, 'shapeInterface').shapeInterface(0, { latencyMs: 40 })).rejects.toMatchObject({
      code: 'PEER_FAILED',
    });
    await lab.down();
  });

  test('a peer as process 1 obeys SIGTERM', async () => {
    const lab = await driver.up(newPlan(1), contextOf());
    const channel = await lab.channel(0);
    await lineThat(channel, line => line.includes('"ready"'));
    await connectEngine()
      .docker.getContainer(lab.peers[0]?.containerId ?? '')
      .kill({ signal: 'SIGTERM' });
    expect(await channel.closed).toEqual({ reason: 'exited with status 0', exitCode: 0 });
    await expect(channel.write('{}')).rejects.toMatchObject({ code: 'PEER_FAILED' });
    await lab.down();
  });
});
