/** Engines of a test's own, made one Swarm where that is not what is tested: scripts/docker-engines.sh brings them up in network namespaces, and takes them away. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EngineSpec } from '@peerlab/driver';
import { DockerClient } from '../src/load-dockerode.ts';

const SCRIPT = fileURLToPath(new URL('../../../scripts/docker-engines.sh', import.meta.url));

const run = promisify(execFile);

/** See the module's header. */
export class OwnEngines implements AsyncDisposable {
  readonly specs: readonly EngineSpec[];
  readonly #set: string;

  private constructor(set: string, specs: readonly EngineSpec[]) {
    this.#set = set;
    this.specs = specs;
  }

  /**
   * Brings up engines, named b, c, …; the first manages their Swarm.
   * @param set tells them apart from those of other tests: letters and digits
   * @param isSwarm false: each is in no Swarm
   */
  static async start(set: string, count: number, isSwarm = true): Promise<OwnEngines> {
    const lines = (await script(set, 'up', String(count))).trim().split('\n');
    const engines = lines.map(line => {
      const [, name = '', endpoint = '', address = ''] = /^(\w)=(\S+) (\S+)$/.exec(line) ?? [];
      return { name, endpoint, address, docker: clientOf(endpoint) };
    });
    const own = new OwnEngines(
      set,
      engines.map(({ name, endpoint, address }) => ({ name, endpoint, address })),
    );
    if (!isSwarm) return own;
    try {
      const [first, ...others] = engines;
      if (first === undefined) throw new Error(`docker-engines.sh printed no engine: ${lines.join(' ')}`);
      const listen = ({ address }: { readonly address: string }) => ({ ListenAddr: address, AdvertiseAddr: address });
      await first.docker.swarmInit(listen(first));
      const { JoinTokens: tokens } = await first.docker.swarmInspect();
      for (const engine of others) {
        const RemoteAddrs = [`${first.address}:2377`];
        await engine.docker.swarmJoin({ ...listen(engine), RemoteAddrs, JoinToken: tokens.Worker });
      }
      return own;
    } catch (error) {
      await own[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The words for `lab`: `--engine b=…` of each. */
  get words(): string[] {
    return this.specs.flatMap(({ name, endpoint }) => ['--engine', `${name}=${endpoint}`]);
  }

  /** Changes what an engine's machine lets in, as its firewall would: `-I INPUT -p udp --dport 4789 -j DROP`. */
  async filter(name: string, rule: string): Promise<void> {
    await run('nsenter', [`--net=/run/netns/peerlab-${this.#set}-${name}`, 'iptables', ...rule.split(' ')]);
  }

  /** Kills an engine's daemon; what runs in its containers runs on. */
  kill(name: string): void {
    process.kill(Number(readFileSync(`/var/lib/peerlab-engines/${this.#set}/${name}/docker.pid`, 'utf8')), 'SIGKILL');
  }

  /** Starts those that do not answer again. */
  async restart(): Promise<void> {
    await script(this.#set, 'up', String(this.specs.length));
  }

  /** What an engine has of any lab: names of containers, networks and volumes. */
  async leftovers(filter = 'dev.peerlab.lab'): Promise<readonly string[]> {
    const found = await Promise.all(
      this.specs.map(async ({ name, endpoint }) => {
        const docker = clientOf(endpoint);
        const filters = { label: [filter] };
        const [containers, networks, { Volumes: volumes }] = await Promise.all([
          docker.listContainers({ all: true, filters }),
          docker.listNetworks({ filters }),
          docker.listVolumes({ filters }),
        ]);
        const names = [
          ...containers.map(({ Names }) => Names[0] ?? ''),
          ...[...networks, ...(volumes ?? [])].map(({ Name }) => Name),
        ];
        return names.map(thing => `${name}: ${thing}`);
      }),
    );
    return found.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await script(this.#set, 'down');
  }
}

function clientOf(endpoint: string) {
  return new DockerClient({ socketPath: endpoint.replace('unix://', '') });
}

async function script(set: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run(SCRIPT, words, { env: { ...process.env, DOCKER_ENGINES_SET: set } });
  return stdout;
}
