/** The exit status of `lab test`. */
import type { LabReport, RunReport } from '@peerlab/scenario';
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

function ofLab({ outcome, error }: LabReport): number {
  switch (outcome) {
    case 'passed':
    case 'not-proven':
      return EXIT.ok;
    case 'failed':
      return EXIT.failed;
    case 'error':
      return error === undefined || error.code === 'DEFECT' ? EXIT.driver : statusOf(error.code);
    case 'interrupted':
    case 'not-run':
      return EXIT.interrupted;
  }
}
