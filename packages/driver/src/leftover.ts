/** What an earlier run has left behind. */

/** Something that belongs to no living lab. */
export interface Leftover {
  readonly kind: 'container' | 'network' | 'volume' | 'process' | 'socket' | 'file';
  /** By which the driver knows it: an engine's id, a process id, a path. */
  readonly id: string;
  /** For a person, such as `peerlab-ring-20.n3`. */
  readonly name: string;
  /** The lab that it was of, by name. */
  readonly lab: string;
  /** Why it belongs to no living lab, in one clause. */
  readonly why: string;
  /** Why it may belong to a living lab after all, in one clause: it is removed only where somebody asks for such ones. */
  readonly doubt?: string;
}
