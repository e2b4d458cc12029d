/** How the reader of a message can run this command again. */
import { expect, it } from 'vitest';
import { commandName } from './command-name.ts';

it.each([
  ['/usr/local/bin/lab', undefined, 'lab'],
  ['/usr/local/bin/peerlab', undefined, 'peerlab'],
  ['/checkout/packages/peerlab/bin/lab.js', undefined, 'lab'],
  ['/home/me/node_modules/.bin/lab', 'exec', 'npx peerlab'],
  ['/home/me/node_modules/.bin/lab', 'run-script', 'lab'],
])('%s, started by npm %s, is "%s"', (program, npmCommand, name) => {
  expect(commandName(npmCommand === undefined ? {} : { npm_command: npmCommand }, program)).toBe(name);
});
