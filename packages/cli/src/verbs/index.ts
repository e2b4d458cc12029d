/** The table of verbs. A verb's file is imported when that verb is used: `lab --help` needs none of them. */
import type { Verb } from './verb.ts';

/** What is known of a verb before its file is read. */
export interface VerbEntry {
  readonly name: string;
  /** Its positional arguments, in the notation of yargs. */
  readonly positionals: string;
  readonly describe: string;
  readonly load: () => Promise<Verb<never>>;
}

/** In the order of `lab --help`: a lab's life, its messages, its looks, files, the machine. */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'up',
    positionals: '<file>',
    describe: 'Start a lab from a topology file, and prove that it behaves',
    load: async () => (await import('./up.ts')).up,
  },
  {
    name: 'down',
    positionals: '[labs..]',
    describe: 'Remove labs: peers, network, processes',
    load: async () => (await import('./down.ts')).down,
  },
  {
    name: 'prune',
    positionals: '',
    describe: 'Remove what belongs to no living lab',
    load: async () => (await import('./prune.ts')).prune,
  },
  {
    name: 'ls',
    positionals: '',
    describe: 'List the labs that there are',
    load: async () => (await import('./ls.ts')).ls,
  },
  {
    name: 'inspect',
    positionals: '<lab>',
    describe: 'Show a lab as it is now: network, peers, links',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'verify',
    positionals: '<lab>',
    describe: 'Prove a running lab again',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'test',
    positionals: '<files..>',
    describe: 'Run the scenarios of topology files on throw-away labs, and report',
    load: async () => (await import('./test.ts')).test,
  },
  {
    name: 'broadcast',
    positionals: '<lab> <peer> <text>',
    describe: 'Flood a message from a peer, and judge how far it came',
    load: async () => (await import('./broadcast.ts')).broadcast,
  },
  {
    name: 'dm',
    positionals: '<lab> <from> <to> <text>',
    describe: 'Send a direct message, relayed by the peers between',
    load: async () => (await import('./dm.ts')).dm,
  },
  {
    name: 'fault',
    positionals: '<action> <lab> [targets..]',
    describe: 'Break something on purpose: partition, kill, pause, slow, flaky, …; ls, heal',
    load: async () => (await import('./fault.ts')).fault,
  },
  {
    name: 'link',
    positionals: '<action> <lab> <peer> <to>',
    describe: 'Cut a link of a running lab, or restore it: down, up',
    load: async () => (await import('./link.ts')).link,
  },
  {
    name: 'chaos',
    positionals: '<lab>',
    describe: 'Faults by a seed for a time; then heal, then prove',
    load: async () => (await import('./chaos.ts')).chaos,
  },
  {
    name: 'demo',
    positionals: '',
    describe: 'Show a ring of twenty peers in a page, with a broadcast every few seconds',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'ui',
    positionals: '[lab]',
    describe: 'Open a page that shows a lab, message by message, and acts on it',
    load: async () => (await import('./ui.ts')).ui,
  },
  {
    name: 'watch',
    positionals: '<lab>',
    describe: 'Show what happens, while it happens',
    load: async () => (await import('./watch.ts')).watch,
  },
  {
    name: 'record',
    positionals: '<lab> [file]',
    describe: 'Keep everything that happens in a file, to replay it',
    load: async () => (await import('./record.ts')).record,
  },
  {
    name: 'replay',
    positionals: '<file>',
    describe: 'Play a recording in a page, without a lab',
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'export',
    positionals: '<file>',
    describe: 'Make a page of a recording that plays anywhere, offline',
    load: async () => (await import('./export.ts')).exportTrace,
  },
  {
    name: 'chat',
    positionals: '<lab> <peer>',
    describe: 'Talk as one peer of a running lab',
    load: async () => (await import('./chat.ts')).chat,
  },
  {
    name: 'logs',
    positionals: '<lab> [peer]',
    describe: 'Show what peers printed',
    load: async () => (await import('./logs.ts')).logs,
  },
  {
    name: 'graph',
    positionals: '<topology>',
    describe: 'Tell the facts of a graph: diameter, horizon by TTL; or draw it',
    load: async () => (await import('./graph.ts')).graph,
  },
  {
    name: 'compare',
    positionals: '<file>',
    describe: 'Measure the same lab with a setting at several values, as one table',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'sim',
    positionals: '<action> <topology> [parameters..]',
    describe: 'Simulate floods in virtual time: flood, sweep, compare; up to millions of peers',
    load: async () => (await import('./sim.ts')).sim,
  },
  {
    name: 'generate',
    positionals: '[generator] [parameters..]',
    describe: 'Write a topology file; without a generator, show them all',
    load: async () => (await import('./generate.ts')).generate,
  },
  {
    name: 'validate',
    positionals: '<files..>',
    describe: 'Check topology files; every problem with its line',
    load: async () => (await import('./validate.ts')).validate,
  },
  {
    name: 'init',
    positionals: '[folder]',
    describe: 'Begin a peer of your own in an empty folder: program, topology, CI file',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'conform',
    positionals: '[command..]',
    describe: 'Put a program through the peer contract, clause by clause',
    load: async () => (await import('./conform.ts')).conform,
  },
  {
    name: 'doctor',
    positionals: '',
    describe: 'Look at this machine: what it can run, and what is in the way',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'completion',
    positionals: '[shell]',
    describe: 'Print a completion script for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).completion,
  },
];
