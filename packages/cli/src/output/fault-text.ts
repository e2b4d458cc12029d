/** Faults and recoveries in words. */
import type { ActiveFault, MeasuredLatency, Recovery } from '@peerlab/lab';
import { plural, seconds } from './print.ts';

/** A line for each kind of active fault, separated by settings. */
export function activeFaultText(faults: readonly ActiveFault[]): string[] {
  const lines = new Map<string, string[]>();
  for (const fault of faults) {
    const settings = fault.kind === 'shaped' ? ` ${JSON.stringify(fault.settings)}` : '';
    const by = 'by' in fault ? ` by the ${fault.by}` : '';
    const what = `${fault.kind}${by}${settings}`;
    const arrow = fault.kind === 'cut' ? '-' : '→';
    const who = 'peer' in fault ? fault.peer : fault.link.join(arrow);
    lines.set(what, [...(lines.get(what) ?? []), who]);
  }
  return [...lines].map(([what, who]) => `${what}  ${who.join(' ')}`);
}

/** `3 faults lifted`: both directions of a link are one. */
export function liftedText({ lifted, woken, renewed }: Pick<Recovery, 'lifted' | 'woken' | 'renewed'>): string {
  const what = lifted.map(fault => ('peer' in fault ? fault.peer : [...fault.link].sort().join(':')));
  const count = new Set(what).size;
  const awake = woken.length === 0 ? [] : [`${woken.join(', ')} answers again`];
  const told = [...(count === 0 ? [] : [`${plural(count, 'fault')} lifted`]), ...awake, ...renewed];
  return told.length === 0 ? 'nothing to heal' : told.join('; ');
}

/** `20 links up after 1.2 s`. */
export function recoveryText({ links, timeMs, dialled }: Pick<Recovery, 'links' | 'timeMs' | 'dialled'>): string {
  const help = dialled === 0 ? '' : `, ${dialled} of them dialled by the lab`;
  return `${plural(links, 'link')} up after ${seconds(timeMs)}${help}`;
}

/** `measured round trip: 203.0 ms; requested: at least 200 ms (median of 2 links)`. */
export function latencyText({ askedMs, measuredMs, links }: MeasuredLatency): string {
  const of = links === 1 ? '' : ` (median of ${plural(links, 'link')})`;
  return `measured round trip: ${measuredMs.toFixed(1)} ms; requested: at least ${askedMs} ms${of}`;
}
