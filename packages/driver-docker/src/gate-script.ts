/** What runs in a gate (gate.ts), as text: Node without a package. It prints `open` once it listens at all of its ports. */

/** How long a way of datagrams stays open without one, in milliseconds. */
const IDLE_MS = 60_000;
/** Ways of datagrams that are open at once, of each port: of more, the oldest goes. */
const MAX_WAYS = 1000;

/** Its argument: a JSON list of `{ gatePort, protocol, address, port }`. */
export const GATE_SCRIPT: string = `
  const { createServer, connect } = require('node:net');
  const { createSocket } = require('node:dgram');
  const targets = JSON.parse(process.argv[1]);
  let left = targets.length;
  const listens = () => --left === 0 && console.log('open');
  const passOn = { tcp: stream, udp: datagrams };
  for (const target of targets) passOn[target.protocol](target);

  function stream({ gatePort, address, port }) {
    const server = createServer({ allowHalfOpen: true }, outer => {
      const inner = connect({ host: address, port, allowHalfOpen: true });
      const both = [outer, inner];
      for (const socket of both) socket.on('error', () => both.forEach(one => one.destroy()));
      outer.pipe(inner);
      inner.pipe(outer);
      outer.on('close', () => inner.destroy());
      inner.on('close', () => outer.destroySoon());
    });
    server.listen(gatePort, '0.0.0.0', listens);
  }

  function datagrams({ gatePort, address, port }) {
    const outer = createSocket('udp4');
    const ways = new Map();
    const close = key => {
      const way = ways.get(key);
      ways.delete(key);
      if (way !== undefined) way.socket.close();
      if (way !== undefined) clearTimeout(way.timer);
    };
    outer.on('message', (message, from) => {
      const key = from.address + ' ' + from.port;
      let way = ways.get(key);
      if (way === undefined) {
        if (ways.size >= ${MAX_WAYS}) close(ways.keys().next().value);
        const socket = createSocket('udp4');
        socket.on('error', () => close(key));
        socket.on('message', answer => outer.send(answer, from.port, from.address));
        way = { socket, timer: setTimeout(() => close(key), ${IDLE_MS}) };
        ways.set(key, way);
      }
      way.timer.refresh();
      way.socket.send(message, port, address);
    });
    outer.on('error', error => {
      throw error;
    });
    outer.bind(gatePort, '0.0.0.0', listens);
  }

  process.stdin.resume();
  // That of a throw-away lab ends with its owner.
  process.stdin.on('end', () => process.exit(0));
`;
