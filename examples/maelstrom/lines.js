// JSON lines, in and out.
import { createInterface } from 'node:readline';

export function readLines(input, handle) {
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  // Errors of a socket are its owner's to see, and readline would throw them once more.
  reader
    .on('error', () => undefined)
    .on('line', line => {
      let value;
      try {
        value = JSON.parse(line);
      } catch {
        console.error(`not JSON: ${line}`);
      }
      if (typeof value === 'object' && value !== null) handle(value);
    });
}

export const writeLine = (output, line) => output.write(`${JSON.stringify(line)}\n`);
