import { expect, test } from 'vitest';
import { FakeEngine } from '../test/fake-engine.ts';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { createDockerDriver } from './index.ts';
import { DockerClient } from './load-dockerode.ts';

test.each([
  ['an engine that dies', (engine: FakeEngine) => engine.die(), 'ENGINE_UNREACHABLE'],
  ['a container that is removed', (engine: FakeEngine) => cutAndRemove(engine), undefined],
] as const)('following a log ends with %s as what it is', async (_, end, code) => {
  await using engine = await FakeEngine.start();
  const docker = new DockerClient({ socketPath: engine.socketPath });
  const driver = createDockerDriver({
    peerBundle: ECHO_PEER,
    version: '0',
    docker,
    image: 'fake',
    requestTimeoutMs: 1000,
  });
  const lab = await driver.up(planOf(1), contextOf());
  const lines = lab.logs(0, { follow: true })[Symbol.asyncIterator]();
  const first = lines.next();
  const isFollowed = (): boolean => engine.requests.some(request => request.endsWith('/logs'));
  while (!isFollowed()) await new Promise(resolve => setImmediate(resolve));
  end(engine);
  if (code === undefined) expect(await first).toEqual({ done: true, value: undefined });
  else await expect(first).rejects.toMatchObject({ code });
});

/** As an engine ends a stream whose container goes: it takes requests as before. */
function cutAndRemove(engine: FakeEngine): void {
  engine.containers.clear();
  engine.cut();
}
