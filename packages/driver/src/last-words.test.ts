/** Why a program ended, from what it printed: real last words, in the languages that peers are written in. */
import { describe, expect, test } from 'vitest';
import { LastWords } from './last-words.ts';

const of = (text: string): LastWords => LastWords.of(text.split('\n'));

const CASES: Readonly<Record<string, readonly [text: string, cause: string]>> = {
  'Node, above its stack': [
    `file:///home/u/peer.mjs:7
  throw new Error('no port is free');
        ^

Error: no port is free
    at listen (file:///home/u/peer.mjs:7:9)
    at file:///home/u/peer.mjs:10:1
    at ModuleJob.run (node:internal/modules/esm/module_job:263:25)
    at async onImport.tracePromise.__proto__ (node:internal/modules/esm/loader:578:26)

Node.js v20.20.2`,
    'Error: no port is free',
  ],
  'Node, an error with a code and fields': [
    `node:events:497
      throw er; // Unhandled 'error' event
      ^

Error: listen EADDRINUSE: address already in use 127.0.0.1:7946
    at Server.setupListenHandle [as _listen2] (node:net:1907:16)
Emitted 'error' event on Server instance at:
    at emitErrorNT (node:net:1886:8) {
  code: 'EADDRINUSE',
  errno: -98
}

Node.js v20.20.2`,
    'Error: listen EADDRINUSE: address already in use 127.0.0.1:7946',
  ],
  'Node, a module that is not there': [
    `node:internal/modules/cjs/loader:1228
  throw err;
  ^

Error: Cannot find module '/home/u/nothing.js'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15) {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v20.20.2`,
    "Error: Cannot find module '/home/u/nothing.js'",
  ],
  'Node, with a code in the name': [
    'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string\n    at open (node:fs:1)',
    'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string',
  ],
  'Node, out of memory': [
    `<--- Last few GCs --->

[1:0x1]  100 ms: Scavenge 1.0 (2.0) -> 1.0 (2.0) MB
FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
 1: 0xb9b1f0 node::Abort() [node]
 2: 0xaa0aee  [node]`,
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  ],
  Python: [
    `Traceback (most recent call last):
  File "/home/u/peer.py", line 9, in <module>
    main()
  File "/home/u/peer.py", line 6, in main
    raise ValueError('no such peer')
ValueError: no such peer`,
    'ValueError: no such peer',
  ],
  'Python, an exception of its own, raised by another': [
    `Traceback (most recent call last):
  File "peer.py", line 2, in <module>
    1 / 0
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "peer.py", line 4, in <module>
    raise net.Unreachable('10.0.0.1')
net.Unreachable: 10.0.0.1`,
    'net.Unreachable: 10.0.0.1',
  ],
  Go: [
    `panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
main.(*Peer).listen(0xc000012345, {0x0, 0x0})
	/home/u/peer.go:14 +0x1d
main.main()
	/home/u/peer.go:20 +0x17
created by net.listen in goroutine 1
	/usr/lib/go/src/net/net.go:3 +0x1
exit status 2`,
    'panic: runtime error: index out of range [3] with length 3',
  ],
  Rust: [
    `thread 'main' panicked at src/main.rs:4:10:
called \`Result::unwrap()\` on an \`Err\` value: AddrInUse
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    "thread 'main' panicked at src/main.rs:4:10: called `Result::unwrap()` on an `Err` value: AddrInUse",
  ],
  Java: [
    `Exception in thread "main" java.lang.IllegalStateException: cannot start
	at net.Peer.main(Peer.java:9)
Caused by: java.net.BindException: Address already in use
	at java.base/sun.nio.ch.Net.bind0(Native Method)
	... 3 more`,
    'Caused by: java.net.BindException: Address already in use',
  ],
  Ruby: [
    "peer.rb:3:in `listen': no port (RuntimeError)\n\tfrom peer.rb:6:in `<main>'",
    "peer.rb:3:in `listen': no port (RuntimeError)",
  ],
  'C++': [
    "terminate called after throwing an instance of 'std::runtime_error'\n  what():  no port",
    "terminate called after throwing an instance of 'std::runtime_error': what():  no port",
  ],
  'a shell': ['./start.sh: 3: nodejs22: not found', './start.sh: 3: nodejs22: not found'],
  'a shell, and a last line after it': [
    'bash: line 1: cargo: command not found\nbuild failed',
    'bash: line 1: cargo: command not found; build failed',
  ],
  'no word of a kind that is known': [
    'starting\nconfiguration is empty, giving up',
    'configuration is empty, giving up',
  ],
};

test.each(Object.entries(CASES))('%s', (_, [text, cause]) => {
  expect(of(text).text).toBe(cause);
});

describe('what is kept', () => {
  test('is the newest lines, and the cause before them, however long the trace', () => {
    const frames = Array.from({ length: 500 }, (_, i) => `\tmain.frame(${i})\n\t\t/home/u/peer.go:${i}`).join('\n');
    const words = of(`panic: all goroutines are asleep\n\ngoroutine 1 [running]:\n${frames}\nexit status 2`);
    expect(words.lines).toHaveLength(12);
    expect([words.lines[0], words.lines.at(-1), words.cause]).toEqual([
      'panic: all goroutines are asleep',
      'exit status 2',
      'panic: all goroutines are asleep',
    ]);
  });

  test('an error that was reported long before is not why it ended', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `message ${i}`).join('\n');
    expect(of(`Error: connection refused, trying again\n${lines}`).text).toBe('message 29');
  });

  test('lines of the contract are kept, and never repeated as what it said', () => {
    const words = of('Error: boom\n{"event":"received","id":"1"}\n{"reply":"1","result":{}}');
    expect([words.text, words.lines.length]).toEqual(['Error: boom', 3]);
    expect(of('{"event":"ready"}').clause).toBe('');
  });

  test('a long line is cut in a message', () => {
    expect(of(`Error: ${'x'.repeat(10_000)}`).clause.length).toBeLessThan(600);
  });
});
