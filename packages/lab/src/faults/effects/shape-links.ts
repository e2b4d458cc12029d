/** `slow`, `flaky`, `rate`: puts the link settings of the verb's row on links, by their peers or by the kernel. */
import { type FaultOn, faultRow, type LinkSettings, valuesOf } from '@peerlab/conditions';
import { LabError, Lacking, type NetemSettings } from '@peerlab/driver';
import type { Layer } from '../../links/link-state.ts';
import { direction, endsOf } from '../../links/link-state.ts';
import { chosenLinks } from '../choose-targets.ts';
import type { Effect } from './effect.ts';
import { endsOfLinks, linksText, namesText } from './fault-text.ts';

/** Settings of a link that a fault can give: a latency is a number. */
type GivenSettings = NetemSettings & LinkSettings;

/** See the module's header. */
export const shapeLinks: Effect<FaultOn<'links'>> = async (ports, fault) => {
  const { topology, placeOf, isRunning, kernel } = ports;
  const links = chosenLinks(fault, topology, placeOf);
  const settings = settingsOf(fault);
  const keys = links.flatMap(([a, b]) => [direction(a, b), direction(b, a)]);
  const layer: Layer = new Map(keys.map(key => [key, settings]));
  const { take, untold } = await ports.links.put(layer);
  // A peer that cannot shape, and is hit as a whole, has the kernel do it for all that it sends.
  const unable = [...new Set(untold.map(key => endsOf(key)[0]))].filter(isRunning);
  const whole = new Set(fault.peers?.map(placeOf));
  const byKernel = kernel instanceof Lacking ? [] : unable.filter(peer => whole.has(peer));
  const left = unable.filter(peer => !byKernel.includes(peer));
  const tell = async (given: NetemSettings | null): Promise<void> => {
    if (kernel instanceof Lacking) return;
    await Promise.all(byKernel.map(async peer => await kernel.shapeInterface(peer, given)));
  };
  try {
    await tell(settings);
    if (left.length > 0 && untold.length === layer.size && byKernel.length === 0) {
      const isLacking = kernel instanceof Lacking;
      const why = isLacking ? `, and the kernel cannot do it for them: ${kernel.reason}` : '';
      const advice = isLacking
        ? kernel.advice
        : 'name peers instead of links: the kernel can shape everything that a peer sends';
      const message = `${fault.verb}: ${namesText(topology, left)} cannot shape their own traffic${why}`;
      throw new LabError('NOT_SUPPORTED', message, advice === undefined ? {} : { advice });
    }
  } catch (error) {
    await take();
    await tell(null).catch(() => undefined);
    throw error;
  }
  const notes = [
    ...noteOn(namesText(topology, byKernel), 'cannot shape their own traffic: the kernel shapes everything they send'),
    ...noteOn(
      namesText(topology, left),
      'cannot shape their own traffic, so the fault acts in the other direction only',
    ),
  ];
  const latency = settings.latencyMs === undefined ? undefined : await ports.measureLatency(links);
  return {
    fault,
    text: `${faultRow(fault.verb).done} ${linksText(topology, links)}: ${settingsText(settings)}`,
    peers: [],
    links: endsOfLinks(topology, links),
    notes,
    ...(latency && { latency }),
    revert: async () => {
      await take();
      await tell(null);
    },
  };
};

function settingsOf(fault: FaultOn<'links'>): GivenSettings {
  const values = valuesOf(fault);
  const { settings } = faultRow(fault.verb);
  const given = settings.flatMap(name => (values[name] === undefined ? [] : [[name, values[name]] as const]));
  if (given.length > 0) return Object.fromEntries(given);
  throw new LabError('NOT_SUPPORTED', `${fault.verb} needs ${settings.join(' or ')}`);
}

function noteOn(names: string, text: string): string[] {
  return names === '' ? [] : [`${names} ${text}`];
}

/** `200 ms one way, jitter 5 ms`. */
function settingsText({ latencyMs, jitterMs, lossRatio, bandwidthKbps }: GivenSettings): string {
  return [
    ...(latencyMs === undefined ? [] : [`${latencyMs} ms one way`]),
    ...(jitterMs === undefined ? [] : [`jitter ${jitterMs} ms`]),
    ...(lossRatio === undefined ? [] : [`${Math.round(lossRatio * 1e4) / 100} % lost`]),
    ...(bandwidthKbps === undefined ? [] : [`${bandwidthKbps} kbit/s`]),
  ].join(', ');
}
