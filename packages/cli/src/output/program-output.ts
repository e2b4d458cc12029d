/** What a program beside a peer prints, on its way to the same stream of this command. */
import { StringDecoder } from 'node:string_decoder';
import { LineSplitter } from '@peerlab/contract';
import type { ExecListener } from '@peerlab/driver';
import { harmless } from './harmless.ts';
import { errorStyle, painted, style } from './style.ts';

type Stream = 'stdout' | 'stderr';

/** Byte for byte, into a file or another program; a terminal gets control characters in words, as of every peer. */
export function passedOn(): ExecListener {
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  return (chunk, stream) => {
    const out = process[stream];
    if (!out.isTTY) out.write(chunk);
    else out.write(decoders[stream].write(Buffer.from(chunk)).split('\n').map(harmless).join('\n'));
  };
}

/** Line by line, each with the peer's name in front. `end` hands on what has no line end. */
export function prefixed(peer: string, width: number): { readonly listen: ExecListener; readonly end: () => void } {
  const named = { stdout: style.name(peer.padEnd(width)), stderr: errorStyle.name(peer.padEnd(width)) };
  const of = (stream: Stream) => ({
    decoder: new StringDecoder('utf8'),
    lines: new LineSplitter(line => process[stream].write(`${painted(`${named[stream]}  ${line}`)}\n`)),
  });
  const streams = { stdout: of('stdout'), stderr: of('stderr') };
  return {
    listen: (chunk, stream) => streams[stream].lines.push(streams[stream].decoder.write(Buffer.from(chunk))),
    end: () => {
      for (const { decoder, lines } of Object.values(streams)) {
        lines.push(decoder.end());
        lines.end();
      }
    },
  };
}
