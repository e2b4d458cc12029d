/** The round trip of one byte over an open TCP connection between two peers' places: no handshake, no contract, no disk. */
import { runToEnd } from '@peerlab/driver';

const ECHO = `require('node:net').createServer(socket => socket.setNoDelay().pipe(socket)).listen(0, process.argv[1], function () {
  console.log(this.address().port);
})`;

const ASK = `
const [host, port] = process.argv.slice(1);
const times = [];
const socket = require('node:net').connect(Number(port), host, () => ask()).setNoDelay();
let began;
const ask = () => { began = performance.now(); socket.write('x'); };
socket.on('data', () => {
  times.push(performance.now() - began);
  if (times.length < 500) return ask();
  console.log(times.sort((a, b) => a - b)[250]);
  socket.destroy();
});`;

/** @returns the median of 500, in milliseconds */
export async function roundTripMs({ exec }, from, to) {
  const server = await exec(to.index, ['node', '-e', ECHO, to.address]);
  const port = await new Promise(resolve => server.listen(chunk => resolve(Buffer.from(chunk).toString().trim())));
  const { stdout } = await runToEnd(await exec(from.index, ['node', '-e', ASK, to.address, port]));
  await server.kill();
  return Number(stdout);
}
