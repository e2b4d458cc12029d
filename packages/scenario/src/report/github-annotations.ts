/** What failed or is not proven, as GitHub Actions shows it beside the file: workflow commands, one a line. */
import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { stepLines } from './failure-text.ts';
import { type LabReport, type RunReport, stepsThat } from './run-report.ts';

/** Characters of a title, and of a message, that GitHub takes. */
const MAX_TITLE = 255;
const MAX_MESSAGE = 16_000;

/** Where an annotation stands. */
interface Place {
  /** From the root of the repository; undefined for what is no file. */
  readonly file: string | undefined;
  readonly line: number;
}

/**
 * An error for each failed step, each problem of a file, and each lab that could not be run to its end; a notice for each claim
 * that is not proven.
 * @param workspace GITHUB_WORKSPACE: paths are told from there, whatever folder the command runs in
 */
export function githubAnnotations({ labs }: RunReport, workspace?: string): string[] {
  return labs.flatMap(lab => ofLab(lab, pathFrom(workspace, lab.file)));
}

function ofLab({ steps, error, replay, name }: LabReport, file: string | undefined): string[] {
  const failed = stepsThat('failed', steps).map(step => {
    const lines = [...stepLines(step), `to reproduce: ${replay}`];
    return command('error', { file, line: step.line }, `${name}: ${step.claim}`, lines.join('\n'));
  });
  const open = stepsThat('not-proven', steps).map(step => {
    const title = `${name}: not proven: ${step.claim}`;
    return command('notice', { file, line: step.line }, title, stepLines(step).join('\n'));
  });
  if (error === undefined) return [...failed, ...open];
  const { code, message, advice = '', problems } = error;
  const whole = [{ line: 1, message: [message, advice].join('\n').trim() }];
  const told = (problems ?? whole).map(one =>
    command('error', { file, line: one.line }, `${name}: ${code}`, one.message),
  );
  return [...failed, ...open, ...told];
}

/** The file from the root of the repository, as GitHub knows it; as it was named, where it lies elsewhere. */
function pathFrom(workspace: string | undefined, file: string): string | undefined {
  if (file === 'stdin') return undefined;
  if (workspace === undefined || workspace === '') return file;
  // The workspace may be a link; the working directory never is.
  const near = [real(workspace), workspace].map(root => relative(root, resolve(file)));
  const inside = near.find(path => path !== '' && path.split(sep)[0] !== '..' && !isAbsolute(path));
  return (inside ?? file).replaceAll(sep, '/');
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function command(kind: 'error' | 'notice', { file, line }: Place, title: string, message: string): string {
  const place = file === undefined ? [] : [`file=${property(file)}`, `line=${Math.max(1, line)}`];
  const properties = [...place, `title=${property(cut(title, MAX_TITLE))}`];
  return `::${kind} ${properties.join(',')}::${data(cut(message, MAX_MESSAGE))}`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
