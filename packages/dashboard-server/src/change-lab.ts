/** Breaks something in a lab, or mends it, and records what was done. */
import { type Fault, isLasting, REPAIRS } from '@peerlab/conditions';
import type { FaultAction, RepairAction } from '@peerlab/dashboard/protocol';
import type { Lab, Recording } from '@peerlab/lab';

/** What is changed, where that is recorded, and until when it may take. */
export interface ChangedLab {
  readonly lab: Lab;
  readonly recording: Recording;
  readonly signal: AbortSignal;
}

/** @returns what was done, in a sentence. @throws {LabError} as `Lab.fault`, `Lab.heal`, and the operations on peers */
export async function changeLab(changed: ChangedLab, action: FaultAction | RepairAction): Promise<string> {
  const text = action.do === 'fault' ? await breakLab(changed, action.fault) : await mend(changed, action);
  // A restarted peer reports its copies only after it is asked to.
  await changed.recording.traced();
  return text;
}

async function breakLab({ lab, recording, signal }: ChangedLab, fault: Fault): Promise<string> {
  const { text, notes, peers, links } = await lab.fault(fault);
  const told = [text, ...notes].join('; ');
  recording.note({ event: 'fault', kind: fault.verb, text: told, peers, links });
  if (!isLasting(fault.verb)) {
    recording.look();
    // What comes next is judged by links that are up again.
    await lab.recovered({ signal });
  }
  return told;
}

async function mend({ lab, recording, signal }: ChangedLab, action: RepairAction): Promise<string> {
  let text: string;
  if (action.do === 'heal') {
    const { lifted, links } = await lab.heal({ signal });
    text = lifted.length === 0 ? 'nothing to heal' : `healed: ${links} links are up`;
  } else if (action.do === 'link-up') {
    await lab.linkUp(...action.link, { signal });
    text = `link ${action.link.join('-')} restored`;
  } else {
    await lab[action.do](action.peer);
    recording.look();
    text = `${action.peer} ${REPAIRS[action.do].done}`;
    // What comes next is judged by links that are up again.
    await lab.recovered({ signal });
  }
  recording.note({ event: 'heal', text });
  return text;
}
