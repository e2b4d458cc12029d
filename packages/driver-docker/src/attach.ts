/**
 * Attaching to a container by a request without a body. dockerode's own has one, JSON, and leaves its end open; Docker ignores it,
 * Podman hands it to the container's program.
 */
import type { Duplex } from 'node:stream';
import type { Engine } from './engine.ts';

/** The part of dockerode's client that makes requests; its types leave it out. */
interface Dialler {
  dial(request: object, done: (error: Error | null, stream: Duplex) => void): void;
}

/** Of a length that is told, 0: a body of unknown length ends with a marker, which Podman would pass on too. */
const NO_BODY: Buffer = Buffer.alloc(0);

/**
 * Attaches, to a container that runs or is about to.
 * @param stdin whether the stream may write to the program
 * @returns the engine's multiplexed stream
 * @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function attachTo(
  engine: Engine,
  { containerId, what, stdin }: { readonly containerId: string; readonly what: string; readonly stdin: boolean },
): Promise<Duplex> {
  const request = {
    path: `/containers/${containerId}/attach?`,
    method: 'POST',
    isStream: true,
    hijack: true,
    file: NO_BODY,
    options: { _query: { stream: true, stdin, stdout: true, stderr: true } },
    statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
  };
  const dialler = engine.docker.modem as Dialler;
  // The signal would end the stream later on: the request is bounded by the call alone.
  return await engine.call(
    `attach to ${what}`,
    async abortSignal =>
      await new Promise<Duplex>((resolve, reject) => {
        dialler.dial(request, (error, stream) => {
          if (error !== null) reject(error);
          else if (abortSignal.aborted) stream.destroy();
          else resolve(stream);
        });
      }),
  );
}
