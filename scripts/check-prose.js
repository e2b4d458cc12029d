// Fails when a home-made idiom returns to a text that people read, and names the usual term instead. Without arguments it
// reads the documents, the topology files and the sources of the packages; with arguments, the files and folders that
// they name. In Markdown it skips terminal output (a fence without a language): that is what the program prints. In
// TypeScript it reads only comments and the text of literals and of JSX.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DEFAULT_FILES = [
  '*.md',
  'topologies/*.yaml',
  'examples/*.yaml',
  'packages/*/src/*.ts',
  'packages/*/src/*.tsx',
  ':!*.test.ts',
];

/** What not to write, and what to write instead. */
const IDIOMS = [
  [/\b(no|without a) way out\b/i, 'internal network, no external access'],
  [/\b(is|are|was) there no more\b|\bthere (is|are) no more\b/i, 'no longer exists; none is left'],
  [/\bthat there (is|are)\b(?! (an?|no)\b)/i, 'all …, the existing …'],
  [/\b(takes?|took|taking) (its|their) leave\b/i, 'shuts down gracefully'],
  [/\bha(s|ve) \w+ take\b/i, 'shuts down, makes … do'],
  [/\bon (its|their) way out\b/i, 'is shutting down'],
  [/\b(takes?|took|taken) (\w+ ){1,3}for (used up|dead|gone|lost)\b/i, 'treats … as expired, disconnected'],
  [/\bused up\b/i, 'expired'],
  [
    /(^|[.:;|] )Who (?!(receives|needs|reads|sends|is|are|was|can|has|must)\b[^.|]*\?)[a-z]+s\b/,
    'A peer that …; The side that …',
  ],
  [/\b(?:[Ww]hoever|by whomever|whom it)\b/, 'the peer that …; anyone'],
  [/\bof (one's|its|their|your) own\b/i, 'its own …, your own …'],
  [/\bwaits to be done\b/i, 'is queued'],
  [/\bbrought to (its|their) end\b|\bcome to (its|their) end\b/i, 'finishes, completes'],
  [/\bmake of it\b|\bfrom nothing to nothing\b/i, 'react; from start to removal'],
  [/\ball the same\b|\bto and fro\b|\bthere and back\b/i, 'nevertheless; in both directions'],
  [/\blaid out peer by peer\b/i, 'expanded in memory'],
  [/\b(is|are) no more\b|\bup no more\b/i, 'has ended'],
  [/\b(tells?|told) (of|beside)\b/i, 'reports'],
  [/\bhas it not\b|\bknows nobody\b|\bknow nobody\b/i, 'does not have it; depends on no other package'],
  [/\bput(s|ting)? (a|the|your) program through\b/i, 'tests a program'],
  [/\bin good order\b/i, 'gracefully'],
  [/\b(stands?|stood) (in|at|beside|above|there|where|among)\b/i, 'is in, is next to, overrides'],
  [/\bwhere (it|they|that) (is|are) (left out|not said)\b|\bleft out, /i, 'default: …; if omitted'],
  [/\bof peers of your own\b|\bwhom\b/i, 'your own peers; which peer'],
  [/\bas the graph says\b/i, 'as the graph predicts'],
  [/\bnot as (it|they) should be\b|\bbehaves? as (it|they) should\b/i, 'failed its checks; as expected'],
  [/\b(it|they) (was|were) looked for\b/i, 'searched in'],
  [/\bthe same again\b/i, 'to reproduce'],
  [/\b(there|is) (there )?already\b(?= *[);]|$)/i, 'already present, already exists'],
  [/\bgive[ns]? up\b(?! (its|their|a|the) )/i, 'cancel'],
  [/\b(take|takes|taken|taking) (it|them|everything|every fault|faults|single faults)? ?back\b/i, 'lift, remove'],
  [/\b(could|can)(not| not) be told\b/i, 'is unknown'],
  [/\bat one go\b|\bin one go\b/i, 'in one run'],
];

/** The lines of a text without the terminal output in it, each with its number from 1. */
function* proseOf(file) {
  let fence;
  for (const [index, line] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
    const mark = file.endsWith('.md') ? line.match(/^\s*```\s*(\S*)/) : null;
    if (mark !== null) fence = fence === undefined ? (mark[1] ?? '') : undefined;
    else if (fence === undefined || fence === 'ts' || fence === 'yaml') yield [index + 1, line];
  }
}

/** The texts of a TypeScript file, each with the line where it begins. A comment is one text, however it is wrapped. */
function* textsOf(file) {
  const source = readFileSync(join(root, file), 'utf8');
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, kind);
  const lineOf = position => tree.getLineAndCharacterOfPosition(position).line + 1;
  const comments = new Map();
  const texts = [];
  const visit = node => {
    for (const range of ts.getLeadingCommentRanges(source, node.pos) ?? []) comments.set(range.pos, range);
    for (const range of ts.getTrailingCommentRanges(source, node.end) ?? []) comments.set(range.pos, range);
    if (isText(node)) texts.push({ line: lineOf(node.getStart(tree)), text: node.text.replace(/\s*\n\s*/g, ' ') });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  let above;
  for (const { pos, end } of [...comments.values()].sort((a, b) => a.pos - b.pos)) {
    const text = source
      .slice(pos, end)
      .replace(/^\/\*+\s*|\s*\*\/$|^\/\/\s*/g, '')
      .replace(/\s*\n\s*\*\s*/g, ' ');
    // Line comments that follow each other are one text.
    if (above !== undefined && source.slice(above.end, pos).trim() === '') above.text += ` ${text}`;
    else {
      above = { line: lineOf(pos), text };
      texts.push(above);
    }
    above.end = end;
  }
  for (const { line, text } of texts) yield [line, text];
}

const isText = node =>
  ts.isStringLiteralLike(node) ||
  ts.isJsxText(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddle(node) ||
  ts.isTemplateTail(node);

const named = process.argv.slice(2);
const patterns = named.length > 0 ? named : DEFAULT_FILES;
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
  cwd: root,
});
const files = listed
  .toString()
  .split('\n')
  .filter(file => /\.(md|yaml|ts|tsx|js|mjs|py)$/.test(file));
let found = 0;
for (const file of files) {
  for (const [line, words] of /\.tsx?$/.test(file) ? textsOf(file) : proseOf(file)) {
    for (const [idiom, instead] of IDIOMS) {
      const match = words.match(idiom);
      if (match === null) continue;
      console.error(`${file}:${line}: "${match[0].trim()}": write ${instead}`);
      found += 1;
    }
  }
}
console.log(`${files.length} texts, ${found} home-made idioms`);
process.exitCode = found === 0 ? 0 : 1;
