/** `lab cp LAB PEER:PATH LOCAL`, and back: copies a file or a folder between a peer and this machine. */
import { lstatSync } from 'node:fs';
import { basename, join, posix, resolve } from 'node:path';
import { requireCapability } from '@peerlab/driver';
import { didYouMean } from '@peerlab/topology';
import { EXIT, UsageError } from '../exit.ts';
import { findNamed } from '../labs.ts';
import type { CopyDocument } from '../output/documents.ts';
import { note, print, printJson } from '../output/print.ts';
import { type ForceArgs, withForce } from '../output-file.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface CopyArgs extends FormatArgs, ForceArgs {
  readonly lab: string;
  readonly source: string;
  readonly target: string;
}

/** The verb. */
export const cp: Verb<CopyArgs> = {
  builder: args =>
    withForce(withFormat(args))
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('source', { type: 'string', demandOption: true, describe: 'a path, or PEER:PATH' })
      .positional('target', { type: 'string', demandOption: true, describe: 'PEER:PATH, or a path' }),
  handler: async args => await run(async () => await copy(args)),
};

async function copy({ lab: name, source, target, force, format }: CopyArgs): Promise<number> {
  const [from, to] = [placeOf(source), placeOf(target)];
  if ((from.peer === undefined) === (to.peer === undefined)) {
    throw new UsageError(
      'lab cp copies between a peer and this machine',
      'name one of them as PEER:PATH, such as n0:/data/log',
    );
  }
  const lab = await findNamed(name);
  const names = lab.peers.map(peer => peer.name);
  const peer = from.peer ?? to.peer ?? '';
  const found = lab.peers.find(one => one.name === peer);
  if (found === undefined) throw new UsageError(`${lab.name} has no peer "${peer}"`, didYouMean(peer, names));
  const files = requireCapability(lab, 'files');
  const options = { isReplacing: force };
  const isOut = from.peer !== undefined;
  const place = isOut ? localTarget(to.path, from.path) : peerTarget(to.path, from.path);
  const leftOut = isOut
    ? await files.copyOut(found.index, from.path, place, options)
    : await files.copyIn(found.index, resolve(from.path), place, options);
  await lab.close();
  for (const one of leftOut) note(`not copied, because it is a link or a device: ${one}`);
  const shown = { from: source, to: isOut ? place : `${peer}:${place}` };
  if (format === 'json') {
    const document: CopyDocument = { lab: lab.name, peer, ...shown, leftOut };
    printJson(document);
  } else print(`${shown.from} is copied to ${shown.to}`);
  return EXIT.ok;
}

/** `n0:/data/log`. A path of this machine with a colon begins with `./` or `/`. */
function placeOf(word: string): { readonly peer: string | undefined; readonly path: string } {
  const [, peer, path] = /^([^/.:][^/:]*):(.+)$/s.exec(word) ?? [];
  return peer === undefined || path === undefined ? { peer: undefined, path: word } : { peer, path };
}

/** Into a folder that exists, under its own name. */
function localTarget(path: string, source: string): string {
  const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? join(path, basename(source)) : resolve(path);
}

function peerTarget(path: string, source: string): string {
  return path.endsWith('/') ? posix.join(path, basename(source)) : path;
}
