/** The options of a node that finds its neighbours by itself. */
import { type OptionNames, optionsProblem } from '@peerlab/conditions';
import { NodeError } from '../node-error.ts';
import { type Address, parseAddress } from './address.ts';
import type { LinkRange } from './peer-exchange.ts';

/** As NodeOptions has them, which gives the reasons. */
interface ExchangeOptions {
  readonly bootstrap?: readonly string[];
  readonly links?: Partial<LinkRange>;
  readonly maxLinks?: number;
}

/** With every default in place. */
export interface ExchangeSettings {
  readonly given: readonly Address[];
  /** Undefined: the node looks for no links by itself. */
  readonly range: LinkRange | undefined;
}

/** See NodeOptions. */
export const DEFAULT_LINKS: LinkRange = { min: 4, max: 16 };
const LINK_OPTIONS: OptionNames<LinkRange> = { min: true, max: true };

/** @throws NodeError `bad-option` */
export function resolveExchange({ bootstrap, links, maxLinks = 1024 }: ExchangeOptions): ExchangeSettings {
  if (bootstrap === undefined && links === undefined) return { given: [], range: undefined };
  const problem = links === undefined ? undefined : optionsProblem('links', links, LINK_OPTIONS);
  if (problem !== undefined) throw new NodeError('bad-option', problem, { details: { call: 'links' } });
  const most = Math.min(DEFAULT_LINKS.max, maxLinks);
  const min = links?.min ?? Math.min(DEFAULT_LINKS.min, links?.max ?? most);
  const max = links?.max ?? Math.max(min, most);
  if (!Number.isInteger(min) || min < 1 || min > maxLinks)
    throw wrong('links.min', min, `an integer from 1 to ${maxLinks}`);
  if (!Number.isInteger(max) || max < min || max > maxLinks) {
    throw wrong('links.max', max, `an integer from ${min} (links.min) to ${maxLinks} (maxLinks)`);
  }
  if (bootstrap !== undefined && !Array.isArray(bootstrap)) throw wrong('bootstrap', bootstrap, 'a list of host:port');
  const given = (bootstrap ?? []).map(text => {
    const address = typeof text === 'string' ? parseAddress(text) : undefined;
    if (address === undefined) throw wrong('bootstrap', text, 'host:port, or [host]:port for an IPv6 address');
    return address;
  });
  return { given, range: { min, max } };
}

function wrong(name: string, value: unknown, wanted: string): NodeError {
  return new NodeError('bad-option', `${name} is ${JSON.stringify(value)}: it must be ${wanted}`, {
    details: { option: name, value },
  });
}
