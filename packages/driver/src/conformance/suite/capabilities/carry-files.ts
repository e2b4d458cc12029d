/** Labs that announce `files`: files and folders go to a peer and come back; links never do, and nothing is replaced unasked. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import type { CarriesFiles } from '../../../capabilities/carries-files.ts';
import type { RunningLab } from '../../../running-lab.ts';
import type { Workbench } from '../../workbench.ts';

/** Declares this part of the suite. */
export function describeCarryFiles(bench: Workbench): void {
  const carrying = (lab: RunningLab): CarriesFiles => requireCapability(lab, 'files');
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'carry-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  describe('files', () => {
    it('come from a peer, and are never written over what exists', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      const to = join(folder, 'passwd');
      expect(await carrying(lab).copyOut(0, '/etc/passwd', to)).toEqual([]);
      expect(readFileSync(to, 'utf8')).toMatch(/:x:\d+:\d+:/);
      writeFileSync(to, 'mine');
      await expect(carrying(lab).copyOut(0, '/etc/passwd', to)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      expect(readFileSync(to, 'utf8')).toBe('mine');
      await carrying(lab).copyOut(0, '/etc/passwd', to, { isReplacing: true });
      expect(readFileSync(to, 'utf8')).toMatch(/:x:\d+:\d+:/);
      await expect(carrying(lab).copyOut(0, '/no/such', join(folder, 'x'))).rejects.toMatchObject({
        code: 'PEER_REFUSED',
      });
      expect(readdirSync(folder)).toEqual(['passwd']);
      await expect(carrying(lab).copyOut(7, '/etc/passwd', to)).rejects.toMatchObject({ code: 'NO_SUCH_PEER' });
    });

    it('go to a peer and come back, folders whole; links stay where they are', async () => {
      const plan = bench.plan({ peers: 1, minimal: true });
      const peers = plan.peers.map(peer => ({ ...peer, needs: { volumes: ['/data'] } }));
      const lab = await bench.up({ ...plan, peers });
      const volume = lab.peers[0]?.data ?? '/data';
      const tree = join(folder, 'tree');
      mkdirSync(join(tree, 'sub'), { recursive: true });
      writeFileSync(join(tree, 'sub', 'file'), 'text', { mode: 0o755 });
      symlinkSync('/etc/passwd', join(tree, 'out'));
      const { copyIn, copyOut } = carrying(lab);
      expect(await copyIn(0, tree, `${volume}/tree`)).toEqual(['out']);
      await expect(copyIn(0, tree, `${volume}/tree`)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      // Its program may change what it was given, and its links lead nowhere here.
      const script = `const fs = require('node:fs'); fs.appendFileSync('${volume}/tree/sub/file', '+');
        fs.symlinkSync('${folder}', '${volume}/tree/sub/evil')`;
      const run = await requireCapability(lab, 'exec').exec(0, ['node', '-e', script]);
      expect(await run.ended).toMatchObject({ status: 0 });
      const back = join(folder, 'back');
      expect(await copyOut(0, `${volume}/tree`, back)).toEqual(['sub/evil']);
      expect(readFileSync(join(back, 'sub', 'file'), 'utf8')).toBe('text+');
      expect(readdirSync(join(back, 'sub'))).toEqual(['file']);
      await copyIn(0, join(back, 'sub', 'file'), `${volume}/tree`, { isReplacing: true });
      await copyOut(0, `${volume}/tree`, join(folder, 'one'));
      expect(readFileSync(join(folder, 'one'), 'utf8')).toBe('text+');
      await expect(copyIn(0, tree, `${volume}/nowhere/tree`)).rejects.toMatchObject({ code: 'PEER_REFUSED' });
    });
  });
}
