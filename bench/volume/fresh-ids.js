// An attacker in a process of its own: broadcasts as fast as it can, until it is ended. Arguments: network, security, host, port.
import { createNode } from '../../packages/node/dist/index.js';

const [, , network, security, host, port] = process.argv;
const node = await createNode({ network, security, maxOutboxBytes: 2 ** 20 });
await node.connect(host, Number(port));
const payload = new Uint8Array(16);
for (let n = 0; ; n++) {
  node.broadcast(payload).catch(() => undefined);
  if (n % 256 === 255) await new Promise(resolve => setImmediate(resolve));
}
