/** A recording of a lab that is tested, whether it passes or not, beside what else is kept of one that fails. */
import { type Recording, recordLab } from '@peerlab/lab';
import type { LabObserver } from '@peerlab/scenario';
import type { TraceFile } from './write.ts';

/** An observer that records into the file, and passes everything on to the other one. */
export function recordingObserver(file: TraceFile, other: LabObserver | undefined): LabObserver {
  let recording: Recording | undefined;
  return {
    watch: async lab => {
      recording = await recordLab(lab, file.sink);
      await other?.watch(lab);
    },
    failed: async (error, running) => await other?.failed?.(error, running),
    note: event => {
      recording?.note(event);
      other?.note(event);
    },
    capture: async () => await other?.capture?.(),
    keep: async report => await other?.keep(report),
    close: async () => {
      await recording?.end();
      file.close();
      await other?.close();
    },
  };
}
