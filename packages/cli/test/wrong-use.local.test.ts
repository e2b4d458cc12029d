import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { VERBS } from '../src/verbs/index.ts';
import { Surroundings } from './run-lab.ts';
import { errorSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(() => around[Symbol.dispose]());

const empty = join(around.folder, 'empty.yaml');
writeFileSync(empty, '');
const latin = join(around.folder, 'latin.yaml');
writeFileSync(latin, Buffer.from('name: caf\xe9\n', 'latin1'));
const folder = join(around.folder, 'folder');
mkdirSync(folder);

const late = join(around.folder, 'late.yaml');
writeFileSync(late, 'topology: { generator: ring, peers: 4 }\nscenario: [{ broadcast: n0, expect: { hops: <= 1 } }]\n');

/** The text without the times that the machine took. */
const untimed = (text: string): string => text.replace(/\d+(\.\d+)? (ms|s)\b/g, '#');

const WRONG: readonly (readonly [words: string, says: string, advises: string])[] = [
  ['upp', 'unknown verb "upp"', 'did you mean "up"?'],
  ['xyzzy', 'unknown verb "xyzzy"', 'lab --help'],
  ['up', 'lab up needs <file>', 'lab up <file>'],
  ['dm ring n0', 'lab dm needs <to>', 'lab dm <lab> <from> <to> <text>'],
  ['up topologies/ring20.yaml', 'file not found: topologies/ring20.yaml', 'did you mean topologies/ring-20.yaml?'],
  ['up ring-20', 'file not found: ring-20', 'did you mean topologies/ring-20.yaml?'],
  ['up topologies', 'topologies is a directory', 'topologies/clusters.yaml'],
  [`up ${folder}`, 'is a directory', ''],
  ['up /dev/null', '/dev/null is neither a file nor a pipe', ''],
  [`up ${empty}`, 'the file is empty', 'start with: topology'],
  [`up ${latin}`, 'not UTF-8', 'save the file as UTF-8'],
  ['up topologies/ring-20.yaml --drver local', 'unknown option --drver', 'did you mean "--driver"?'],
  ['up topologies/ring-20.yaml --driver dcker', '--driver "dcker": not one of', 'did you mean "docker"?'],
  ['up topologies/ring-20.yaml more', 'unexpected argument "more"', 'lab up --help'],
  ['up topologies/ring-20.yaml --name a --name b', '--name is given more than once', ''],
  ['up topologies/ring-20.yaml --name Upper', 'Upper', ''],
  ['up topologies/ring-20.yaml --seed many', '--seed must be a whole number', ''],
  ['up topologies/ring-20.yaml --program n99=x.mjs', 'no peer "n99"', 'did you mean "n9"?'],
  ['up topologies/ring-20.yaml --program n1', 'not PEER=FILE', ''],
  ['down', 'which lab?', 'lab ls'],
  ['down --all ring', '--all takes no names', ''],
  ['down no-such-lab', 'there is no lab "no-such-lab"', 'start one with lab up FILE'],
  ['inspect no-such-lab', 'there is no lab "no-such-lab"', ''],
  ['verify no-such-lab --check tll', '--check', 'did you mean "ttl"?'],
  ['broadcast lab n0 hello --ttl -1', '--ttl must be a whole number from 0 to 65535', ''],
  ['broadcast lab n0 hello --ttl 65536', '--ttl must be a whole number from 0 to 65535', ''],
  ['logs lab --tail 0', '--tail must be a whole number from 1', ''],
  ['graph topologies/ring-20.yaml --from n20', 'no peer "n20"', 'did you mean "n0"?'],
  ['graph topologies/ring-20.yaml -f svg', 'not one of text, json, mermaid, dot', ''],
  ['generate rng', 'unknown generator "rng"', 'did you mean "ring"?'],
  ['generate tree', 'arity is missing; depth is missing', 'lab generate tree arity='],
  ['generate ring peers=2.5', 'peers must be a whole number', 'lab generate ring'],
  ['generate ring pers=5', 'ring has no parameter "pers"', 'did you mean "peers"?'],
  ['generate ring peers', 'not peers=NUMBER', ''],
  [`generate ring peers=5 -o ${empty}`, 'already exists', ''],
  ['completion tcsh', 'lab completion: unknown shell "tcsh", not one of bash, zsh, fish', 'lab completion --help'],
  // What is no option is named before what its value would be.
  ['up --nope topologies/ring-20.yaml', 'unknown option --nope', 'lab up --help'],
  ['up --drver=local', 'unknown option --drver', 'did you mean "--driver"?'],
  ['broadcast -x lab n0', 'unknown option -x', ''],
  ['fault --lost 3', 'unknown option --lost', 'did you mean "--loss"?'],
  ['up topologies/ring-20.yaml --name', '--name needs a value', 'lab up --help'],
  // Places in the line are called by their names, and words of other tools are understood.
  ['link cut ring n0 n1', 'lab link: unknown action "cut", not one of down, up', 'did you mean "down"?'],
  ['link restore ring n0 n1', 'unknown action "restore"', 'did you mean "up"?'],
  ['link xyz ring n0 n1', 'unknown action "xyz"', 'lab link --help'],
  ['fault cut ring n0', 'lab fault: unknown action "cut"', 'did you mean "link-down"?'],
  ['fault crash ring n0', 'unknown action "crash"', 'did you mean "kill"?'],
  ['sim run ring', 'lab sim: unknown action "run"', 'lab sim --help'],
  ['help upp', 'unknown verb "upp"', 'did you mean "up"?'],
  ['list', 'unknown verb "list"', 'did you mean "ls"?'],
  ['destroy ring', 'unknown verb "destroy"', 'did you mean "down"?'],
  // Quantities.
  ['demo --every soon', '--every soon: not a time', '8s, 2m, or 8 for seconds'],
  ['demo --every 0', '--every 0: must be from 1 s to 3600 s', ''],
  ['conform --timeout 1h node x.mjs', '--timeout 1h: must be from 1 ms to 600 s', ''],
  ['compare topologies/ring-20.yaml --payload 2MiB', '--payload 2MiB: must be from 0 bytes to 1000000 bytes', ''],
  ['compare topologies/ring-20.yaml --payload 1,5', '--payload 1,5: not a size', '64KiB'],
  ['sim flood ring peers=5 --loss half', '--loss half: not a share', '10% or 0.1'],
  ['sim flood ring peers=5 --latency uniform:1', '--latency uniform:1: not understood', 'uniform:1..100ms'],
];

describe('wrong use', () => {
  it.each(WRONG)('lab %s', async (words, says, advises) => {
    const { status, stdout, stderr } = await around.lab(words.split(' '));
    expect(stderr).toContain(says);
    expect(stderr).toContain(advises);
    expect(stderr).not.toMatch(/\n\s+at .+:\d+:\d+/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('is told apart from what helps: lab help, lab version', async () => {
    const text = async (...words: string[]): Promise<string> => {
      const { status, stdout, stderr } = await around.lab(words);
      expect([status, stderr]).toEqual([0, '']);
      return stdout;
    };
    expect(await text('help')).toBe(await text('--help'));
    expect(await text('help', 'up')).toBe(await text('up', '--help'));
    expect(await text('version')).toBe(await text('--version'));
    expect(await text('version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['validate', 'topologies/ring-20.yaml'], 0],
    [['test', late, '--driver', 'simulation'], 1],
    [['upp'], 2],
    [['up', 'topologies/line-5.yaml', '--driver', 'docker'], 3],
  ])('a process says and ends as the runs within this one: %j', async (words, status) => {
    const here = await around.lab(words);
    expect(here.status).toBe(status);
    const ended = await around.process(words);
    expect([ended.status, ended.stderr]).toEqual([status, here.stderr]);
    expect(untimed(ended.stdout)).toBe(untimed(here.stdout));
  });

  it('without any argument shows the verbs, on standard error', async () => {
    const { status, stdout, stderr } = await around.lab([]);
    expect(stderr).toContain('lab up <file>');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('is a document where JSON was asked for, and the same words on standard error', async () => {
    for (const words of [['upp'], ['up', 'nosuch.yaml'], ['down', 'nosuch'], ['validate']]) {
      const { status, stdout, stderr } = await around.lab([...words, '-f', 'json']);
      const { error } = errorSchema.parse(JSON.parse(stdout));
      expect(stderr).toContain(error.message);
      expect(status).toBe(2);
    }
  });

  it('an engine that does not answer, asked for by name, is exit status 3', async () => {
    const { status, stderr } = await around.lab(['up', 'topologies/line-5.yaml', '--driver', 'docker']);
    expect(stderr).toContain('--driver local');
    expect(status).toBe(3);
  });

  it('what nobody foresaw is one line, with the details in a file', async () => {
    // Loaded into lab: the first result that is printed fails in a way that nobody foresaw.
    const breakage = `const { write } = process.stdout;
      process.stdout.write = function (text, ...rest) {
        if (String(text).includes('ring-20')) throw new Error('a broken pipe dream');
        return write.call(this, text, ...rest);
      };`;
    const module = `data:text/javascript,${encodeURIComponent(breakage)}`;
    using broken = new Surroundings({ NODE_OPTIONS: `--import ${module}` });
    const { status, stderr } = await broken.process(['validate', 'topologies/ring-20.yaml']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/an unexpected error: a broken pipe dream; the details are in \/.+details\.txt/);
    expect(status).toBe(3);
  });
});

describe('help', () => {
  it('shows every verb, and each verb its own', async () => {
    const { status, stdout } = await around.lab(['--help']);
    expect(status).toBe(0);
    const verbs = [...stdout.matchAll(/^ {2}lab (\w+)/gm)].map(found => found[1] ?? '');
    const unique = [...new Set(verbs)];
    expect(unique).toEqual(VERBS.map(({ name }) => name));
    for (const verb of unique) {
      const own = await around.lab([verb, '--help']);
      expect(own.status).toBe(0);
      expect(own.stdout).toContain(`lab ${verb}`);
      expect(own.stderr).toBe('');
    }
  });

  it('has no colours where there is no terminal, some with FORCE_COLOR, none with NO_COLOR', async () => {
    const words = ['graph', 'topologies/ring-20.yaml'];
    const coloured = async (env: NodeJS.ProcessEnv): Promise<boolean> => {
      using own = new Surroundings(env);
      return (await own.process(words)).stdout.includes('\u001b[');
    };
    expect(await coloured({})).toBe(false);
    expect(await coloured({ FORCE_COLOR: '1' })).toBe(true);
    expect(await coloured({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  });
});
