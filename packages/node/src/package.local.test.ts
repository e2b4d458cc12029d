/** The package as others install it, and its manual. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DEFAULT_PEER_OPTIONS, DEFAULT_REDIAL_OPTIONS } from '@peerlab/protocol';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIBRARY_OPTIONS, VERSION } from './index.ts';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const manual = readFileSync(new URL('../../../docs/NODE-API.md', import.meta.url), 'utf8');

test('the version that peers state is that of the package', () => {
  expect(JSON.parse(readFileSync(`${FOLDER}/package.json`, 'utf8'))).toMatchObject({ version: VERSION });
});

describe('the manual tells every option, with its default', () => {
  const MIB = 2 ** 20;
  const shown = (value: unknown): string => {
    if (typeof value !== 'number') return `'${String(value)}'`;
    if (value % MIB === 0) return `${value / MIB} MiB`;
    return value % 1024 === 0 && value > 65_536 ? `${value / 1024} KiB` : String(value);
  };

  test.each(Object.entries({ ...DEFAULT_PEER_OPTIONS, ...DEFAULT_LIBRARY_OPTIONS }))('%s: %s', (name, value) => {
    const row = manual.split('\n').find(line => line.startsWith('| `') && line.split('|')[1]?.includes(`\`${name}\``));
    expect(row?.split('|')[2]).toContain(shown(value));
  });

  test('redial', () => {
    const { baseMs, capMs, stableMs } = DEFAULT_REDIAL_OPTIONS;
    expect(manual.replaceAll('\n', ' ')).toContain(`default ${baseMs}, ${capMs}, ${stableMs}`);
  });
});
