/** What a peer printed, for later readers. */

import { describe, expect, it } from 'vitest';
import type { RunningLab } from '../../running-lab.ts';
import { eventually, within } from '../eventually.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeLogs(bench: Workbench): void {
  const printed = async (count: number): Promise<RunningLab> => {
    const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
    const talk = await bench.talk(lab, 0);
    await talk.ask({ command: 'broadcast', payload: `lines ${count}` });
    return lab;
  };

  describe('logs', () => {
    it('give everything, oldest first, also to another instance', async () => {
      const lab = await printed(20);
      const other = await bench.find(lab.name);
      const lines = await collect(other.logs(0, {}));
      expect(lines[0]).toContain('"ready"');
      expect(lines.filter(line => line.startsWith('line '))).toEqual(numbered(0, 20));
    });

    it('give the last lines only, when asked so', async () => {
      const lab = await printed(20);
      const last = await collect(lab.logs(0, { tail: 5 }));
      expect(last).toHaveLength(5);
      expect(last.slice(0, 4)).toEqual(numbered(16, 20));
      expect(last[4]).toContain('"reply"');
    });

    it('follow the peer until the reader stops', async () => {
      const lab = await printed(3);
      const stop = new AbortController();
      const lines: string[] = [];
      const following = (async () => {
        for await (const line of lab.logs(0, { follow: true, tail: 4, signal: stop.signal })) lines.push(line);
      })();
      await eventually('the existing lines', bench.patienceMs, () => lines.includes('line 2') || undefined);
      expect(lines.slice(0, 3)).toEqual(numbered(0, 3));
      await (await bench.talk(lab, 0)).ask({ command: 'broadcast', payload: 'more' });
      await eventually('the new line', bench.patienceMs, () => lines.includes('payload more') || undefined);
      stop.abort();
      await within('the end of following', bench.patienceMs, following);
    });

    it('end with the peer', async () => {
      const lab = await printed(1);
      const following = collect(lab.logs(0, { follow: true }));
      await (await bench.talk(lab, 0)).ask({ command: 'stop' });
      const lines = await within('the end of following', bench.patienceMs, following);
      expect(lines).toContain('line 0');
    });
  });
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, offset) => `line ${from + offset}`);
}
