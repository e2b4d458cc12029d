/** Peers in memory that break one promise each. Named by the `program` of a planned peer. */
import type { Command, Results } from '@peerlab/contract';
import { v4 } from 'uuid';
import type { Frame, MemoryNetwork } from './memory-network.ts';
import { type MemoryLink, MemoryPeer, type MemoryPeerSpec } from './memory-peer.ts';

/** Says that its links are not protected. */
class Unsealed extends MemoryPeer {
  override answer(command: Parameters<MemoryPeer['answer']>[0]): Results[keyof Results] {
    const result = super.answer(command);
    if (!('links' in result)) return result;
    return { links: (result as Results['neighbours']).links.map(link => ({ ...link, security: 'open' as const })) };
  }
}

/** Takes and delivers, and passes nothing on; keeps no record of it. */
class Silent extends MemoryPeer {
  override relay(): void {}
}

/** As {@link Silent}, but claims that it sent. */
class Liar extends MemoryPeer {
  override send(frame: Frame, link: MemoryLink): void {
    if (frame.origin === this.spec.nodeId) super.send(frame, link);
  }
}

class Echo extends MemoryPeer {
  override relay(frame: Frame, from: MemoryLink): void {
    super.relay(frame, from);
    this.send({ ...frame, ttl: frame.ttl - 1 }, from);
  }
}

/** Sends more than a flood would, and says that it relays by its own rules. */
class Gossip extends Echo {
  override get capabilities(): readonly string[] {
    return [...super.capabilities, 'gossip'];
  }
}

class Twice extends MemoryPeer {
  override deliver(frame: Frame, from: MemoryLink): void {
    super.deliver(frame, from);
    super.deliver(frame, from);
  }
}

/** Sends each frame on each link twice. */
class Stutter extends MemoryPeer {
  override send(frame: Frame, link: MemoryLink): void {
    super.send(frame, link);
    if (frame.origin !== this.spec.nodeId) super.send(frame, link);
  }
}

/** Relays with the TTL that came. */
class Endless extends MemoryPeer {
  override take(frame: Frame, from: MemoryLink): void {
    super.take(frame.isExact ? { ...frame, ttl: frame.ttl + 1 } : frame, from);
  }
}

/** Surfaces direct messages of others. */
class Thief extends MemoryPeer {
  readonly #stolen: Set<string> = new Set();

  override take(frame: Frame, from: MemoryLink): void {
    super.take(frame, from);
    const isOfOthers = frame.to !== undefined && frame.to !== this.spec.nodeId;
    if (!isOfOthers || this.#stolen.has(frame.id)) return;
    this.#stolen.add(frame.id);
    this.deliver(frame, from);
  }
}

/** Delivers what it sends itself. */
class Narcissus extends MemoryPeer {
  override pass(frame: Frame, links: readonly MemoryLink[], from?: MemoryLink): void {
    super.pass(frame, links, from);
    const [link] = links;
    if (from === undefined && link !== undefined) this.deliver(frame, link);
  }
}

/** Counts two hops for one. */
class Miscounter extends MemoryPeer {
  override deliver(frame: Frame, from: MemoryLink): void {
    super.deliver({ ...frame, hops: frame.hops + 1 }, from);
  }
}

/** Swallows data frames whole, and does not even count them. */
class Leak extends MemoryPeer {
  override counters(link: MemoryLink): ReturnType<MemoryPeer['counters']> {
    return { ...super.counters(link), framesIn: Math.max(0, link.framesIn - 1) };
  }
}

/** Says `ready`, and never anything again. */
class Mute extends MemoryPeer {
  override command({ command, ...rest }: Command): void {
    if (command === 'info') super.command({ command, ...rest } as Command);
  }
}

/** Ends in the middle of the first flood that reaches it, a frame after the second. */
class Mortal extends MemoryPeer {
  #taken = 0;

  override take(frame: Frame, from: MemoryLink): void {
    if (++this.#taken < 3) super.take(frame, from);
    else {
      this.print('Segmentation fault');
      this.end({ reason: 'killed by SIGSEGV' });
    }
  }
}

/** Refuses every link that it is asked to make. */
class Recluse extends MemoryPeer {
  override command(command: Command): void {
    if (command.command !== 'connect') super.command(command);
    else this.print(JSON.stringify({ reply: command.seq, error: { code: 'connect-failed', message: 'no, thanks' } }));
  }
}

/** Does not report its links. */
class Denier extends MemoryPeer {
  override answer(command: Parameters<MemoryPeer['answer']>[0]): ReturnType<MemoryPeer['answer']> {
    return command.command === 'neighbours' ? { links: [] } : super.answer(command);
  }
}

/** Honest, and slow to notice its own links: its first answers leave them out. */
class Dreamer extends MemoryPeer {
  #asked = 0;

  override answer(command: Parameters<MemoryPeer['answer']>[0]): ReturnType<MemoryPeer['answer']> {
    return command.command === 'neighbours' && ++this.#asked < 4 ? { links: [] } : super.answer(command);
  }
}

/** Uses its own name for each of its sessions. */
class Renamer extends MemoryPeer {
  override answer(command: Parameters<MemoryPeer['answer']>[0]): ReturnType<MemoryPeer['answer']> {
    const answer = super.answer(command);
    if (command.command !== 'neighbours') return answer;
    const { links } = answer as Results['neighbours'];
    return { links: links.map(link => ({ ...link, session: `my ${link.session}` })) };
  }
}

/** Never says `ready`, and ends. */
class Stillborn extends MemoryPeer {
  override start(): void {
    this.print('cannot bind');
    this.end({ reason: 'exited with status 1', exitCode: 1 });
  }

  override command(): void {}
}

/** Loses its events about messages, and says so. */
class Forgetful extends MemoryPeer {
  override deliver(): void {
    this.tell({ event: 'overflow', lost: 1 });
  }
}

/** Honest, without records of what it did. */
class Unrecorded extends MemoryPeer {
  override get capabilities(): readonly string[] {
    return super.capabilities.filter(capability => capability !== 'history');
  }
}

/** Honest, and forgets at once what it did. */
class Amnesiac extends MemoryPeer {
  override answer(command: Parameters<MemoryPeer['answer']>[0]): ReturnType<MemoryPeer['answer']> {
    return command.command === 'history' ? { records: [], recordedMs: 0 } : super.answer(command);
  }
}

/** Honest, and prints what is no line of the contract between those that are. */
class Babbler extends MemoryPeer {
  override print(line: string): void {
    for (const noise of ['hello', '{', '{"event":"nonsense"}', '\u0000\ufffd']) super.print(noise);
    super.print(line);
  }
}

/** Honest, with nothing beyond the minimum of the contract. */
class Minimal extends MemoryPeer {
  override get capabilities(): readonly string[] {
    return [];
  }

  override command(command: Command): void {
    const known = ['info', 'connect', 'neighbours', 'broadcast', 'stop'];
    if (known.includes(command.command) && !('ttl' in command)) super.command(command);
    else {
      const error = { code: 'not-supported', message: `asked for ${command.command}, never announced` };
      this.print(JSON.stringify({ reply: command.seq, error }));
    }
  }
}

/** {@link Minimal}, and silent as a relay. */
class MinimalSilent extends Minimal {
  override relay(): void {}
}

/** Delivers the first three characters of every text. */
class Truncater extends MemoryPeer {
  override deliver(frame: Frame, from: MemoryLink): void {
    super.deliver({ ...frame, payload: String(frame.payload).slice(0, 3) }, from);
  }
}

/** Says of every message that it is its own. */
class Forger extends MemoryPeer {
  override deliver(frame: Frame, from: MemoryLink): void {
    super.deliver({ ...frame, origin: this.spec.nodeId }, from);
  }
}

/** Says how many hops a message took, in words. */
class Wordy extends MemoryPeer {
  override print(line: string): void {
    super.print(line.replace(/"hops":(\d+)/, '"hops":"$1"'));
  }
}

/** Leaves its address out of `ready`. */
class Homeless extends MemoryPeer {
  override print(line: string): void {
    super.print(line.includes('"ready"') ? line.replace(/"listen":\{[^}]*\},/, '') : line);
  }
}

/** Speaks a later version of the contract. */
class Futurist extends MemoryPeer {
  override print(line: string): void {
    super.print(line.replace('"contract":1', '"contract":2'));
  }
}

/** Honest, with another node id than the planned one. */
class Incognito extends MemoryPeer {
  constructor(spec: MemoryPeerSpec, network: MemoryNetwork<MemoryPeer>) {
    super({ ...spec, nodeId: v4() }, network);
  }
}

/** The peers by name. */
export const SABOTEURS: Readonly<
  Record<string, new (spec: MemoryPeerSpec, network: MemoryNetwork<MemoryPeer>) => MemoryPeer>
> = {
  silent: Silent,
  unsealed: Unsealed,
  liar: Liar,
  echo: Echo,
  gossip: Gossip,
  twice: Twice,
  stutter: Stutter,
  endless: Endless,
  thief: Thief,
  narcissus: Narcissus,
  miscounter: Miscounter,
  leak: Leak,
  mute: Mute,
  mortal: Mortal,
  recluse: Recluse,
  denier: Denier,
  dreamer: Dreamer,
  renamer: Renamer,
  stillborn: Stillborn,
  forgetful: Forgetful,
  amnesiac: Amnesiac,
  unrecorded: Unrecorded,
  babbler: Babbler,
  minimal: Minimal,
  truncater: Truncater,
  forger: Forger,
  wordy: Wordy,
  homeless: Homeless,
  futurist: Futurist,
  incognito: Incognito,
  'minimal-silent': MinimalSilent,
};
