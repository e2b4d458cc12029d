/** docs/CLI.md names every field of every document, and every verb. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { VERBS } from '../src/verbs/index.ts';
import { ROOT } from './run-lab.ts';
import * as schemas from './schemas.ts';

const page = readFileSync(join(ROOT, 'docs/CLI.md'), 'utf8');

/** The section of the page for each schema. */
const SECTIONS: Readonly<Record<keyof typeof schemas, string>> = {
  upSchema: 'up and verify',
  verifySchema: 'up and verify',
  largeUpSchema: 'up of a large topology',
  largeGraphSchema: 'graph',
  faultSchema: 'fault and link',
  chaosSchema: 'chaos',
  testSchema: 'test',
  downSchema: 'down',
  pruneSchema: 'prune',
  lsSchema: 'ls',
  inspectSchema: 'inspect',
  messageSchema: 'broadcast and dm',
  captureSchema: 'capture',
  watchSchema: 'watch',
  execSchema: 'exec',
  cpSchema: 'cp',
  logsSchema: 'logs',
  graphSchema: 'graph',
  generateSchema: 'generate',
  generatorsSchema: 'generate',
  validateSchema: 'validate',
  initSchema: 'init',
  conformSchema: 'conform',
  enginesSchema: 'engines',
  doctorSchema: 'doctor',
  compareSchema: 'compare',
  errorSchema: 'Errors',
};

describe('docs/CLI.md', () => {
  it.each(Object.entries<z.ZodType>(schemas))('tells every field of %s', (name, schema) => {
    const section = SECTIONS[name as keyof typeof schemas];
    const [, body = ''] = page.split(`### ${section}\n`);
    const [own = ''] = body.split('\n### ');
    const { event: _, ...known } = fieldsOf(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }));
    for (const [field, isRequired] of Object.entries(known)) {
      // What a peer is, a check, and a capture, is told once.
      const isTold = ['inspectSchema', 'compareSchema', 'testSchema'].includes(name);
      const text = isTold ? body + page : own;
      expect(text).toMatch(new RegExp(`\\b${field}${isRequired ? '\\??' : '\\?'}:`));
    }
  });

  it('tells every verb', () => {
    const [, after = ''] = page.split('\n## Verbs\n');
    const [verbs = ''] = after.split('\n## ');
    const told = [...verbs.matchAll(/^\| `(\w+)/gm)].map(found => found[1]);
    expect(told).toEqual(VERBS.map(({ name }) => name));
  });
});

/** Names of the fields at any depth, and whether each is required. An event's are the contract's, not told here. */
function fieldsOf(schema: object, found: Record<string, boolean> = {}): Record<string, boolean> {
  const {
    properties = {},
    required = [],
    items,
    anyOf = [],
  } = schema as {
    properties?: Record<string, object>;
    required?: readonly string[];
    items?: object;
    anyOf?: readonly object[];
  };
  for (const [name, inner] of Object.entries(properties)) {
    found[name] = required.includes(name);
    if (name !== 'event') fieldsOf(inner, found);
  }
  for (const inner of [...anyOf, ...(items === undefined ? [] : [items])]) fieldsOf(inner, found);
  return found;
}
