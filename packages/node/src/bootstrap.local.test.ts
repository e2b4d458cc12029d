/** Nodes on real TCP that know one address among them. */
import { expect, test } from 'vitest';
import { TestNetwork, until } from '../test/network.ts';
import type { PeerNode } from './index.ts';

/** How many nodes are joined to the first, by links. */
function joined(nodes: readonly PeerNode[]): number {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const part = nodes.slice(0, 1);
  for (const node of part) {
    for (const { id } of node.neighbors()) {
      const other = byId.get(id);
      if (other !== undefined && !part.includes(other)) part.push(other);
    }
  }
  return part.length;
}

test('twenty nodes behind one address are one network, which goes on when the first and three others leave', async () => {
  await using network = new TestNetwork();
  const links = { min: 4 };
  const first = await network.node({ bootstrap: [], links });
  const bootstrap = [`${first.address.host}:${first.address.port}`];
  const others = await Promise.all(Array.from({ length: 19 }, () => network.node({ bootstrap, links })));
  const nodes = [first, ...others];
  const hasGrown = (part: readonly PeerNode[]): boolean =>
    joined(part) === part.length && part.every(node => node.neighbors().length >= links.min);
  await until(() => hasGrown(nodes));

  await Promise.all(nodes.slice(0, 4).map(node => node.close()));
  const left = nodes.slice(4);
  await until(() => hasGrown(left));
  const heard = new Set<string>();
  const received: unknown[] = [];
  for (const node of left) {
    node.topic('t').subscribe(({ message }) => message === 'hello' && heard.add(node.id));
    node.on('broadcast', ({ message }) => received.push(message));
  }
  await left[0]?.topic('t').publish('hello');
  await until(() => heard.size === left.length - 1);
  // What nodes tell each other of their links is not for the application.
  expect(received).toEqual([]);
}, 60_000);

test('a plain node is enough to begin with, encrypted too; one that is hung up stays away', async () => {
  const security = 'sealed';
  await using network = new TestNetwork();
  const first = await network.node({ security });
  const bootstrap = [`${first.address.host}:${first.address.port}`];
  const links = { min: 2, max: 4 };
  const [a, b, c] = [
    await network.node({ bootstrap, links, security }),
    await network.node({ bootstrap, links, security }),
    await network.node({ bootstrap, links, security }),
  ];
  const isLinked = (from: PeerNode, to: PeerNode): boolean => from.neighbors().some(({ id }) => id === to.id);
  await until(() => [a, b, c].every(node => node.neighbors().length >= 2 && isLinked(node, first)));
  a.hangup(first.id);
  await until(() => !isLinked(first, a) && a.neighbors().length >= 2 && b.neighbors().length >= 2);
  expect(isLinked(a, first)).toBe(false);
}, 60_000);
