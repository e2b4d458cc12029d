// Writes the JSON Schema of topology files from the code that checks them; --check only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { topologyJsonSchema } from '@peerlab/topology';
import { readOptions } from './read-options.js';

const options = readOptions('generate-schemas.js [--check]', { check: { type: 'boolean', default: false } });

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages/topology/schema/topology.schema.json');
const wanted = `${JSON.stringify(topologyJsonSchema, undefined, 2)}\n`;

if (options.check) {
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
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, wanted);
}
