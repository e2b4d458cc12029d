/** A recording of a lab that is tested, whether it passes or not, beside what else is kept of one that fails. */
import { type Recording, recordLab } from '@peerlab/lab';
import type { Witness } from '@peerlab/scenario';
import type { TraceFile } from './write.ts';

/** A witness that records into the file, and does what the other one does. */
export function recordingWitness(file: TraceFile, other: Witness | undefined): Witness {
  let recording: Recording | undefined;
  return {
    watch: async lab => {
      recording = await recordLab(lab, file.sink);
      await other?.watch(lab);
    },
    note: event => {
      recording?.note(event);
      other?.note(event);
    },
    keep: async report => await other?.keep(report),
    close: async () => {
      await recording?.end();
      file.close();
      await other?.close();
    },
  };
}
