/**
 * Peers that are programs which know nothing of labs: described by commands and patterns, spoken to as any other. Start at
 * open-program.ts and program-channel.ts.
 */
export type { ChangedValue } from './found-values.ts';
export { openProgram, ProgramLab, runSetup } from './open-program.ts';
export { PROGRAM_ANSWER_TIMEOUT_MS, PROGRAM_REPLY_TIMEOUT_MS } from './program-bounds.ts';
