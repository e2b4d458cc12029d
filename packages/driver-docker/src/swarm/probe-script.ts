/** What runs on the network of an engine's machine, in the image of peers: `node -e`. Text, for it is sent to other machines. */

/** The ports of a Swarm: its management, its gossip, its packets between containers. */
export const SWARM_PORTS = ['2377/tcp', '7946/tcp', '7946/udp', '4789/udp'] as const;

/** One of them. */
export type SwarmPort = (typeof SWARM_PORTS)[number];

/** Prints the addresses of the machine as JSON: `{ addresses: HostAddress[], neighbours: number | null }`. */
export const LOOK_SCRIPT = `
const { readFileSync } = require('node:fs');
const { networkInterfaces } = require('node:os');
const read = path => { try { return Number(readFileSync(path, 'utf8')); } catch { return null; } };
const addresses = Object.entries(networkInterfaces()).flatMap(([device, list]) => list
  .filter(one => one.family === 'IPv4')
  .map(one => ({ address: one.address, prefix: Number(one.cidr.split('/')[1]), device, mtu: read('/sys/class/net/' + device + '/mtu') ?? 0 })));
console.log(JSON.stringify({ addresses, neighbours: read('/proc/sys/net/ipv4/neigh/default/gc_thresh3') }));
`;

/** Listens on the ports that are free, and prints which are as JSON, once: \`{ free: string[] }\`. UDP is echoed. Stays. */
export const LISTEN_SCRIPT = `
const ports = JSON.parse(process.argv[1]);
const free = [];
const bound = ports.map(port => new Promise(done => {
  const [number, protocol] = port.split('/');
  const tell = isFree => { if (isFree) free.push(port); done(); };
  if (protocol === 'udp') {
    const socket = require('node:dgram').createSocket('udp4');
    socket.on('message', (bytes, { address, port: from }) => socket.send(bytes, from, address));
    socket.on('error', () => tell(false)).bind(Number(number), () => tell(true));
  } else {
    const server = require('node:net').createServer(socket => socket.on('error', () => {}).end());
    server.on('error', () => tell(false)).listen(Number(number), '0.0.0.0', () => tell(true));
  }
}));
Promise.all(bound).then(() => console.log(JSON.stringify({ free })));
`;

/**
 * Knocks at ports of other machines, and prints as JSON what came back: \`{ to, port, answer, ms }[]\`; the answer is \`open\`, \`closed\`
 * (refused at once: the way is free, and nobody listens) or \`none\`.
 */
export const KNOCK_SCRIPT = `
const [targets, waitMs] = JSON.parse(process.argv[1]);
const tcp = (to, number) => new Promise(done => {
  const began = performance.now();
  const socket = require('node:net').connect(number, to);
  const end = answer => { socket.destroy(); done({ answer, ms: performance.now() - began }); };
  socket.setTimeout(waitMs, () => end('none'));
  socket.on('connect', () => end('open')).on('error', ({ code }) => end(code === 'ECONNREFUSED' ? 'closed' : 'none'));
});
const udp = (to, number) => new Promise(done => {
  const began = performance.now();
  const socket = require('node:dgram').createSocket('udp4');
  const send = () => socket.send('peerlab', number, to, () => {});
  const again = setInterval(send, waitMs / 5);
  const end = answer => { clearInterval(again); clearTimeout(late); socket.close(); done({ answer, ms: performance.now() - began }); };
  const late = setTimeout(end, waitMs, 'none');
  socket.on('message', () => end('open')).on('error', () => {});
  send();
});
Promise.all(targets.map(async ([to, port]) => {
  const [number, protocol] = port.split('/');
  const knock = protocol === 'udp' ? udp : tcp;
  let best = await knock(to, Number(number));
  for (let i = 0; i < 2 && best.answer === 'open'; i++) {
    const next = await knock(to, Number(number));
    if (next.ms < best.ms) best = next;
  }
  return { to, port, ...best };
})).then(knocks => console.log(JSON.stringify(knocks)));
`;
