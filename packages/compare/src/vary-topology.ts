/** The same topology with one setting changed, for comparisons: what `lab compare --vary NAME=VALUE,VALUE` means. */

import {
  boundsText,
  isWithin,
  type LinkSettings,
  type QuantityName,
  readDurationMs,
  readKbps,
  readRatio,
} from '@peerlab/conditions';
import { LabError } from '@peerlab/driver';
import { didYouMean, OWN_KIND, type Topology } from '@peerlab/topology';

/** Link settings that a comparison may vary, all numbers. */
const LINK_SETTINGS = {
  latencyMs: 'ms',
  jitterMs: 'ms',
  lossRatio: 'ratio',
  bandwidthKbps: 'kbps',
} as const satisfies { readonly [S in keyof LinkSettings]: QuantityName };

/** What can be varied, for people. */
export const VARIABLES: readonly string[] = ['kind', 'env.NAME', ...Object.keys(LINK_SETTINGS)];

/** Environment variables as every system takes them. */
const ENVIRONMENT_NAME = /^env\.([A-Za-z_][A-Za-z0-9_]*)$/;

/**
 * The topology with `variable` at `value`: the kind of every peer, an environment variable of every peer, or a setting of every link that has
 * no own setting.
 * @throws {LabError} `NOT_SUPPORTED` for an unknown variable or an invalid value
 */
export function varyTopology(topology: Topology, variable: string, value: string): Topology {
  if (variable === 'kind') return ofKind(topology, value);
  const [, name] = ENVIRONMENT_NAME.exec(variable) ?? [];
  if (name !== undefined) {
    const peers = topology.peers.map(peer => ({
      ...peer,
      settings: { ...peer.settings, env: { ...peer.settings.env, [name]: value } },
    }));
    return { ...topology, peers };
  }
  if (!isLinkSetting(variable)) {
    throw new LabError('NOT_SUPPORTED', `"${variable}" cannot be varied`, { advice: `one of ${VARIABLES.join(', ')}` });
  }
  const links: LinkSettings = { ...topology.defaults.links, [variable]: linkValue(variable, value) };
  return { ...topology, defaults: { ...topology.defaults, links } };
}

function ofKind(topology: Topology, kind: string): Topology {
  const kinds = kindNames(topology);
  if (!kinds.includes(kind)) {
    const advice = didYouMean(kind, kinds) ?? `available: ${kinds.join(', ')}`;
    throw new LabError('NOT_SUPPORTED', `${topology.name} has no kind "${kind}"`, { advice });
  }
  const peers = topology.peers.map(peer => {
    const { kind: _, ...settings } = peer.settings;
    return { ...peer, settings: kind === OWN_KIND ? settings : { ...settings, kind } };
  });
  return { ...topology, peers };
}

/** What the peers of a topology can be: the project's own, and the kinds of its file. */
export function kindNames({ kinds = [] }: Topology): string[] {
  return [OWN_KIND, ...kinds.map(({ name }) => name)];
}

function isLinkSetting(variable: string): variable is keyof typeof LINK_SETTINGS {
  return Object.hasOwn(LINK_SETTINGS, variable);
}

/** With its unit, or a bare number in the unit of the setting's name. */
function readAs(quantity: 'ms' | 'ratio' | 'kbps', value: string): number | undefined {
  if (quantity === 'ratio') return readRatio(value);
  if (quantity === 'kbps') return readKbps(value);
  return readDurationMs(value) ?? readDurationMs(`${value}ms`);
}

function linkValue(setting: keyof typeof LINK_SETTINGS, value: string): number {
  const quantity = LINK_SETTINGS[setting];
  const number = readAs(quantity, value) ?? Number.NaN;
  if (isWithin(quantity, number) && Number.isFinite(number)) return number;
  throw new LabError('NOT_SUPPORTED', `${setting}=${value}: not ${boundsText(quantity)}`);
}
