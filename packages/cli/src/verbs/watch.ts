/** `lab watch LAB`: what happens, while it happens. */
import { type Lab, type LabEvent, openLab } from '@peerlab/orchestrator';
import { loadDrivers } from '../drivers.ts';
import { EXIT } from '../exit.ts';
import { note, print } from '../output/print.ts';
import { style } from '../output/style.ts';
import { nameOf } from './down.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface WatchArgs extends FormatArgs {
  readonly lab: string;
  readonly trace: boolean;
}

/** The verb. */
export const watch: Verb<WatchArgs> = {
  command: 'watch <lab>',
  describe: 'show events live; Ctrl-C ends it',
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'name of a lab' })
      .option('trace', {
        type: 'boolean',
        default: false,
        describe: 'also show every copy: sent, duplicate, expired',
      }),
  handler: async ({ lab: name, trace, format }) =>
    await run(async () => {
      await using lab = await openLab(await loadDrivers(), nameOf(name));
      const controller = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
      // A reader that has gone, such as `head`, ends the watching.
      process.stdout.on('error', () => controller.abort());
      if (format === 'text') note(`watching ${lab.name}; Ctrl-C ends it`);
      const tell = createTeller(lab);
      for await (const event of lab.watch({ trace, signal: controller.signal })) {
        print(format === 'json' ? JSON.stringify({ peer: event.peer, ...event.event }) : tell(event));
      }
      return EXIT.ok;
    }),
};

function createTeller(lab: Lab): (event: LabEvent) => string {
  const names = new Map(lab.running.peers.map(({ nodeId, name }) => [nodeId, name]));
  const nameOf = (nodeId: string): string => names.get(nodeId) ?? nodeId.slice(0, 8);
  const width = Math.max(...lab.topology.peers.map(({ name }) => name.length));
  return ({ peer, event }) => {
    const line = (what: string, rest: string): string =>
      `${style.name(peer.padEnd(width))}  ${what.padEnd(9)}  ${rest}`;
    switch (event.event) {
      case 'ready':
        return line('ready', `${event.listen.host}:${event.listen.port}`);
      case 'link-up':
        return line('link-up', nameOf(event.peer));
      case 'link-down':
        return line('link-down', `${nameOf(event.peer)}: ${event.reason}`);
      case 'received': {
        const text =
          typeof event.payload === 'string'
            ? JSON.stringify(event.payload)
            : `${event.payload.base64.length} base64 digits`;
        const kind = event.kind === 'dm' ? 'direct message' : 'broadcast';
        return line(
          'received',
          `${kind} of ${nameOf(event.origin)} at hop ${event.hops} from ${nameOf(event.from)}: ${text}  ${style.dim(event.id.slice(0, 8))}`,
        );
      }
      case 'sent':
        return line(
          'sent',
          `to ${event.to.map(nameOf).join(' ')} with TTL ${event.ttl}  ${style.dim(event.id.slice(0, 8))}`,
        );
      case 'duplicate':
        return line(
          'duplicate',
          `from ${nameOf(event.from)} with TTL ${event.ttl}  ${style.dim(event.id.slice(0, 8))}`,
        );
      case 'expired':
        return line('expired', `from ${nameOf(event.from)}  ${style.dim(event.id.slice(0, 8))}`);
      case 'dropped':
        return line('dropped', `to ${nameOf(event.to)}: ${event.reason}  ${style.dim(event.id.slice(0, 8))}`);
    }
  };
}
