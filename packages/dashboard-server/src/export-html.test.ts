import { readTrace } from '@peerlab/trace';
import { expect, it } from 'vitest';
import { HEADER } from '../test/test-trace.ts';
import { exportHtml } from './export-html.ts';

const PLAYER = '<body><script type="application/x-ndjson" id="trace"></script><script>play()</script></body>';

function traceOf(page: string): string {
  return /id="trace">([^<]*)<\/script><script>play/.exec(page)?.[1] ?? 'cut off';
}

it.each(['plain', '</script><script>alert(1)</script>', '<!--<script>', '$& $1 $`', 'ünïcödé \u2028', '\\u003c'])(
  'keeps a trace as it is, and lets no text out of it: %s',
  text => {
    const events = [{ atMs: 1, event: 'note', text }];
    const lines = [HEADER, ...events, { atMs: 2, event: 'end', events: 1 }].map(line => JSON.stringify(line));
    const page = exportHtml(PLAYER, `${lines.join('\n')}\n`);
    const trace = readTrace(traceOf(page).trimStart());
    expect([trace.header, trace.events, trace.cutOff]).toEqual([HEADER, events, undefined]);
    expect(page.match(/<script/g)).toHaveLength(2);
  },
);

it('refuses a player that has no place for it', () => {
  expect(() => exportHtml('<p>', '{}')).toThrow('cannot hold a recording');
});
