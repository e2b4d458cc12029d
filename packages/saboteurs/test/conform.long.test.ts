/** Every clause of the contract is broken by one peer: the trial says which, and shows the exchange. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLAUSES, type ClauseFinding, conform } from '@peerlab/conform';
import { createLocalDriver } from '@peerlab/driver-local';
import { afterAll, describe, expect, it } from 'vitest';

const PEER = fileURLToPath(import.meta.resolve('@peerlab/node/peer'));
const BREAKER = join(import.meta.dirname, 'contract-breaker.js');
const runtimeDirectory = mkdtempSync(join(tmpdir(), 'peerlab-conform-'));
const driver = createLocalDriver({ peerProgram: [process.execPath, PEER], runtimeDirectory });
afterAll(() => rmSync(runtimeDirectory, { recursive: true, force: true }));

/** Clauses that are broken by a peer of its own: what it does on the wire cannot be bent afterwards. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'ttl.exact': 'first-copy',
  'disconnect.other': 'redials',
};

async function broken(breakage: string, clause: string, boundMs = 3000): Promise<ClauseFinding> {
  const own = PROGRAMS[breakage];
  const command =
    own === undefined
      ? [process.execPath, BREAKER, PEER, breakage]
      : [process.execPath, fileURLToPath(import.meta.resolve(`@peerlab/saboteurs/${own}`))];
  const { clauses, passed } = await conform(driver, { command }, { boundMs, only: [clause] });
  const [result] = clauses;
  if (result === undefined) throw new Error(`no clause ${clause}`);
  expect(passed).toBe(result.verdict !== 'failed');
  return result;
}

/** What is said of each peer that breaks the clause of that name. */
const WHY: Readonly<Record<string, RegExp>> = {
  'start.ready': /it said ready 2 times/,
  'start.version': /it says contract 2/,
  'start.listen': /it was told 127\.[\d.]+:7946, and says 127\.[\d.]+:1$/,
  'start.info': /ready said capabilities .*, info says \[\]/,
  'commands.one-reply': /the command c-\d+ has two replies/,
  'commands.unknown': /"sing".* was answered with a result, not with the error bad-command/,
  'commands.fields': /"colour":"red".* was answered with a result/,
  'commands.no-seq': /it replied to one of them: \{"reply":"none"/,
  'commands.long': /no reply to broadcast within 3000 ms/,
  'commands.not-supported': /"dm".* was (answered with a result|refused with)/,
  'connect.failed': /was refused with "internal", not "connect-failed"/,
  'connect.link': /n0 says that it linked to /,
  'connect.again': /the sessions are another \d+ and another \d+/,
  'connect.twins': /3000 ms after both dialled, n0 lists \d links? \(.*\) to n1, n1 \d links? \(.*\) to n0/,
  'connect.redial': /n0 has no link to n1 after \d+ ms/,
  'neighbours.none': /it lists \[\{/,
  'neighbours.both': /both ends of n0-n1 say out/,
  'links.told': /no link-up of the session /,
  'links.down': /no link-down of n2/,
  'broadcast.alone': /it delivered its own broadcast/,
  'broadcast.reach': /n1 says 2 hops, not 1/,
  'broadcast.payload': /"two objects }{ in one.* came as "two objects } in one/,
  'broadcast.large': /it was not refused, and n1 received 1000 bytes of it/,
  'broadcast.both-ways': /n0 never received it/,
  'broadcast.once': /n1 received it 2 times/,
  'broadcast.many': /n[12] never received it/,
  'ttl.horizon': /with TTL 0, n1 received it 1 times, not 0/,
  'ttl.exact': /with TTL 3, n5, 3 hops away, received it 0 times: n3 had a copy by a longer way before/,
  'dm.arrives': /n2 received it 0 times/,
  'dm.self': /was answered with a result, not with the error bad-command/,
  'dm.ttl': /n2, 2 hops away, received it 1 times with TTL 1/,
  'counters.agree': /in flight|never|still|counts|settle|frames/,
  'trace.told': /n1 relayed a broadcast but reported no sent event/,
  'history.known': /n1 relayed it but recalls no sent event/,
  'disconnect.both': /n0 still has a link to n1/,
  'disconnect.other': /n0 has a link to n1 again/,
  'disconnect.nobody': /was answered with a result, not with the error no-such-peer/,
  'shape.told': /it reports \[\]/,
  'shape.down': /n0 still has a link to n1/,
  'shape.latency': /n1 received it after \d+ ms/,
  'shape.bandwidth': /n1 received it after \d+ ms/,
  'shape.loss': /n1 received a message nevertheless/,
  'shape.mute': /n1 received a message nevertheless/,
  'ping.measured': /rttMs|ping/,
  'ping.nobody': /was answered with a result, not with the error no-such-peer/,
  'end.stop': /after stop it exited with status 3/,
  'end.sigterm': /SIGTERM/,
  'end.sigint': /SIGINT/,
  'end.input': /it keeps running/,
  'end.lasting': /it exited with status 0/,
};

// Each has a lab of its own, and most wait for what never comes: they wait together.
describe.concurrent('a peer that breaks a clause', () => {
  it.each(Object.entries(WHY))('%s', async (id, why) => {
    const { verdict, observed, evidence } = await broken(id, id);
    expect([verdict, observed]).toEqual(['failed', expect.stringMatching(why)]);
    if (!id.startsWith('end.') && !id.startsWith('start.')) expect(evidence.join('\n')).toMatch(/n\d (<-|->) \{/);
  });

  it('none, and is told so', async () => {
    for (const id of ['start.ready', 'broadcast.reach', 'ttl.exact', 'end.stop', 'end.input', 'end.lasting']) {
      expect((await broken('none', id, 5000)).verdict).toBe('proven');
    }
  });

  it('is not blamed for deliveries that nobody read in time', async () => {
    const { verdict, reason, explanations } = await broken('unread', 'broadcast.reach');
    expect([verdict, explanations]).toEqual(['not-proven', []]);
    expect(reason).toMatch(/^\d+ events? of n\d went unread, because its output was read too slowly/);
  });

  it('may leave a part of shape out, which is told', async () => {
    expect(await broken('no mute', 'shape.mute')).toMatchObject({
      verdict: 'not-proven',
      isAnnounced: false,
      reason: 'shape is announced, but not mute',
    });
  });

  it('may leave link-up and link-down out, which is told', async () => {
    for (const id of ['links.told', 'links.down']) {
      expect(await broken('silent', id)).toMatchObject({
        verdict: 'not-proven',
        isAnnounced: false,
        reason: 'no link-up event: the lab cannot show links live',
      });
    }
  });

  it('is there for every clause', () => {
    expect(Object.keys(WHY).sort()).toEqual(CLAUSES.map(({ id }) => id).sort());
  });
});
