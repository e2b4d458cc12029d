/** Makes nodes: checks the options, listens, and joins the pieces. The node itself is peer-node.ts. */
import type { AddressInfo } from 'node:net';
import type { Content } from './content.ts';
import { NodeError } from './node-error.ts';
import { resolveIdentity } from './node-identity.ts';
import { badOption, type NodeOptions, resolveOptions } from './node-options.ts';
import { PeerNode } from './peer-node.ts';
import { createSealedChannel } from './sealed/sealed-channel.ts';
import { PLAIN_CHANNEL } from './tcp/channel.ts';
import { listen } from './tcp/listen.ts';

const MAX_NAME_BYTES = 255;

/**
 * Connections that are over for the protocol but still hand on their BYE. With them, connections are bounded even
 * when strangers come faster than their refusals leave.
 */
const LINGERING_CONNECTIONS = 256;

/**
 * Starts a node. It runs until it is closed, or disposed of by `await using`.
 * @throws NodeError `bad-option`; `bad-identity`; `listen-failed`
 */
export async function createNode<M = Content>(options: NodeOptions<M> = {}): Promise<PeerNode<M>> {
  const settings = resolveOptions(options);
  const { network = 'peerlab', listen: listenAt, codec = {} } = options;
  const identity = await resolveIdentity(options, settings.security);
  const networkBytes = Buffer.from(network, 'utf8');
  if (networkBytes.length > MAX_NAME_BYTES) throw badOption('network', network, `at most ${MAX_NAME_BYTES} bytes`);
  const channel = settings.security === 'sealed' ? await createSealedChannel() : PLAIN_CHANNEL;
  const parts = { identity, network: networkBytes, settings, channel, codec };
  if (listenAt === undefined) {
    const node = new PeerNode(parts);
    node.start();
    return node;
  }

  const { port, host = '0.0.0.0' } = listenAt;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw badOption('listen.port', port, 'an integer from 0 to 65535');
  }
  // A connection may come before the node is there: it waits for the node, not the other way round.
  let accept: (node: PeerNode<M>) => void = () => undefined;
  const ready = new Promise<PeerNode<M>>(resolve => {
    accept = resolve;
  });
  const maxConnections = settings.peer.maxLinks + LINGERING_CONNECTIONS;
  try {
    const server = await listen({ host, port, maxConnections }, socket => {
      ready.then(node => node.accept(socket));
    });
    const { port: actualPort } = server.address() as AddressInfo;
    const node = new PeerNode({ ...parts, listening: { server, host, port: actualPort } });
    accept(node);
    node.start();
    return node;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new NodeError('listen-failed', `cannot listen on ${host}:${port}: ${why}`, {
      cause,
      details: { host, port },
    });
  }
}
