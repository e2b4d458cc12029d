/** Topics at the ends of a flood: every node carries them, subscribers alone hear them. */
import { expect, test } from 'vitest';
import { TestNetwork, until } from '../test/network.ts';
import { createNode } from './index.ts';

const LINE = [
  [0, 1],
  [1, 2],
] as const;

test('a message reaches the subscribers, through nodes that are none, and no one else', async () => {
  await using network = new TestNetwork();
  const [a, b, c] = await network.graph(3, LINE);
  if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
  const heard: [string, unknown][] = [];
  c.topic('chat').subscribe(({ message, topic, origin, hops, kind }) =>
    heard.push(['c chat', { message, topic, origin, hops, kind }]),
  );
  c.topic('news').subscribe(({ message }) => heard.push(['c news', message]));
  a.topic('chat').subscribe(({ message }) => heard.push(['a chat', message]));
  for (const [name, node] of [
    ['b', b],
    ['c', c],
  ] as const) {
    node.on('broadcast', ({ message }) => heard.push([name, message]));
  }
  const all = c.messages();
  await a.topic('chat').publish({ text: 'hello' });
  await a.broadcast('to everybody');
  await until(() => b.counters().totals.delivered === 2 && c.counters().totals.delivered === 2);
  expect(heard.sort()).toEqual([
    ['b', 'to everybody'],
    ['c chat', { message: { text: 'hello' }, topic: 'chat', origin: a.id, hops: 2, kind: 'broadcast' }],
    ['c', 'to everybody'],
  ]);
  await c.close();
  const iterated: unknown[] = [];
  for await (const { message } of all) iterated.push(message);
  expect(iterated).toEqual(['to everybody']);
});

test('bytes, text and JSON arrive as what they were, and a message prints with its topic', async () => {
  await using network = new TestNetwork();
  const [a, b] = await network.graph(2, [[0, 1]]);
  if (a === undefined || b === undefined) throw new Error('unreachable');
  const stream = b.topic('any').messages();
  for (const message of [new Uint8Array([0, 255]), 'text', '', null, { a: [1] }]) {
    await a.topic('any').publish(message);
    const { value } = await stream.next();
    expect(value?.message).toEqual(message);
    expect(JSON.parse(JSON.stringify(value))).toMatchObject({ topic: 'any', kind: 'broadcast' });
  }
});

test('a subscription ends, and so does an iteration that is left; an iteration ends with its node', async () => {
  await using network = new TestNetwork();
  const [a, b] = await network.graph(2, [[0, 1]]);
  if (a === undefined || b === undefined) throw new Error('unreachable');
  const topic = b.topic('t');
  const heard: unknown[] = [];
  const unsubscribe = topic.subscribe(({ message }) => heard.push(message));
  const [left, whole] = [topic.messages(), topic.messages()];
  await a.topic('t').publish(1);
  for await (const { message } of left) {
    expect(message).toBe(1);
    break;
  }
  unsubscribe();
  await a.topic('t').publish(2);
  await until(() => b.counters().totals.delivered === 2);
  expect(heard).toEqual([1]);
  expect(await left.next()).toEqual({ value: undefined, done: true });
  await b.close();
  const seen: unknown[] = [];
  for await (const { message } of whole) seen.push(message);
  expect(seen).toEqual([1, 2]);
  expect(await topic.messages().next()).toEqual({ value: undefined, done: true });
});

test('a TTL is a horizon for a topic, too', async () => {
  await using network = new TestNetwork();
  const [a, b, c] = await network.graph(3, LINE);
  if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
  const heard: unknown[] = [];
  for (const node of [b, c]) node.topic('t').subscribe(({ message, hops }) => heard.push([message, hops]));
  await a.topic('t').publish('near', { ttl: 1 });
  await a.topic('t').publish('far', { ttl: 2 });
  await until(() => c.counters().totals.delivered === 1);
  expect(heard).toEqual([
    ['near', 1],
    ['far', 1],
    ['far', 2],
  ]);
});

test('names and options that do not fit are refused', async () => {
  await using node = await createNode();
  for (const bad of ['', 'é'.repeat(128), '\ud800', 7 as never]) {
    expect(() => node.topic(bad)).toThrow('a name of 1 to 255 bytes in UTF-8');
  }
  expect(() => node.topic('t', { codecs: {} } as never)).toThrow('did you mean "codec"?');
  await expect(node.topic('t').publish('x', { TTL: 1 } as never)).rejects.toThrow('did you mean "ttl"?');
  await expect(node.topic('t').publish(undefined)).rejects.toMatchObject({ code: 'bad-message' });
});
