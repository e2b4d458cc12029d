/** The path of the schema in generated files: it leads to a file that is there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { INSTALLATION } from '@peerlab/installation';
import { afterAll, expect, it } from 'vitest';
import { schemaPathFrom } from './schema-path.ts';

const root = mkdtempSync(join(tmpdir(), 'peerlab-schema-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function file(...words: string[]): string {
  const path = join(root, ...words);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '{}');
  return path;
}

it('is that of the project that has the package, from wherever in it', () => {
  file('project', 'package.json');
  file('project', 'node_modules/peerlab/schema/topology.schema.json');
  const inside = join(root, 'project', 'labs', 'deep');
  expect(schemaPathFrom(join(root, 'project'))).toBe('node_modules/peerlab/schema/topology.schema.json');
  expect(schemaPathFrom(inside)).toBe('../../node_modules/peerlab/schema/topology.schema.json');
});

it('is relative within a checkout of peerlab, and absolute where nothing is installed', () => {
  file('checkout', 'package.json');
  const own = file('checkout', 'packages', 'topology', 'schema', 'topology.schema.json');
  expect(schemaPathFrom(join(root, 'checkout', 'topologies'), own)).toBe(
    '../packages/topology/schema/topology.schema.json',
  );
  expect(schemaPathFrom(join(root, 'elsewhere'), own)).toBe(own);
  file('other', 'package.json');
  expect(schemaPathFrom(join(root, 'other'), own)).toBe(own);
  expect(resolve('topologies', schemaPathFrom('topologies'))).toBe(INSTALLATION.topologySchema);
});
