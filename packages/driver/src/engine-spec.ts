/** Engines that a driver is to use together, as the user names them: `--engine b=ssh://user@host`. */
import { LabError } from './lab-error.ts';

/** An engine of the user's. */
export interface EngineSpec {
  /** What messages, `lab inspect` and `--engine b` of a fault call it. */
  readonly name: string;
  /** Where it answers, in the driver's notation: `unix:///var/run/docker.sock`, `ssh://user@host`, `context:lab-3`. */
  readonly endpoint: string;
  /** How many peers it gets beside the others. @default its processor cores */
  readonly weight?: number;
  /** The IPv4 address at which the other engines reach it. @default its only one, or its only one on their network */
  readonly address?: string;
}

/** Names of engines: short, as a column shows them. */
/** What an engine may be called. */
export const ENGINE_NAME: RegExp = /^[a-z0-9]([a-z0-9-]{0,24}[a-z0-9])?$/;

/**
 * Reads `NAME=ENDPOINT`.
 * @throws {LabError} `NOT_SUPPORTED` for anything else
 */
export function parseEngineSpec(text: string): EngineSpec {
  const at = text.indexOf('=');
  const [name, endpoint] = at === -1 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (endpoint === '') throw unreadable(text, 'such as a=unix:///var/run/docker.sock or b=ssh://user@host');
  if (!ENGINE_NAME.test(name)) {
    throw unreadable(text, 'its name has lower-case letters, digits and inner hyphens, at most 26');
  }
  return { name, endpoint };
}

/**
 * Refuses a name, or an endpoint, that two of them have.
 * @throws {LabError} `NOT_SUPPORTED`
 */
export function requireDistinctEngines(specs: readonly EngineSpec[]): void {
  for (const [i, { name, endpoint }] of specs.entries()) {
    const earlier = specs.slice(0, i);
    if (earlier.some(other => other.name === name)) {
      throw new LabError('NOT_SUPPORTED', `two engines have the name ${name}`, {
        advice: 'give each its own name',
      });
    }
    const twin = earlier.find(other => other.endpoint === endpoint);
    if (twin !== undefined) {
      throw new LabError('NOT_SUPPORTED', `the engines ${twin.name} and ${name} are one: ${endpoint}`, {
        advice: 'name each engine once',
      });
    }
  }
}

function unreadable(text: string, advice: string): LabError {
  return new LabError('NOT_SUPPORTED', `"${text}" names no engine: NAME=ENDPOINT`, { advice, details: { text } });
}
