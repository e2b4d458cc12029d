/** Files of other tools as topologies. Start at import-topology.ts; formats.ts lists the formats. */
export { FORMATS, type ImportFormat } from './formats.ts';
export { type Imported, type ImportOptions, importedToYaml, importTopology } from './import-topology.ts';
