/**
 * Is memory flat? Ten million deliveries-and-duplicates through two linked peers of the library, ids all new, the
 * seen-cache at its bound: prints the heap, the array buffers and the resident set after each million.
 * node dist/memory.js [messages]
 */
import { createNode } from '@peerlab/node';
import { wholeNumber } from './whole-number.ts';

const MESSAGES = wholeNumber('messages', process.argv[2] ?? '10000000');
const STEP = MESSAGES / 10;
const WINDOW = 4096;

await using a = await createNode({ security: 'open', listen: { host: '127.0.0.1', port: 0 } });
await using b = await createNode({ security: 'open', listen: { host: '127.0.0.1', port: 0 } });
await a.connect('127.0.0.1', b.address?.port ?? 0);
let delivered = 0;
let wake: () => void = () => undefined;
b.on('broadcast', () => {
  delivered++;
  wake();
});
const payload = new Uint8Array(64);
const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1).padStart(7);
process.stdout.write('messages   heap MiB  buffers MiB  resident MiB  ids remembered\n');
for (let sent = 1; sent <= MESSAGES; sent++) {
  await a.broadcast(payload);
  while (sent - delivered >= WINDOW || (sent % STEP === 0 && delivered < sent)) {
    await new Promise<void>(resolve => {
      wake = resolve;
    });
  }
  if (sent % STEP !== 0) continue;
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const { size } = b.counters().seenCache;
  process.stdout.write(
    `${String(sent).padStart(8)}  ${mib(heapUsed)}      ${mib(arrayBuffers)}       ${mib(rss)}  ${size}\n`,
  );
}
