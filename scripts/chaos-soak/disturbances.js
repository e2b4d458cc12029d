// What goes wrong around a lab without its doing: signals to the command, and to peers, to the process that holds a local lab, to the engine.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { runVerb } from './run-verb.js';

const COMMON = {
  nothing: 14,
  interrupt: 3,
  terminate: 2,
  'kill the command': 3,
  'kill a peer': 5,
  'freeze a peer': 4,
  'at once': 4,
};
const LOCAL = { ...COMMON, 'freeze the keeper': 2, 'kill the keeper': 2 };
const DOCKER = { ...COMMON, 'remove a container': 3, 'disconnect a container': 1 };
const ENGINES = { ...DOCKER, 'freeze one of the engines': 3 };
const OWN_ENGINE = { ...DOCKER, 'restart the engine': 1, 'crash the engine': 1, 'freeze the engine': 1 };

/**
 * Chooses what goes wrong during a command.
 * @param {{ lab: string, driver: string, env: object, engine: object | undefined, engines: Map<string, string>,
 *   another: () => readonly string[] }} about `engines`: those that the lab spans, name → endpoint; none where it spans none
 * @returns name, `afterChunks` and `break` as of runVerb, `touches`: peers it hits (filled in when it does), `undo`
 */
export function chooseDisturbance(random, about) {
  const { lab, driver, env, engine, engines, another } = about;
  const onDocker = engines.size > 0 ? ENGINES : engine === undefined ? DOCKER : OWN_ENGINE;
  const name = random.weighted(driver === 'local' ? LOCAL : onDocker);
  const touched = new Set();
  const undone = [];
  const choice = random.below(1 << 30);
  const peer = () => {
    const peers = peersOf(lab, driver, env, engines);
    const chosen = peers[choice % Math.max(1, peers.length)];
    if (chosen !== undefined) touched.add(chosen.name);
    return chosen;
  };
  const stop = pid => {
    if (signal(pid, 'SIGSTOP')) undone.push(() => signal(pid, 'SIGCONT'));
  };
  let beside;
  const actions = {
    nothing: () => undefined,
    interrupt: child => child.kill('SIGINT'),
    terminate: child => child.kill('SIGTERM'),
    'kill the command': child => child.kill('SIGKILL'),
    'kill a peer': () => signal(peer()?.pid, 'SIGKILL'),
    'freeze a peer': () => stop(peer()?.pid),
    // Another command on the same lab, at the same time.
    'at once': async () => {
      const words = another();
      beside = { words, run: await runVerb(words, env) };
    },
    'freeze the keeper': () => stop(keeperOf(lab, env)),
    'kill the keeper': () => signal(keeperOf(lab, env), 'SIGKILL'),
    'remove a container': () => {
      const { on = [], container } = peer() ?? {};
      if (container !== undefined) docker(env, ...on, 'rm', '--force', container);
    },
    'disconnect a container': () => {
      const { on = [], container, network } = peer() ?? {};
      if (network !== undefined) docker(env, ...on, 'network', 'disconnect', '--force', network, container);
    },
    'restart the engine': async () => await engine.restart(),
    'crash the engine': async () => await engine.crash(),
    'freeze the engine': () => stop(engine.pid),
    'freeze one of the engines': () => {
      const endpoints = [...engines.values()];
      stop(daemonOf(endpoints[choice % endpoints.length]));
    },
  };
  return {
    name,
    afterChunks: random.below(6),
    break: actions[name],
    touched,
    beside: () => beside,
    /** What was only frozen goes on. */
    undo: () => {
      for (const back of undone.splice(0)) back();
    },
  };
}

/** The peers that run, with the process that each is; `on`: the words by which the docker command asks its engine. */
function peersOf(lab, driver, env, engines) {
  if (driver === 'docker') {
    const hosts = engines.size === 0 ? [[]] : [...engines.values()].map(endpoint => ['--host', endpoint]);
    return hosts.flatMap(on => {
      const listed = docker(env, ...on, 'ps', '--quiet', '--filter', `label=dev.peerlab.lab=${lab}`);
      return listed
        .split('\n')
        .filter(Boolean)
        .flatMap(id => {
          const text = docker(env, ...on, 'inspect', id);
          if (text === '') return [];
          const [{ State, Config, NetworkSettings }] = JSON.parse(text);
          const name = Config.Labels['dev.peerlab.peer'];
          const [network] = Object.keys(NetworkSettings.Networks);
          return State.Pid > 0 ? [{ name, pid: State.Pid, container: id, network, on }] : [];
        });
    });
  }
  return processes().flatMap(({ pid, environ }) => {
    const name = variable(environ, 'PEERLAB_NAME');
    return variable(environ, 'PEERLAB_LAB') === lab && name !== undefined ? [{ name, pid }] : [];
  });
}

/** The daemon of an engine of docker-engines.sh: its number is beside its socket. */
function daemonOf(endpoint) {
  return Number(readFileSync(endpoint.replace(/^unix:\/\/(.+)docker\.sock$/, '$1docker.pid'), 'utf8'));
}

/** The process that holds a local lab. */
function keeperOf(lab) {
  return processes().find(
    ({ title }) => /(?:^peerlab-keeper|keeper(?:-main\.js|\.mjs)) (\S+)$/.exec(title)?.[1] === lab,
  )?.pid;
}

function processes() {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .flatMap(pid => {
      try {
        const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
        return [{ pid: Number(pid), title, environ: readFileSync(`/proc/${pid}/environ`, 'utf8') }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

function variable(environ, name) {
  return new RegExp(`(?:^|\\0)${name}=([^\\0]*)`).exec(environ)?.[1];
}

/** @returns false where there is no such process */
function signal(pid, name) {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Runs `docker`; what cannot be done, for it has gone meanwhile, is left. */
function docker(env, ...words) {
  try {
    return execFileSync('docker', words, {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    });
  } catch {
    return '';
  }
}
