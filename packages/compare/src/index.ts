/** Labs measured side by side. Start at compare-labs.ts. */
export { compareLabs, type Variant, type VariantResult } from './compare-labs.ts';
export type { LabMeasurement } from './measure-lab.ts';
export { kindNames, varyTopology } from './vary-topology.ts';
export { DEFAULT_WORKLOAD } from './workload.ts';
