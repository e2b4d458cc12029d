/** A command in Python in a container: host-program.test.ts for what needs Node alone. */
import { expect, test } from 'vitest';
import { hostProgram } from './host-program.ts';

test('a command in Python takes the interpreter itself and its standard library, without its tests', () => {
  const { entrypoint, files } = hostProgram(['python3', '-u', 'peer.py'], process.cwd());
  expect(entrypoint[0]).toMatch(/^\/.*\/python3\.\d+$/);
  expect(entrypoint.slice(1)).toEqual(['-u', 'peer.py']);
  const targets = files.map(({ target }) => target);
  expect(targets.some(target => target.endsWith('/asyncio/streams.py'))).toBe(true);
  expect(targets.some(target => /\/test\//.test(target))).toBe(false);
});
