// Writes the JSON Schemas of topology files and of the settings file from the code that checks them; --check only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settingsJsonSchema } from '@peerlab/cli/settings-schema';
import { topologyJsonSchema } from '@peerlab/topology';
import { readOptions } from './read-options.js';

const options = readOptions('generate-schemas.js [--check]', { check: { type: 'boolean', default: false } });

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const schemas = {
  'packages/topology/schema/topology.schema.json': topologyJsonSchema,
  'packages/cli/schema/settings.schema.json': settingsJsonSchema,
};

for (const [path, schema] of Object.entries(schemas)) {
  const file = join(root, path);
  const wanted = `${JSON.stringify(schema, undefined, 2)}\n`;
  if (!options.check) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, wanted);
  } else if (textOf(file) !== wanted) {
    console.error(`${file} is not what the code says; run: npm run schemas`);
    process.exitCode = 1;
  }
}

/** A file that is missing counts as different. */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
