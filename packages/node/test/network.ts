/** Nodes for tests: started on free loopback ports, and closed when the test ends. */
import { once } from 'node:events';
import { createNode, type NodeOptions, type PeerNode } from '../src/index.ts';
import { Stranger, type StrangerSettings } from './stranger.ts';

/** A node that listens. */
export type ListeningNode = PeerNode & { readonly address: { readonly host: string; readonly port: number } };

/** Everything of one test; dispose of it with `await using`. */
export class TestNetwork implements AsyncDisposable {
  readonly nodes: PeerNode[] = [];
  readonly #strangers: Stranger[] = [];

  /** A node that listens on a free loopback port; without security, of which security.test.ts is. */
  async node(options: NodeOptions = {}): Promise<ListeningNode> {
    const node = await createNode({ security: 'open', listen: { host: '127.0.0.1', port: 0 }, ...options });
    this.nodes.push(node);
    return node as ListeningNode;
  }

  /** A connection to a node that a test drives by hand. */
  async stranger(to: ListeningNode, settings: Partial<StrangerSettings> = {}): Promise<Stranger> {
    const stranger = await Stranger.connect({ ...to.address, ...settings });
    this.#strangers.push(stranger);
    return stranger;
  }

  /** So many nodes, linked as the pairs say; done when both ends of every link know it. */
  async graph(size: number, links: readonly (readonly [number, number])[], options: NodeOptions = {}) {
    const nodes = await Promise.all(Array.from({ length: size }, () => this.node(options)));
    for (const [a, b] of links) {
      const [from, to] = [nodes[a], nodes[b]];
      if (from === undefined || to === undefined) throw new Error(`no such nodes: ${a}, ${b}`);
      const known = once(to, 'peer-connect');
      await from.connect(to.address.host, to.address.port);
      await known;
    }
    return nodes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#strangers) socket.destroy();
    await Promise.all(this.nodes.map(node => node.close()));
  }
}

/** The ring of so many nodes. */
export function ringLinks(size: number): (readonly [number, number])[] {
  return Array.from({ length: size }, (_, i) => [i, (i + 1) % size] as const);
}

/** Waits until something holds, looking once in a turn; the test's own time limit bounds it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setImmediate(resolve));
}
