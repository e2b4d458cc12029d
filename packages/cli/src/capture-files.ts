/** The files of a capture: one of all peers, and one of each beside it: `run.pcapng`, `run.n3.pcapng`. */
import { closeSync, mkdirSync, writeSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import type { ByteSink, CaptureSinks } from '@peerlab/capture';
import { type ForceArgs, openOutput, requireNewFile } from './output-file.ts';

/** Files that are open. */
export interface CaptureFiles {
  readonly sinks: CaptureSinks;
  /** Their paths, the merged one first. */
  readonly written: readonly string[];
  /** Removes what was made: nothing was captured. */
  discard(): void;
}

/**
 * Opens them, all or none. Standard output (`-`) takes the merged one alone.
 * @param path of the merged file; undefined: no file
 * @param peers whose files are beside it
 * @throws {UsageError} when one exists, or cannot be written
 */
export function captureFiles(path: string | undefined, peers: readonly string[], options: ForceArgs): CaptureFiles {
  if (path === undefined) return { sinks: {}, written: [], discard: () => undefined };
  if (path === '-')
    return { sinks: { merged: sinkOf('/dev/stdout', options).sink }, written: [], discard: () => undefined };
  const paths = new Map(peers.map(peer => [peer, besidePath(path, peer)]));
  const written = [path, ...paths.values()];
  for (const one of written) requireNewFile(one, options);
  mkdirSync(dirname(path), { recursive: true });
  const open: OpenSink[] = [];
  const discard = (): void => {
    for (const { discard: remove } of open) remove();
  };
  try {
    for (const one of written) open.push(sinkOf(one, options));
  } catch (error) {
    discard();
    throw error;
  }
  const [merged, ...others] = open.map(({ sink }) => sink);
  const byPeer = new Map(peers.map((peer, i) => [peer, others[i]]));
  return { sinks: { merged, ofPeer: peer => byPeer.get(peer) }, written, discard };
}

/** `run.n3.pcapng` for `run.pcapng`. */
export function besidePath(path: string, peer: string): string {
  const extension = extname(path);
  return `${extension === '' ? path : path.slice(0, -extension.length)}.${peer}${extension === '' ? '.pcapng' : extension}`;
}

interface OpenSink {
  readonly sink: ByteSink;
  readonly discard: () => void;
}

function sinkOf(path: string, options: ForceArgs): OpenSink {
  const file = openOutput(path, options);
  const sink: ByteSink = {
    write: bytes => {
      for (let at = 0; at < bytes.length; ) at += writeSync(file.descriptor, bytes, at);
    },
    end: () => closeSync(file.descriptor),
  };
  return { sink, discard: () => file.discard() };
}
