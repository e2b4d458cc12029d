/** A topology as text that mermaid and graphviz draw. Peers are numbered there: names may hold what their languages do not. */
import type { Topology } from '@peerlab/topology';

/** For mermaid. */
export function mermaidDrawing({ peers, links }: Topology): string {
  const nodes = peers.map(({ name }, i) => `  p${i}(("${name}"))`);
  return ['graph LR', ...nodes, ...links.map(({ a, b }) => `  p${a} --- p${b}`)].join('\n');
}

/** For graphviz: `lab graph ring-20.yaml -f dot | neato -Tsvg`. */
export function dotDrawing({ name, peers, links }: Topology): string {
  const nodes = peers.map(peer => `  "${peer.name}";`);
  const edges = links.map(({ a, b }) => `  "${peers[a]?.name}" -- "${peers[b]?.name}";`);
  return [`graph "${name}" {`, '  node [shape=circle];', ...nodes, ...edges, '}'].join('\n');
}
