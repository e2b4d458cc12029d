/** Which labs are dead, decided from what an engine lists. */
import { type ProcessIdentity, thisProcess, writeIdentity } from '@peerlab/driver';
import { describe, expect, test } from 'vitest';
import type { Engine } from './engine.ts';
import { type LabFacts, networkLabels, thisOwner } from './labels.ts';
import { deadLabs } from './leftovers.ts';
import type { FoundContainer, FoundNetwork } from './survey.ts';

const HERE = thisProcess() as ProcessIdentity;
/** Beyond every process id of Linux: 2^22 is the most. */
const GONE = { owner: 'me@here:1', process: writeIdentity({ ...HERE, processId: 2 ** 22 + 1 }) };
const ELSEWHERE = { owner: 'me@here:1', process: writeIdentity({ ...HERE, space: 'another' }) };

/** Nothing is asked of it. */
const ENGINE = { name: '' } as Engine;

const factsOf = (over: Partial<LabFacts>): LabFacts => ({
  lab: 'ring',
  hash: 'h',
  version: '1',
  ...GONE,
  ephemeral: false,
  createdAtMs: Date.now(),
  run: 'r',
  ...over,
});

const container = (index: number, over: Partial<LabFacts> = {}, state: FoundContainer['state'] = 'running') =>
  ({
    engine: ENGINE,
    id: `c${index}`,
    name: `peerlab-ring.n${index}`,
    facts: factsOf(over),
    peer: { name: `n${index}`, index, nodeId: `id${index}` },
    state,
    address: '',
    connected: true,
  }) satisfies FoundContainer;

const network = (peers: number, over: Partial<LabFacts> = {}): FoundNetwork => {
  const facts = factsOf(over);
  const planned = Array.from({ length: peers }, (_, index) => ({ index, name: `n${index}`, nodeId: 'id', env: {} }));
  const labels = networkLabels(facts, { topology: '{}', peers: planned }, ({ env }) => ({
    image: 'i',
    settings: { env },
  }));
  return {
    engine: ENGINE,
    id: 'net',
    name: 'peerlab-ring',
    facts,
    labels,
    subnet: undefined,
    internal: true,
    spansEngines: false,
  };
};

const whyOf = (containers: FoundContainer[], networks: FoundNetwork[]): string | undefined =>
  deadLabs(containers, networks)[0]?.why;

describe('a throw-away lab', () => {
  const thrown = { ephemeral: true };
  test('is dead once its owner is gone, in whatever state it is', () => {
    expect(whyOf([container(0, thrown), container(1, thrown)], [network(2, thrown)])).toContain('has ended');
    expect(whyOf([], [network(2, thrown)])).toContain('has ended');
  });

  test('lives while its owner does, also with nothing but its network', () => {
    expect(whyOf([], [network(2, { ...thrown, ...thisOwner() })])).toBeUndefined();
  });

  test('lives while anybody does who made a part of it', () => {
    expect(whyOf([container(0, { ...thrown, ...thisOwner() })], [network(2, thrown)])).toBeUndefined();
  });

  test.each([
    ['of another machine, boot or container', ELSEWHERE],
    ['of an older version', { owner: 'me@here:1', process: '' }],
  ])('%s may live: it comes with a doubt', (_, owner) => {
    const parts = [container(0, { ...thrown, ...owner }), container(1, thrown)];
    expect(deadLabs(parts, [network(2, thrown)])).toMatchObject([
      { doubt: expect.stringContaining('another container') },
    ]);
    expect(deadLabs([container(0, thrown)], [network(2, thrown)])[0]).not.toHaveProperty('doubt');
  });

  test('is dead when the id of its owner belongs to a process that was started later', () => {
    const earlier = writeIdentity({ ...HERE, startedAtTicks: HERE.startedAtTicks - 1 });
    expect(whyOf([], [network(2, { ...thrown, process: earlier })])).toContain('has ended');
  });
});

describe('a lasting lab', () => {
  test('that is whole is no leftover, whoever made it; one that is not comes with a doubt where its maker cannot be asked', () => {
    expect(deadLabs([container(0, ELSEWHERE), container(1, ELSEWHERE)], [network(2, ELSEWHERE)])).toEqual([]);
    expect(deadLabs([container(0, ELSEWHERE)], [network(2, ELSEWHERE)])).toMatchObject([{ doubt: expect.any(String) }]);
  });

  test('that spans an engine that was not asked comes with that doubt, for the rest of it may be there', () => {
    const spread = { engines: ['a', 'b'] };
    const half = [container(0, spread)];
    expect(deadLabs(half, [network(2, spread)], ['a'])).toMatchObject([{ doubt: expect.stringContaining('engine b') }]);
    expect(deadLabs(half, [], [''])).toMatchObject([{ doubt: expect.stringContaining('engine a, b') }]);
    expect(deadLabs(half, [network(2, spread)], ['a', 'b'])[0]).not.toHaveProperty('doubt');
  });

  test('lives while it is whole, whatever its peers do', () => {
    expect(whyOf([container(0), container(1, {}, 'stopped')], [network(2)])).toBeUndefined();
  });

  test('is dead when it was half made, and its maker is gone', () => {
    expect(whyOf([container(0)], [network(2)])).toContain('1 of 2 containers');
    expect(whyOf([], [network(2)])).toContain('0 of 2 containers');
  });

  test('lives while its maker is still at it', () => {
    const mine = { ...thisOwner() };
    expect(whyOf([container(0, mine)], [network(2, mine)])).toBeUndefined();
  });

  test('is dead without its network: no peer of it can be started any more', () => {
    expect(whyOf([container(0), container(1)], [])).toBe('its network no longer exists');
  });
});
