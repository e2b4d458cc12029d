/** Faults in a ring, in virtual time: no process, no waiting, the same every time. */
import { join } from 'node:path';
import { lab, type Net } from 'peerlab';
import { afterEach, beforeEach, expect, test } from 'vitest';

let net: Net;
beforeEach(async () => {
  net = await lab.up(join(import.meta.dirname, 'ring-8.yaml'), { driver: 'simulation' });
});
afterEach(async () => await net.down());

test('a partition keeps messages within its parts, until it heals', async () => {
  await net.fault({ verb: 'partition', groups: [['n0', 'n1', 'n2']] });
  const id = await net.peer('n0').broadcast('is anybody there?');
  expect(await net.reached(id)).toEqual(['n1', 'n2']);
  expect(net.horizon('n0')).toEqual(['n1', 'n2']);

  const { links } = await net.heal();
  expect(links).toBe(8);
  const again = await net.peer('n0').broadcast('now everybody is');
  expect(await net.reached(again)).toHaveLength(7);
});

test('a ring survives the death of one peer', async () => {
  await net.peer('n1').kill();
  const id = await net.peer('n0').broadcast('the other way round');
  expect(await net.reached(id)).toEqual(['n2', 'n3', 'n4', 'n5', 'n6', 'n7']);
  const [first] = (await net.deliveries(id)).filter(({ peer }) => peer === 'n2');
  expect(first?.hops).toBe(6);

  await net.peer('n1').start();
  expect(await net.peer('n1').neighbours()).toEqual(['n0', 'n2']);
});
