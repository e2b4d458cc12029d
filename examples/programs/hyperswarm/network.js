// hyperswarm as an application uses it: every peer is a node of the DHT, knows the first one, and joins a topic.
import { createHash } from 'node:crypto';
import DHT from 'hyperdht';
import Hyperswarm from 'hyperswarm';

const TOPIC = createHash('sha256').update('chat').digest();
/** A peer that has said nothing for so long is gone, in milliseconds; each says something five times as often. */
const SILENCE_MS = 5000;
/** Between two looks for who has the topic, in milliseconds. */
const LOOK_MS = 5000;

export async function createNetwork({ own, known, onMessage }) {
  const [host, port] = own.split(':');
  const bootstrap = known === own ? [] : [known];
  const dht = new DHT({ host, port: Number(port), bootstrap, ephemeral: false, firewalled: false });
  await dht.fullyBootstrapped();
  const swarm = new Hyperswarm({ dht });
  /** Connection → where that peer is. */
  const peers = new Map();
  swarm.on('connection', connection => {
    connection.setKeepAlive(SILENCE_MS / 5);
    connection.setTimeout(SILENCE_MS);
    connection.on('error', () => undefined).on('close', () => peers.delete(connection));
    // What one peer writes at once, the other one reads at once.
    connection.on('data', data => {
      const [word, text] = String(data).split(' ');
      if (word === 'here') peers.set(connection, text);
      if (word === 'said') onMessage(text);
    });
    connection.write(`here ${own}`);
  });
  const discovery = swarm.join(TOPIC);
  await discovery.flushed();
  setInterval(() => discovery.refresh().catch(() => undefined), LOOK_MS);

  return {
    say: text => {
      for (const connection of peers.keys()) connection.write(`said ${text}`);
    },
    peers: () => [...new Set(peers.values())],
    leave: async () => await swarm.destroy(),
  };
}
