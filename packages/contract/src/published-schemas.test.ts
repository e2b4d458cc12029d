/** The published JSON Schemas judge lines as the code does: every example of the document, whole and damaged. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type CommandName, commandSchema } from './commands.ts';
import { eventSchema } from './events.ts';
import { replySchema, resultSchemas } from './replies.ts';

const text = readFileSync(new URL('../../../docs/PEER-CONTRACT.md', import.meta.url), 'utf8');
const CODE: Readonly<Record<string, z.ZodType>> = { command: commandSchema, event: eventSchema, reply: replySchema };

interface Published {
  readonly $defs?: Readonly<Record<string, object>>;
}

function published(kind: string): Published {
  return JSON.parse(readFileSync(new URL(`../schema/${kind}.schema.json`, import.meta.url), 'utf8')) as Published;
}

const lines = [...text.matchAll(/^```jsonl (command|event|reply)(?: (\S+))?\n([\s\S]*?)^```/gm)].flatMap(
  ([, kind = '', command = '', body = '']) =>
    body
      .trim()
      .split('\n')
      .map(line => ({ kind, command, line })),
);

/** The value, and it with every field in turn left out, of another type, out of its range, or with one too many. */
function damaged(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => damaged(item).map(other => value.with(i, other)));
  if (typeof value !== 'object' || value === null) return [null, true, -1, 1.5, '', [], {}];
  const fields = Object.entries(value);
  return [
    ...fields.map(([name]) => Object.fromEntries(fields.filter(([other]) => other !== name))),
    ...fields.flatMap(([name, field]) => damaged(field).map(other => ({ ...value, [name]: other }))),
    { ...value, colour: 'red' },
  ];
}

function expectSame(schema: object, code: z.ZodType, value: unknown): void {
  const reader = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  expect(reader.safeParse(value).success).toBe(true);
  const cases = damaged(value);
  const refused = cases.filter(other => !code.safeParse(other).success);
  expect(cases.filter(other => !reader.safeParse(other).success)).toEqual(refused);
}

describe('the JSON Schemas', () => {
  it.each(lines)('judge $kind $line as the code does', ({ kind, command, line }) => {
    const value: unknown = JSON.parse(line);
    const schema = published(kind);
    expectSame(schema, CODE[kind] ?? z.never(), value);
    if (kind !== 'reply' || command === '') return;
    const result = schema.$defs?.[command] ?? {};
    expectSame(result, resultSchemas[command as CommandName], (value as { result: unknown }).result);
  });

  it('are tried on a line of every kind', () => {
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(Object.keys(CODE)));
  });
});
