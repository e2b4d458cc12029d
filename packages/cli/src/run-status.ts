/** The exit status of `lab test`. */
import type { LabReport, ReportedError, RunReport } from '@peerlab/scenario';
import { EXIT, statusOf } from './exit.ts';

/**
 * The gravest of what happened: interrupted, the driver, wrong use, a failed check, nothing.
 * @param isWritten every report that was asked for has been written
 */
export function statusOfRun({ labs }: RunReport, isWritten: boolean): number {
  const statuses = labs.map(ofLab);
  if (statuses.includes(EXIT.interrupted)) return EXIT.interrupted;
  const gravest = Math.max(EXIT.ok, ...statuses);
  return gravest === EXIT.ok && !isWritten ? EXIT.driver : gravest;
}

function ofError({ code }: ReportedError): number {
  return code === 'DEFECT' ? EXIT.driver : statusOf(code);
}

function ofLab({ outcome, error }: LabReport): number {
  switch (outcome) {
    case 'passed':
    case 'not-proven':
      return EXIT.ok;
    case 'failed':
      return Math.max(EXIT.failed, error === undefined ? EXIT.ok : ofError(error));
    case 'error':
      return error === undefined ? EXIT.driver : ofError(error);
    case 'interrupted':
    case 'not-run':
      return EXIT.interrupted;
  }
}
