/** Notices what others do to a lab's links, by asking the peers, and records it. What happens to peers a recording notices itself. */
import type { ActiveFault, Lab, Recording } from '@peerlab/lab';

/** A fault of a link. */
type LinkFault = Extract<ActiveFault, { readonly link: unknown }>;

/** What each is called in a trace, and in a sentence. */
const WORDS: Readonly<Record<LinkFault['kind'], readonly [kind: string, text: string]>> = {
  cut: ['link-down', 'cut by another command'],
  muted: ['mute', 'muted by another command'],
  shaped: ['shape', 'shaped by another command'],
};

/** See the module's header. */
export class LinkFaultWatch {
  readonly #lab: Lab;
  readonly #recording: Recording;
  #known: ReadonlyMap<string, LinkFault> | undefined;

  constructor(lab: Lab, recording: Recording) {
    this.#lab = lab;
    this.#recording = recording;
  }

  /** Takes what holds now as known: it was done, and recorded, here. @throws {LabError} as `Lab.faults` */
  async know(): Promise<void> {
    this.#known = await this.#ask();
  }

  /** Records what has changed since. What held at the first look was there before. @throws {LabError} as `Lab.faults` */
  async look(): Promise<void> {
    const now = await this.#ask();
    const before = this.#known ?? now;
    this.#known = now;
    for (const kind of ['cut', 'muted', 'shaped'] as const) {
      const links = [...now]
        .filter(([key, fault]) => fault.kind === kind && !before.has(key))
        .map(([, { link }]) => link);
      const [name, text] = WORDS[kind];
      if (links.length > 0)
        this.#recording.note({ event: 'fault', kind: name, text: `${textOf(links)} ${text}`, links });
    }
    const back = [...before].filter(([key]) => !now.has(key)).map(([, { link }]) => link);
    if (back.length > 0) this.#recording.note({ event: 'heal', text: `${textOf(back)} restored by another command` });
  }

  async #ask(): Promise<ReadonlyMap<string, LinkFault>> {
    const found = (await this.#lab.faults()).filter((fault): fault is LinkFault => 'link' in fault);
    return new Map(found.map(fault => [JSON.stringify(fault), fault]));
  }
}

/** The first few links. */
function textOf(links: readonly (readonly [string, string])[]): string {
  const shown = links.slice(0, 5).map(ends => ends.join('-'));
  return links.length > shown.length ? `${shown.join(', ')} and ${links.length - shown.length} more` : shown.join(', ');
}
