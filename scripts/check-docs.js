// Checks every Markdown file: relative links lead to a file or folder of the repository, `#anchors` to a heading of it, and
// paths in code marks, such as `packages/node/src`, exist. Links to other hosts are left alone: CI needs no network for
// this. The words are checked by check-prose.js.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import GithubSlugger from 'github-slugger';
import { marked } from 'marked';
import { readOptions } from './read-options.js';

readOptions('check-docs.js', {});

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const deleted = new Set(git('ls-files', '--deleted'));
const files = git('ls-files', '--cached', '--others', '--exclude-standard').filter(file => !deleted.has(file));
const paths = new Set(files.flatMap(file => [file, ...foldersOf(file)]));
/** The first word of a path in code marks by which it is known to be of this repository. */
const TOP = new Set(['bench', 'docs', 'examples', 'packages', 'scripts', 'topologies']);

function git(...words) {
  const output = execFileSync('git', words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return output.split('\n').filter(line => line !== '');
}

/** Every folder above a file, the repository's own included, as `.`. */
function foldersOf(path) {
  const folder = posix.dirname(path);
  return folder === '.' ? ['.'] : [folder, ...foldersOf(folder)];
}

/** Of one Markdown file: the anchors of its headings, as GitHub names them, its relative links, its paths in code marks. */
function readPage(file) {
  const page = { text: readFileSync(join(root, file), 'utf8'), anchors: new Set(), links: [], codePaths: [] };
  const slugger = new GithubSlugger();
  marked.walkTokens(marked.lexer(page.text), token => {
    if (token.type === 'heading') page.anchors.add(slugger.slug(plainText(token.tokens)));
    if (token.type === 'link' || token.type === 'image') page.links.push(token.href);
    if (token.type === 'codespan' && isPath(token.text)) page.codePaths.push(token.text);
  });
  return { ...page, links: page.links.filter(href => !/^[a-z]+:/i.test(href)) };
}

function plainText(tokens) {
  return tokens.map(token => (token.tokens === undefined ? token.text : plainText(token.tokens))).join('');
}

function isPath(code) {
  // `packages/driver-NAME/`: NAME stands for what a reader chooses.
  if (/\bNAME\b/.test(code)) return false;
  return /^[\w.-]+(\/[\w.-]+)+\/?$/.test(code) && TOP.has(code.split('/')[0]);
}

function* problemsOf(file, { links, codePaths }) {
  for (const link of links) {
    const [path, anchor] = decodeURI(link).split('#');
    const target = path === '' ? file : posix.join(posix.dirname(file), path).replace(/\/$/, '');
    if (!paths.has(target)) yield { text: link, why: `there is no ${target}` };
    else if (anchor !== undefined && pages.get(target)?.anchors.has(anchor) === false)
      yield { text: link, why: `${target} has no heading #${anchor}` };
  }
  for (const path of codePaths)
    if (!paths.has(path.replace(/\/$/, ''))) yield { text: path, why: 'there is no such path' };
}

const pages = new Map(files.filter(file => file.endsWith('.md')).map(file => [file, readPage(file)]));
let broken = 0;
for (const [file, page] of pages) {
  for (const { text, why } of problemsOf(file, page)) {
    const line = page.text.split('\n').findIndex(candidate => candidate.includes(text)) + 1;
    console.error(`${file}:${line}: ${text}: ${why}`);
    broken += 1;
  }
}
const count = [...pages.values()].reduce((sum, { links, codePaths }) => sum + links.length + codePaths.length, 0);
console.log(`${pages.size} Markdown files, ${count} links and paths, ${broken} broken`);
process.exitCode = broken === 0 ? 0 : 1;
