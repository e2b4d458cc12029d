/** What failed or is not proven, as GitHub Actions shows it beside the file: workflow commands, one a line. */
import { stepLines } from './failure-text.ts';
import { type LabReport, type RunReport, stepsThat } from './run-report.ts';

/** An error for each failed step and each lab that could not be run to its end; a notice for each that is not proven. */
export function githubAnnotations({ labs }: RunReport): string[] {
  return labs.flatMap(ofLab);
}

function ofLab({ file, steps, error, replay, name }: LabReport): string[] {
  const failed = stepsThat('failed', steps).map(step => {
    const lines = [...stepLines(step), `to reproduce: ${replay}`];
    return command('error', file, step.line, `${name}: ${step.claim}`, lines.join('\n'));
  });
  const open = stepsThat('not-proven', steps).map(step =>
    command('notice', file, step.line, `${name}: not proven: ${step.claim}`, stepLines(step).join('\n')),
  );
  const told = [...failed, ...open];
  if (error === undefined) return told;
  const { code, message, advice = '' } = error;
  return [...told, command('error', file, 1, `${name}: ${code}`, [message, advice].join('\n').trim())];
}

function command(kind: 'error' | 'notice', file: string, line: number, title: string, message: string): string {
  return `::${kind} file=${property(file)},line=${Math.max(1, line)},title=${property(title)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
