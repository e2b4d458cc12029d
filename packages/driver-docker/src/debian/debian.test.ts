/** What apt prints, and where the files of packages go: without apt. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageFiles } from './apt.ts';
import { fingerprintOf } from './apt-state.ts';
import { mergedPath, mergedTarget } from './merged-root.ts';

test('the packages are those that apt lists, by name', () => {
  const listed = `'http://deb.debian.org/debian/pool/main/s/serf/serf_0.9.4%7eds1-1%2bb13_amd64.deb' serf_0.9.4~ds1-1+b13_amd64.deb 3744220 SHA256:bb
'http://deb.debian.org/debian/pool/main/g/gcc-12/gcc-12-base_12.2.0-14_amd64.deb' gcc-12-base_12.2.0-14_amd64.deb 37524 MD5Sum:aa
'file:/srv/my packages/x_1_all.deb' x_1%3a2_all.deb 12
Some word of apt.
`;
  expect(packageFiles(listed)).toEqual([
    { file: 'gcc-12-base_12.2.0-14_amd64.deb', sizeBytes: 37524 },
    { file: 'serf_0.9.4~ds1-1+b13_amd64.deb', sizeBytes: 3744220 },
    { file: 'x_1%3a2_all.deb', sizeBytes: 12 },
  ]);
});

describe('in one root', () => {
  test.each([
    ['./', undefined],
    ['./bin/', undefined],
    ['./lib', undefined],
    ['./bin/sh', 'usr/bin/sh'],
    ['./lib/x86_64-linux-gnu/', 'usr/lib/x86_64-linux-gnu'],
    ['./lib64/ld-linux-x86-64.so.2', 'usr/lib64/ld-linux-x86-64.so.2'],
    ['./usr/bin/serf', 'usr/bin/serf'],
    ['./library/x', 'library/x'],
    ['../../etc/passwd', 'etc/passwd'],
  ])('%s is at %s', (name, path) => expect(mergedPath(name)).toBe(path));

  test.each([
    ['./lib/x/libz.so.1', 'symlink', 'libz.so.1.2', 'libz.so.1.2'],
    ['./lib/x/a', 'symlink', '../../usr/share/b', '/usr/share/b'],
    ['./usr/lib/x/a', 'symlink', '../../share/b', '../../share/b'],
    ['./usr/bin/perl5', 'link', './bin/perl', 'usr/bin/perl'],
    ['./bin/file', 'file', null, undefined],
  ])('%s, a %s to %s, leads to %s', (name, type, linkname, target) =>
    expect(mergedTarget({ name, type, linkname })).toBe(target),
  );
});

test('a state of apt is another one as soon as a list, a source or a file of settings is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'apt-'));
  const lists = join(folder, 'lists');
  const list = join(lists, 'debian_Packages.lz4');
  const source = join(folder, 'sources.list');
  const seen = new Set<string>();
  const isNew = (): boolean => {
    const before = seen.size;
    return seen.add(fingerprintOf([lists, source]).join('\n')).size > before;
  };
  try {
    expect(isNew()).toBe(true);
    mkdirSync(join(lists, 'partial'), { recursive: true });
    expect(isNew()).toBe(true);
    writeFileSync(list, 'one');
    utimesSync(list, 1, 1);
    expect(isNew()).toBe(true);
    writeFileSync(source, '');
    expect(isNew()).toBe(true);
    // What apt is downloading, and a look at it all, change nothing.
    writeFileSync(join(lists, 'partial', 'x'), 'x');
    expect(isNew()).toBe(false);
    writeFileSync(list, 'two');
    expect(isNew()).toBe(true);
    utimesSync(list, 2, 2);
    expect(isNew()).toBe(true);
    rmSync(list);
    symlinkSync(source, list);
    expect(isNew()).toBe(true);
    writeFileSync(source, 'deb x');
    expect(isNew()).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
