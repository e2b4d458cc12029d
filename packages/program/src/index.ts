/**
 * Peers that are programs which know nothing of labs: described by commands and patterns, spoken to as any other. Start at
 * open-program.ts and program-channel.ts.
 */
export { openProgram, ProgramLab, runSetup } from './open-program.ts';
