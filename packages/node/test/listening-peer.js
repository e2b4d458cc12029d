// A node in a process of its own: takes its network, listen address and security as arguments, lives as long as its input.
import { createNode } from '../dist/index.js';

const [, , network, host, port, security = 'open'] = process.argv;
const node = await createNode({ security, network, listen: { host, port: Number(port) } });
process.stdin.resume().on('end', () => node.close());
process.stdout.write(`${JSON.stringify(node.address)}\n`);
