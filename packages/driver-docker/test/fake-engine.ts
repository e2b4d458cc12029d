/**
 * An engine that is only its API: networks and containers in memory behind a unix socket, with a hook that makes a
 * request fail, or the whole engine die. For what a real engine cannot be made to do on request.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the hook may do to a request: nothing, answer it with an error, never answer it, or end the engine. */
export type Interference = { readonly status: number; readonly message: string } | 'silence' | 'die' | undefined;

/** A thing of the engine, as its API shows it. */
interface Thing {
  readonly id: string;
  readonly name: string;
  readonly body: Record<string, unknown>;
  state: string;
}

/** The engine. */
export class FakeEngine implements AsyncDisposable {
  readonly socketPath: string;
  readonly networks: Map<string, Thing> = new Map();
  readonly containers: Map<string, Thing> = new Map();
  readonly volumes: Map<string, Thing> = new Map();
  /** Every request that arrived: `POST /networks/create`. */
  readonly requests: string[] = [];
  /** Looked at before each request; `body` is parsed. */
  interfere: (request: string, body: Record<string, unknown>) => Interference = () => undefined;
  /** The machines of its Swarm, as a manager lists them. */
  nodes: readonly object[] = [];
  memoryBytes: number = 8 * 1024 ** 3;
  /** What it says of its version. */
  version: object = { Version: '1.2.3-fake' };
  /** The oldest version of its API that it keeps, as 1.N: it refuses requests of an older one. */
  oldestApi: number = 12;
  /** Its place in a Swarm, as its API tells it. */
  swarm: Record<string, unknown> = { LocalNodeState: 'inactive' };
  /** Answers what this engine does not know itself. */
  also: (request: string, body: Record<string, unknown>) => readonly [number, unknown?] | undefined = () => undefined;
  readonly #directory: string;
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  /** What its ids begin with: engines give out different ones. */
  readonly #mark: string = randomUUID().slice(0, 4);
  #made = 0;

  private constructor() {
    this.#directory = mkdtempSync(join(tmpdir(), 'fake-engine-'));
    this.socketPath = join(this.#directory, 'docker.sock');
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (_request, socket: Socket) => {
      this.#track(socket);
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      socket.on('error', () => socket.destroy());
    });
    this.#server.on('connection', socket => this.#track(socket));
  }

  /** Starts one. */
  static async start(): Promise<FakeEngine> {
    const engine = new FakeEngine();
    await new Promise<void>(resolve => engine.#server.listen(engine.socketPath, resolve));
    return engine;
  }

  /** Ends at once, connections and all; what it had stays readable in `networks` and `containers`. */
  die(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends every connection, and takes new ones. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Adds a container or a network that somebody else made. */
  add(kind: 'networks' | 'containers' | 'volumes', name: string, body: Record<string, unknown> = {}): void {
    const thing = this.#thing(name, body);
    this[kind].set(thing.id, thing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.die();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://engine');
    const path = decodeURIComponent(url.pathname);
    const body = await readBody(request);
    const what = `${request.method} ${path}`;
    this.requests.push(what);
    const interference = this.interfere(what, body);
    if (interference === 'die') return this.die();
    if (interference === 'silence') return;
    if (interference === undefined && path.endsWith('/logs')) {
      // A log that is followed: nothing yet, and no end.
      response.writeHead(200);
      response.flushHeaders();
      return;
    }
    const [status, answer] =
      interference === undefined ? this.#handle(what, url, body) : [interference.status, interference];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  }

  #handle(what: string, url: URL, body: Record<string, unknown>): readonly [number, unknown?] {
    const [method = '', path = ''] = what.split(' ');
    const [, kind = '', id = '', verb = ''] = path.split('/');
    const api = Number(/^v1\.(\d+)$/.exec(kind)?.[1] ?? this.oldestApi);
    if (api < this.oldestApi) return [400, { message: `client version 1.${api} is too old` }];
    if (path === '/version') return [200, this.version];
    if (path === '/info')
      return [200, { OSType: 'linux', Architecture: 'x86_64', MemTotal: this.memoryBytes, Swarm: this.swarm }];
    if (kind === 'images') return path === '/images/json' ? [200, []] : [200, { Id: 'sha256:fake' }];
    if (kind === 'networks') return this.#network(method, id, url, body);
    if (kind === 'volumes') return this.#volume(method, id, url, body);
    if (kind === 'containers') return this.#container(method, id, verb, url, body);
    if (path === '/_ping') return [200];
    const further = this.also(what, body);
    if (further !== undefined) return further;
    return path === '/nodes' ? [200, this.nodes] : [404, { message: `the fake engine has no ${what}` }];
  }

  #network(method: string, id: string, url: URL, body: Record<string, unknown>): readonly [number, unknown?] {
    if (id === '') return [200, this.#matching(this.networks, url).map(networkView)];
    if (id === 'create') return this.#create(this.networks, String(body.Name), body);
    const thing = find(this.networks, id);
    if (thing === undefined) return [404, { message: `network ${id} not found` }];
    if (method === 'GET') return [200, networkView(thing)];
    this.networks.delete(thing.id);
    return [204];
  }

  /** As an engine does: a name that is there gives what is there. */
  #volume(method: string, id: string, url: URL, body: Record<string, unknown>): readonly [number, unknown?] {
    const view = ({ name, body: { Labels } }: Thing) => ({ Name: name, Labels });
    if (id === '') return [200, { Volumes: this.#matching(this.volumes, url).map(view) }];
    const name = id === 'create' ? String(body.Name) : id;
    if (id === 'create' && find(this.volumes, name) === undefined) this.add('volumes', name, body);
    const thing = find(this.volumes, name);
    if (thing === undefined) return [404, { message: `no such volume: ${id}` }];
    if (method !== 'DELETE') return [id === 'create' ? 201 : 200, view(thing)];
    this.volumes.delete(thing.id);
    return [204];
  }

  #container(
    method: string,
    id: string,
    verb: string,
    url: URL,
    body: Record<string, unknown>,
  ): readonly [number, unknown?] {
    if (id === 'json') return [200, this.#matching(this.containers, url).map(containerView)];
    if (id === 'create') return this.#create(this.containers, url.searchParams.get('name') ?? '', body);
    const thing = find(this.containers, id);
    if (thing === undefined) return [404, { message: `No such container: ${id}` }];
    if (method === 'DELETE') {
      this.containers.delete(thing.id);
      return [204];
    }
    if (verb === 'start') {
      thing.state = 'running';
      return [204];
    }
    if (verb === 'wait') return [200, { StatusCode: 137 }];
    return [
      200,
      { Id: thing.id, State: { Status: thing.state, OOMKilled: false }, Config: { Labels: thing.body.Labels } },
    ];
  }

  #create(things: Map<string, Thing>, name: string, body: Record<string, unknown>): readonly [number, unknown] {
    if ([...things.values()].some(other => other.name === name)) {
      return [409, { message: `Conflict. The name "${name}" is already in use` }];
    }
    const thing = this.#thing(name, body);
    things.set(thing.id, thing);
    return [201, { Id: thing.id, Warnings: [] }];
  }

  #thing(name: string, body: Record<string, unknown>): Thing {
    this.#made += 1;
    return { id: `id${this.#mark}${String(this.#made).padStart(6, '0')}`, name, body, state: 'created' };
  }

  #matching(things: Map<string, Thing>, url: URL): readonly Thing[] {
    const filters = JSON.parse(url.searchParams.get('filters') ?? '{}') as {
      label?: string[];
      name?: string[];
      id?: string[];
    };
    return [...things.values()].filter(thing => {
      const labels = (thing.body.Labels ?? {}) as Record<string, string>;
      const labelled = (filters.label ?? []).every(wanted => {
        const [key = '', value] = wanted.split('=');
        return value === undefined ? key in labels : labels[key] === value;
      });
      if (filters.id !== undefined && !filters.id.includes(thing.id)) return false;
      return labelled && (filters.name ?? ['']).some(part => thing.name.includes(part));
    });
  }
}

function find(things: Map<string, Thing>, id: string): Thing | undefined {
  return [...things.values()].find(thing => thing.id === id || thing.name === id);
}

function networkView(thing: Thing): Record<string, unknown> {
  const Scope = thing.body.Driver === 'overlay' ? 'swarm' : 'local';
  return { Containers: {}, Internal: true, Scope, ...thing.body, Id: thing.id, Name: thing.name };
}

function containerView(thing: Thing): Record<string, unknown> {
  const endpoints = (thing.body.NetworkingConfig ?? {}) as {
    EndpointsConfig?: Record<string, { IPAMConfig?: { IPv4Address?: string } }>;
  };
  const networks = Object.entries(endpoints.EndpointsConfig ?? {}).map(([name, endpoint]) => [
    name,
    { IPAddress: endpoint.IPAMConfig?.IPv4Address ?? '' },
  ]);
  return {
    Id: thing.id,
    Names: [`/${thing.name}`],
    Labels: thing.body.Labels ?? {},
    State: thing.state,
    NetworkSettings: { Networks: Object.fromEntries(networks) },
  };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
