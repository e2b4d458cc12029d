// What a command may never do, whatever goes wrong around it.
const STATUSES = new Set([0, 1, 2, 3, 130]);
const STACK = /^\s+at .+[(:]/m;
const NONSENSE = /\bundefined\b|\[object Object\]|\bNaN\b/;

/**
 * What is wrong with a run, a line each.
 * @param run as of runVerb
 * @param {{ words: readonly string[], wasKilled: boolean, wasStopped: boolean, isQuiet: boolean, touched: ReadonlySet<string> }} about `wasKilled`: by
 *   SIGKILL, which no program survives. `wasStopped`: by SIGINT or SIGTERM, which end a program that has just been started. `isQuiet`: nothing was broken since the lab was last proven. `touched`: peers that
 *   something has hit since then
 */
export function problemsOf(run, { words, wasKilled, wasStopped, isQuiet, touched }) {
  const problems = [];
  const text = `${run.stdout}\n${run.stderr}`;
  if (run.isOverdue) problems.push('it did not end in time');
  if (STACK.test(text)) problems.push('it printed a stack trace');
  const nonsense = NONSENSE.exec(text.replaceAll('"undefined"', ''));
  if (nonsense !== null) problems.push(`it printed "${nonsense[0]}"`);
  if (wasKilled || run.isOverdue) return problems;
  if (run.status === null && wasStopped) return problems;
  if (run.status === null) problems.push(`it was ended by ${run.signal}`);
  else if (!STATUSES.has(run.status)) problems.push(`it exited with ${run.status}`);
  if (words.includes('json')) problems.push(...documentProblems(run));
  if (isQuiet && ![0, 130].includes(run.status))
    problems.push(`it exited with ${run.status}, though nothing was broken`);
  const innocent = culpritsOf(run.stdout).filter(culprit => !touched.has(culprit));
  if (innocent.length > 0) problems.push(`it blames ${innocent.join(', ')}, which nothing has hit`);
  return problems;
}

/** Standard output is one document, or empty where there is no result. */
function documentProblems({ stdout, status }) {
  if (stdout.trim() === '') return status === 0 ? ['it succeeded without a document'] : [];
  try {
    JSON.parse(stdout);
    return [];
  } catch {
    return ['its standard output is not one JSON document'];
  }
}

/** The peers that a document names as the cause of a failure. */
function culpritsOf(stdout) {
  const culprits = new Set();
  const visit = value => {
    if (value === null || typeof value !== 'object') return;
    if (typeof value.culprit === 'string') culprits.add(value.culprit);
    for (const part of Object.values(value)) visit(part);
  };
  try {
    visit(JSON.parse(stdout));
  } catch {
    // Text for people: the documents hold the same.
  }
  return [...culprits];
}
