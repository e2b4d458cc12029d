// A Maelstrom node of the broadcast workload (https://github.com/jepsen-io/maelstrom), as its tutorial builds one. It knows
// nothing of the lab: JSON lines in on standard input, out on standard output.
import { createInterface } from 'node:readline';

let nodeId;
let neighbours = [];
let lastId = 0;
const messages = new Set();

const send = (dest, body) => process.stdout.write(`${JSON.stringify({ src: nodeId, dest, body })}\n`);
const reply = ({ src, body }, answer) => send(src, { msg_id: ++lastId, in_reply_to: body.msg_id, ...answer });

const HANDLERS = {
  init(request) {
    nodeId = request.body.node_id;
    reply(request, { type: 'init_ok' });
  },
  topology(request) {
    neighbours = request.body.topology[nodeId];
    reply(request, { type: 'topology_ok' });
  },
  broadcast(request) {
    const { message } = request.body;
    if (!messages.has(message)) {
      messages.add(message);
      for (const dest of neighbours) if (dest !== request.src) send(dest, { type: 'broadcast', message });
    }
    // Nodes broadcast to each other without asking for an answer.
    if (request.body.msg_id !== undefined) reply(request, { type: 'broadcast_ok' });
  },
  read: request => reply(request, { type: 'read_ok', messages: [...messages] }),
};

createInterface({ input: process.stdin }).on('line', line => {
  const request = JSON.parse(line);
  HANDLERS[request.body.type]?.(request);
});
