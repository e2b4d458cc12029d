// A peer that breaks one clause of the contract: the project's own, with what it hears and says bent on the way.
// node contract-breaker.js PEER BREAKAGE
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const [program, breakage] = process.argv.slice(2);
const isEvent = (name, change) => line => (line.event === name ? change(line) : line);
const isReply = (to, change) => (line, command) =>
  command?.command === to && line.reply !== undefined ? change(line, command) : line;
const result = change => line => (line.result ? { ...line, result: { ...line.result, ...change(line.result) } } : line);
const done = line => ({ reply: line.reply, result: {} });

const ofItself = { origin: process.env.PEERLAB_NODE_ID, from: process.env.PEERLAB_NODE_ID };
const lost = new Set();

/** It takes the setting, tells it, and does not carry it out. */
function ignores(setting) {
  const without = ({ [setting]: _, ...settings }) => settings;
  const asked = [];
  return {
    hears: command => {
      const { links } = command;
      if (links === undefined) return command;
      asked.push(...links);
      return {
        ...command,
        links: links.map(link => (link.settings === null ? link : { ...link, settings: without(link.settings) })),
      };
    },
    says: isReply('shape', line => ({ ...line, result: { links: asked.splice(0).filter(link => link.settings) } })),
  };
}

let deliveries = 0;
let sessions = 0;

/** `says`: what it says, after the change: a line, several, or none. `hears`: what it is told. */
const BREAKAGES = {
  none: {},
  // It keeps every clause; nobody reads what it says of deliveries in time.
  unread: { says: isEvent('received', () => ({ event: 'overflow', lost: 1 })) },
  // Its logger writes objects with an event of its own: that is log.
  logger: { says: isEvent('link-up', line => [line, { event: 'heartbeat', level: 'info' }]) },
  'start.ready': { says: isEvent('ready', ready => [ready, ready]) },
  'start.version': { says: isEvent('ready', ready => ({ ...ready, contract: 2 })) },
  'start.listen': { says: isEvent('ready', ready => ({ ...ready, listen: { ...ready.listen, port: 1 } })) },
  'start.info': {
    says: isReply(
      'info',
      result(() => ({ capabilities: [] })),
    ),
  },
  'commands.one-reply': { says: line => (line.reply ? [line, line] : line) },
  'commands.unknown': { says: isReply('sing', done) },
  'commands.fields': { hears: ({ colour: _, ...command }) => command },
  'commands.no-seq': { hears: command => ({ seq: 'none', ...command }) },
  'commands.long': { hears: command => (JSON.stringify(command).length > 1024 ? undefined : command) },
  'commands.not-supported': { says: isEvent('ready', ready => ({ ...ready, capabilities: ['counters', 'ttl'] })) },
  'connect.failed': {
    says: isReply('connect', ({ reply }) => ({ reply, error: { code: 'internal', message: 'no' } })),
  },
  'connect.link': {
    says: isReply(
      'connect',
      result(() => ({ peer: process.env.PEERLAB_NODE_ID })),
    ),
  },
  'connect.again': {
    says: isReply(
      'connect',
      result(() => ({ session: `another ${sessions++}` })),
    ),
  },
  'connect.redial': {
    says: line => {
      if (line.event === 'link-down') lost.add(line.peer);
      const links = line.result?.links?.filter(({ peer }) => !lost.has(peer));
      return links === undefined ? line : { ...line, result: { ...line.result, links } };
    },
  },
  'neighbours.none': {
    says: isReply(
      'neighbours',
      result(() => ({
        links: [{ session: 'a', peer: process.env.PEERLAB_NODE_ID, direction: 'out', address: '127.0.0.1:1' }],
      })),
    ),
  },
  'neighbours.both': {
    says: isReply(
      'neighbours',
      result(({ links }) => ({ links: links.map(link => ({ ...link, direction: 'out' })) })),
    ),
  },
  // It holds on to the link that it dialled, whichever of the two stays.
  'connect.twins': {
    says: isReply(
      'neighbours',
      result(({ links }) => ({
        links: links.flatMap(link =>
          link.direction === 'in' ? [link, { ...link, session: `mine to ${link.peer}`, direction: 'out' }] : [link],
        ),
      })),
    ),
  },
  'links.told': { says: isEvent('link-up', event => (event.direction === 'in' ? undefined : event)) },
  silent: { says: line => (line.event?.startsWith('link-') ? undefined : line) },
  'links.down': { says: isEvent('link-down', () => undefined) },
  'broadcast.alone': {
    says: isReply('broadcast', line => [
      { event: 'received', kind: 'broadcast', id: line.result.id, ...ofItself, hops: 0, ttl: 1, payload: 'mine' },
      line,
    ]),
  },
  'broadcast.reach': { says: isEvent('received', event => ({ ...event, hops: event.hops + 1 })) },
  'broadcast.payload': {
    says: isEvent('received', ({ payload, ...event }) => ({
      ...event,
      payload: payload.replace?.('}{', '}') ?? payload,
    })),
  },
  // It cuts off what does not fit, and says nothing.
  'broadcast.large': {
    hears: command =>
      command.payload?.length > 1e6 ? { ...command, payload: command.payload.slice(0, 1000) } : command,
  },
  'broadcast.both-ways': {
    says: isEvent('received', event => (process.env.PEERLAB_NAME === 'n0' ? undefined : event)),
  },
  'broadcast.once': { says: isEvent('received', event => [event, event]) },
  'broadcast.many': { says: isEvent('received', event => (++deliveries % 7 === 0 ? undefined : event)) },
  'ttl.horizon': { hears: ({ ttl, ...command }) => (ttl === undefined ? command : { ...command, ttl: ttl + 1 }) },
  'dm.arrives': { says: isEvent('received', event => (event.kind === 'dm' ? undefined : event)) },
  'dm.self': { says: isReply('dm', ({ reply }) => ({ reply, result: { id: process.env.PEERLAB_NODE_ID } })) },
  'dm.ttl': { hears: ({ ttl, ...command }) => (command.command === 'dm' ? command : { ttl, ...command }) },
  'counters.agree': {
    says: isReply(
      'counters',
      result(({ sessions }) => ({ sessions: sessions.map(s => ({ ...s, framesOut: s.framesOut + 1 })) })),
    ),
  },
  'trace.told': { says: isEvent('sent', () => undefined) },
  'history.known': {
    says: isReply(
      'history',
      result(() => ({ records: [] })),
    ),
  },
  'disconnect.both': {
    hears: command => (command.command === 'disconnect' ? { seq: command.seq, command: 'info' } : command),
    says: isReply('disconnect', done),
  },
  'disconnect.nobody': { says: isReply('disconnect', done) },
  'shape.told': { hears: ({ links, ...command }) => command },
  'shape.down': {
    hears: ({ links, ...command }) => command,
    says: isReply('shape', (line, { links = [] }) => ({ reply: line.reply, result: { links } })),
  },
  'shape.latency': ignores('latencyMs'),
  'shape.bandwidth': ignores('bandwidthKbps'),
  'shape.loss': ignores('lossRatio'),
  'shape.mute': ignores('mute'),
  // It keeps every other clause; a part of shape may be left out, if that is said.
  'no mute': {
    hears: command =>
      command.links?.some(({ settings }) => settings?.mute) ? { ...command, command: 'sing' } : command,
    says: (line, command) =>
      command?.links && line.error ? { ...line, error: { ...line.error, code: 'not-supported' } } : line,
  },
  'ping.measured': {
    says: isReply(
      'ping',
      result(() => ({ rttMs: 'fast' })),
    ),
  },
  'ping.nobody': { says: isReply('ping', ({ reply }) => ({ reply, result: { rttMs: 1 } })) },
  'end.stop': { status: 3 },
  'end.sigterm': { deafTo: 'SIGTERM' },
  'end.sigint': { deafTo: 'SIGINT' },
  'end.input': { env: { PEERLAB_EPHEMERAL: '0' } },
  'end.lasting': { env: { PEERLAB_EPHEMERAL: '1' } },
};

const { says = line => line, hears = command => command, status, deafTo, env } = BREAKAGES[breakage];
const peer = spawn(process.execPath, [program], {
  env: { ...process.env, ...env },
  stdio: ['pipe', 'pipe', 'inherit'],
  // Of a process group of its own: it hears of signals from here alone.
  detached: true,
});
const commands = new Map();

createInterface({ input: process.stdin })
  .on('line', line => {
    const command = parsed(line);
    const heard = command === undefined ? line : hears(command);
    if (heard === undefined) return;
    if (command !== undefined) commands.set(heard.seq, command);
    peer.stdin.write(`${typeof heard === 'string' ? heard : JSON.stringify(heard)}\n`);
  })
  .on('close', () => peer.stdin.end());

createInterface({ input: peer.stdout }).on('line', text => {
  const line = parsed(text);
  const said = line === undefined ? [text] : [says(line, commands.get(line.reply))].flat();
  for (const one of said) {
    if (one !== undefined) process.stdout.write(`${typeof one === 'string' ? one : JSON.stringify(one)}\n`);
  }
});

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => signal !== deafTo && peer.kill(signal));
process.on('exit', () => peer.kill('SIGKILL'));
peer.on('close', code => process.exit(status ?? code ?? 1));

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
