import { describe, expect, test } from 'vitest';
import { TcpdumpWords, tcpdumpScript } from './tcpdump.ts';

test('the script ends with its input, and quotes the filter', () => {
  const script = tcpdumpScript({ device: 'any', filter: 'not net 127.0.0.0/8' });
  expect(script).toMatch(/^tcpdump -i any .* -w - .* 'not net 127\.0\.0\.0\/8' & t=\$!\nread x; kill -TERM \$t/);
});

describe('what it says', () => {
  test('is when it captures, in however many pieces, and what was dropped', async () => {
    const words = new TcpdumpWords();
    words.take('tcpdump: data link type LINUX_SLL2\ntcpdump: listen');
    words.take('ing on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes\n');
    await words.listening;
    words.take('12 packets captured\n14 packets received by filter\n2 packets dropped by ker');
    expect(words.droppedPackets).toBeUndefined();
    words.take('nel\n');
    words.end('ended');
    expect(words.droppedPackets).toBe(2);
  });

  test('is why it cannot', async () => {
    const words = new TcpdumpWords();
    words.take("tcpdump: any: You don't have permission to perform this capture on that device\n");
    await expect(words.listening).rejects.toThrow("any: You don't have permission");
    const gone = new TcpdumpWords();
    gone.end('it ended');
    await expect(gone.listening).rejects.toThrow('it ended');
  });
});
