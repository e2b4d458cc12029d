import { describe, expect, it } from 'vitest';
import { shellWord } from './shell-word.ts';

describe('a word for a shell', () => {
  it.each([
    ['topologies/ring-20.yaml', 'topologies/ring-20.yaml'],
    ['my lab.yaml', "'my lab.yaml'"],
    ['$HOME/`a`.yaml', "'$HOME/`a`.yaml'"],
    ["it's.yaml", "'it'\\''s.yaml'"],
    ['a\nb.yaml', "'a\nb.yaml'"],
    ['größe.yaml', "'größe.yaml'"],
    ['', "''"],
  ])('%j is %j', (text, word) => expect(shellWord(text)).toBe(word));
});
