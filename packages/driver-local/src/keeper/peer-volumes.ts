/**
 * The volumes of a local lab's peers: folders beside the lab's socket, for this user alone. They are made at a peer's first start,
 * with the files that its kind writes, and go with the lab.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LabError, type PeerTemplates, type PlannedPeer } from '@peerlab/driver';

/** See the module's header. */
export class PeerVolumes {
  readonly #folder: string;

  /** @param folder of the lab: absolute */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The folder of a peer's first volume; undefined where it has none. */
  dataOf({ name, needs }: PlannedPeer): string | undefined {
    return needs?.volumes === undefined ? undefined : this.#folderOf(name, 0);
  }

  /**
   * Makes what is not there yet.
   * @throws {LabError} `CANNOT_CARRY` for a file in no volume; `ENGINE_REFUSED` where this machine refuses
   */
  make(peer: PlannedPeer, templates: PeerTemplates): void {
    const { volumes = [] } = peer.needs ?? {};
    const files = templates.files(peer);
    try {
      volumes.forEach((_, place) => {
        const folder = this.#folderOf(peer.name, place);
        if (existsSync(folder)) return;
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        for (const { volume, path, content } of files) {
          if (volume !== place) continue;
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), content);
        }
      });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new LabError('ENGINE_REFUSED', `the volumes of ${peer.name} cannot be made: ${why}`, {
        advice: 'set XDG_RUNTIME_DIR to a folder with room',
        details: { peer: peer.name, folder: this.#folder },
        cause,
      });
    }
  }

  /** Removes all of them, whatever the programs have made of them. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #folderOf(peer: string, place: number): string {
    return join(this.#folder, `${peer}-${place}`);
  }
}
