/** Messages of an application's own type: what its codec refuses is not delivered, and never ends a node. */
import { expect, expectTypeOf, test } from 'vitest';
import { TestNetwork, until } from '../test/network.ts';
import { type Codec, type Content, createNode, type NodeError, type PeerNode, type Received } from './index.ts';

interface Reading {
  readonly celsius: number;
}

const READINGS: Codec<Reading> = {
  decode: content => {
    const { celsius } = (typeof content === 'object' && content !== null ? content : {}) as Record<string, unknown>;
    if (typeof celsius !== 'number') throw new TypeError('celsius is no number');
    return { celsius };
  },
};

async function pair<M>(network: TestNetwork, codec: Codec<M>): Promise<[PeerNode, PeerNode<M>]> {
  const listener = await createNode({ security: 'open', listen: { host: '127.0.0.1', port: 0 }, codec });
  network.nodes.push(listener as unknown as PeerNode);
  const sender = await network.node();
  await sender.connect(listener.address?.host ?? '', listener.address?.port ?? 0);
  return [sender, listener];
}

test('types: what is sent and received is of the type that the node was made with', async () => {
  await using node = await createNode<Reading>();
  expectTypeOf(node.broadcast).parameter(0).toEqualTypeOf<Reading>();
  expectTypeOf(node.request).returns.resolves.toEqualTypeOf<Reading>();
  expectTypeOf(node.topic('t').publish).parameter(0).toEqualTypeOf<Reading>();
  expectTypeOf(node.topic<string>('t').publish).parameter(0).toEqualTypeOf<string>();
  node.on('dm', received => expectTypeOf(received).toEqualTypeOf<Received<Reading>>());
  await using inferred = await createNode({ codec: READINGS });
  expectTypeOf(inferred).toEqualTypeOf<PeerNode<Reading>>();
  await using plain = await createNode();
  expectTypeOf(plain.broadcast).parameter(0).toEqualTypeOf<unknown>();
  plain.on('dm', ({ message }) => expectTypeOf(message).toEqualTypeOf<Content>());
});

test('what the codec refuses is not delivered, counted, and told; the rest goes on', async () => {
  await using network = new TestNetwork();
  const [sender, listener] = await pair(network, READINGS);
  const got: Reading[] = [];
  const told: NodeError[] = [];
  listener.on('broadcast', ({ message }) => got.push(message));
  listener.on('dm', ({ message }) => got.push(message));
  listener.topic('t').subscribe(({ message }) => got.push(message));
  listener.handle(({ message }) => message);
  listener.on('error', error => told.push(error));
  const bad = await sender.broadcast({ celsius: 'warm' });
  await sender.dm(listener.id, 'warm', { ack: true });
  await sender.topic('t').publish(null);
  await expect(sender.request(listener.id, 21)).rejects.toMatchObject({ details: { reason: 'bad-request' } });
  await sender.broadcast({ celsius: 21, more: 1 });
  await sender.topic('t').publish({ celsius: 22 });
  expect(await sender.request(listener.id, { celsius: 23 })).toEqual({ celsius: 23 });
  await until(() => got.length === 2);
  expect(got).toEqual([{ celsius: 21 }, { celsius: 22 }]);
  expect(listener.counters().unreadable).toBe(4);
  expect(told.map(({ code }) => code)).toEqual(Array(4).fill('invalid-message'));
  expect(told[0]).toMatchObject({
    message: `the codec refuses ${bad} of ${sender.id}: celsius is no number`,
    details: { origin: sender.id, id: bad },
  });
});

test('a response that the codec refuses is an error of the call', async () => {
  await using network = new TestNetwork();
  const [sender, listener] = await pair(network, READINGS);
  sender.handle(() => 'warm');
  await expect(listener.request(sender.id, { celsius: 1 })).rejects.toMatchObject({
    code: 'invalid-message',
    definite: false,
  });
});

test('a codec may make bytes of messages, and a topic may have one of its own', async () => {
  await using network = new TestNetwork();
  const dates: Codec<Date> = {
    encode: date => Uint8Array.of(date.getTime()),
    decode: content => new Date(Number((content as Uint8Array)[0])),
  };
  const [sender, listener] = await pair(network, dates);
  const stream = listener.messages();
  await sender.topic('t').publish('not for the node');
  await sender.broadcast(new Uint8Array([7]));
  expect((await stream.next()).value?.message).toEqual(new Date(7));
  const texts = listener.topic<string>('texts', { codec: { encode: text => text.toUpperCase(), decode: String } });
  const heard = sender.topic('texts').messages();
  await texts.publish('loud');
  expect((await heard.next()).value?.message).toBe('LOUD');
  await listener.broadcast(new Date(9));
  const refused = listener.topic<string>('texts', {
    codec: {
      encode: () => {
        throw new Error('no words');
      },
    },
  });
  await expect(refused.publish('x')).rejects.toMatchObject({
    code: 'bad-message',
    message: 'the codec cannot encode this message: no words',
  });
});

test('a codec that is none is refused by name', async () => {
  await expect(createNode({ codec: { decoder: () => 1 } } as never)).rejects.toThrow('did you mean "decode"?');
  await expect(createNode({ codec: { decode: 1 } } as never)).rejects.toThrow(
    'codec.decode is 1: it must be a function',
  );
});
