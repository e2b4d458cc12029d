// A Maelstrom node as a child process. Maelstrom's client is played here, by the name c1.
import { spawn } from 'node:child_process';
import { readLines, writeLine } from './lines.js';

const CLIENT = 'c1';

/** @param onMessage hears what the node sends to other nodes */
export function startNode([program, ...words], name, onMessage) {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  child
    .on('error', error => console.error(String(error)))
    .on('close', (_, signal) => {
      // Ctrl-C reaches both: the node may be the first to end.
      process.exit(signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 1);
    });
  const waiting = new Map();
  let lastId = 0;
  readLines(child.stdout, message => {
    if (message.dest !== CLIENT) return onMessage(message);
    waiting.get(message.body.in_reply_to)?.(message.body);
    waiting.delete(message.body.in_reply_to);
  });
  return {
    deliver: message => writeLine(child.stdin, message),
    /** Asks as a client does; rejects with the node's error. */
    ask: body =>
      new Promise((done, fail) => {
        const msg_id = ++lastId;
        waiting.set(msg_id, reply =>
          reply.type === 'error' ? fail(new Error(reply.text ?? `error ${reply.code}`)) : done(reply),
        );
        writeLine(child.stdin, { src: CLIENT, dest: name, body: { ...body, msg_id } });
      }),
    stop: () => child.removeAllListeners('close').kill(),
  };
}
