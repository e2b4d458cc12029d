import { FAULT_VERBS, REPAIR_VERBS } from '@peerlab/conditions';
import { expect, test } from 'vitest';
import { sameMeaning } from './synonyms.ts';

test.each([
  ['cut', ['down', 'up'], 'down'],
  ['CUT', FAULT_VERBS, 'link-down'],
  ['restore', ['down', 'up'], 'up'],
  ['restore', [...REPAIR_VERBS, 'heal'], 'start'],
  ['freeze', FAULT_VERBS, 'pause'],
  ['resume', REPAIR_VERBS, 'unpause'],
  ['list', ['ls', 'up'], 'ls'],
  ['list', ['up'], undefined],
  ['constructor', ['up'], undefined],
])('%s among %j', (word, known, meant) => expect(sameMeaning(word, known)).toBe(meant));
