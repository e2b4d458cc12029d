// Every verb that does something with a lab, with arguments by chance.
import { join } from 'node:path';

const CHECKS = ['links', 'broadcast', 'ttl', 'dm'];

/** Verbs and how often each is chosen, relative to the others. */
const WEIGHTS = {
  up: 6,
  verify: 12,
  check: 4,
  broadcast: 10,
  dm: 6,
  inspect: 6,
  ls: 2,
  logs: 3,
  graph: 1,
  doctor: 1,
  watch: 2,
  record: 2,
  kill: 4,
  stop: 3,
  pause: 4,
  unpause: 3,
  restart: 4,
  start: 3,
  isolate: 2,
  rejoin: 2,
  partition: 4,
  cut: 3,
  restore: 3,
  slow: 2,
  flaky: 1,
  active: 2,
  heal: 6,
  clear: 1,
  chaos: 1,
  test: 2,
  compare: 1,
  down: 2,
  prune: 1,
};

/** What runs until it is told to end. */
export const ENDLESS = new Set(['watch', 'record']);

/**
 * Chooses a verb and its arguments.
 * @param {{ lab: string, file: string, driver: string, folder: string, peers: readonly string[], links: readonly (readonly string[])[] }} about
 * @returns {{ name: string, words: readonly string[] }}
 */
export function chooseVerb(random, about, round) {
  const { lab, file, driver, folder, peers, links } = about;
  const name = random.weighted(WEIGHTS);
  const peer = random.pick(peers);
  const other = random.pick(peers.filter(each => each !== peer));
  const link = random.pick(links);
  const isJson = random.below(2) === 0 ? ['-f', 'json'] : [];
  const fault = (...words) => ['fault', ...words];
  const words = {
    up: () => [
      'up',
      file,
      '--name',
      lab,
      '--driver',
      driver,
      ...(random.below(2) === 0 ? ['--no-verify'] : []),
      ...isJson,
    ],
    verify: () => ['verify', lab, ...isJson],
    check: () => ['verify', lab, '--check', random.pick(CHECKS), ...isJson],
    broadcast: () => ['broadcast', lab, peer, 'chaos', ...(random.below(2) === 0 ? ['--ttl', '2'] : []), ...isJson],
    dm: () => ['dm', lab, peer, other, 'chaos', ...isJson],
    inspect: () => ['inspect', lab, ...isJson],
    ls: () => ['ls', ...isJson],
    logs: () => ['logs', lab, peer, '--tail', '5'],
    graph: () => ['graph', lab],
    doctor: () => ['doctor', ...isJson],
    watch: () => ['watch', lab],
    record: () => ['record', lab, join(folder, `round-${round}.jsonl`)],
    kill: () => fault('kill', lab, peer, ...isJson),
    stop: () => fault('stop', lab, peer, ...isJson),
    pause: () => fault('pause', lab, peer, ...isJson),
    unpause: () => fault('unpause', lab, peer, ...isJson),
    restart: () => fault('restart', lab, peer, ...isJson),
    start: () => fault('start', lab, peer, ...isJson),
    isolate: () => fault('isolate', lab, peer, ...isJson),
    rejoin: () => fault('rejoin', lab, peer, ...isJson),
    partition: () => fault('partition', lab, `${peer},${other}`, ...isJson),
    cut: () => ['link', 'down', lab, ...link, ...isJson],
    restore: () => ['link', 'up', lab, ...link, ...isJson],
    slow: () => fault('slow', lab, link.join(':'), '--latency', '30', ...isJson),
    flaky: () => fault('flaky', lab, link.join(':'), '--loss', '0.2', ...isJson),
    active: () => fault('ls', lab, ...isJson),
    heal: () => fault('heal', lab, ...isJson),
    clear: () => fault('clear', lab, ...isJson),
    chaos: () => ['chaos', lab, '--duration', '2s', '--every', '500ms', ...isJson],
    test: () => ['test', join(folder, 'scenario.yaml'), '--driver', driver, ...isJson],
    compare: () => [
      'compare',
      file,
      '--driver',
      driver,
      '--vary',
      'env.CHAOS=1,2',
      '--runs',
      '1',
      '--broadcasts',
      '3',
      ...isJson,
    ],
    down: () => ['down', lab, ...isJson],
    prune: () => ['prune', '--dry-run', ...isJson],
  };
  return { name, words: words[name]() };
}

/** Verbs that leave a sound lab as it is, and succeed on it. */
const HARMLESS = new Set([
  'verify',
  'check',
  'broadcast',
  'dm',
  'inspect',
  'ls',
  'logs',
  'graph',
  'up',
  'active',
  'test',
  'watch',
  'record',
]);

/** True for a verb that succeeds on a sound lab and leaves it sound. */
export const isHarmless = name => HARMLESS.has(name);
