import { describe, expect, test } from 'vitest';
import { planOf } from '../test/plans.ts';
import { containerSpec } from './container-spec.ts';
import { withDefaults } from './options.ts';

function specOf(ephemeral: boolean) {
  const plan = planOf(1, { name: 'x', ephemeral });
  const [peer] = plan.peers;
  if (peer === undefined) throw new Error('a plan without a peer');
  return containerSpec({
    plan,
    peer,
    facts: { lab: 'x', hash: 'h', version: '1', owner: 'o', process: 'p', ephemeral, createdAtMs: 0, run: 'r' },
    settings: withDefaults({ peerBundle: '', version: '1' }),
    network: 'peerlab-x',
    address: '10.89.0.2',
    image: 'i',
    entrypoint: undefined,
  });
}

describe('a container', () => {
  test('has no rights and is bounded', () => {
    expect(specOf(false)).toMatchObject({
      User: '65532:65532',
      HostConfig: {
        CapDrop: ['ALL'],
        ReadonlyRootfs: true,
        SecurityOpt: ['no-new-privileges'],
        Memory: 256 * 1024 * 1024,
        PidsLimit: 64,
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      },
    });
  });

  test('has its address, and is told it', () => {
    const spec = specOf(false);
    expect(spec.NetworkingConfig?.EndpointsConfig?.['peerlab-x']).toMatchObject({
      IPAMConfig: { IPv4Address: '10.89.0.2' },
    });
    expect(spec.Env).toContain('PEERLAB_LISTEN=10.89.0.2:7946');
  });

  test('of a throw-away lab ends with its owner, of another one stays', () => {
    expect(specOf(true)).toMatchObject({ OpenStdin: true, StdinOnce: true, HostConfig: { AutoRemove: true } });
    expect(specOf(false)).toMatchObject({ OpenStdin: true, StdinOnce: false, HostConfig: { AutoRemove: false } });
  });
});
