/** One peer of a lab that a test holds. */
import type { OptionNames } from '@peerlab/conditions';
import { type Payload, sealingKey } from '@peerlab/contract';
import type { PeerClient } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { checkOptions, type Lab } from '@peerlab/lab';

/** How a message is sent. */
export interface SendOptions {
  /** 0 to 65535 hops. @default that of the topology, or without limit */
  readonly ttl?: number | undefined;
}

const SEND_OPTIONS: OptionNames<SendOptions> = { ttl: true };

/** See the module's header. Its methods throw {LabError} `PEER_FAILED` when it does not run. */
export class NetPeer {
  readonly name: string;
  readonly #lab: Lab;

  constructor(lab: Lab, name: string) {
    this.#lab = lab;
    this.name = name;
  }

  /** Floods a message; does not wait for it. @returns its id, for `reached` and `deliveries` */
  async broadcast(payload: Payload, options: SendOptions = {}): Promise<string> {
    checkOptions('broadcast', options, SEND_OPTIONS);
    const { id } = await this.#client.request({ command: 'broadcast', payload, ttl: this.#ttl(options) });
    return this.#remembered(id);
  }

  /** Sends a direct message; does not wait for it. @returns its id @throws {LabError} `NO_SUCH_PEER`, `NOT_SUPPORTED` */
  async dm(to: string, payload: Payload, options: SendOptions = {}): Promise<string> {
    checkOptions('dm', options, SEND_OPTIONS);
    const client = this.#client;
    if (!client.can('dm')) throw new LabError('NOT_SUPPORTED', `${this.name} does not announce direct messages`);
    const recipient = clientOf(this.#lab, to).info;
    const key = sealingKey(client.info, recipient);
    const ttl = this.#ttl(options);
    const { id } = await client.request({ command: 'dm', to: recipient.nodeId, payload, ttl, ...key });
    return this.#remembered(id);
  }

  /** Who it has a link to, in topology order. */
  async neighbours(): Promise<string[]> {
    const { links } = await this.#client.request({ command: 'neighbours' });
    const there = new Set(links.map(({ peer }) => peer));
    return this.#lab.endpoints.flatMap(end =>
      end !== undefined && there.has(end.client.info.nodeId) ? [end.client.name] : [],
    );
  }

  /** Ends it by a signal. @default SIGKILL */
  async kill(signal?: NodeJS.Signals): Promise<void> {
    await this.#lab.kill(this.name, signal);
  }

  /** Shuts it down gracefully. */
  async stop(): Promise<void> {
    await this.#lab.stop(this.name);
  }

  /** Starts it again, ready and linked as drawn. */
  async start(): Promise<void> {
    await this.#lab.start(this.name);
  }

  async restart(): Promise<void> {
    await this.#lab.restart(this.name);
  }

  /** Freezes it. */
  async pause(): Promise<void> {
    await this.#lab.pause(this.name);
  }

  async unpause(): Promise<void> {
    await this.#lab.unpause(this.name);
  }

  get #client(): PeerClient {
    return clientOf(this.#lab, this.name);
  }

  /** That nobody receives it is then told from having forgotten it. */
  #remembered(id: string): string {
    this.#lab.contextFor({}).receptions.expect(id);
    return id;
  }

  #ttl({ ttl = this.#lab.topology.defaults.ttl }: SendOptions): number | undefined {
    if (ttl === undefined || this.#client.can('ttl')) return ttl;
    throw new LabError('NOT_SUPPORTED', `${this.name} does not announce support for a TTL`);
  }
}

function clientOf(lab: Lab, name: string): PeerClient {
  const client = lab.endpoints[lab.peerIndex(name)]?.client;
  if (client === undefined) throw new LabError('PEER_FAILED', `${name} of ${lab.name} does not run`);
  return client;
}
