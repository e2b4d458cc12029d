/** Faults and recoveries in words. */
import type { ActiveFault, MeasuredLatency, Recovery } from '@peerlab/lab';
import { plural, seconds } from './print.ts';

/** A line for each kind of fault that there is, settings apart. */
export function activeFaultText(faults: readonly ActiveFault[]): string[] {
  const lines = new Map<string, string[]>();
  for (const fault of faults) {
    const settings = fault.kind === 'shaped' ? ` ${JSON.stringify(fault.settings)}` : '';
    const what = `${fault.kind}${settings}`;
    const arrow = fault.kind === 'cut' ? '-' : '→';
    const who = 'peer' in fault ? fault.peer : fault.link.join(arrow);
    lines.set(what, [...(lines.get(what) ?? []), who]);
  }
  return [...lines].map(([what, who]) => `${what}  ${who.join(' ')}`);
}

/** `3 faults taken back`: both directions of a link are one. */
export function liftedText(lifted: readonly ActiveFault[]): string {
  const what = lifted.map(fault => ('peer' in fault ? fault.peer : [...fault.link].sort().join(':')));
  const count = new Set(what).size;
  return count === 0 ? 'nothing to heal' : `${plural(count, 'fault')} taken back`;
}

/** `20 links up after 1.2 s`. */
export function recoveryText({ links, timeMs, dialled }: Pick<Recovery, 'links' | 'timeMs' | 'dialled'>): string {
  const help = dialled === 0 ? '' : `, ${dialled} of them dialled by the lab`;
  return `${plural(links, 'link')} up after ${seconds(timeMs)}${help}`;
}

/** `a round trip takes 203 ms, asked for 200 (median of 2 links)`. */
export function latencyText({ askedMs, measuredMs, links }: MeasuredLatency): string {
  const of = links === 1 ? '' : ` (median of ${plural(links, 'link')})`;
  return `a round trip takes ${measuredMs.toFixed(1)} ms, where ${askedMs} or more was asked for${of}`;
}
