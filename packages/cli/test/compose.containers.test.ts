/** docker-compose.yml: a ring of five without the orchestrator floods a message to each peer, once. */
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type PeerEvent, parsePeerLine } from '@peerlab/contract';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PEERS = ['n0', 'n1', 'n2', 'n3', 'n4'];
const STARTED_WITHIN_MS = 120_000;

await requireEngine();

/** `docker compose`, or the older `docker-compose` where the plugin is not there. */
function compose(...args: string[]): string {
  const options = { cwd: ROOT, encoding: 'utf8' as const, stdio: 'pipe' as const, timeout: STARTED_WITHIN_MS };
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
  } catch {
    return execFileSync('docker-compose', args, options);
  }
  return execFileSync('docker', ['compose', ...args], options);
}

/** Follows a container's output, from its start, until the condition holds for the events so far. */
async function eventsUntil(
  container: string,
  done: (events: readonly PeerEvent[]) => boolean,
  what: string,
): Promise<PeerEvent[]> {
  const logs = spawn('docker', ['logs', '--follow', container], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    return await new Promise((resolve, reject) => {
      const events: PeerEvent[] = [];
      let rest = '';
      const timer = setTimeout(() => reject(new Error(`${container}: waited 20 s for ${what}`)), 20_000);
      logs.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const text of lines) {
          const line = parsePeerLine(text);
          if (line.type === 'event') events.push(line.event);
        }
        if (!done(events)) return;
        clearTimeout(timer);
        resolve(events);
      });
    });
  } finally {
    logs.kill('SIGKILL');
  }
}

describe('the lab on Docker Compose alone', () => {
  beforeAll(() => {
    execFileSync('npm', ['run', '--silent', 'image'], { cwd: ROOT, stdio: 'ignore', timeout: STARTED_WITHIN_MS });
    compose('up', '-d');
  }, STARTED_WITHIN_MS);

  afterAll(() => {
    compose('down', '--timeout', '1');
    const left = execFileSync('docker', ['ps', '-aq', '--filter', 'name=peerlab-compose'], { encoding: 'utf8' });
    expect(left.trim()).toBe('');
  }, STARTED_WITHIN_MS);

  test('floods a message to every other peer, once', { timeout: STARTED_WITHIN_MS }, async () => {
    const isLinked = (events: readonly PeerEvent[]): boolean =>
      events.filter(({ event }) => event === 'link-up').length >= 2;
    await Promise.all(PEERS.map(peer => eventsUntil(`peerlab-compose-${peer}`, isLinked, 'two links')));

    const attach = spawn('docker', ['attach', '--sig-proxy=false', 'peerlab-compose-n0'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    attach.stdin.write(`${JSON.stringify({ seq: 'test:1', command: 'broadcast', payload: 'hello' })}\n`);
    const isReached = (events: readonly PeerEvent[]): boolean => events.some(({ event }) => event === 'received');
    const others = PEERS.slice(1);
    const seen = await Promise.all(
      others.map(peer => eventsUntil(`peerlab-compose-${peer}`, isReached, 'the message')),
    );
    attach.kill('SIGKILL');

    const received = seen.map(events => events.filter(event => event.event === 'received'));
    expect(received.map(events => events.length)).toEqual([1, 1, 1, 1]);
    expect(received.flat().map(event => event.payload)).toEqual(['hello', 'hello', 'hello', 'hello']);
    // A ring: the neighbours have it at hop 1; the far side at hop 2, or at 3 by the longer way.
    expect(received.map(([event]) => event?.hops).slice(0, 1)).toEqual([1]);
  });
});
