/** Agents in virtual time: their addresses, the connections between them, and the lines that they wrote. */
import { type PeerEvent, type PeerLine, parsePeerLine, type Reply, type Request } from '@peerlab/contract';
import type { DialOutcome, Id, Link, PeerOptions } from '@peerlab/protocol';
import { Chance } from '../../protocol/test/chance.ts';
import { VirtualClock } from '../../protocol/test/virtual-clock.ts';
import { type ConnectionEnd, type ConnectionUser, VirtualNetwork } from '../../protocol/test/virtual-network.ts';
import { Agent } from '../src/agent.ts';
import type { AgentHost } from '../src/agent-host.ts';
import type { TextCodec } from '../src/payload.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export const codec: TextCodec = {
  encode: text => encoder.encode(text),
  decode: bytes => {
    try {
      return utf8.decode(bytes);
    } catch {
      return undefined;
    }
  },
};

/** One agent, and what its process would be. */
export class TestAgent implements AgentHost, ConnectionUser<Link> {
  readonly agent: Agent;
  readonly lines: PeerLine[] = [];
  readonly id: string;
  readonly address: { readonly host: string; readonly port: number };
  leftCount = 0;
  isListening = true;
  readonly ends: ConnectionEnd<Link>[] = [];
  readonly #world: AgentWorld;
  readonly #chance: Chance;
  #timer = 0;
  #seq = 0;

  constructor(world: AgentWorld, index: number, options: Partial<PeerOptions>, lab: string) {
    this.#world = world;
    this.#chance = new Chance(world.chance.below(2 ** 31));
    const nodeId = new Uint8Array(16);
    new DataView(nodeId.buffer).setUint32(0, 0x20000000 + index);
    this.address = { host: `10.0.0.${index}`, port: 7946 };
    const fields = { lab, version: '1.2.3', hashSeed: 5, codec, options };
    this.agent = new Agent({ nodeId, listen: this.address, ...fields }, this);
    this.id = `${(0x20000000 + index).toString(16)}-0000-0000-0000-000000000000`;
  }

  /** Sends a command; gives its sequence number. */
  ask(request: Request): string {
    const seq = `s${++this.#seq}`;
    this.agent.command(JSON.stringify({ seq, ...request }));
    return seq;
  }

  /** Every reply to a command. */
  repliesTo(seq: string): Reply[] {
    return this.lines.flatMap(line => (line.type === 'reply' && line.reply.reply === seq ? [line.reply] : []));
  }

  /** Asks, lets some time pass, and gives the one reply's result, or its error's code. */
  answer(request: Request, waitMs = 0): unknown {
    const seq = this.ask(request);
    this.#world.clock.run(waitMs);
    const [reply, ...more] = this.repliesTo(seq);
    if (reply === undefined || more.length > 0) throw new Error(`${more.length + 1} replies to ${request.command}`);
    return 'error' in reply ? reply.error.code : reply.result;
  }

  events<E extends PeerEvent['event']>(name: E): Extract<PeerEvent, { event: E }>[] {
    return this.lines.flatMap(line =>
      line.type === 'event' && line.event.event === name ? [line.event as Extract<PeerEvent, { event: E }>] : [],
    );
  }

  logs(): string[] {
    return this.lines.flatMap(line => (line.type === 'log' ? [line.text] : []));
  }

  /** Its process dies: no BYE, nobody listens. */
  kill(): void {
    this.isListening = false;
    this.#timer++;
    for (const end of this.ends) end.close('abort');
  }

  received(link: Link, chunk: Uint8Array): void {
    this.agent.received(link, chunk);
  }

  ended(link: Link): void {
    this.agent.ended(link);
  }

  nowMs(): number {
    return this.#world.clock.nowMs;
  }

  schedule(atMs: number, callback: () => void): void {
    const token = ++this.#timer;
    this.#world.clock.at(atMs, () => {
      if (token === this.#timer) callback();
    });
  }

  randomId(): Id {
    return this.#chance.bytes(16);
  }

  dial(host: string, port: number, outcome: DialOutcome): void {
    this.#world.dial(this, `${host}:${port}`, outcome);
  }

  write(line: string): void {
    this.lines.push(parsePeerLine(line));
  }

  left(): void {
    this.leftCount++;
  }
}

/** See the module's header. */
export class AgentWorld {
  readonly clock: VirtualClock = new VirtualClock();
  readonly chance: Chance;
  readonly #network: VirtualNetwork;
  readonly #agents: Map<string, TestAgent> = new Map();
  readonly #delayMs: () => number;
  dials = 0;

  constructor(seed = 1, maxDelayMs = 0) {
    this.chance = new Chance(seed);
    this.#delayMs = () => this.chance.below(maxDelayMs + 1);
    this.#network = new VirtualNetwork(this.clock, this.chance, { delayMs: this.#delayMs, isChopping: true });
  }

  /** A new agent at its address; takes the place of one that was there. */
  add(index: number, options: Partial<PeerOptions> = {}, lab = 'lab'): TestAgent {
    const agent = new TestAgent(this, index, options, lab);
    this.#agents.set(`${agent.address.host}:${agent.address.port}`, agent);
    agent.agent.start();
    return agent;
  }

  dial(from: TestAgent, address: string, outcome: DialOutcome): void {
    this.dials++;
    this.clock.at(this.clock.nowMs + this.#delayMs(), () => {
      const to = this.#agents.get(address);
      if (!from.isListening) return;
      if (to === undefined || !to.isListening) {
        outcome.failed('connection refused');
        return;
      }
      const [out, accepted] = this.#network.connection<Link>(from, to);
      from.ends.push(out);
      to.ends.push(accepted);
      accepted.link = to.agent.accepted(accepted, `${from.address.host}:${40000 + this.dials}`);
      out.link = outcome.connected(out, address);
    });
  }
}
