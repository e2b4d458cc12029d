/**
 * What a lab needs besides code that it imports. There are two installations: workspace.ts is this checkout, published.ts is the
 * package `peerlab`. Importers see one constant; the export condition `@peerlab/published` chooses, when the package is bundled.
 */

/** Absolute paths, and the version. */
export interface Installation {
  /** The version of `peerlab`, such as `0.1.0`. */
  readonly version: string;
  /** The project's own peer, one file. Processes and containers run it. */
  readonly peerProgram: string;
  /** The program that holds a lab of the local driver. */
  readonly keeperProgram: string;
  /** The worker that floods a large network. */
  readonly largeThread: string;
  /** The folder of the page: `index.html` and its assets. */
  readonly page: string;
  /** The player of recordings, a page of one file. */
  readonly player: string;
  /** The folder of what `lab init` writes, one folder for each language. */
  readonly templates: string;
  /** The folder of the programs that `lab init --program` starts from, one folder for each. */
  readonly programs: string;
  /** The folder of the programs that the conformance suite of drivers runs. */
  readonly driverFixtures: string;
  /** The JSON Schema of topology files, for editors. */
  readonly topologySchema: string;
}
