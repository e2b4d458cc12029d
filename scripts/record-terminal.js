// Takes the terminal picture of the README: runs the real command, keeps what it prints with its colours, and draws that as
// docs/images/lab-up.svg. npm run build first. Another driver: node scripts/record-terminal.js local
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Anser from 'anser';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lab = join(root, 'packages/peerlab/bin/lab.js');
const target = 'docs/images/lab-up.svg';
const [driver] = process.argv.slice(2);

const RUNS = [
  ['up', 'topologies/ring-20.yaml', ...(driver === undefined ? [] : ['--driver', driver])],
  ['broadcast', 'ring-20', 'n0', 'hello', '--ttl', '3'],
  ['down', 'ring-20'],
];

/** Runs `lab`; the lines that it prints on either stream, in the order in which they come. */
async function run(words) {
  const child = spawn(process.execPath, [lab, ...words], { cwd: root, env: { ...process.env, FORCE_COLOR: '1' } });
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', line => lines.push(line));
  }
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`lab ${words.join(' ')} ended with ${status}:\n${lines.join('\n')}`);
  return lines;
}

/** A character's width and a line's height in pixels; where the first line stands. */
const [WIDTH, HEIGHT, LEFT, TOP] = [8, 19, 16, 30];
const escapeXml = text => text.replace(/[&<>]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);

/** One line: every run of one colour stands at its own column, so that columns align in every font. */
function drawLine(line, row) {
  let column = 0;
  const spans = Anser.ansiToJson(line, { use_classes: true, remove_empty: true }).map(
    ({ content, fg, decorations }) => {
      const text = content.trim();
      const at = column + content.length - content.trimStart().length;
      column += content.length;
      const classes = [fg, ...decorations].filter(name => name !== null).join(' ');
      const place = `x="${LEFT + at * WIDTH}" textLength="${text.length * WIDTH}"`;
      return text === '' ? '' : `<tspan ${place}${classes && ` class="${classes}"`}>${escapeXml(text)}</tspan>`;
    },
  );
  return { columns: column, xml: `<text y="${TOP + row * HEIGHT}">${spans.join('')}</text>` };
}

const lines = [];
for (const words of RUNS) {
  lines.push(`\u001b[1m$ npx lab ${words.join(' ')}\u001b[22m`, ...(await run(words)), '');
}
lines.pop();

const drawn = lines.map(drawLine);
const width = 2 * LEFT + Math.max(...drawn.map(({ columns }) => columns)) * WIDTH;
const height = TOP + lines.length * HEIGHT;
writeFileSync(
  join(root, target),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" xml:space="preserve">
<title>lab up topologies/ring-20.yaml: twenty peers start and are proven; a broadcast with TTL 3 reaches six</title>
<style>
.frame { fill: #f6f8fa; stroke: #d0d7de }
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre }
.bold { font-weight: 600 } .dim { opacity: .7 } .ansi-green { fill: #116329 } .ansi-red { fill: #a40e26 }
.ansi-yellow { fill: #7d4e00 } .ansi-cyan { fill: #0b5c70 }
@media (prefers-color-scheme: dark) {
  .frame { fill: #0d1117; stroke: #30363d } text { fill: #e6edf3 } .ansi-green { fill: #56d364 } .ansi-red { fill: #ff7b72 }
  .ansi-yellow { fill: #e3b341 } .ansi-cyan { fill: #76e3ea }
}
</style>
<rect class="frame" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="6"/>
${drawn.map(({ xml }) => xml).join('\n')}
</svg>
`,
);
console.log(target);
