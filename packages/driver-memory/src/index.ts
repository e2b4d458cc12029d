/** A driver of objects in memory, for tests. Start at memory-driver.ts. */
export { MemoryDriver, MemoryLab } from './memory-driver.ts';
export { MemoryExecution } from './memory-execution.ts';
export { connectedEdges, cutVertices, line, ring, topologyOf } from './topologies.ts';
