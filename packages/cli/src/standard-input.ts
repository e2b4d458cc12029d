/** The path that stands for standard input; on the command line, `-`. */
export const STANDARD_INPUT = '/dev/stdin';
