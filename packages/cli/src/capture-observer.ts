/** Captures the packets of a lab that is tested, beside what else is kept of it: `lab test --capture FOLDER`. */
import { join } from 'node:path';
import { LabCapture } from '@peerlab/capture';
import type { Lab } from '@peerlab/lab';
import type { LabObserver } from '@peerlab/scenario';
import { type CaptureFiles, captureFiles } from './capture-files.ts';
import { followRestarts } from './follow-restarts.ts';
import type { ForceArgs } from './output-file.ts';

/** What the files of a lab are called. */
export interface CaptureName {
  readonly folder: string;
  /** Of the lab, in its file. */
  readonly lab: string;
}

/** An observer that captures into `FOLDER/LAB.pcapng`, and passes everything on to the other one. */
export function capturingObserver(
  { folder, lab: name }: CaptureName,
  options: ForceArgs,
  other: LabObserver | undefined,
): LabObserver {
  let capture: LabCapture | undefined;
  let files: CaptureFiles | undefined;
  let failure: unknown;
  let forget = (): void => undefined;
  const begin = async (lab: Lab): Promise<void> => {
    const opened = captureFiles(
      join(folder, `${name}.pcapng`),
      lab.peers.map(peer => peer.name),
      options,
    );
    try {
      capture = await LabCapture.begin(
        lab.running,
        lab.peers.map(({ index }) => index),
        opened.sinks,
      );
    } catch (error) {
      opened.discard();
      throw error;
    }
    files = opened;
    forget = followRestarts(lab, capture);
  };
  return {
    watch: async lab => {
      await other?.watch(lab);
      await begin(lab).catch((error: unknown) => {
        failure = error;
      });
    },
    note: event => other?.note(event),
    capture: async () => {
      forget();
      if (failure !== undefined) throw failure;
      const running = capture;
      capture = undefined;
      return running === undefined ? undefined : { ...(await running.stop()), files: files?.written ?? [] };
    },
    keep: async report => await other?.keep(report),
    close: async () => {
      forget();
      // Of a run that was cut short.
      await capture?.stop();
      await other?.close();
    },
  };
}
