/** `lab conform COMMAND…`, `lab conform --image IMAGE`: puts one program through the peer contract, clause by clause. */

import { CLAUSES, type ClauseFinding, type ConformReport, NOT_READY, conform as tryAll } from '@peerlab/conform';
import { jsonText, tallyOf } from '@peerlab/finding';
import { chooseDriver } from '@peerlab/lab';
import { didYouMean } from '@peerlab/topology';
import { loadDrivers } from '../drivers.ts';
import { EXIT, UsageError } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { conformDocument, conformJUnit } from '../output/conform-report.ts';
import { MARKS } from '../output/finding-text.ts';
import { note, plural, print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { type ForceArgs, requireNewFile, withForce, writeOutput } from '../output-file.ts';
import { readWithin } from '../quantities.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface ConformArgs extends FormatArgs, ForceArgs {
  readonly command: readonly string[] | undefined;
  readonly image: string | undefined;
  readonly report: readonly string[] | undefined;
  readonly timeout: string;
  readonly clause: readonly string[] | undefined;
}

/** The verb. */
export const conform: Verb<ConformArgs> = {
  builder: args =>
    withForce(withFormat(args))
      .positional('command', { type: 'string', array: true, describe: 'the program and its arguments' })
      .option('image', { type: 'string', requiresArg: true, describe: 'a container image instead of a program' })
      .option('clause', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'try only this clause, by its id; may be repeated',
      })
      .option('timeout', {
        type: 'string',
        default: '5s',
        requiresArg: true,
        describe: 'timeout of one answer, such as 500ms; a bare number is milliseconds',
      })
      .option('report', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'json=FILE or junit=FILE: write a report; may be repeated',
      }),
  handler: async args => await run(async () => await tryProgram(args)),
};

async function tryProgram({
  command = [],
  image,
  report,
  timeout,
  clause,
  format,
  force,
}: ConformArgs): Promise<number> {
  const boundMs = readWithin('timeout', timeout, 'ms', [1, 600_000]);
  if ((command.length === 0) === (image === undefined)) {
    throw new UsageError('lab conform needs a program', 'usage: lab conform COMMAND…, or lab conform --image IMAGE');
  }
  const reports = (report ?? []).map(readReport);
  for (const { file } of reports) requireNewFile(file, { force });
  checkClauses(clause ?? []);
  const { driver, reason } = await chooseDriver(image === undefined ? 'local' : 'docker', await loadDrivers());
  note(`driver ${driver.name}: ${reason}`);
  const signal = interruptible('started programs end by themselves');
  const isText = format === 'text';
  const result = await tryAll(driver, image === undefined ? { command } : { image }, {
    boundMs,
    only: clause,
    signal,
    onResult: one => {
      if (isText && one.reason !== NOT_READY) printClause(one);
    },
  });
  for (const { kind, file } of reports) {
    const text = kind === 'junit' ? conformJUnit(result) : `${jsonText(conformDocument(result), 2)}\n`;
    writeOutput(file, text, { force });
    note(`the report is in ${file}`);
  }
  if (isText) printSummary(result);
  else printJson(conformDocument(result));
  return result.passed ? EXIT.ok : EXIT.failed;
}

const ID_WIDTH = Math.max(...CLAUSES.map(({ id }) => id.length));

function printClause({ id, claim, verdict, reason = '', isAnnounced, observed, evidence }: ClauseFinding): void {
  print(`${MARKS[verdict]} ${id.padEnd(ID_WIDTH)}  ${isAnnounced ? claim : style.dim(reason)}`);
  const indent = ' '.repeat(4);
  if (verdict === 'not-proven' && isAnnounced) print(`${indent}not tried: ${reason}`);
  if (verdict !== 'failed') return;
  print(`${indent}${style.bad(observed)}`);
  for (const line of evidence) print(`${indent}${style.dim(line)}`);
}

function printSummary({ program, node, clauses, notes, passed }: ConformReport): void {
  const name = style.strong(node === undefined ? program : `${node.name} ${node.version}`);
  const { proven, failed, notProven } = tallyOf(clauses);
  const left = clauses.filter(({ isAnnounced }) => !isAnnounced).length;
  const untried = clauses.filter(({ reason }) => reason === NOT_READY).length;
  if (untried > 0) print(`${MARKS['not-proven']} ${plural(untried, 'clause')} not tried: ${NOT_READY}`);
  for (const text of notes) print(`${style.dim('·')} ${text}`);
  const why = left === 0 ? '' : ` (${left} not announced)`;
  const open = notProven === 0 ? '' : `, ${notProven} not proven${why}`;
  if (passed) print(`${name} keeps the contract: ${plural(proven, 'clause')} of ${clauses.length} hold${open}.`);
  else
    print(
      `${name} does not keep the contract: ${failed} of ${plural(clauses.length, 'clause')} broken${open}; docs/PEER-CONTRACT.md`,
    );
}

function readReport(word: string): { kind: 'json' | 'junit'; file: string } {
  const [, kind, file] = /^(json|junit)=(.+)$/.exec(word) ?? [];
  if (file === undefined) throw new UsageError(`--report ${word}: not json=FILE or junit=FILE`);
  return { kind: kind === 'junit' ? 'junit' : 'json', file };
}

function checkClauses(ids: readonly string[]): void {
  const known = CLAUSES.map(({ id }) => id);
  const unknown = ids.find(id => !known.includes(id));
  if (unknown === undefined) return;
  throw new UsageError(`unknown clause ${unknown}`, didYouMean(unknown, known) ?? `available: ${known.join(', ')}`);
}
