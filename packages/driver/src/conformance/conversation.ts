/** A talk with one peer through its channel, as a controller has it: questions, answers, events, log lines. */
import { randomUUID } from 'node:crypto';
import {
  type CommandName,
  type PeerEvent,
  parsePeerLine,
  type Request,
  type Results,
  resultSchemas,
} from '@peerlab/contract';
import type { PeerChannel } from '../peer-channel.ts';
import type { RunningLab } from '../running-lab.ts';
import { eventually } from './eventually.ts';

/** An open talk. */
export interface Conversation {
  readonly channel: PeerChannel;
  /** Every line that was heard, oldest first. */
  readonly lines: readonly string[];
  /** Every event that was heard, oldest first. */
  readonly events: readonly PeerEvent[];
  /** Sends a command and waits for its result. */
  ask<C extends CommandName>(request: Extract<Request, { command: C }>): Promise<Results[C]>;
  /** Waits for an event, which may have been heard already. */
  event<E extends PeerEvent['event']>(
    name: E,
    which?: (event: Extract<PeerEvent, { event: E }>) => boolean,
  ): Promise<Extract<PeerEvent, { event: E }>>;
  /** Waits for a line, which may have been heard already. */
  line(what: string, which: (line: string) => boolean): Promise<string>;
}

/** Opens the channel of a peer and listens. */
export async function converse(lab: RunningLab, index: number, patienceMs: number): Promise<Conversation> {
  const channel = await lab.channel(index);
  const lines: string[] = [];
  const events: PeerEvent[] = [];
  const replies = new Map<string, unknown>();
  const who = `peer ${index} of ${lab.name}`;
  const prefix = randomUUID().slice(0, 8);
  let count = 0;
  channel.listen(text => {
    lines.push(text);
    const line = parsePeerLine(text);
    if (line.type === 'event') events.push(line.event);
    if (line.type === 'reply') replies.set(line.reply.reply, line.reply);
  });
  const heard = (): string => `Heard: ${lines.slice(-20).join(' | ').slice(0, 2000) || 'nothing'}`;
  return {
    channel,
    lines,
    events,
    async ask(request) {
      count += 1;
      const seq = `${prefix}-${count}`;
      await channel.write(JSON.stringify({ seq, ...request }));
      const what = `the reply of ${who} to '${request.command}'`;
      const reply = (await eventually(what, patienceMs, () => replies.get(seq), heard)) as {
        result?: unknown;
        error?: { code: string; message: string };
      };
      if (reply.error !== undefined) throw new Error(`${who}: ${reply.error.code}: ${reply.error.message}`);
      return resultSchemas[request.command].parse(reply.result);
    },
    event(name, which = () => true) {
      const isWanted = (event: PeerEvent): event is Extract<PeerEvent, { event: typeof name }> =>
        event.event === name && which(event as Extract<PeerEvent, { event: typeof name }>);
      return eventually(`the event '${name}' of ${who}`, patienceMs, () => events.find(isWanted), heard);
    },
    line(what, which) {
      return eventually(`${what} from ${who}`, patienceMs, () => lines.find(which), heard);
    },
  };
}
