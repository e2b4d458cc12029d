// js-libp2p as an application uses it: it knows one peer, finds the others by kad-dht, and talks by gossipsub.
import './with-resolvers.js';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import { gossipsub } from '@libp2p/gossipsub';
import { identify } from '@libp2p/identify';
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht';
import { ping } from '@libp2p/ping';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';

const TOPIC = 'chat';
/** Where each peer says where it is. */
const PLACES = 'places';
/** Between two looks for peers that it has no connection with, in milliseconds. */
const LOOK_MS = 2000;

export async function createNetwork({ folder, own, onMessage }) {
  const node = await createLibp2p({
    privateKey: await keyIn(join(folder, 'key')),
    addresses: { listen: [pathOf(own)] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      ping: ping(),
      // Passes addresses on that are not public, too.
      dht: kadDHT({ protocol: '/chat/kad/1.0.0', clientMode: false, peerInfoMapper: passthroughMapper }),
      pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }),
    },
  });
  const { pubsub } = node.services;
  /** Id → where that peer listens, as it says. */
  const places = new Map();
  pubsub.addEventListener('message', ({ detail: { topic, from, data } }) => {
    const text = new TextDecoder().decode(data);
    if (topic === TOPIC) onMessage(text);
    else places.set(String(from), text);
  });
  pubsub.subscribe(TOPIC);
  pubsub.subscribe(PLACES);
  const publish = async (topic, text) => void (await pubsub.publish(topic, new TextEncoder().encode(text)));

  /** Asks the DHT who is near, and connects with everybody that it knows. */
  async function look() {
    const near = node.peerRouting.getClosestPeers(node.peerId.toMultihash().bytes, {
      signal: AbortSignal.timeout(LOOK_MS),
    });
    try {
      for await (const { id } of near) connect(id);
    } catch {
      // Nobody answers at the moment.
    }
    for (const { id } of await node.peerStore.all()) connect(id);
    publish(PLACES, own).catch(() => undefined);
    setTimeout(look, LOOK_MS);
  }
  function connect(id) {
    if (!id.equals(node.peerId) && node.getConnections(id).length === 0) node.dial(id).catch(() => undefined);
  }
  look();

  return {
    join: async address => void (await node.dial(multiaddr(pathOf(address)))),
    say: async message => await publish(TOPIC, message),
    /** Where those are that it would send to. */
    peers: () => pubsub.getSubscribers(TOPIC).flatMap(id => places.get(String(id)) ?? []),
    leave: async () => await node.stop(),
  };
}

/** `10.0.0.1:7946` as libp2p writes it. */
function pathOf(address) {
  const [host, port] = address.split(':');
  return `/ip4/${host}/tcp/${port}`;
}

/** The key in a file, a new one where there is none: the peer keeps its id when it is started again. */
async function keyIn(file) {
  if (!existsSync(file)) writeFileSync(file, privateKeyToProtobuf(await generateKeyPair('Ed25519')));
  return privateKeyFromProtobuf(readFileSync(file));
}
