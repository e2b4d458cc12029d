/**
 * The control channel of a peer that knows nothing of labs. It takes the contract's commands and gives the contract's replies and
 * events, as a peer does that speaks it; behind it the commands of the kind's `program:` are run where the peer runs, and what
 * the program prints is read by the kind's patterns. So the lab has one client for both (docs/adr/0025-programs.md).
 */
import {
  CONTRACT_VERSION,
  type Command,
  commandSchema,
  isSequence,
  type NeighbourInfo,
  type PeerEvent,
  type PeerInfo,
  type Results,
} from '@peerlab/contract';
import {
  type CanExec,
  type ChannelEnd,
  LabError,
  type PeerChannel,
  type PeerFacts,
  type ProgramCommandName,
  type ProgramPeer,
} from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import type { ProgramCommand, ProgramSpec } from '@peerlab/topology';
import { v4, v5 } from 'uuid';
import { linesOf } from './command-outcome.ts';
import type { FoundValues } from './found-values.ts';
import { HeardProgram } from './heard-program.ts';
import { idOfKey, type KeyedMessages } from './keyed-messages.ts';
import { placeOfMember } from './member-names.ts';
import { type CarriedMessage, textOf } from './message-text.ts';
import { LINK_TIMEOUT_MS } from './program-bounds.ts';
import type { ProgramCommands, RunCommand } from './program-commands.ts';
import { type ReadinessPorts, untilReady } from './readiness.ts';
import { type LineReading, readLine } from './received-lines.ts';

type Listener = Parameters<PeerChannel['listen']>[0];

/** What a channel is made from. */
export interface ProgramChannelPorts {
  /** The peer's own streams. */
  readonly raw: PeerChannel;
  /** The name of its kind. */
  readonly kind: string;
  readonly spec: ProgramSpec;
  /** `facts:` of the kind. */
  readonly facts: Readonly<Record<string, ProgramCommand>>;
  readonly commands: ProgramCommands;
  readonly exec: CanExec;
  /** Tries a TCP port of the peer: see CanDial. */
  readonly dial: ReadinessPorts['dial'];
  /** The peer's place. */
  readonly index: number;
  /** All peers of the lab, as they are now. */
  readonly peers: () => readonly PeerFacts[];
  /** Those that it has a drawn link with. */
  readonly neighbours: readonly number[];
  readonly keys: KeyedMessages;
  readonly values: FoundValues;
  /** What it has printed since its latest start: some of it may have come before anybody listened. */
  readonly earlier: () => AsyncIterable<string>;
}

/** Why a command did not do what it was asked for. */
class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The namespace of the ids that links and strangers get: a random UUID, fixed once. */
const NAMESPACE = '8e0a2a44-5f0e-4a83-9a8e-64d0a4a7e7b3';

/** Between two looks at the members while a link comes up, in milliseconds. */
const LOOK_MS = 100;
/** Between two attempts to find a fact out, in milliseconds. */
const FACT_PAUSE_MS = 200;

/** See the module's header. Begins to work once somebody listens. */
export class ProgramChannel implements PeerChannel {
  readonly closed: Promise<ChannelEnd>;
  readonly program: ProgramPeer;
  readonly #ports: ProgramChannelPorts;
  readonly #over: AbortController = new AbortController();
  readonly #listeners: Listener[] = [];
  readonly #ready: Promise<void>;
  #onReady: () => void = () => undefined;
  #onBroken: (end: ChannelEnd) => void = () => undefined;
  #onPrinted: () => void = () => undefined;
  readonly #isPrinted: Promise<void>;
  #reading: LineReading | undefined;
  #readyPattern: RegExp | undefined;
  #heard: HeardProgram | undefined;
  #isBegun = false;

  constructor(ports: ProgramChannelPorts) {
    this.#ports = ports;
    const { raw, spec } = ports;
    const broken = new Promise<ChannelEnd>(resolve => {
      this.#onBroken = resolve;
    });
    this.closed = Promise.race([raw.closed, broken]);
    this.#ready = new Promise(resolve => {
      this.#onReady = resolve;
    });
    this.#isPrinted = new Promise(resolve => {
      this.#onPrinted = resolve;
    });
    void raw.closed.then(() => this.#end());
    this.program = {
      lacks: new Set(lacking(spec)),
      tellsReceived: spec.received !== undefined,
      namesMessages: spec.key !== undefined,
      hears: async () => await this.#heard?.hears,
      ...(spec.probe === undefined ? {} : { probe: async (to, signal) => await this.#probe(to, signal) }),
    };
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#begin().catch((error: unknown) => {
      // The peer that ended tells how by itself.
      if (this.#over.signal.aborted || (error instanceof LabError && error.code === 'PEER_FAILED')) return;
      const reason = error instanceof Error ? error.message : String(error);
      const failure = error instanceof LabError ? error : new LabError('PEER_FAILED', reason, { cause: error });
      this.#onBroken({ reason, failure });
    });
  }

  async write(line: string): Promise<void> {
    const value: unknown = JSON.parse(line);
    const { seq } = Object(value) as { readonly seq?: unknown };
    const parsed = commandSchema.safeParse(value);
    if (parsed.success) void this.#answer(parsed.data);
    else if (isSequence(seq)) this.#reply(seq, new Refusal('bad-command', parsed.error.message));
  }

  close(): void {
    this.#end();
    this.#ports.raw.close();
  }

  /** Listens to the program, waits until it is ready, finds its facts out, and says so. */
  async #begin(): Promise<void> {
    const { raw, spec, commands, dial, peers, keys } = this.#ports;
    if (spec.ready !== undefined && 'log' in spec.ready) this.#readyPattern = commands.pattern(spec.ready.log);
    if (spec.received !== undefined) {
      this.#reading = {
        self: { name: commands.name },
        pattern: commands.pattern(spec.received),
        peers,
        keys,
        deliver: received => this.#tell(received),
        problem: text => this.#log(`(peerlab) ${text}`),
      };
    }
    raw.listen((line, _, atMs) => {
      // As log, whatever it looks like: it speaks no contract.
      for (const listener of this.#listeners) listener(line, 'stderr', atMs);
      this.#hear(line);
    });
    if (this.#readyPattern !== undefined) void this.#readEarlier(this.#readyPattern);
    const { signal } = this.#over;
    await untilReady(spec.ready, { commands, dial, printed: async () => await this.#isPrinted, signal });
    await this.#findValues();
    await this.#startHeard();
    if (signal.aborted) return;
    this.#onReady();
    this.#tell({ event: 'ready', ...this.#info() });
  }

  #hear(line: string): void {
    if (this.#readyPattern?.test(line)) this.#onPrinted();
    if (this.#reading !== undefined) readLine(line, this.#reading);
  }

  async #readEarlier(pattern: RegExp): Promise<void> {
    try {
      for await (const line of this.#ports.earlier()) if (pattern.test(line)) this.#onPrinted();
    } catch {
      // What it prints from now on is heard all the same.
    }
  }

  /** Each fact, until it is found: the client bounds how long readiness may take. */
  async #findValues(): Promise<void> {
    const { facts, commands, values, index } = this.#ports;
    const { signal } = this.#over;
    const found: Record<string, string> = {};
    for (const [name, command] of Object.entries(facts)) {
      while (!signal.aborted) {
        const value = (await commands.run(command, {}, signal)).found[0]?.value;
        if (value !== undefined) {
          found[name] = value;
          break;
        }
        await pause(FACT_PAUSE_MS, { signal }).catch(() => undefined);
      }
    }
    if (signal.aborted) return;
    for (const { name, before, now } of values.set(index, found)) {
      this.#log(`(peerlab) ${name} is ${now}, and was ${before} before its restart`);
    }
  }

  async #startHeard(): Promise<void> {
    const { spec, exec, index, commands } = this.#ports;
    const { listen } = spec;
    if (listen === undefined || this.#over.signal.aborted) return;
    this.#heard = new HeardProgram({
      exec,
      index,
      words: () => commands.words(listen),
      onLine: line => this.#hear(line),
      onGap: reason => {
        this.#log(`(peerlab) what listens beside it ${reason}, and is started again`);
        this.#tell({ event: 'overflow', lost: 1 });
      },
      // Once more: of what is sent in between it may have received everything.
      onGapOver: () => this.#tell({ event: 'overflow', lost: 1 }),
    });
    await this.#heard.start();
  }

  #info(): PeerInfo {
    const { peers, index, kind, spec } = this.#ports;
    const { nodeId = '', address = '', port = 1 } = peers()[index] ?? {};
    const node = { name: kind, version: 'unknown' };
    const capabilities = ['gossip', ...(spec.send === undefined ? [] : ['dm'])];
    return { contract: CONTRACT_VERSION, nodeId, node, listen: { host: address, port }, capabilities };
  }

  async #answer(command: Command): Promise<void> {
    try {
      // A program that is not ready is not asked.
      await this.#ready;
      this.#reply(command.seq, await this.#do(command));
    } catch (error) {
      if (error instanceof Refusal) this.#reply(command.seq, error);
      else if (this.#over.signal.aborted) return;
      else if (error instanceof LabError && error.code !== 'PEER_FAILED') {
        this.#onBroken({ reason: error.message, failure: error });
      }
      // Of a peer that does not run, its end tells; of one that hangs, its silence.
    }
  }

  async #do(command: Command): Promise<Results[Command['command']]> {
    switch (command.command) {
      case 'info':
        return this.#info();
      case 'connect':
        return await this.#connect(command.host, command.port);
      case 'neighbours':
        return { links: await this.#members() };
      case 'broadcast':
        return await this.#send({ kind: 'broadcast', payload: command.payload }, command.ttl);
      case 'dm':
        return await this.#send({ kind: 'dm', payload: command.payload }, command.ttl, command.to);
      default:
        throw new Refusal('not-supported', `a program takes no ${command.command}`);
    }
  }

  async #connect(host: string, port: number): Promise<Results['connect']> {
    const { spec, peers, neighbours, commands } = this.#ports;
    const { join } = spec;
    const to = peers().find(peer => peer.address === host && peer.port === port);
    if (join === undefined) throw new Refusal('not-supported', 'its kind has no join:');
    if (to === undefined) throw new Refusal('connect-failed', `${host}:${port} is no peer of this lab`);
    const { signal } = this.#over;
    const run = await commands.run(join, { to: to.index }, signal);
    if (!run.isSuccess) throw new Refusal('connect-failed', run.failure);
    const link = { peer: to.nodeId, session: this.#sessionWith(to.nodeId) };
    if (spec.members === undefined || !neighbours.includes(to.index)) return link;
    const giveUpMs = performance.now() + LINK_TIMEOUT_MS;
    while (!(await this.#members()).some(({ peer }) => peer === to.nodeId)) {
      if (performance.now() > giveUpMs) {
        throw new Refusal(
          'connect-failed',
          `${to.name} is not among its members ${LINK_TIMEOUT_MS / 1000} s after it joined`,
        );
      }
      await pause(LOOK_MS, { signal }).catch(() => undefined);
    }
    return link;
  }

  /** The peers that it lists, each once, itself left out. */
  async #members(): Promise<NeighbourInfo[]> {
    const { spec, peers, index, commands } = this.#ports;
    const { members } = spec;
    if (members === undefined) throw new Refusal('not-supported', 'its kind has no members:');
    const run = await commands.run(members, {}, this.#over.signal);
    // Nobody is a list as well.
    if (!run.isSuccess && !run.isEnded) throw new Refusal('internal', run.failure);
    const all = peers();
    const listed = new Map<string, NeighbourInfo>();
    for (const { peer: text = '' } of run.found) {
      const place = placeOfMember(text, all);
      if (place === index) continue;
      const known = place === undefined ? undefined : all[place];
      const peer = known?.nodeId ?? v5(text, NAMESPACE);
      const address = known === undefined ? text : `${known.address}:${known.port}`;
      const direction = (place ?? 0) < index ? 'out' : 'in';
      listed.set(peer, { peer, session: this.#sessionWith(peer), direction, address });
    }
    return [...listed.values()];
  }

  async #send(
    message: Pick<CarriedMessage, 'kind' | 'payload'>,
    ttl: number | undefined,
    nodeId?: string,
  ): Promise<{ readonly id: string }> {
    const { spec, peers, commands, keys } = this.#ports;
    const command = message.kind === 'dm' ? spec.send : spec.broadcast;
    const key = message.kind === 'dm' ? 'send' : 'broadcast';
    if (command === undefined) throw new Refusal('not-supported', `its kind has no ${key}:`);
    if (ttl !== undefined) throw new Refusal('not-supported', 'a program takes no TTL');
    const to = nodeId === undefined ? undefined : peers().find(peer => peer.nodeId === nodeId)?.index;
    if (nodeId !== undefined && to === undefined) throw new Refusal('no-such-peer', `${nodeId} is no peer of this lab`);
    const carried = { ...message, id: v4(), origin: commands.name };
    const run = await commands.run(command, { to, message: textOf(carried) }, this.#over.signal);
    if (!run.isSuccess) throw new Refusal('refused', run.failure);
    if (spec.key === undefined) return { id: carried.id };
    const own = this.#keyIn(run, spec.key);
    if (own === undefined) throw new Refusal('refused', `no line of what ${key}: printed matches key:`);
    keys.sent(own, { kind: message.kind, origin: carried.origin, payload: message.payload });
    return { id: idOfKey(own) };
  }

  #keyIn({ stdout, stderr }: RunCommand, text: string): string | undefined {
    const pattern = this.#ports.commands.pattern(text);
    for (const line of linesOf(`${stdout}\n${stderr}`)) {
      const key = pattern.exec(line)?.groups?.key;
      if (key !== undefined) return key;
    }
    return undefined;
  }

  async #probe(to: number, signal?: AbortSignal): ReturnType<NonNullable<ProgramPeer['probe']>> {
    const { spec, commands } = this.#ports;
    if (spec.probe === undefined) return { isReached: false, detail: 'its kind has no probe:' };
    const either = signal === undefined ? this.#over.signal : AbortSignal.any([signal, this.#over.signal]);
    const run = await commands.run(spec.probe, { to }, either);
    return { isReached: run.isSuccess, detail: run.isSuccess ? run.reason : run.failure };
  }

  /** The same at both ends. */
  #sessionWith(nodeId: string): string {
    const own = this.#ports.peers()[this.#ports.index]?.nodeId ?? '';
    return v5([own, nodeId].sort().join(' '), NAMESPACE);
  }

  #reply(seq: string, answer: Results[Command['command']] | Refusal): void {
    const body =
      answer instanceof Refusal ? { error: { code: answer.code, message: answer.message } } : { result: answer };
    this.#print({ reply: seq, ...body });
  }

  #tell(event: PeerEvent): void {
    this.#print(event);
  }

  #print(value: object): void {
    const line = JSON.stringify(value);
    for (const listener of this.#listeners) listener(line, 'stdout');
  }

  #log(text: string): void {
    for (const listener of this.#listeners) listener(text, 'stderr');
  }

  #end(): void {
    this.#over.abort();
    this.#heard?.stop();
  }
}

function lacking({ join, members, broadcast }: ProgramSpec): ProgramCommandName[] {
  return [
    ...(join === undefined ? (['connect'] as const) : []),
    ...(members === undefined ? (['neighbours'] as const) : []),
    ...(broadcast === undefined ? (['broadcast'] as const) : []),
  ];
}
