// Links to other bridges: TCP connections with JSON lines, dialled again when they are lost. Two connections between the
// same peers (both dialled at once) are one link.
import { createHash, randomUUID } from 'node:crypto';
import net from 'node:net';
import { readLines, writeLine } from './lines.js';

const REDIAL_MS = 500;
const UUID = /^(.{8})(.{4})(.{4})(.{4})(.{12}).*/;

/**
 * @param onMessage hears what neighbours send: (message, neighbour's node id)
 * @param onChange is waited for before a link that came, or after one that went, is told
 */
export function createLinks({ lab, name, nodeId, tell, onMessage, onChange }) {
  const instance = randomUUID();
  const links = new Map(); // by the neighbour's node id
  const factsOf = ([peer, { session, direction, address }]) => ({ peer, session, direction, address });

  function join(socket, direction) {
    return new Promise((done, fail) => {
      let peer;
      writeLine(socket, { lab, name, nodeId, instance });
      readLines(socket, async ({ message, ...hello }) => {
        if (message !== undefined) return onMessage(message, peer);
        if (hello.lab !== lab || hello.nodeId === nodeId) return socket.destroy();
        peer = hello.nodeId;
        // New at every start of either end, and the same at both.
        const words = [instance, hello.instance].sort().join();
        const session = createHash('sha256').update(words).digest('hex').replace(UUID, '$1-$2-$3-$4-$5');
        const address = `${socket.remoteAddress}:${socket.remotePort}`;
        const isNew = !links.has(peer);
        if (isNew) links.set(peer, { name: hello.name, session, direction, address, sockets: new Set() });
        links.get(peer).sockets.add(socket);
        await onChange();
        if (isNew) tell({ event: 'link-up', peer, session, direction, address });
        done({ peer, session });
      });
      socket.on('error', fail).on('close', async () => {
        fail(new Error('the connection was closed'));
        const link = links.get(peer);
        if (!link?.sockets.delete(socket) || link.sockets.size > 0) return;
        links.delete(peer);
        await onChange();
        tell({ event: 'link-down', peer, session: link.session, reason: 'closed' });
      });
    });
  }

  function dial(address) {
    const socket = net.connect(address);
    const joined = join(socket, 'out');
    joined.then(() => socket.on('close', () => setTimeout(keep, REDIAL_MS, address))).catch(() => undefined);
    return joined;
  }

  const keep = address => dial(address).catch(() => setTimeout(keep, REDIAL_MS, address));

  return {
    dial,
    listen: (address, ready) =>
      net.createServer(socket => join(socket, 'in').catch(() => undefined)).listen(address, ready),
    neighbours: () => [...links].map(factsOf),
    names: () => [...links.values()].map(link => link.name),
    /** @returns false when there is no link to the peer of that name */
    send(to, message) {
      const link = [...links.values()].find(link => link.name === to);
      if (link !== undefined) writeLine([...link.sockets][0], { message });
      return link !== undefined;
    },
  };
}
