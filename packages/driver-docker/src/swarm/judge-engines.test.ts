import { LabError } from '@peerlab/driver';
import { expect, it } from 'vitest';
import type { EngineReport } from './engine-report.ts';
import { type CloserLook, judgeEngines } from './judge-engines.ts';
import type { EnginePath } from './probe-engines.ts';

const engine = (name: string, role: 'manager' | 'worker' | 'none', more: Partial<EngineReport> = {}): EngineReport => ({
  name,
  where: `unix:///${name}.sock`,
  id: name,
  version: '20.10.24',
  system: 'linux/x86_64',
  cores: 2,
  memoryBytes: 2 ** 30,
  roundTripMs: 1,
  swarm: { role, state: 'active', cluster: 'x', node: name, managers: ['a'], address: '' },
  ...more,
});
const path = (from: string, to: string, ports: Partial<EnginePath['ports']> = {}): EnginePath => ({
  from,
  to,
  roundTripMs: 1,
  ports: { '2377/tcp': 'open', '7946/tcp': 'open', '7946/udp': 'in use', '4789/udp': 'open', ...ports },
});
const look = (mtu: number, paths: readonly EnginePath[]): CloserLook => ({
  machines: new Map([
    ['a', { addresses: [{ address: '10.0.0.1', prefix: 24, device: 'eth0', mtu }], neighbours: 1024 }],
  ]),
  addresses: new Map([
    ['a', '10.0.0.1'],
    ['b', '10.0.0.2'],
  ]),
  paths,
});
const SWARM = [engine('a', 'manager'), engine('b', 'worker')];
const messages = (...of: Parameters<typeof judgeEngines>): readonly string[] =>
  judgeEngines(...of).map(({ message }) => message);

it('finds nothing wrong with a Swarm whose engines reach each other, nor with engines before one is made', () => {
  expect(messages({ engines: SWARM, silent: [] }, look(1500, [path('a', 'b'), path('b', 'a')]))).toEqual([]);
  expect(messages({ engines: [engine('a', 'none'), engine('b', 'none')], silent: [] })).toEqual([]);
});

it('names what does not answer, is in no Swarm, in another one, or of another system', () => {
  const away = new LabError('ENGINE_UNREACHABLE', 'engine e does not answer');
  const stranger = engine('c', 'worker', { swarm: { ...engine('c', 'worker').swarm, managers: ['z'] } });
  const engines = [
    engine('a', 'manager'),
    engine('b', 'none'),
    stranger,
    engine('d', 'worker', { system: 'linux/aarch64' }),
  ];
  expect(messages({ engines, silent: [{ name: 'e', where: 'ssh://e', error: away }] })).toEqual([
    'engine e does not answer',
    'b is in no Swarm',
    'c is in another Swarm than a',
    'd is linux/aarch64, and a is linux/x86_64: an image of one does not run on the other',
  ]);
});

it('names ports without an answer on the engine that has to open them; management at the manager alone', () => {
  const deaf: Partial<EnginePath['ports']> = { '2377/tcp': 'none', '4789/udp': 'none', '7946/tcp': 'closed' };
  const paths = [path('a', 'b', deaf), path('b', 'a', deaf)];
  expect(judgeEngines({ engines: SWARM, silent: [] }, look(1500, paths))).toEqual([
    {
      engine: 'b',
      message: 'b does not answer a at 4789/udp: packets between containers (VXLAN)',
      advice: 'open 4789/udp on b (10.0.0.2) for a (10.0.0.1)',
    },
    expect.objectContaining({ engine: 'a', message: expect.stringContaining('a does not answer b at 2377/tcp') }),
    expect.objectContaining({ engine: 'a', message: expect.stringContaining('a does not answer b at 4789/udp') }),
  ]);
});

it('names an interface that is too narrow for packets in packets', () => {
  expect(messages({ engines: SWARM, silent: [] }, look(1400, []))).toEqual([
    'eth0 of a takes packets of 1400 bytes: those of a lab have up to 1500',
  ]);
});
