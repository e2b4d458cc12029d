/** A Swarm of engines that are only their API (fake-engine.ts): its nodes in memory. */
import type { FakeEngine } from './fake-engine.ts';

interface Node {
  readonly ID: string;
  readonly Version: { Index: number };
  Spec: Record<string, unknown>;
  readonly Status: { State: string };
}

type Answer = readonly [number, unknown?] | undefined;

/** See the module's header. */
export class FakeSwarm {
  readonly nodes: Map<string, Node> = new Map();
  #manager = '';

  /** Has the engine take the Swarm's requests. */
  add(engine: FakeEngine, name: string): void {
    engine.also = (request, body) => this.#answer(engine, name, request, body);
  }

  #answer(engine: FakeEngine, name: string, request: string, body: Record<string, unknown>): Answer {
    const [method, path = ''] = request.split(' ');
    const [, kind, id = '', verb] = path.split('/');
    if (request === 'POST /swarm/init') return this.#enter(engine, name, body, true);
    if (request === 'GET /swarm') return [200, { JoinTokens: { Worker: 'the-key' } }];
    if (request === 'POST /swarm/join') {
      const isRight = body.JoinToken === 'the-key' && String(body.RemoteAddrs) === `${this.#addressOfManager}:2377`;
      return isRight ? this.#enter(engine, name, body, false) : [500, { message: 'a wrong key or manager' }];
    }
    if (request === 'POST /swarm/leave') return this.#leave(engine, name);
    if (kind !== 'nodes') return undefined;
    if (id === '') return [200, [...this.nodes.values()]];
    const node = this.nodes.get(id);
    if (node === undefined) return [404, { message: 'no such node' }];
    if (method === 'DELETE') this.nodes.delete(id);
    if (verb === 'update') node.Spec = body;
    return [200, node];
  }

  #addressOfManager = '';

  #enter(engine: FakeEngine, name: string, { AdvertiseAddr }: Record<string, unknown>, isManager: boolean): Answer {
    const id = `node-${name}`;
    if (isManager) [this.#manager, this.#addressOfManager] = [id, String(AdvertiseAddr)];
    this.nodes.set(id, { ID: id, Version: { Index: 1 }, Spec: { Role: 'any' }, Status: { State: 'ready' } });
    engine.swarm = {
      LocalNodeState: 'active',
      ControlAvailable: isManager,
      NodeID: id,
      NodeAddr: AdvertiseAddr,
      RemoteManagers: [{ NodeID: this.#manager }],
      ...(isManager ? { Cluster: { ID: `of-${name}` } } : {}),
    };
    return [200, id];
  }

  #leave(engine: FakeEngine, name: string): Answer {
    const node = this.nodes.get(`node-${name}`);
    if (node !== undefined) node.Status.State = 'down';
    if (this.#manager === `node-${name}`) this.nodes.clear();
    engine.swarm = { LocalNodeState: 'inactive' };
    return [200];
  }
}
