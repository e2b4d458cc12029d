/** Where everything that happens to a peer passes: shut, it waits, in order, until the gate is open again. As a process that is frozen. */
export class Gate {
  #waiting: (() => void)[] = [];
  #isOpen: boolean;
  #isOver = false;

  constructor(isOpen: boolean) {
    this.#isOpen = isOpen;
  }

  /** Runs it now, or once the gate is open; never, where it is over. */
  pass(event: () => void): void {
    if (this.#isOver) return;
    if (this.#isOpen) event();
    else this.#waiting.push(event);
  }

  /** From now on what happens waits. */
  shut(): void {
    this.#isOpen = false;
  }

  /** Lets pass what has waited, and what comes. */
  open(): void {
    this.#isOpen = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.pass(event);
  }

  /** Nothing passes any more, and what waits is forgotten. */
  end(): void {
    this.#isOver = true;
    this.#waiting = [];
  }
}
