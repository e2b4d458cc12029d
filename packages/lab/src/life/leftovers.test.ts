import { type Driver, LabError, type Leftover } from '@peerlab/driver';
import { MemoryDriver } from '@peerlab/driver-memory';
import { expect, test } from 'vitest';
import { findLeftovers, removeLeftovers } from './leftovers.ts';

const leftover = (id: string): Leftover => ({ kind: 'socket', id, name: id, lab: 'ring', why: 'no process serves it' });

function driverWith(...ids: string[]): MemoryDriver {
  const driver = new MemoryDriver();
  driver.remains = ids.map(leftover);
  return driver;
}

test('leftovers are removed, and those that cannot be are told with the reason', async () => {
  const driver = driverWith('a', 'stuck', 'b');
  const { removed, failed } = await removeLeftovers([driver], (await findLeftovers([driver])).leftovers);
  expect(removed.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(failed).toMatchObject([{ id: 'stuck', error: 'it does not go' }]);
  expect(driver.remains.map(({ id }) => id)).toEqual(['stuck']);
});

test('what lives again, or came later, is left alone', async () => {
  const driver = driverWith('a', 'b');
  const { leftovers: wanted } = await findLeftovers([driver]);
  driver.remains = [leftover('b'), leftover('c')];
  expect((await removeLeftovers([driver], wanted)).removed.map(({ id }) => id)).toEqual(['b']);
  expect(driver.remains.map(({ id }) => id)).toEqual(['c']);
});

test('a driver that cannot be asked keeps nobody from those of the others', async () => {
  const driver = driverWith('a');
  let isAway = false;
  const other: Driver = Object.assign(Object.create(new MemoryDriver()) as Driver, {
    name: 'moon',
    leftovers: async () => {
      if (isAway) throw new LabError('ENGINE_UNREACHABLE', 'no engine answers', { advice: 'start the engine' });
      return [leftover('m')];
    },
  });
  const { leftovers: wanted } = await findLeftovers([other, driver]);
  isAway = true;
  const { leftovers, unasked } = await findLeftovers([other, driver]);
  expect(leftovers.map(({ id }) => id)).toEqual(['a']);
  expect(unasked).toEqual([{ driver: 'moon', reason: 'no engine answers', advice: 'start the engine' }]);
  const { removed, failed } = await removeLeftovers([other, driver], wanted);
  expect(removed.map(({ id }) => id)).toEqual(['a']);
  expect(failed).toMatchObject([{ id: 'm', error: 'no engine answers' }]);
});
