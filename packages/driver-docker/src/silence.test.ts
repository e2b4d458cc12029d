import { describe, expect, test } from 'vitest';
import { silencedAddresses, silenceScript } from './silence.ts';

describe('the script', () => {
  test('finds the device, sets what is cut, removes what is restored, and shows what holds', () => {
    expect(silenceScript({ cut: ['10.0.0.2', '10.0.0.3'], restored: ['10.0.0.4'] }).split('\n')).toEqual([
      'r=$(ip -4 route get 10.0.0.2) || exit 1',
      'r=$' + '{r#* dev }; d=$' + '{r%% *}',
      'for a in 10.0.0.2 10.0.0.3; do ip neigh replace $a lladdr 02:00:00:00:00:01 nud permanent dev $d || exit 1; done',
      'for a in 10.0.0.4; do ip neigh del $a dev $d 2>/dev/null; done',
      'ip -4 neigh show nud permanent',
    ]);
  });

  test('removes alone where nothing is cut', () => {
    expect(silenceScript({ cut: [], restored: ['10.0.0.4'] })).not.toContain('replace');
  });
});

test('entries of others are not taken for cuts', () => {
  const shown = [
    '10.0.0.2 dev eth0 lladdr 02:00:00:00:00:01 PERMANENT',
    '10.0.0.3 dev eth0 lladdr 02:42:0a:00:00:03 PERMANENT',
  ].join('\n');
  expect([...silencedAddresses(shown)]).toEqual(['10.0.0.2']);
  expect(silencedAddresses('').size).toBe(0);
});
