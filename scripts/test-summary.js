// Prints the last line of a test run, "N passed, N failed", from vitest's JSON report. Exits 1 where no test ran.
import { readFileSync } from 'node:fs';

const file = process.argv[2] ?? 'coverage/tests.json';
const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, numTotalTests } = JSON.parse(
  readFileSync(file, 'utf8'),
);
// A file that cannot even be loaded has no tests that could fail.
const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
console.log(`${numPassedTests} passed, ${failed} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`);
process.exitCode = numTotalTests > 0 && failed === 0 ? 0 : 1;
