/**
 * The simulation driver as the suite tries it, also from another process. It runs no programs: for the suite's minimal
 * peer (fixtures/minimal-peer.mjs) there is an agent here that does the same.
 */
import { Agent } from '@peerlab/agent';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { formatId } from '@peerlab/protocol';

const MINIMAL_PEER = /minimal-peer\.mjs$/;

class MinimalAgent extends Agent {
  #settings;
  #host;
  #does;

  constructor(settings, host, does) {
    super(settings, host);
    this.#settings = settings;
    this.#host = host;
    this.#does = does;
  }

  start() {
    if (this.#does === 'exit-at-once') {
      this.#host.writeError('this peer was told to end at once');
      this.#host.exit(3);
      return;
    }
    if (this.#does === 'garbage') {
      for (const line of ['no json', '{"event":"nonsense"}', '{"broken', '[1,2]', '\u0000\u0001'])
        this.#host.write(line);
      this.#host.writeError('Grüße, 你好, \u{1f600}');
    }
    this.#say({ event: 'ready', ...this.#info() });
  }

  command(line) {
    const command = JSON.parse(line);
    this.#say({ reply: command.seq, result: this.#answer(command) });
    if (command.command === 'stop') this.#host.exit(0);
  }

  #answer({ command, payload }) {
    if (command === 'info') return this.#info();
    if (command === 'neighbours') return { links: [] };
    if (command !== 'broadcast') return {};
    const count = /^lines (\d+)$/.exec(payload)?.[1];
    if (count === undefined) {
      this.#host.write(`payload ${payload}`);
      this.#host.writeError(`length ${payload.length}`);
    }
    for (let line = 0; line < Number(count ?? 0); line++) this.#host.write(`line ${line}`);
    return { id: '00000000-0000-4000-8000-000000000000' };
  }

  #info() {
    const { listen } = this.#settings;
    return {
      contract: 1,
      nodeId: formatId(this.#settings.nodeId),
      node: { name: 'minimal-peer', version: '1' },
      listen,
      capabilities: [],
    };
  }

  #say(value) {
    this.#host.write(JSON.stringify(value));
  }
}

/** @returns {import('@peerlab/driver-simulation').SimulationDriver} */
export function createDriver() {
  return createSimulationDriver({
    programAgent: ({ program = [], env }) =>
      MINIMAL_PEER.test(program[1] ?? '')
        ? (settings, host) => new MinimalAgent(settings, host, env.PEER_DOES)
        : undefined,
  });
}
