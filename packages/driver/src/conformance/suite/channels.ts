/** The control channel of a peer: lines in, lines out, for any number of controllers. */
import { describe, expect, it } from 'vitest';
import { eventually, within } from '../eventually.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeChannels(bench: Workbench): void {
  describe('channels', () => {
    it('gives the same channel while it is open, and a new one after its release', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const [first, second] = await Promise.all([lab.channel(0), lab.channel(0)]);
      expect(second).toBe(first);
      first.close();
      expect(await within('a released channel to close', bench.patienceMs, first.closed)).toEqual({
        reason: 'let go',
      });
      await expect(first.write('{}')).rejects.toMatchObject({ code: 'PEER_FAILED' });
      const talk = await bench.talk(lab, 0);
      expect(talk.channel).not.toBe(first);
      await talk.ask({ command: 'info' });
    });

    it('keeps lines for the first listener, in order, from the very first on', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const channel = await lab.channel(0);
      await channel.write(JSON.stringify({ seq: 'kept-1', command: 'broadcast', payload: 'lines 50' }));
      const witness = await bench.talk(await bench.find(lab.name), 0);
      await witness.ask({ command: 'info' });
      const lines: string[] = [];
      channel.listen((line, stream) => lines.push(`${stream} ${line}`));
      await eventually('the kept reply', bench.patienceMs, () => lines.find(line => line.includes('kept-1')));
      const own = lines.slice(0, lines.findIndex(line => line.includes('kept-1')) + 1);
      expect(own[0]).toMatch(/^stdout \{"event":"ready"/);
      expect(own.slice(1, 51)).toEqual(Array.from({ length: 50 }, (_, line) => `stdout line ${line}`));
      expect(own).toHaveLength(52);
    });

    it('separates standard output from standard error', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const channel = await lab.channel(0);
      const heard: (readonly [string, string])[] = [];
      channel.listen((line, stream) => heard.push([stream, line]));
      await channel.write(JSON.stringify({ seq: 's', command: 'broadcast', payload: 'Grüße' }));
      const has = (stream: string, line: string) =>
        eventually(`'${line}' on ${stream}`, bench.patienceMs, () =>
          heard.find(([s, l]) => s === stream && l === line),
        );
      await has('stdout', 'payload Grüße');
      await has('stderr', 'length 5');
    });

    it('serves several controllers at once: all receive everything and find their replies by number', async () => {
      const lab = await bench.up(bench.plan({ peers: 2 }));
      await (await bench.talk(lab, 1)).event('ready');
      const controllers = await Promise.all(
        Array.from({ length: 4 }, async () => bench.talk(await bench.find(lab.name), 0)),
      );
      const results = await Promise.all(
        controllers.flatMap(controller => Array.from({ length: 25 }, () => controller.ask({ command: 'info' }))),
      );
      expect(new Set(results.map(result => result.nodeId))).toEqual(new Set([lab.peers[0]?.nodeId]));
      const { address, port } = lab.peers[1] as { address: string; port: number };
      const [first] = controllers;
      const link = await first?.ask({ command: 'connect', host: address, port });
      for (const controller of controllers) {
        expect(await controller.event('link-up')).toMatchObject({ session: link?.session });
      }
    });

    it('lets a controller disconnect without affecting the others', async () => {
      const lab = await bench.up(bench.plan({ peers: 1 }));
      const other = await bench.find(lab.name);
      await (await bench.talk(other, 0)).ask({ command: 'info' });
      await other.close();
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
    });

    it('carries a line of a megabyte both ways, whole', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const talk = await bench.talk(lab, 0);
      const payload = `${'ab"\\ü\u{1f600}'.repeat(150_000)}end`;
      await talk.ask({ command: 'broadcast', payload });
      const line = await talk.line('the payload', text => text.startsWith('payload '));
      expect(line.length).toBe(`payload ${payload}`.length);
      expect(line === `payload ${payload}`).toBe(true);
      await talk.line('its length', text => text === `length ${payload.length}`);
    });

    it('passes on lines that do not follow the contract unchanged', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, does: { 0: 'garbage' } }));
      const talk = await bench.talk(lab, 0);
      await talk.ask({ command: 'info' });
      expect(talk.lines).toEqual(
        expect.arrayContaining(['no json', '{"event":"nonsense"}', '{"broken', '[1,2]', '\u0000\u0001']),
      );
      await talk.line('text beyond ASCII', line => line === 'Grüße, 你好, \u{1f600}');
    });

    it('refuses a peer that is not in the topology', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      await expect(lab.channel(1)).rejects.toMatchObject({ code: 'NO_SUCH_PEER' });
      await expect(lab.channel(-1)).rejects.toMatchObject({ code: 'NO_SUCH_PEER' });
      await expect(lab.logs(7, {})[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'NO_SUCH_PEER' });
    });

    it('closes with the known reason when the peer ends', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const talk = await bench.talk(lab, 0);
      await talk.ask({ command: 'stop' });
      const end = await within('the channel of a stopped peer to close', bench.patienceMs, talk.channel.closed);
      expect(end).toEqual({ reason: 'exited with status 0', exitCode: 0 });
      await expect(talk.channel.write('{}')).rejects.toMatchObject({ code: 'PEER_FAILED' });
      await expect(lab.channel(0)).rejects.toMatchObject({ code: 'PEER_FAILED' });
    });
  });
}
