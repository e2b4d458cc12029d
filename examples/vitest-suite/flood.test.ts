/** Messages over a ring, on real peers of this machine. */
import { join } from 'node:path';
import { lab } from 'peerlab';
import { expect, test } from 'vitest';

const RING = join(import.meta.dirname, 'ring-8.yaml');

test('a broadcast with TTL 2 reaches its horizon, and nobody else', async () => {
  await using net = await lab.up(RING, { driver: 'local' });
  const id = await net.peer('n3').broadcast('hello', { ttl: 2 });
  await net.settled();
  expect(await net.reached(id)).toEqual(['n1', 'n2', 'n4', 'n5']);
  expect(await net.reached(id)).toEqual(net.horizon('n3', 2));
});

test('a direct message with TTL 3 has one way to go', async () => {
  await using net = await lab.up(RING, { driver: 'local' });
  const id = await net.peer('n0').dm('n5', 'only for you', { ttl: 3 });
  expect(await net.deliveries(id)).toEqual([{ peer: 'n5', hops: 3, from: 'n6' }]);
});

test('a lab is proven by the default checks', async () => {
  await using net = await lab.up(RING, { driver: 'local' });
  const checks = await net.verify();
  expect(checks.flatMap(({ explanations }) => explanations)).toEqual([]);
});
