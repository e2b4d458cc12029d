import type { SimulationDriver } from '@peerlab/orchestrator/drivers/simulation';

export declare function createDriver(): SimulationDriver;
