/** The table of verbs. A verb's file is imported when that verb is used: `lab --help` needs none of them. */
import type { Verb } from './verb.ts';

/** What is known of a verb before its file is read. */
export interface VerbEntry {
  readonly name: string;
  /** Its positional arguments, in the notation of yargs. */
  readonly positionals: string;
  readonly describe: string;
  /** True where it makes or finds labs: it takes `--engine`. @default false */
  readonly usesEngines?: true;
  /** True where it finds labs that run: it takes `--driver`, and means the labs of that driver. @default false */
  readonly findsLabs?: true;
  /** True where a word of `--engine` without an endpoint names an engine of the lab, and means its peers. @default false */
  readonly namesEngines?: true;
  readonly load: () => Promise<Verb<never>>;
}

/** In the order of `lab --help`: a lab's life, its messages, its looks, files, the machine. */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'up',
    positionals: '<file>',
    describe: 'Start a lab from a topology file and check its behaviour',
    usesEngines: true,
    load: async () => (await import('./up.ts')).up,
  },
  {
    name: 'down',
    positionals: '[labs..]',
    describe: 'Remove labs: peers, network, processes',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./down.ts')).down,
  },
  {
    name: 'prune',
    positionals: '',
    describe: 'Remove leftovers of labs that no longer run',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./prune.ts')).prune,
  },
  {
    name: 'ls',
    positionals: '',
    describe: 'List all labs, across drivers',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./ls.ts')).ls,
  },
  {
    name: 'inspect',
    positionals: '<lab>',
    describe: 'Show the current state of a lab: network, peers, links',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'verify',
    positionals: '<lab>',
    describe: 'Run the checks on a running lab again',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'test',
    positionals: '<files..>',
    describe: 'Run the scenarios of topology files on throw-away labs and report the results',
    usesEngines: true,
    load: async () => (await import('./test.ts')).test,
  },
  {
    name: 'broadcast',
    positionals: '<lab> <peer> <text>',
    describe: 'Flood a message from a peer and check how far it spread',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./broadcast.ts')).broadcast,
  },
  {
    name: 'dm',
    positionals: '<lab> <from> <to> <text>',
    describe: 'Send a direct message, relayed by other peers',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./dm.ts')).dm,
  },
  {
    name: 'fault',
    positionals: '<action> <lab> [targets..]',
    describe: 'Inject faults: partition, kill, pause, slow, flaky, …; ls, heal',
    usesEngines: true,
    findsLabs: true,
    namesEngines: true,
    load: async () => (await import('./fault.ts')).fault,
  },
  {
    name: 'link',
    positionals: '<action> <lab> <peer> <to>',
    describe: 'Cut a link of a running lab, or restore it: down, up',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./link.ts')).link,
  },
  {
    name: 'chaos',
    positionals: '<lab>',
    describe: 'Inject random faults for a set time, then heal and run the checks',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./chaos.ts')).chaos,
  },
  {
    name: 'demo',
    positionals: '',
    describe: 'Start a ring of twenty peers and show its broadcasts in a page',
    usesEngines: true,
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'ui',
    positionals: '[lab]',
    describe: 'Open a page that shows and controls a lab',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./ui.ts')).ui,
  },
  {
    name: 'watch',
    positionals: '<lab>',
    describe: 'Print the events of a lab live',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./watch.ts')).watch,
  },
  {
    name: 'record',
    positionals: '<lab> [file]',
    describe: 'Record all events to a file for lab replay',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./record.ts')).record,
  },
  {
    name: 'capture',
    positionals: '<lab> [peers..]',
    describe: 'Capture packets of peers for Wireshark, and show the traffic between them',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./capture.ts')).capture,
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
    describe: 'Export a recording as an offline page or a picture',
    load: async () => (await import('./export.ts')).exportTrace,
  },
  {
    name: 'chat',
    positionals: '<lab> <peer>',
    describe: 'Chat as one peer of a running lab',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./chat.ts')).chat,
  },
  {
    name: 'exec',
    positionals: '<lab> <targets> [command..]',
    describe: 'Run a program where peers run: in their containers, or with their variables',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./exec.ts')).exec,
  },
  {
    name: 'cp',
    positionals: '<lab> <source> <target>',
    describe: 'Copy a file or a folder from a peer, PEER:PATH, or to one',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./cp.ts')).cp,
  },
  {
    name: 'logs',
    positionals: '<lab> [peer]',
    describe: 'Show the output of peers',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./logs.ts')).logs,
  },
  {
    name: 'graph',
    positionals: '<topology>',
    describe: 'Show facts of a graph (diameter, horizon by TTL) or draw it',
    load: async () => (await import('./graph.ts')).graph,
  },
  {
    name: 'compare',
    positionals: '<file>',
    describe: 'Measure a lab at several values of one setting',
    usesEngines: true,
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
    describe: 'Write a topology file; without a generator, list all generators',
    load: async () => (await import('./generate.ts')).generate,
  },
  {
    name: 'import',
    positionals: '<file>',
    describe: 'Make a topology file of GraphML, GML, DOT, GEXF, an edge list, JSON, containerlab or Compose',
    load: async () => (await import('./import.ts')).importGraph,
  },
  {
    name: 'validate',
    positionals: '<files..>',
    describe: 'Check topology files and report each problem with its line',
    load: async () => (await import('./validate.ts')).validate,
  },
  {
    name: 'init',
    positionals: '[folder]',
    describe: 'Create your own peer in an empty folder, or the lab of a program that exists: --program',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'conform',
    positionals: '[command..]',
    describe: 'Test a program against the peer contract, clause by clause',
    load: async () => (await import('./conform.ts')).conform,
  },
  {
    name: 'engines',
    positionals: '<action>',
    describe: 'Show the engines that labs span, check their network, make them one Swarm: ls, check, join, leave',
    usesEngines: true,
    load: async () => (await import('./engines.ts')).engines,
  },
  {
    name: 'doctor',
    positionals: '',
    describe: 'Check what this machine can run and what is missing',
    usesEngines: true,
    findsLabs: true,
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'completion',
    positionals: '[shell]',
    describe: 'Print a completion script for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).completion,
  },
];
