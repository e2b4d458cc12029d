/** Has a capture take up peers again that were started anew: their network is another one. */
import type { LabCapture } from '@peerlab/capture';
import type { Lab } from '@peerlab/lab';

/** A peer that is started again gets another channel. @returns a function that stops it */
export function followRestarts(lab: Lab, capture: LabCapture): () => void {
  const known = new Set(lab.endpoints.flatMap(end => (end === undefined ? [] : [end.client])));
  const seen = new Set(lab.peers.map(({ index }) => index));
  return lab.onOpened(client => {
    if (!known.has(client) && seen.has(client.index)) void capture.again(client.index);
  });
}
