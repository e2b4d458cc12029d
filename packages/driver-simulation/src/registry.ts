/** The simulated labs of this process, by name. They are the process's, as containers are the engine's. */
import { MAX_BLOCKS } from './address-block.ts';
import type { SimulatedLab } from './simulated-lab.ts';

/** See the module's header. */
export class Registry {
  readonly #labs: Map<string, { readonly lab: SimulatedLab; readonly block: number }> = new Map();

  get labs(): readonly SimulatedLab[] {
    return [...this.#labs.values()].map(({ lab }) => lab);
  }

  find(name: string): SimulatedLab | undefined {
    return this.#labs.get(name)?.lab;
  }

  /** The lowest number of a block of addresses that no lab has; undefined when all are taken. */
  freeBlock(): number | undefined {
    const taken = new Set([...this.#labs.values()].map(({ block }) => block));
    return Array.from({ length: MAX_BLOCKS }, (_, block) => block).find(block => !taken.has(block));
  }

  add(lab: SimulatedLab, block: number): void {
    this.#labs.set(lab.plan.name, { lab, block });
  }

  /** Ends a lab and takes it out; nothing where it is out already. */
  remove(lab: SimulatedLab): void {
    if (this.find(lab.plan.name) === lab) this.#labs.delete(lab.plan.name);
    lab.end();
  }
}
