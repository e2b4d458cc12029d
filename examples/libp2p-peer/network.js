// js-libp2p with floodsub or gossipsub over TCP, noise and yamux; signed, as both do by default.
import './with-resolvers.js';
import { createHash, randomUUID } from 'node:crypto';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { floodsub } from '@libp2p/floodsub';
import { gossipsub } from '@libp2p/gossipsub';
import { identify } from '@libp2p/identify';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';

const INSTANCE = '/peerlab/instance/1.0.0'; // tells the neighbour a word that is new at every start
const ENOUGH = 4; // neighbours in a mesh that gossipsub is content with (Dlo)
const REDIAL_MS = 500;

const hash = text => createHash('sha256').update(text).digest();

/** libp2p has ids of its own: a UUID is made of one. */
const uuidOf = id =>
  hash(String(id))
    .toString('hex', 0, 16)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

export async function createNetwork({ router, lab, seed, host, port, tell }) {
  const topic = `peerlab/${lab}`; // peers of another lab have another one
  const node = await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', hash(seed)), // the same after a restart
    addresses: { listen: [`/ip4/${host}/tcp/${port}`] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 1000 }, // default: 5 a second from one address
    services: { identify: identify(), pubsub: (router === 'floodsub' ? floodsub : gossipsub)() },
  });
  const { pubsub } = node.services;

  // A link is up once the neighbour is known and the router would send to it. Routers do not tell: look. Two peers that
  // dial each other at once have two connections, and still one link.

  const links = new Map(); // libp2p's id of the neighbour → the link that is open
  const closed = [];
  const wanted = new Map();
  const namesOf = ({ peer, session }) => ({ peer, session });
  const factsOf = link => ({ ...namesOf(link), direction: link.direction, address: link.address });

  function linkOf({ remotePeer, remoteAddr, direction }) {
    const id = String(remotePeer);
    if (!links.has(id)) {
      const counts = { framesOut: 0, framesIn: 0, bytesOut: 0, bytesIn: 0 };
      const way = { direction: direction === 'outbound' ? 'out' : 'in', address: String(remoteAddr) };
      links.set(id, { peer: uuidOf(id), ...way, counts, up: Promise.withResolvers(), isUp: false });
      links.get(id).up.promise.catch(() => undefined);
    }
    return links.get(id);
  }

  function lookAt(link, id) {
    if (link.isUp || link.session === undefined) return;
    if (!pubsub.getSubscribers(topic).some(subscriber => String(subscriber) === id)) return;
    const mesh = pubsub.getMeshPeers?.(topic);
    if (mesh !== undefined && !mesh.includes(id) && mesh.length < ENOUGH) return;
    link.isUp = true;
    tell({ event: 'link-up', ...factsOf(link) });
    link.up.resolve();
  }

  const instance = randomUUID();
  // A connection that is one too many may end in the middle of this; the one that stays tells it as well.
  await node.handle(INSTANCE, async (stream, connection) => {
    const link = linkOf(connection);
    try {
      for await (const bytes of stream) {
        link.session = uuidOf([instance, new TextDecoder().decode(bytes.subarray())].sort());
      }
    } catch {}
  });
  node.addEventListener('connection:open', async ({ detail: connection }) => {
    linkOf(connection);
    try {
      const stream = await connection.newStream(INSTANCE);
      stream.send(new TextEncoder().encode(instance));
      await stream.close();
    } catch {}
  });
  node.addEventListener('peer:disconnect', ({ detail }) => {
    const link = links.get(String(detail));
    links.delete(String(detail));
    link?.up.reject(new Error('the connection ended'));
    if (!link?.isUp) return;
    if (closed.push(link) > 256) closed.shift();
    tell({ event: 'link-down', ...namesOf(link), reason: 'disconnected' });
    redial(link.peer);
  });

  async function connect(address) {
    const connection = await node.dial(multiaddr(`/ip4/${address.host}/tcp/${address.port}`));
    const link = linkOf(connection);
    await link.up.promise;
    wanted.set(link.peer, address);
    return namesOf(link);
  }

  function redial(peer) {
    if (wanted.has(peer)) setTimeout(() => connect(wanted.get(peer)).catch(() => redial(peer)), REDIAL_MS);
  }

  // What the router sends and takes is counted: a copy that came once what follows from it has been sent.

  const cameFrom = new Map(); // message id → the neighbour that it came from first
  const totals = { delivered: 0, duplicate: 0 };
  const sizeOf = message => Object.values(message).reduce((sum, field) => sum + (field?.length ?? 0), 0);

  wrap('sendRpc', (send, id, rpc) => {
    const counts = links.get(String(id))?.counts;
    for (const message of counts === undefined ? [] : (rpc.messages ?? [])) {
      counts.framesOut++;
      counts.bytesOut += sizeOf(message);
    }
    return send(id, rpc);
  });
  wrap(router === 'floodsub' ? 'processMessage' : 'handleReceivedMessage', async (take, from, message) => {
    const { id } = JSON.parse(new TextDecoder().decode(message.data));
    if (cameFrom.has(id)) totals.duplicate++;
    else cameFrom.set(id, uuidOf(from));
    await take(from, message);
    const counts = links.get(String(from))?.counts;
    if (counts === undefined) return;
    counts.framesIn++;
    counts.bytesIn += sizeOf(message);
  });

  function wrap(method, by) {
    const original = pubsub[method].bind(pubsub);
    pubsub[method] = (...args) => by(original, ...args);
  }

  pubsub.addEventListener('message', ({ detail }) => {
    // floodsub does not remember what it published: a copy that comes back by a faster way is handed to its origin.
    if (detail.from.equals(node.peerId)) return;
    const { id, payload } = JSON.parse(new TextDecoder().decode(detail.data));
    totals.delivered++;
    // libp2p does not count hops: 0.
    tell({
      event: 'received',
      id,
      kind: 'broadcast',
      origin: uuidOf(detail.from),
      from: cameFrom.get(id),
      hops: 0,
      payload,
    });
  });
  pubsub.subscribe(topic);
  setInterval(() => links.forEach(lookAt), 20);

  return {
    nodeId: uuidOf(node.peerId),
    connect,
    neighbours: () => [...links.values()].filter(({ isUp }) => isUp).map(factsOf),
    async broadcast(payload) {
      const id = randomUUID();
      cameFrom.set(id, undefined);
      await pubsub.publish(topic, new TextEncoder().encode(JSON.stringify({ id, payload })), {
        allowPublishToZeroTopicPeers: true,
      });
      return id;
    },
    counters() {
      const named = [...closed, ...links.values()].filter(({ session }) => session !== undefined);
      const sessions = named.map(link => ({ ...namesOf(link), open: !closed.includes(link), ...link.counts }));
      return { sessions, totals };
    },
    leave: async () => await node.stop(),
  };
}
