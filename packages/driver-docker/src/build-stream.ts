/** The engine's answer to an import or a build: JSON objects, one per line; the last one reports a failure. */

/**
 * Reads the answer to its end.
 * @throws an Error with the engine's words when the work failed.
 */
export async function finishBuild(stream: NodeJS.ReadableStream): Promise<void> {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  for (const line of text.split('\n')) {
    const problem = errorOf(line);
    if (problem !== undefined) throw Object.assign(new Error(problem), { statusCode: 500, json: { message: problem } });
  }
}

function errorOf(line: string): string | undefined {
  if (!line.includes('"error"')) return undefined;
  try {
    const { error } = JSON.parse(line) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
