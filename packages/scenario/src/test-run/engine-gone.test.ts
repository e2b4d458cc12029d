/** The engine dies, or hangs, in the middle of a scenario: that is an error of the run, and no peer is blamed for it. */
import { type ChannelEnd, LabError, type LabPlan, type PeerChannel, type WorkContext } from '@peerlab/driver';
import { MemoryDriver, type MemoryLab } from '@peerlab/driver-memory';
import { bringUp } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { junitXml } from '../report/junit.ts';
import { type RunReport, toldSteps } from '../report/run-report.ts';
import { runScenario } from '../steps/run-scenario.ts';
import { testLab } from './test-lab.ts';

const GONE = new LabError('ENGINE_UNREACHABLE', 'the engine does not answer', { advice: 'start the engine' });

/** What brings the engine to its end: a command to a peer, or an operation on one. */
type Trigger = 'broadcast' | 'history' | 'kill' | 'neighbours';

/** A driver whose engine dies, or hangs, as soon as a scenario does this for the n-th time. */
class FragileDriver extends MemoryDriver {
  readonly #hangs: boolean;
  readonly #trigger: Trigger;
  #left: number;
  #breakChannels: (end: ChannelEnd) => void = () => undefined;
  readonly #broken: Promise<ChannelEnd> = new Promise(resolve => {
    this.#breakChannels = resolve;
  });

  constructor(fate: 'dies' | 'hangs', trigger: Trigger, times: number) {
    super();
    this.#hangs = fate === 'hangs';
    this.#trigger = trigger;
    this.#left = times;
  }

  override async up(plan: LabPlan, context: WorkContext): Promise<MemoryLab> {
    const lab = await super.up(plan, context);
    const over: Partial<MemoryLab> = {
      channel: async index => this.#channelOf(await lab.channel(index)),
      survey: async () => {
        this.#require();
        return await lab.survey();
      },
      kill: async index => {
        this.#happens('kill');
        this.#require();
        await lab.kill(index);
      },
      down: async () => {
        await lab.down();
        this.#require();
      },
    };
    return new Proxy(lab, {
      get: (target, name) => {
        if (Object.hasOwn(over, name)) return Reflect.get(over, name);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #channelOf(own: PeerChannel): PeerChannel {
    return {
      closed: Promise.race([own.closed, this.#broken]),
      listen: listener =>
        own.listen((...line) => {
          if (this.#left > 0) listener(...line);
        }),
      close: () => own.close(),
      write: async line => {
        this.#happens((JSON.parse(line) as { command: string }).command);
        if (this.#left > 0) await own.write(line);
        else if (!this.#hangs) throw new LabError('PEER_FAILED', 'the control channel is closed');
      },
    };
  }

  #happens(what: string): void {
    if (what !== this.#trigger || --this.#left > 0 || this.#hangs) return;
    this.#breakChannels({ reason: 'its output ended', failure: GONE });
  }

  #require(): void {
    if (this.#left <= 0) throw GONE;
  }
}

const SCENARIO = parseTopology(
  `name: fragile
peers: [a, b, c, d]
links: [[a, b], [b, c], [c, d], [d, a]]
scenario:
  - broadcast: a
  - fault: { kill: b }
  - broadcast: a
  - checks: [links]
`,
  { file: 'fragile.yaml' },
);

test.each<['dies' | 'hangs', Trigger, number]>([
  ['dies', 'broadcast', 1],
  ['hangs', 'broadcast', 1],
  ['dies', 'kill', 1],
  ['hangs', 'kill', 1],
  ['dies', 'broadcast', 2],
  ['hangs', 'broadcast', 2],
  // The wiring asks four peers; the check of links is next.
  ['dies', 'neighbours', 5],
  ['hangs', 'neighbours', 5],
])(
  'an engine that %s at %s %i is an error, with what to do, and no step fails',
  { timeout: 10_000 },
  async (fate, trigger, times) => {
    const driver = new FragileDriver(fate, trigger, times);
    const lab = await testLab('fragile.yaml', SCENARIO, driver, { stepTimeoutMs: 300 });
    expect(lab).toMatchObject({
      outcome: 'error',
      error: {
        code: 'ENGINE_UNREACHABLE',
        message: expect.stringMatching(/^scenario\[\d\] \(.+\): the engine does not answer$/),
        advice: 'start the engine',
      },
    });
    expect(lab.steps.filter(({ verdict }) => verdict !== 'proven')).toEqual([]);
    const { claims } = toldSteps(lab.steps);
    const report: RunReport = {
      format: 2,
      driver: 'memory',
      startedAt: '',
      timeMs: 1,
      passed: false,
      claims,
      labs: [lab],
    };
    expect(junitXml(report)).toContain('<error ');
    expect(junitXml(report)).not.toContain('<failure ');
  },
);

test('an engine that hangs is found out long before what the step waits for is over', async () => {
  const driver = new FragileDriver('hangs', 'broadcast', 1);
  const { lab } = await bringUp({ ...SCENARIO, name: 'hanging' }, driver, { ephemeral: true, checks: [] });
  const { scenario } = SCENARIO;
  if (scenario === undefined) throw new Error('no scenario');
  const beganMs = performance.now();
  // The reply to the broadcast may take 15 s, and the step a minute.
  await expect(runScenario(lab, scenario, { lookEveryMs: 10 })).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: 'scenario[0] (broadcast from a): the engine does not answer',
  });
  expect(performance.now() - beganMs).toBeLessThan(10_000);
  await lab.down().catch(() => undefined);
});
