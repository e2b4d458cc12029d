// Writes the tables of faults in docs/FAULTS.md and docs/SCENARIOS.md from the table of packages/conditions, between the
// marks <!-- faults --> and <!-- /faults -->; --check only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FAULT_VERBS, faultRow, PARAMETERS, parametersOf, REPAIR_VERBS, REPAIRS } from '@peerlab/conditions';
import { readOptions } from './read-options.js';

const options = readOptions('generate-fault-tables.js [--check]', { check: { type: 'boolean', default: false } });

const START = '<!-- faults -->\n';
const END = '<!-- /faults -->';
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** How a command and a file name the targets of a kind. */
const TARGETS = {
  groups: { words: 'GROUP…', yaml: '[[n0, n1], [n5..n9]]' },
  peers: { words: 'PEER…', yaml: 'n3' },
  links: { words: 'TARGET…', yaml: '[[n3, n4]]' },
};

/** A value of each kind, as a command and as a file takes it. */
const VALUES = {
  flag: { word: '', yaml: 'true' },
  signal: { word: ' SIGNAL', yaml: 'SIGTERM' },
  ms: { word: ' MS', yaml: '50' },
  ratio: { word: ' 10%', yaml: '0.1' },
  kbps: { word: ' N', yaml: '64' },
};

const commands = [
  ...FAULT_VERBS.map(verb => {
    const { targets, settings, needs, undo } = faultRow(verb);
    const options = parametersOf(verb).map(name => {
      const { option, takes } = PARAMETERS[name];
      const words = `--${option}${VALUES[takes].word}`;
      return name === settings[0] && settings.length === 1 ? words : `[${words}]`;
    });
    const call = [verb, 'LAB', TARGETS[targets].words, ...options].join(' ');
    const undone = { none: '', heal: '`heal`' }[undo] ?? `\`${undo}\`, \`heal\``;
    const instead = needs?.else === undefined ? '' : `, else driver: \`${needs.else}\``;
    const need = needs === undefined ? '' : `${needs.of}: \`${needs.capability}\`${instead}`;
    return [`\`${call}\``, effectOf(verb, ({ option }) => `--${option}`), need, undone];
  }),
  ...REPAIR_VERBS.map(verb => [`\`${verb} LAB PEER…\``, REPAIRS[verb].description, '', '']),
];

const steps = FAULT_VERBS.map(verb => {
  const { targets } = faultRow(verb);
  const keys = parametersOf(verb).map(name => `\`${PARAMETERS[name].key}: ${VALUES[PARAMETERS[name].takes].yaml}\``);
  return [[`\`${verb}: ${TARGETS[targets].yaml}\``, ...keys].join(', '), effectOf(verb, ({ key }) => key)];
});

/** What a verb does, and each of its parameters. */
function effectOf(verb, nameOf) {
  const parameters = parametersOf(verb).map(name => `\`${nameOf(PARAMETERS[name])}\`: ${PARAMETERS[name].description}`);
  return [faultRow(verb).description, ...parameters].join('. ');
}

function tableOf(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n').replaceAll('  |', ' |')}\n`;
}

const TABLES = {
  'docs/FAULTS.md': tableOf(['`lab fault …`', 'effect', 'capability', 'undone by'], commands),
  'docs/SCENARIOS.md': tableOf(['fault', 'effect'], steps),
};

for (const [page, table] of Object.entries(TABLES)) {
  const file = join(root, page);
  const text = readFileSync(file, 'utf8');
  const [before, rest] = text.split(START);
  const wanted = `${before}${START}${table}${END}${rest?.split(END)[1]}`;
  if (rest === undefined) throw new Error(`${page} has no ${START.trim()}`);
  if (wanted === text) continue;
  if (options.check) {
    console.error(`the faults in ${page} are not those of the table; run: npm run schemas`);
    process.exitCode = 1;
  } else writeFileSync(file, wanted);
}
