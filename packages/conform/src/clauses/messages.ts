/** Messages: "broadcast", "dm", and what `received` says of them. */
import { type Payload, resultSchemas } from '@peerlab/contract';
import { capabilityIfAny } from '@peerlab/driver';
import type { Clause } from '../clause.ts';
import { ClauseNotTried, hold } from '../clause-errors.ts';
import type { Flood, Stage } from '../stage.ts';

/** Text that breaks if a stream is split at the wrong place, and bytes that are not text. */
const PAYLOADS: readonly Payload[] = [
  'two objects }{ in one, a line\nbreak and "quotes"',
  'Grüße, 🌍: \u0000 too',
  'line\u2028separators\u2029, which JSON leaves as they are',
  '',
  { base64: Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a]).toString('base64') },
  'x'.repeat(3000),
];

/** More than fits into a frame of this project's peer; the line that carries it is shorter than a line may be. */
const LARGE_CHARACTERS = 2 * 1024 * 1024;

/** In the order in which they are tried. */
export const MESSAGE_CLAUSES: readonly Clause[] = [
  {
    id: 'broadcast.reach',
    says: 'delivers a broadcast once to every peer but its origin, with its id, origin, neighbour and hops',
    on: 'line',
    run: async stage => {
      await stage.linked();
      const flood = await stage.broadcast(0, 'hello');
      const { received } = flood;
      hold(received[0]?.length === 0, 'n0 delivered its own broadcast');
      for (const i of [1, 2]) {
        onceAt(flood, i);
        const [event] = received[i] ?? [];
        hold(event?.kind === 'broadcast', `n${i} says that it is a ${event?.kind}`);
        hold(event?.origin === stage.idOf(0), `n${i} says that it is of ${event?.origin}; n0 is ${stage.idOf(0)}`);
        hold(event?.from === stage.idOf(i - 1), `n${i} says that it came from ${event?.from}, not from n${i - 1}`);
        // 0: it cannot know.
        hold(event?.hops === i || event?.hops === 0, `n${i} says ${event?.hops} hops, not ${i}`);
      }
    },
  },
  {
    id: 'broadcast.payload',
    says: 'delivers every payload unchanged: any text, empty, bytes',
    on: 'line',
    run: async stage => {
      await stage.linked();
      for (const payload of PAYLOADS) {
        const flood = await stage.broadcast(0, payload);
        onceAt(flood, 2);
        const found = flood.received[2]?.[0]?.payload ?? '';
        const isSame = bytesOf(found).equals(bytesOf(payload));
        hold(isSame, `${shown(payload)} came as ${shown(found)}`);
      }
    },
  },
  {
    id: 'broadcast.large',
    says: 'refuses a payload of 2 MiB with too-large, or delivers it whole, and goes on',
    on: 'line',
    run: async stage => {
      await stage.linked();
      const payload = 'x'.repeat(LARGE_CHARACTERS);
      const { result, error } = await stage.peer(0).ask({ command: 'broadcast', payload });
      if (error !== undefined) {
        hold(error.code === 'too-large', `it was refused with ${JSON.stringify(error.code)}, not "too-large"`);
      } else {
        const { id } = resultSchemas.broadcast.parse(result);
        const { received } = await stage.told(id);
        const [event] = received[1] ?? [];
        hold(event !== undefined, 'it was not refused, and n1 never received it');
        hold(event.payload === payload, `it was not refused, and n1 received ${sizeOf(event.payload)} of it`);
      }
      onceAt(await stage.broadcast(0, 'after it'), 1);
    },
  },
  {
    id: 'broadcast.both-ways',
    says: 'relays a broadcast over links that it dialled and links that it accepted',
    on: 'line',
    run: async stage => {
      await stage.linked();
      const back = await stage.broadcast(2, 'the other way');
      for (const i of [0, 1]) onceAt(back, i);
      const middle = await stage.broadcast(1, 'from the middle');
      for (const i of [0, 2]) onceAt(middle, i);
    },
  },
  {
    id: 'broadcast.once',
    says: 'delivers a broadcast once, however many copies come',
    on: 'ring',
    run: async stage => {
      await stage.linked();
      for (const from of [0, 1, 2]) {
        const flood = await stage.broadcast(from, `once, from n${from}`);
        hold(flood.received[from]?.length === 0, `n${from} delivered its own broadcast, which came back`);
        for (const i of [0, 1, 2]) if (i !== from) onceAt(flood, i);
      }
    },
  },
  {
    id: 'broadcast.many',
    says: 'delivers each of fifty simultaneous broadcasts once',
    on: 'ring',
    run: async stage => {
      await stage.linked();
      const { client } = stage.peer(0);
      const sent = await Promise.all(
        Array.from(
          { length: 50 },
          async (_, i) => await client.request({ command: 'broadcast', payload: `message ${i}` }),
        ),
      );
      const ids = new Set(sent.map(({ id }) => id));
      hold(ids.size === sent.length, `${sent.length} broadcasts have ${ids.size} ids`);
      await stage.rest();
      for (const { id } of sent) {
        const flood = stage.seen(id);
        for (const i of [1, 2]) onceAt(flood, i);
      }
    },
  },
  {
    id: 'ttl.horizon',
    says: 'lets a broadcast with TTL T cross exactly T links',
    on: 'line',
    needs: ['ttl'],
    run: async stage => {
      await stage.linked();
      for (const ttl of [0, 1, 2, 3]) {
        const { received } = await stage.broadcast(0, `ttl ${ttl}`, ttl);
        for (const i of [1, 2]) {
          const count = received[i]?.length ?? 0;
          const due = i <= ttl ? 1 : 0;
          hold(count === due, `with TTL ${ttl}, n${i} received it ${count} times, not ${due}`);
        }
      }
    },
  },
  {
    id: 'ttl.exact',
    says: 'reaches the whole horizon of a TTL, also where a longer way is faster than the shortest',
    on: 'detour',
    needs: ['ttl'],
    ends: true,
    run: async stage => {
      const { running } = stage;
      const freezer = capabilityIfAny(running, 'pause');
      if (freezer === undefined) throw new ClauseNotTried('this driver cannot hold up a peer, so no way is slower');
      await stage.linked();
      // n4 is held up: n3, 2 hops away, gets its first copy by the long way, with nothing left of a TTL of 3.
      await freezer.pause(4);
      const { id } = await stage.peer(0).client.request({ command: 'broadcast', payload: 'by two ways', ttl: 3 });
      const far = stage.peer(3);
      await far.until(() => far.events('received').find(event => event.id === id), 'no copy by the long way');
      await freezer.unpause(4);
      const { received } = await stage.told(id);
      const count = received[5]?.length;
      hold(
        count === 1,
        `with TTL 3, n5, 3 hops away, received it ${count} times: n3 had a copy by a longer way before`,
      );
    },
  },
  {
    id: 'dm.arrives',
    says: 'delivers a direct message once, only to its recipient, relayed by others',
    on: 'line',
    needs: ['dm'],
    run: async stage => {
      await stage.linked();
      const { received } = await dm(stage, 0, 2);
      hold(received[1]?.length === 0, 'n1, which only relays it, delivered it');
      hold(received[0]?.length === 0, 'n0 delivered its own message');
      hold(received[2]?.length === 1, `n2 received it ${received[2]?.length} times`);
      hold(received[2]?.[0]?.kind === 'dm', `n2 says that it is a ${received[2]?.[0]?.kind}`);
    },
  },
  {
    id: 'dm.self',
    says: 'refuses a direct message to itself with bad-command',
    on: 'line',
    needs: ['dm'],
    run: async stage => await stage.peer().refuses({ command: 'dm', to: stage.idOf(0), payload: 'me' }, 'bad-command'),
  },
  {
    id: 'dm.ttl',
    says: 'delivers a direct message with TTL T if and only if the distance is at most T',
    on: 'line',
    needs: ['dm', 'ttl'],
    run: async stage => {
      await stage.linked();
      for (const ttl of [1, 2]) {
        const count = (await dm(stage, 0, 2, ttl)).received[2]?.length;
        hold(count === (ttl < 2 ? 0 : 1), `n2, 2 hops away, received it ${count} times with TTL ${ttl}`);
      }
    },
  },
];

async function dm(stage: Stage, from: number, to: number, ttl?: number): Promise<Flood> {
  const limit = ttl === undefined ? {} : { ttl };
  const request = { command: 'dm', to: stage.idOf(to), payload: 'for you', ...limit } as const;
  const { id } = await stage.peer(from).client.request(request);
  return await stage.told(id);
}

function onceAt({ received }: Flood, index: number): void {
  const count = received[index]?.length ?? 0;
  hold(count === 1, count === 0 ? `n${index} never received it` : `n${index} received it ${count} times`);
}

function sizeOf(payload: Payload): string {
  return `${bytesOf(payload).length} bytes`;
}

function bytesOf(payload: Payload): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload, 'utf8') : Buffer.from(payload.base64, 'base64');
}

function shown(payload: Payload): string {
  const text = JSON.stringify(payload);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
