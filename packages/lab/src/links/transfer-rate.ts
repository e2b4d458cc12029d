/** What the network between two peers carries, by one short transfer beside their links: programs in their places, for a quarter of a second. */
import { type CanExec, LabError, type PeerFacts, runToEnd } from '@peerlab/driver';

/** How much is sent at most: this time, or so many bytes. Enough for a rate, and nothing that a network notices for long. */
const SEND_MS = 250;
const SEND_BYTES = 32 * 2 ** 20;

/** How long the two programs may take in all, in milliseconds. */
const BOUND_MS = 5000;

/** Counts what comes by one connection, and answers with the sum. Prints its port first. */
const SERVER = `
const server = require('node:net').createServer({ allowHalfOpen: true }, socket => {
  let bytes = 0;
  socket.on('data', chunk => { bytes += chunk.length; }).on('end', () => socket.end(String(bytes))).on('error', () => {}).on('close', () => process.exit());
});
server.listen(0, process.argv[1], () => console.log(server.address().port));
`;

/** Sends, waits until all of it is counted, and prints bytes and milliseconds as JSON. */
const CLIENT = `
const [host, port, mostMs, mostBytes] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port: Number(port), allowHalfOpen: true }, () => {
  const began = performance.now();
  const chunk = Buffer.alloc(65536);
  let sent = 0, counted = '';
  const send = () => {
    while (performance.now() - began < mostMs && sent < mostBytes) {
      sent += chunk.length;
      if (!socket.write(chunk)) return;
    }
    socket.removeListener('drain', send).end();
  };
  socket.on('drain', send).on('data', text => { counted += text; });
  socket.on('end', () => console.log(JSON.stringify({ bytes: Number(counted), ms: performance.now() - began })));
  send();
});
`;

/**
 * Transfers from one peer's place to another's.
 * @returns bytes per second; undefined where it cannot be tried: a place without Node, peers that do not reach each other now
 */
export async function transferRate({ exec }: CanExec, from: PeerFacts, to: PeerFacts): Promise<number | undefined> {
  try {
    const server = await exec(to.index, ['node', '-e', SERVER, to.address]);
    let said = '';
    const heard = new Promise<string>(resolve => {
      server.listen((chunk, stream) => {
        if (stream === 'stdout') said += Buffer.from(chunk).toString('utf8');
        if (said.includes('\n')) resolve(said.trim());
      });
    });
    const port = await Promise.race([heard, server.ended.then(() => undefined)]);
    if (port === undefined) return undefined;
    const words = [to.address, port, String(SEND_MS), String(SEND_BYTES)];
    const client = await exec(from.index, ['node', '-e', CLIENT, ...words]);
    const { stdout } = await runToEnd(client, { timeoutMs: BOUND_MS });
    await server.kill();
    return rateOf(stdout);
  } catch (error) {
    if (error instanceof LabError) return undefined;
    throw error;
  }
}

/** @param printed by the client: nothing, where it reached nobody */
function rateOf(printed: string): number | undefined {
  const [, bytes, ms] = /^\{"bytes":(\d+),"ms":([\d.]+)\}$/m.exec(printed) ?? [];
  return bytes === undefined || ms === undefined || Number(bytes) === 0
    ? undefined
    : (1000 * Number(bytes)) / Number(ms);
}
