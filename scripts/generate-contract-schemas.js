// Writes the JSON Schemas of the contract's and of a trace's lines from the code that checks them; --check only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contractJsonSchemas } from '@peerlab/contract';
import { traceJsonSchemas } from '@peerlab/trace';
import { readOptions } from './read-options.js';

const options = readOptions('generate-contract-schemas.js [--check]', { check: { type: 'boolean', default: false } });

const packages = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages');
const isCheck = options.check;
const schemas = [
  ...Object.entries(contractJsonSchemas).map(([name, schema]) => ['contract/schema', name, schema]),
  ...Object.entries(traceJsonSchemas).map(([name, schema]) => ['trace/schema', name, schema]),
];

for (const [place, name, schema] of schemas) {
  const folder = join(packages, place);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.schema.json`);
  const wanted = `${JSON.stringify(schema, undefined, 2)}\n`;
  if (!isCheck) {
    writeFileSync(file, wanted);
    continue;
  }
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
}
