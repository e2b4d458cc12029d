/** The words and the pattern of a step, as they are at one peer. */
import type { Lab } from '@peerlab/lab';
import { fillPattern, fillWords, type TemplateFacts } from '@peerlab/topology';

/** @throws {UnknownValueError} for `{data}` of a peer without a volume, and for a value of `facts:` that a peer has not told */
export function filledIn(
  lab: Pick<Lab, 'name' | 'peers' | 'topology' | 'valuesOf'>,
  own: number,
  { run = [], match }: { readonly run?: readonly string[]; readonly match?: string | undefined },
): { readonly words: readonly string[]; readonly pattern: RegExp | undefined } {
  const { peers, kinds = [], links } = lab.topology;
  const facts: TemplateFacts = {
    lab: lab.name,
    own,
    neighbours: links.flatMap(({ a, b }) => (a === own ? [b] : b === own ? [a] : [])),
    peers: lab.peers.map(({ name, index, nodeId, address, port, data }) => {
      const settings = peers[index]?.settings;
      const volumes = settings?.volumes ?? kinds.find(kind => kind.name === settings?.kind)?.volumes;
      return { name, index, nodeId, address, port, data: data ?? volumes?.[0], values: lab.valuesOf(index) };
    }),
  };
  return {
    words: fillWords(run, facts),
    pattern: match === undefined ? undefined : fillPattern(match, facts),
  };
}
