/** The command on a Node that cannot read it: a sentence, before anything of it is read. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/lab.js', import.meta.url));

/** Runs the command on this Node under another version. */
function labOn(version: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const claim = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const words = ['--import', `data:text/javascript,${encodeURIComponent(claim)}`, BIN, '--version'];
  return spawnSync(process.execPath, words, { encoding: 'utf8' });
}

it.each(['18.20.4', '20.18.3', '16.0.0'])('Node %s is too old, and told so', version => {
  const { status, stdout, stderr } = labOn(version);
  expect(stderr).toMatch(/^✖ lab needs Node 20\.19 or newer; this is Node .*\n {2}install a current Node: .*\n$/);
  expect(stderr).toContain(`Node ${version} (`);
  expect([status, stdout]).toEqual([3, '']);
});

it.each(['20.19.0', '22.0.0', '100.1.0'])('Node %s is new enough', version => {
  expect(labOn(version).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
