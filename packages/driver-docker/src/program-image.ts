/**
 * A user's program in place of the project's node: its files are put on top of the peers' image, so that they reach a
 * remote engine as well and the container's root stays read-only.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { finishBuild } from './build-stream.ts';
import type { Engine } from './engine.ts';
import { hashOf, IMAGE_REPOSITORY, takeImage } from './image.ts';
import { LABEL } from './labels.ts';
import { type TarFile, tarOf } from './tar.ts';

/** A program as a container runs it. */
export interface ProgramInImage {
  readonly reference: string;
  /** The entry point. */
  readonly entrypoint: readonly string[];
}

/** A command line, taken apart for an image. */
export interface ProgramPlan {
  readonly entrypoint: readonly string[];
  /** Files of this machine that the command line names, with their place in the image. */
  readonly files: readonly { readonly path: string; readonly target: string }[];
}

/**
 * Takes a command line apart: the Node program that runs this process becomes `node`, another absolute path of a file
 * becomes `/program/<place>-<name>`, everything else stays. Files that such a file imports do not come along.
 */
export function planProgram(program: readonly string[]): ProgramPlan {
  const files: { path: string; target: string }[] = [];
  const node = realpathSync(process.execPath);
  const entrypoint = program.map((word, place) => {
    if (!isAbsolute(word) || !existsSync(word) || !statSync(word).isFile()) return word;
    if (realpathSync(word) === node) return 'node';
    const target = `/program/${place}-${basename(word)}`;
    files.push({ path: word, target });
    return target;
  });
  return { entrypoint, files };
}

/**
 * Sees to it that an image with the program's files is there.
 * @throws {LabError} `ENGINE_REFUSED` when it cannot be made; `ENGINE_UNREACHABLE`.
 */
export async function ensureProgramImage(
  engine: Engine,
  base: string,
  program: readonly string[],
): Promise<ProgramInImage> {
  const { entrypoint, files } = planProgram(program);
  if (files.length === 0) return { reference: base, entrypoint };
  const contents = await Promise.all(files.map(file => readFile(file.path)));
  const tag = hashOf(base, ...files.map(file => file.target), ...contents.map(content => content.toString('base64')));
  const reference = `${IMAGE_REPOSITORY}:${tag}`;
  if (await takeImage(engine, reference)) return { reference, entrypoint };
  const context: readonly TarFile[] = [
    {
      name: 'Dockerfile',
      mode: 0o444,
      source: { text: `FROM ${base}\nCOPY program /program\nLABEL ${LABEL.image}=${tag}\n` },
    },
    ...files.map(file => ({ name: file.target.slice(1), mode: 0o555, source: { path: file.path } })),
  ];
  await engine.call(`build the image ${reference}`, async abortSignal => {
    const options = { t: reference, rm: true, forcerm: true, abortSignal };
    await finishBuild(await engine.docker.buildImage(tarOf(context), options));
  });
  return { reference, entrypoint };
}
