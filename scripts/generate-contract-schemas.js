// Writes the JSON Schemas of the contract's lines from the code that checks them; --check only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandSchema, eventSchema, replySchema, resultSchemas } from '@peerlab/contract';
import * as z from 'zod';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages/contract/schema');

function jsonSchema(schema, title, description) {
  const { $schema, ...body } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, title, description, ...body };
}

function withoutDialect(schema) {
  const { $schema: _, ...body } = z.toJSONSchema(schema, { io: 'input' });
  return body;
}

const schemas = {
  command: jsonSchema(commandSchema, 'Peerlab command', "One line of a peer's standard input."),
  event: jsonSchema(eventSchema, 'Peerlab event', "One line of a peer's standard output, unasked."),
  reply: {
    ...jsonSchema(replySchema, 'Peerlab reply', "One line of a peer's standard output, the answer to one command."),
    $comment: '$defs holds the result of each command, by its name.',
    $defs: Object.fromEntries(
      Object.entries(resultSchemas).map(([command, schema]) => [command, withoutDialect(schema)]),
    ),
  },
};

for (const [name, schema] of Object.entries(schemas)) {
  const file = join(folder, `${name}.schema.json`);
  const wanted = `${JSON.stringify(schema, undefined, 2)}\n`;
  if (process.argv.includes('--check')) {
    let found = '';
    try {
      found = readFileSync(file, 'utf8');
    } catch {
      // Missing counts as different.
    }
    if (found !== wanted) {
      console.error(`${file} is not what the code says; run: npm run schemas`);
      process.exitCode = 1;
    }
  } else {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, wanted);
  }
}
