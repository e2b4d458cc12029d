/**
 * The image of helpers: programs of this machine with the shared objects that they ask for, so that nothing is pulled. A helper
 * (helper.ts) runs one of them for a moment beside a peer.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LabError } from '@peerlab/driver';
import { elfObjects, placeOfObject } from './elf-objects.ts';
import type { Engine } from './engine.ts';
import { engineFacts } from './engine-facts.ts';
import { engineArchitecture } from './host-runtime.ts';
import { hashOf, takeImage } from './image.ts';
import { importImage } from './import-image.ts';
import { LABEL } from './labels.ts';
import { tarOf } from './tar.ts';

/** Programs that helpers run, each with the Debian package that has it. */
const PACKAGES = { ip: 'iproute2', sh: 'dash', tc: 'iproute2', tcpdump: 'tcpdump' } as const;

/** The name of such a program. */
export type HelperProgram = keyof typeof PACKAGES;

const REPOSITORY = 'peerlab/tools';

/** The folder of the programs in the image; the only one on its PATH. */
const FOLDER = '/tools';
const LIBRARIES = '/usr/local/lib/tools';

/** Where administrators' programs are, where a user's PATH leaves them out. */
const MORE_FOLDERS: readonly string[] = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** The first of these programs that this machine does not have. */
export function missingProgram(names: readonly HelperProgram[]): HelperProgram | undefined {
  return names.find(name => findProgram(name) === undefined);
}

/** What to do where this machine lacks a program. */
export function installAdvice(name: HelperProgram): string {
  return `install ${PACKAGES[name]} on this machine`;
}

/** The path of a program in the image. */
export function inImage(name: HelperProgram): string {
  return `${FOLDER}/${name}`;
}

/**
 * The image with these programs, made where the engine does not have it.
 * @param task what it is for, in a clause that "cannot" follows: `the kernel cannot shape …`
 * @throws {LabError} `NOT_SUPPORTED` where this machine lacks one of them, and for an engine that cannot run them;
 *   `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`
 */
export async function helperImage(engine: Engine, names: readonly HelperProgram[], task: string): Promise<string> {
  const lacking = missingProgram(names);
  if (lacking !== undefined) {
    const advice = `${installAdvice(lacking)}; peers that announce "shape" do not need it`;
    throw new LabError('NOT_SUPPORTED', `${task}: this machine has no ${lacking}`, { advice });
  }
  const { osType, architecture } = await engineFacts(engine);
  if (osType !== 'linux' || engineArchitecture()?.includes(architecture) !== true) {
    const why = `programs of this machine cannot run in the engine (${osType}/${architecture})`;
    const advice = 'run lab on a Linux machine like the engine’s; peers that announce "shape" do not need it';
    throw new LabError('NOT_SUPPORTED', `${task}: ${why}`, { advice });
  }
  const files = names.flatMap(name => {
    const path = findProgram(name) ?? '';
    const objects = elfObjects(path).map(object => ({ target: placeOfObject(object, LIBRARIES), path: object.path }));
    return [{ target: inImage(name), path }, ...objects];
  });
  const sources = [...new Map(files.map(({ target, path }) => [target, realpathSync(path)]))];
  const facts = sources.map(([target, path]) => `${target} ${statSync(path).size} ${statSync(path).mtimeMs}`);
  const tag = hashOf('2', ...facts);
  const reference = `${REPOSITORY}:${tag}`;
  if (await takeImage(engine, reference)) return reference;
  const archive = [
    ...sources.map(([target, path]) => ({ name: target.slice(1), mode: 0o755, source: { path } })),
    // tcpdump asks for the user that it is to stay.
    { name: 'etc/passwd', mode: 0o444, source: { text: 'root:x:0:0:root:/:/\n' } },
    { name: 'etc/group', mode: 0o444, source: { text: 'root:x:0:\n' } },
  ];
  const changes = [`ENV PATH=${FOLDER}`, `ENV LD_LIBRARY_PATH=${LIBRARIES}`, `LABEL ${LABEL.image}=${tag}`];
  await importImage(engine, { reference, archive: tarOf(archive), changes });
  return reference;
}

/** The path of a program on this machine; undefined where it is not there. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(folder => folder !== ''), ...MORE_FOLDERS];
  return folders.map(folder => join(folder, name)).find(path => existsSync(path));
}
