/** The control channel to one run of a peer: any number of callers may have one each. */
import { LabError } from 'peerlab/driver';

/** @implements {import('peerlab/driver').PeerChannel} */
export class Channel {
  isOpen = true;
  #letGo;
  #unsubscribe = () => {};

  constructor(run) {
    this.run = run;
    const letGo = new Promise(resolve => {
      this.#letGo = () => resolve({ reason: 'let go' });
    });
    this.closed = Promise.race([run.ended, letGo]);
    void this.closed.then(() => {
      this.isOpen = false;
    });
  }

  async write(line) {
    if (!this.isOpen || !this.run.isOpen) {
      throw new LabError('PEER_FAILED', `the control channel of ${this.run.name} is closed`);
    }
    await this.run.write(line);
  }

  /** Lines that the run has printed before come first. */
  listen(listener) {
    this.#unsubscribe = this.run.subscribe(listener);
  }

  close() {
    this.isOpen = false;
    this.#unsubscribe();
    this.#letGo();
  }
}
