/** Packets of a lab, captured and counted. Start at lab-capture.ts. */
export { type CaptureSinks, LabCapture, type TrafficReport } from './lab-capture.ts';
export type { ByteSink } from './pcapng.ts';
export type { Amount, Flow } from './traffic.ts';
export { trafficMarkdown, trafficText } from './traffic-text.ts';
