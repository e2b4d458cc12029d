/** How long programs may take, in milliseconds: every answer of theirs is a command that is run beside them. */

/**
 * How long a command may take. It takes 50 to 300 ms, and was seen to take several seconds on a busy engine; one that is late has
 * failed, and its peer is not taken as silent.
 */
export const COMMAND_TIMEOUT_MS = 10_000;

/** How long ending a command that is late may take: on Docker a second or two. */
const ENDING_MS = 2500;

/** How long a link may take from `join` until `members` lists it. */
export const LINK_TIMEOUT_MS = 10_000;

/** How long a step of `setup` may take: it may wait for all peers. */
export const SETUP_TIMEOUT_MS = 120_000;

/**
 * How long a program that ran before may take to say who it is, where no other peer answers meanwhile: the commands of its `ready`,
 * `facts` and `listen` run first, and none of them is ended earlier.
 */
export const PROGRAM_ANSWER_TIMEOUT_MS: number = COMMAND_TIMEOUT_MS + ENDING_MS;

/** How long the reply to a command of the contract may take. The longest one links: it joins, and looks at the members. */
export const PROGRAM_REPLY_TIMEOUT_MS: number = LINK_TIMEOUT_MS + 2 * (COMMAND_TIMEOUT_MS + ENDING_MS);
