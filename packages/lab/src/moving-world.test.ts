/**
 * The world moves while the lab looks at it: another command, or a parallel step of a scenario, ends or freezes a peer at any
 * moment. Each look is done once for each thing that it asks of the driver or of a peer, with the harm done just then.
 */
import type { PeerChannel, RunningLab } from '@peerlab/driver';
import { MemoryDriver, type MemoryLab, ring } from '@peerlab/driver-memory';
import { describe, expect, test } from 'vitest';
import { Lab } from './lab.ts';
import { bringUp } from './life/bring-up.ts';
import { recordLab } from './recording.ts';

/** The place of the peer that is harmed, and of one that is told to do things. */
const VICTIM = 2;

/** A command to a peer that is frozen is given up after this time, in milliseconds. */
const REPLY_TIMEOUT_MS = 40;

const ATTACH = 'attach';

const LONG = { timeout: 60_000 };

type Happening = (at: number, lab: MemoryLab) => Promise<void>;

/** The lab, with something that happens before each question to the driver and each command to a peer. */
function watched(lab: MemoryLab, happen: () => Promise<void>): RunningLab {
  const channelOf = async (index: number): Promise<PeerChannel> => {
    await happen();
    const channel = await lab.channel(index);
    const write = async (line: string): Promise<void> => {
      await happen();
      await channel.write(line);
    };
    return {
      closed: channel.closed,
      write,
      listen: listener => channel.listen(listener),
      close: () => channel.close(),
    };
  };
  const survey = async () => {
    await happen();
    return await lab.survey();
  };
  return new Proxy(lab, {
    get: (target, name) => {
      if (name === 'channel') return channelOf;
      if (name === 'survey') return survey;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const HARMS: Readonly<Record<string, (lab: MemoryLab) => Promise<void>>> = {
  kill: async lab => await lab.kill(VICTIM),
  stop: async lab => await lab.stop(VICTIM),
  restart: async lab => {
    await lab.kill(VICTIM);
    await lab.start(VICTIM);
  },
  pause: async ({ capabilities }) => {
    if (capabilities.pause !== undefined && 'pause' in capabilities.pause) await capabilities.pause.pause(VICTIM);
  },
  isolate: async ({ capabilities }) => {
    if (capabilities.isolate !== undefined && 'isolate' in capabilities.isolate) {
      await capabilities.isolate.isolate(VICTIM);
    }
  },
};

const LOOKS: Readonly<Record<string, (lab: Lab) => Promise<unknown>>> = {
  [ATTACH]: async lab => await lab.refresh(),
  refresh: async lab => await lab.refresh(),
  'survey of the links': async lab => await lab.links(),
  'list of faults': async lab => await lab.faults(),
  'wait for rest': async lab => await lab.settled({ stalledMs: 200 }),
  wiring: async lab => await lab.wire(),
  recovery: async lab => await lab.recovered({ ownMs: 50 }),
  recording: async lab => await (await recordLab(lab, () => undefined)).end(),
  'kill of another peer': async lab => await lab.kill('n0'),
  'restart of another peer': async lab => await lab.restart('n0'),
  'pause of another peer': async lab => {
    await lab.pause('n0');
    await lab.unpause('n0');
  },
};

/** Does the look on a lab of its own; `happen` gets the number of each question, from 1. @returns how many there were */
async function look(name: string, happen: Happening): Promise<number> {
  const driver = new MemoryDriver();
  const { lab: maker } = await bringUp(ring(5), driver, { checks: [] });
  let at = 0;
  let isLooking = false;
  const running = watched(maker.running as MemoryLab, async () => {
    if (isLooking) await happen(++at, maker.running as MemoryLab);
  });
  // Taking hold of a lab is a look itself.
  isLooking = name === ATTACH;
  await using lab = await Lab.attach(running, { isNew: false, replyTimeoutMs: REPLY_TIMEOUT_MS });
  isLooking = true;
  await LOOKS[name]?.(lab);
  isLooking = false;
  const questions = at;
  await lab.heal({ ownMs: 50 });
  const [links] = await lab.verify({ checks: ['links'] });
  expect(links?.observed).toBe('5 of 5, as drawn');
  await maker.down();
  return questions;
}

describe.each(Object.keys(LOOKS))('%s', name => {
  test.each(Object.keys(HARMS))('does not fail by a %s of another peer, whenever it comes', LONG, async harm => {
    const questions = await look(name, async () => undefined);
    expect(questions).toBeGreaterThan(0);
    // Each on a lab of its own, all at once: taking hold of a lab waits seconds for a peer that does not answer.
    const moments = Array.from({ length: questions }, (_, k) => k + 1);
    await Promise.all(
      moments.map(async k => {
        await look(name, async (at, lab) => {
          if (at === k) await HARMS[harm]?.(lab);
        });
      }),
    );
  });
});
