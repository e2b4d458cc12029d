import type { SimulationDriver } from '@peerlab/driver-simulation';

export declare function createDriver(): SimulationDriver;
