// Sums up runs of the tests from vitest's JSON reports: a table of the tiers, and the last line, "N passed, N failed".
// Exits 1 where a report is missing, a test failed, or no test ran. `--failed N`: so many other checks failed.
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { failed: { type: 'string', default: '0' } },
});

const [there, missing] = [true, false].map(is => positionals.filter(file => existsSync(file) === is));
for (const file of missing) console.log(`${file} is missing: its run broke off`);
const reports = there.map(file => JSON.parse(readFileSync(file, 'utf8')));
const files = reports.flatMap(({ testResults }) => testResults);
const tierOf = name =>
  /\.(local|long|tools|containers|programs|page)\.test\.ts$/.exec(name)?.[1] ??
  (name.includes('/examples/') ? 'local' : 'unit');
const seconds = ms => (ms / 1000).toFixed(0);

console.log('tier         files  tests  from first to last, s  slowest file, s');
for (const tier of ['unit', 'local', 'long', 'tools', 'containers', 'programs', 'page']) {
  const own = files.filter(({ name }) => tierOf(name) === tier);
  if (own.length === 0) continue;
  const tests = own.reduce((sum, { assertionResults }) => sum + assertionResults.length, 0);
  const lasted = Math.max(...own.map(({ endTime }) => endTime)) - Math.min(...own.map(({ startTime }) => startTime));
  const [slowest] = own.toSorted((a, b) => b.endTime - b.startTime - (a.endTime - a.startTime));
  const file = `${seconds(slowest.endTime - slowest.startTime)} ${slowest.name.replace(/.*\/(?=packages\/|examples\/)/, '')}`;
  console.log(
    [
      tier.padEnd(11),
      String(own.length).padStart(6),
      String(tests).padStart(6),
      seconds(lasted).padStart(22),
      '',
      file,
    ].join(' '),
  );
}

const sum = name => reports.reduce((total, report) => total + report[name], 0);
// A file that cannot even be loaded has no tests that could fail.
const failed =
  Math.max(sum('numFailedTests'), sum('numFailedTestSuites') > 0 ? 1 : 0) + missing.length + Number(values.failed);
const skipped = sum('numPendingTests');
console.log(`${sum('numPassedTests')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = sum('numTotalTests') > 0 && failed === 0 ? 0 : 1;
