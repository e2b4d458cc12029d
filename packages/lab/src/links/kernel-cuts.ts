/**
 * The directions between peers that the kernel cuts, for peers that cannot do it themselves: told to the driver, and asked back from
 * it, so that a cut of another process is found.
 */
import { type CutsNetwork, Lacking } from '@peerlab/driver';
import { type Direction, direction, endsOf, type LinkState } from './link-state.ts';

/** See the module's header. */
export class KernelCuts {
  readonly #kernel: CutsNetwork | Lacking;
  #now: ReadonlySet<Direction> = new Set();

  constructor(kernel: CutsNetwork | Lacking) {
    this.#kernel = kernel;
  }

  /** Why the kernel cannot cut anything here; undefined where it can. */
  get lacking(): Lacking | undefined {
    return this.#kernel instanceof Lacking ? this.#kernel : undefined;
  }

  /** What is cut, as of the latest look or change. */
  get now(): ReadonlySet<Direction> {
    return this.#now;
  }

  /** Looks what is cut, and takes it over into the state: what another process has cut or restored holds. */
  async look(state: LinkState): Promise<void> {
    const before = this.#now;
    const now = await this.#ask();
    for (const key of new Set([...before, ...now])) {
      const isCut = now.has(key);
      if (isCut === isBlocked(state, key)) continue;
      state.found(key, isCut ? settingsOf(key, now) : state.own(key));
    }
  }

  /**
   * Has the kernel cut those of these directions that are to be cut and that nobody else cuts, and restore those that it cut and
   * that are not to be.
   * @param isOurs true for a direction that the kernel is to see to
   * @throws {LabError} as `CutsNetwork.cut`
   */
  async tell(state: LinkState, keys: Iterable<Direction>, isOurs: (key: Direction) => boolean): Promise<void> {
    const kernel = this.#kernel;
    if (kernel instanceof Lacking) return;
    const wanted = new Set(keys);
    const cut = [...wanted].filter(key => isOurs(key) && isBlocked(state, key));
    const before = this.#now;
    if (cut.length === 0 && before.size === 0) return;
    const now = await this.#ask();
    const others = [...now].filter(key => !before.has(key) && !isBlocked(state, key));
    for (const key of others) state.found(key, settingsOf(key, now));
    const fresh = cut.filter(key => !now.has(key));
    const over = [...now].filter(key => wanted.has(key) && !isBlocked(state, key));
    if (over.length > 0) await kernel.restore(over.map(endsOf));
    if (fresh.length > 0) await kernel.cut(fresh.map(endsOf));
    this.#now = new Set([...now, ...fresh].filter(key => !over.includes(key)));
  }

  /** Has the kernel cut nothing any more. @throws {LabError} as `CutsNetwork.restore` */
  async restoreAll(): Promise<void> {
    const kernel = this.#kernel;
    if (kernel instanceof Lacking) return;
    const now = await this.#ask();
    if (now.size > 0) await kernel.restore([...now].map(endsOf));
    this.#now = new Set();
  }

  async #ask(): Promise<ReadonlySet<Direction>> {
    if (this.#kernel instanceof Lacking) return this.#now;
    this.#now = new Set((await this.#kernel.cuts()).map(([from, to]) => direction(from, to)));
    return this.#now;
  }
}

/** True where nothing is to get through in a direction: its link is down, by either end, or the direction is muted. */
export function isBlocked(state: LinkState, key: Direction): boolean {
  const [from, to] = endsOf(key);
  return state.isDown(from, to) || state.isMuted(from, to);
}

/** Both ways are a cut; one alone is muted. */
function settingsOf(key: Direction, now: ReadonlySet<Direction>): { readonly down: true } | { readonly mute: true } {
  const [from, to] = endsOf(key);
  return now.has(direction(to, from)) ? { down: true } : { mute: true };
}
