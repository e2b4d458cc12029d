/** The nodes of a Swarm, and on them the mark of what was made here: a label, so that every machine sees it. */
import type { Engine } from '../engine.ts';

/** What was done here: `made` a Swarm of this node, or had it `joined` one. */
export type SwarmMark = 'made' | 'joined';

const LABEL_OF_MARK = 'dev.peerlab.swarm';

/** A node, as a manager sees it. */
export interface SwarmNode {
  readonly id: string;
  /** `ready`, `down`, `unknown`, `disconnected`. */
  readonly state: string;
  readonly mark: SwarmMark | undefined;
}

interface ApiNode {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Labels?: Readonly<Record<string, string>> };
  readonly Status?: { readonly State?: string };
}

/** Asks a manager. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function listNodes(manager: Engine): Promise<readonly SwarmNode[]> {
  const nodes = (await manager.call('list the nodes of the Swarm', () => manager.docker.listNodes())) as ApiNode[];
  return nodes.map(({ ID: id, Spec, Status }) => {
    const mark = Spec.Labels?.[LABEL_OF_MARK];
    return { id, state: Status?.State ?? 'unknown', mark: mark === 'made' || mark === 'joined' ? mark : undefined };
  });
}

/** Marks a node. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function markNode(manager: Engine, id: string, mark: SwarmMark): Promise<void> {
  await manager.call('mark a node of the Swarm', async () => {
    const node = manager.docker.getNode(id);
    const { Version, Spec } = (await node.inspect()) as ApiNode;
    await node.update({ version: Version.Index, ...Spec, Labels: { ...Spec.Labels, [LABEL_OF_MARK]: mark } });
  });
}
