/** Helper containers: each does one thing beside a peer, in a namespace that it shares with it, and is gone at once. */
import type Dockerode from 'dockerode';
import { openChannel } from './channel.ts';
import { announceEnd } from './container-end.ts';
import { type Engine, tolerate } from './engine.ts';
import { LABEL, ownerLabels } from './labels.ts';

/** What a helper is. */
export interface Helper {
  /** In a word: `tc`. */
  readonly what: string;
  readonly image: string;
  /** In place of the image's own. */
  readonly entrypoint?: readonly string[];
  readonly words: readonly string[];
  /** The namespaces that it shares, and the rights that it needs; it has no other. */
  readonly host: Pick<Dockerode.HostConfig, 'NetworkMode' | 'PidMode' | 'CapAdd'>;
}

/** Runs a helper to its end. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function runHelper(
  engine: Engine,
  { what, image, entrypoint, words, host }: Helper,
): Promise<{ readonly output: string; readonly exitCode: number | undefined }> {
  const { id } = await engine.call(`create the helper for ${what}`, abortSignal =>
    engine.docker.createContainer({
      Image: image,
      User: '0:0',
      ...(entrypoint === undefined ? {} : { Entrypoint: [...entrypoint] }),
      Cmd: [...words],
      Labels: { [LABEL.helper]: what, ...ownerLabels() },
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        AutoRemove: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
        ...host,
      },
      abortSignal,
    }),
  );
  const stop = new AbortController();
  const announced = announceEnd(engine, { containerId: id, signal: stop.signal });
  try {
    const end = async () => (await announced) ?? { reason: 'gone' };
    const channel = await openChannel(engine, {
      containerId: id,
      peer: `the helper for ${what}`,
      listenOnly: true,
      end,
    });
    const lines: string[] = [];
    channel.listen(line => lines.push(line));
    await engine.call(`start the helper for ${what}`, abortSignal =>
      engine.docker.getContainer(id).start({ abortSignal }),
    );
    const { exitCode } = await engine.call(`wait for the helper for ${what}`, () => channel.closed);
    return { output: lines.join('\n'), exitCode };
  } catch (error) {
    // What was started goes by itself.
    await tolerate(
      [404, 409],
      engine.call('remove a helper', () => engine.docker.getContainer(id).remove({ force: true })),
    );
    throw error;
  } finally {
    stop.abort();
  }
}
