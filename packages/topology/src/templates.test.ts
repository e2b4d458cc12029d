/** Templates taken apart, checked and filled in. */
import { describe, expect, test } from 'vitest';
import { splitWords } from './command-line.ts';
import { fill, fillPattern, fillWords, type TemplateFacts, UnknownValueError } from './fill-template.ts';
import { isFilledIn, parseTemplate, type TemplateScope, templateProblems } from './templates.ts';

const PEERS = ['n0', 'n1', 'n2'].map((name, index) => ({
  name,
  index,
  nodeId: `id-${index}`,
  address: `10.0.0.${index + 2}`,
  port: 7946,
  data: `/labs/${name}`,
  values: { key: `key of ${name}` },
}));
const FACTS: TemplateFacts = { lab: 'ring', peers: PEERS, own: 1, neighbours: [2], to: 2, message: 'eyJ' };

const SCOPE: TemplateScope = {
  names: new Set(['n0', 'n1', 'n2']),
  values: new Set(['key']),
  hasTo: true,
  hasMessage: true,
  hasData: true,
};

function problems(text: string, scope: Partial<TemplateScope> = {}): string[] {
  return templateProblems(parseTemplate(text), { ...SCOPE, ...scope }).map(
    ({ message, advice }) => `${message}; ${advice}`,
  );
}

describe('a value is filled in', () => {
  test.each([
    ['{name} {index} {id} {lab}', 'n1 1 id-1 ring'],
    ['{address}:{port}{data}', '10.0.0.3:7946/labs/n1'],
    ['{n0.address} {first.name} {to.id} {message}', '10.0.0.2 n0 id-2 eyJ'],
    ['{key}, {to.key}', 'key of n1, key of n2'],
    ['{all: %n=http://%a:2380 ,}', 'n0=http://10.0.0.2:2380,n1=http://10.0.0.3:2380,n2=http://10.0.0.4:2380'],
    ['{others: %i/%d/%p/100%% ;}', '0/id-0/7946/100%;2/id-2/7946/100%'],
    [String.raw`{all: server %a {port}; \n}`, 'server 10.0.0.2 7946;\nserver 10.0.0.3 7946;\nserver 10.0.0.4 7946;'],
    ['[{neighbours: "%a" ,}]', '["10.0.0.4"]'],
  ])('%s', (text, filled) => {
    expect(fill(text, FACTS)).toBe(filled);
    expect(problems(text)).toEqual([]);
    expect(isFilledIn(parseTemplate(text))).toBe(true);
  });

  test('in a pattern it stands for itself', () => {
    const pattern = fillPattern(String.raw`^{address} (?<peer>\S{2,3})$`, FACTS);
    expect(pattern.exec('x\n10.0.0.3 abc\n')?.groups).toEqual({ peer: 'abc' });
    expect(pattern.test('10x0.0.3 abc')).toBe(false);
  });

  test('unless nobody knows it', () => {
    const nobody = { ...FACTS, peers: PEERS.map(({ values: _, data: __, ...peer }) => peer), to: undefined };
    for (const text of ['{key}', '{data}', '{to.name}']) expect(() => fill(text, nobody)).toThrow(UnknownValueError);
    expect(() => fill('{n0.key}', nobody)).toThrow('{n0.key} is not known: n0 has not told it');
  });
});

test.each([
  '{ "Listen": ["tcp://x"], "a": {"b": {}} }',
  'a{2,3}[0-9a-f]{64}',
  '$'.concat('{HOME} $', '{name}'),
  String.raw`\p{Lu}\u{1F600}\{name}`,
  '{{.Names}} {json .}',
  '{a: 1, b: 2}',
  '{}',
  '{',
])('what begins no template stays as it is: %s', text => {
  expect(fill(text, FACTS)).toBe(text);
  expect(problems(text)).toEqual([]);
  expect(isFilledIn(parseTemplate(text))).toBe(false);
});

test('braces twice stand for the text', () => {
  expect(fill('{{name}} {{n0.address}} {{all: %n ,}} {"a":{"b":"{name}"}}', FACTS)).toBe(
    '{name} {n0.address} {all: %n ,} {"a":{"b":"n1"}}',
  );
});

describe('a mistake is told', () => {
  test.each([
    ['{nmae}', {}, 'unknown template "{nmae}"; did you mean "{name}"?'],
    ['{to.adress}', {}, 'unknown template "{to.adress}"; did you mean "{to.address}"?'],
    ['{n3.address}', {}, 'unknown peer "n3" in "{n3.address}"; did you mean "{n0.address}"?'],
    ['{elsewhere}', {}, 'unknown template "{elsewhere}"; for the text itself write {{elsewhere}}'],
    ['{first}', {}, 'unknown template "{first}"; did you mean "{first.address}"?'],
    ['{n0}', {}, 'unknown template "{n0}"; did you mean "{n0.address}"?'],
    ['{neighbors: %a ,}', {}, 'unknown list "{neighbors: …}"; did you mean "{neighbours: …}"?'],
    [
      '{all: x ,}',
      {},
      'the list "{all: x ,}" says nothing of its peers; use %n (name), %a (address), %p (port), %i (index) or %d (id)',
    ],
    ['--peers={all: %a}', { isWord: true }, 'the list "{all: %a}" needs a separator here; such as {all: %a ,}'],
    ['{all: %a:{prot} ,}', {}, 'unknown template "{prot}"; did you mean "{port}"?'],
    ['{to.name}', { hasTo: false }, '"{to.name}" names no peer here; use it in join:, send: and probe:'],
    ['{message}', { hasMessage: false }, '"{message}" is not known here; use it in broadcast: and send:'],
    ['{data}', { hasData: false }, '"{data}" needs a volume; add volumes: [/data] to the kind'],
    ['{key}', { unknownYet: 'later' }, '"{key}" is not known here: later; use it in join:, send: and probe:'],
  ])('%s', (text, scope, problem) => {
    expect(problems(text, scope)).toEqual([problem]);
  });
});

describe('a command line', () => {
  test('is split as a shell does it, and templates stay whole', () => {
    const words = splitWords(`run  "my peer" 'it''s' a\\ b {all: %n=%a ,} --x="{n0.address} {{name}}" ''`);
    expect(words).toEqual(['run', 'my peer', 'its', 'a b', '{all: %n=%a ,}', '--x={n0.address} {{name}}', '']);
    expect(() => splitWords('run "x')).toThrow();
  });

  test('takes values as they are, spaces included', () => {
    const facts = { ...FACTS, message: 'two words "quoted"' };
    expect(fillWords(splitWords('send {message}'), facts)).toEqual(['send', 'two words "quoted"']);
  });

  test('takes a list without a separator as words of each peer', () => {
    expect(fillWords(splitWords('create {all: %a:{port}} --yes'), FACTS)).toEqual([
      'create',
      '10.0.0.2:7946',
      '10.0.0.3:7946',
      '10.0.0.4:7946',
      '--yes',
    ]);
    expect(fillWords(splitWords('d {others: --peer %a}'), FACTS)).toEqual([
      'd',
      '--peer',
      '10.0.0.2',
      '--peer',
      '10.0.0.4',
    ]);
  });
});
