import { describe, expect, test } from 'vitest';
import { accessAdvice, type SocketAccess } from './socket-access.ts';

const groups = 'root:x:0:\ndocker:x:998:ann,bob\nusers:x:100:\n';
const access: SocketAccess = { groupId: 998, groupIds: [100], user: 'eve', groups };

describe('the advice for a socket that refused', () => {
  test('names the group that may open it', () => {
    expect(accessAdvice(access)).toContain('sudo usermod -aG docker eve');
  });

  test('tells a member of the group whose session is older to log in again', () => {
    expect(accessAdvice({ ...access, user: 'bob' })).toMatch(/log in again, or run newgrp docker$/);
  });

  test('does not make anybody a member of the group of root', () => {
    for (const groupId of [0, undefined]) {
      const advice = accessAdvice({ ...access, groupId });
      expect(advice).toMatch(/^run this as root/);
      expect(advice).not.toContain('usermod');
    }
  });

  test('does without a name for the user, and for the group', () => {
    expect(accessAdvice({ ...access, user: undefined, groups: '' })).toContain('usermod -aG 998 USER');
  });
});
