/** Files and folders can be copied between a peer and this machine. */

/** See the module's header. Links and devices are never copied: so none leads out of what is copied. */
export interface CarriesFiles {
  /**
   * Copies a file or a folder of a peer to this machine.
   * @param path as the peer's program sees it
   * @returns what is not copied, by its path within the copy
   * @throws {LabError} `PEER_REFUSED` when the peer has no such file; `PEER_FAILED` when it does not exist; `NO_SUCH_PEER`;
   *   `NAME_TAKEN` when the target exists
   */
  copyOut(index: number, path: string, to: string, options?: CopyOptions): Promise<readonly string[]>;
  /**
   * Copies a file or a folder of this machine to a peer, into a folder that it has.
   * @returns as of {@link copyOut}
   * @throws {LabError} as {@link copyOut}; `NOT_SUPPORTED` where the peer's file system cannot be written to
   */
  copyIn(index: number, from: string, path: string, options?: CopyOptions): Promise<readonly string[]>;
}

/** How files are copied. */
export interface CopyOptions {
  /** What exists under the target's name gives way. @default false: it is refused */
  readonly isReplacing?: boolean;
}
