// Asks publint and "Are the types wrong?" about a tarball, as every user's tools will read it.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** The packages are ES modules alone. Node loads them by `require` too, since 20.19; older resolvers are told that they cannot. */
const EXPECTED = new Set(['CJSResolvesToESM']);

/** What is below a package's name is found by its `exports`, which resolvers from before Node 12 do not read: they find the package itself. */
const isOfOldResolver = ({ kind, resolutionKind }) => kind === 'NoResolution' && resolutionKind === 'node10';

/** @returns what is wrong, a line each; nothing when the package is clean */
export async function problemsOf(tarball) {
  const data = readFileSync(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: exactBuffer(data) }, strict: true });
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
  return [
    ...messages.map(message => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`),
    ...(analysis.types === false
      ? ['are the types wrong: the package has no types']
      : analysis.problems
          .filter(problem => !EXPECTED.has(problem.kind) && !(isOfOldResolver(problem) && problem.entrypoint !== '.'))
          .map(({ kind, ...details }) => `are the types wrong: ${kind} ${JSON.stringify(details)}`)),
  ];
}

/** A small file's buffer is a view of a larger one. */
function exactBuffer(data) {
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}
