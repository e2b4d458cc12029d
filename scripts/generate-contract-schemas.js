// Writes the JSON Schemas of the contract's lines from the code that checks them; --check only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contractJsonSchemas } from '@peerlab/contract';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages/contract/schema');
const isCheck = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });

for (const [name, schema] of Object.entries(contractJsonSchemas)) {
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
