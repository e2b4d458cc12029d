/** Running many tasks, a bounded number at a time. */

/** How {@link inParallel} works. */
export interface ParallelOptions {
  /** Tasks at the same time, at least 1. */
  readonly limit: number;
  /** When it fires no further task begins; those under way are waited for. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the task for every item. After a first failure, or when the signal fires, no further task begins; those under
 * way are waited for, so that nothing happens any more once this settles.
 * @throws the first failure; the signal's reason when it fired and no task failed.
 */
export async function inParallel<T>(
  items: readonly T[],
  options: ParallelOptions,
  task: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (failure === undefined && options.signal?.aborted !== true && next < items.length) {
      const item = items[next] as T;
      next += 1;
      try {
        await task(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.limit, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
  options.signal?.throwIfAborted();
}
