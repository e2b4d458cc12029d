/** Failures as GitHub Actions shows them beside the file: workflow commands, one a line. */
import { stepLines } from './failure-text.ts';
import { failedSteps, type LabReport, type RunReport } from './run-report.ts';

/** One line for each failed step, and for each lab that could not be run to its end. */
export function githubAnnotations({ labs }: RunReport): string[] {
  return labs.flatMap(ofLab);
}

function ofLab({ file, steps, error, replay, name }: LabReport): string[] {
  const failed = failedSteps(steps).map(step => {
    const lines = [...stepLines(step), `the same again: ${replay}`];
    return command(file, Math.max(1, step.line), `${name}: ${step.title}`, lines.join('\n'));
  });
  if (error === undefined) return failed;
  return [...failed, command(file, 1, `${name}: ${error.code}`, [error.message, error.advice ?? ''].join('\n').trim())];
}

function command(file: string, line: number, title: string, message: string): string {
  return `::error file=${property(file)},line=${line},title=${property(title)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
