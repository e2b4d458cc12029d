import { expect, test } from 'vitest';
import { resolveExchange } from './exchange-options.ts';

test.each([
  [{}, undefined],
  [{ bootstrap: [] }, { min: 4, max: 16 }],
  [{ links: {} }, { min: 4, max: 16 }],
  [{ links: { min: 20 } }, { min: 20, max: 20 }],
  [{ links: { max: 2 } }, { min: 2, max: 2 }],
  [
    { bootstrap: [], maxLinks: 3 },
    { min: 3, max: 3 },
  ],
])('%j: %j', (options, range) => {
  expect(resolveExchange(options).range).toEqual(range);
});

test.each([
  [{ links: { least: 3 } }, 'links has no option "least"'],
  [{ links: { min: 0 } }, 'links.min is 0: it must be an integer from 1 to 1024'],
  [{ links: { min: 5, max: 4 } }, 'links.max is 4: it must be an integer from 5 (links.min) to 1024 (maxLinks)'],
  [{ links: { max: 20 }, maxLinks: 10 }, 'links.max is 20'],
  [{ bootstrap: ['10.0.0.1'] }, 'bootstrap is "10.0.0.1": it must be host:port, or [host]:port for an IPv6 address'],
  [{ bootstrap: '10.0.0.1:80' }, 'it must be a list of host:port'],
])('%j is refused', (options, message) => {
  expect(() => resolveExchange(options as never)).toThrow(message);
});
