/** A pack of peers as its container runs it: one program, many peers, each with an address of its own, in one thread and in several. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type HostLine,
  LineSplitter,
  type PackedPeer,
  type PackRequest,
  packLine,
  readHostLine,
  unpackLine,
} from '@peerlab/contract';
import { afterEach, describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/peer.mjs', import.meta.url));
const PORT = 7946;
const PAYLOAD = 'hello';

/** What takes longer is stuck: a busy machine needs a second or two. */
const PATIENCE_MS = 30_000;

/** A program that is no peer: says what it hears, and ends with the status that it is told. */
const ECHO = `process.stdin.on('data', text => {
  const line = String(text).trim();
  if (/^\\d+$/.test(line)) process.exit(Number(line));
  console.error('heard', line, process.env.PEERLAB_NAME);
});`;

type Heard = { readonly place: number; readonly line: string; readonly stream: string } | HostLine;

/** A pack that runs. Everything that it says is kept, in order. */
class Pack {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly heard: Heard[] = [];
  readonly hosts: string;
  #wake: (() => void)[] = [];
  #sequence = 0;

  constructor(threads: number) {
    // Of this process alone: other tests run beside it.
    this.hosts = `127.${70 + threads}.${process.pid % 250}`;
    const env = { ...process.env, PEERLAB_PACK: '1', PEERLAB_PACK_THREADS: String(threads), PEERLAB_EPHEMERAL: '1' };
    this.#child = spawn(process.execPath, [PROGRAM], { env });
    const splitter = new LineSplitter(text => {
      const heard = unpackLine(text) ?? readHostLine(text);
      if (heard === undefined) throw new Error(`the pack printed: ${text}`);
      this.heard.push(heard);
      for (const wake of this.#wake.splice(0)) wake();
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => splitter.push(text));
    this.#child.stderr.pipe(process.stderr);
  }

  address(place: number): string {
    return `${this.hosts}.${place + 1}`;
  }

  own(place: number): PackedPeer {
    const id = `00000000-0000-4000-8000-00000000000${place}`;
    const env = { PEERLAB_LISTEN: `${this.address(place)}:${PORT}`, PEERLAB_NODE_ID: id, PEERLAB_LAB: 'pack' };
    return { place, env };
  }

  write(text: string): void {
    this.#child.stdin.write(`${text}\n`);
  }

  /** Asks the host. @returns its answer */
  async ask(request: PackRequest): Promise<Extract<HostLine, { pack: 'reply' }>> {
    const seq = `host:${++this.#sequence}`;
    this.write(JSON.stringify({ seq, request }));
    return (await this.until(said => 'pack' in said && said.pack === 'reply' && said.seq === seq)) as never;
  }

  /** Asks a peer. @returns its answer */
  async command(place: number, command: object): Promise<{ readonly result?: unknown; readonly error?: unknown }> {
    const seq = this.send(place, command);
    return JSON.parse(lineOf(await this.until(said => lineOf(said).startsWith(`{"reply":"${seq}"`))));
  }

  send(place: number, command: object): string {
    const seq = `peer:${++this.#sequence}`;
    this.write(packLine(place, JSON.stringify({ seq, ...command })));
    return seq;
  }

  /** Waits for the first thing from a place of the record on that fits. */
  async until(fits: (said: Heard) => boolean, from = 0): Promise<Heard> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = this.heard.slice(from).find(fits);
      if (found !== undefined) return found;
      if (late.aborted) throw new Error(`not heard: ${fits}; heard last: ${JSON.stringify(this.heard.slice(-5))}`);
      await new Promise<void>(resolve => {
        this.#wake.push(resolve);
        late.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** Waits until a peer has said so much of an event. */
  async event(place: number, parts: object, from = 0): Promise<void> {
    const isIt = (said: Heard): boolean => {
      const line = lineOf(said);
      if (!('line' in said) || said.place !== place || !line.startsWith('{"event"')) return false;
      return Object.entries(parts).every(([key, value]) => JSON.parse(line)[key] === value);
    };
    await this.until(isIt, from);
  }

  /** Nobody controls it any more. @returns its exit status */
  async leave(): Promise<unknown> {
    const exited = once(this.#child, 'exit');
    this.#child.stdin.end();
    return (await exited)[0];
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

function lineOf(said: Heard): string {
  return 'line' in said ? said.line : '';
}

let packs: Pack[] = [];
afterEach(() => {
  for (const pack of packs) pack.kill();
  packs = [];
});

describe.each([1, 2])('a pack in %i threads', threads => {
  test('its peers link, are frozen, killed, started again and leave, each alone', async () => {
    const pack = new Pack(threads);
    packs.push(pack);
    await pack.ask({ do: 'start', peers: [0, 1, 2].map(place => pack.own(place)) });
    const state = (await pack.ask({ do: 'state' })).state;
    expect(state?.running.toSorted()).toEqual([0, 1, 2]);
    expect((await pack.ask({ do: 'tally', of: 'neighbours' })).links).toMatchObject({ peers: 3, ends: 0 });
    const dials = [
      { place: 0, host: pack.address(1), port: PORT },
      // Nobody listens there, and nobody of this pack dials.
      { place: 0, host: pack.address(0), port: 1 },
      { place: 7, host: pack.address(0), port: PORT },
      { place: 1, host: pack.address(2), port: PORT },
    ];
    expect((await pack.ask({ do: 'connect', dials })).failed?.toSorted()).toEqual([1, 2]);
    await pack.event(2, { event: 'link-up' });
    // What the host asked for itself went to nobody else.
    expect(pack.heard.some(said => lineOf(said).startsWith('{"reply"'))).toBe(false);
    const { counters } = await pack.ask({ do: 'tally', of: 'counters' });
    expect(counters).toMatchObject({ peers: 3, ends: 4, closed: 0, balance: [0, 0] });
    // Seen from the other end, each comes from its own address.
    const { result } = await pack.command(1, { command: 'neighbours' });
    expect((result as { links: { address: string }[] }).links.map(({ address }) => address.split(':')[0])).toEqual(
      expect.arrayContaining([pack.address(0), pack.address(2)]),
    );

    await pack.ask({ do: 'pause', place: 1 });
    expect((await pack.ask({ do: 'state' })).state?.paused).toEqual([1]);
    expect((await pack.ask({ do: 'tally', of: 'counters' })).counters?.peers).toBe(2);
    const asked = pack.send(1, { command: 'info' });
    await pack.command(0, { command: 'broadcast', payload: PAYLOAD });
    await pack.command(2, { command: 'info' });
    const woken = pack.heard.length;
    expect(pack.heard.some(said => lineOf(said).includes(`"${asked}"`))).toBe(false);
    await pack.ask({ do: 'unpause', place: 1 });
    await pack.event(2, { event: 'received', payload: PAYLOAD, hops: 2 }, woken);
    await pack.until(said => lineOf(said).startsWith(`{"reply":"${asked}"`), woken);

    const killed = pack.heard.length;
    await pack.ask({ do: 'pause', place: 1 });
    await pack.ask({ do: 'kill', place: 1, signal: 'SIGKILL' });
    expect(pack.heard).toContainEqual({ pack: 'ended', place: 1, reason: 'killed by SIGKILL', exitCode: 137 });
    // It said no BYE: its neighbours lose it.
    for (const place of [0, 2]) await pack.event(place, { event: 'link-down', reason: 'connection-lost' }, killed);
    expect((await pack.ask({ do: 'kill', place: 1, signal: 'SIGKILL' })).problem).toBe('does not run');

    const again = pack.heard.length;
    await pack.ask({ do: 'start', peers: [pack.own(1)] });
    await pack.event(1, { event: 'ready', nodeId: pack.own(1).env.PEERLAB_NODE_ID ?? '' }, again);
    await pack.command(1, { command: 'connect', host: pack.address(0), port: PORT });
    await pack.ask({ do: 'stop', place: 1 });
    expect(pack.heard.slice(again)).toContainEqual({
      pack: 'ended',
      place: 1,
      reason: 'exited with status 0',
      exitCode: 0,
    });
    await pack.event(0, { event: 'link-down', reason: 'leaving' }, again);

    await pack.ask({ do: 'isolated', place: 2, is: true });
    expect((await pack.ask({ do: 'state' })).state?.isolated).toEqual([2]);
    expect(await pack.leave()).toBe(0);
    for (const place of [0, 2]) {
      expect(pack.heard).toContainEqual({ pack: 'ended', place, reason: 'exited with status 0', exitCode: 0 });
    }
  });

  test('a peer may be a process of its own, and one that cannot start ends with the reason', async () => {
    const pack = new Pack(threads);
    packs.push(pack);
    const command = [process.execPath, '-e', ECHO];
    const peers: PackedPeer[] = [
      { place: 0, env: { PEERLAB_NAME: 'echo' }, command },
      { place: 1, env: {}, command: ['/does/not/exist'] },
      { place: 2, env: { PEERLAB_LISTEN: '198.51.100.1:7946' } },
      { place: 3, env: { PEERLAB_NODE_ID: 'nobody' } },
    ];
    await pack.ask({ do: 'start', peers });
    pack.write(packLine(0, 'there'));
    await pack.until(said => lineOf(said) === 'heard there echo' && 'stream' in said && said.stream === 'stderr');
    pack.write(packLine(0, '3'));
    const ends = await Promise.all(
      peers.map(({ place }) => pack.until(said => 'pack' in said && said.pack === 'ended' && said.place === place)),
    );
    expect(ends.map(end => (end as { reason: string }).reason)).toEqual([
      'exited with status 3',
      'exited with status 127',
      'exited with status 1',
      'exited with status 2',
    ]);
    const words = pack.heard.map(lineOf);
    expect(words).toContainEqual(expect.stringContaining('/does/not/exist cannot be run'));
    expect(words).toContainEqual(expect.stringContaining('cannot listen on 198.51.100.1:7946'));
    expect(words).toContainEqual(expect.stringContaining('PEERLAB_NODE_ID is not a UUID'));
    expect(await pack.leave()).toBe(0);
  });
});
