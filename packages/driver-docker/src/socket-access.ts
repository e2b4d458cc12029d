/** What lets a user open an engine's socket that refused them: advice that fits who the socket belongs to. */
import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';

/** What decides who may open a socket; tests hand in their own. */
export interface SocketAccess {
  /** The group that owns the socket; undefined where not even that may be looked at. */
  readonly groupId: number | undefined;
  /** Groups of this process. */
  readonly groupIds: readonly number[];
  /** The user's name; undefined for a user that the system does not know. */
  readonly user: string | undefined;
  /** The system's list of groups: group(5). */
  readonly groups: string;
}

/** Looks at a socket on this machine. */
export function socketAccess(path: string): SocketAccess {
  return {
    groupId: orUndefined(() => statSync(path).gid),
    groupIds: process.getgroups?.() ?? [],
    user: orUndefined(() => userInfo().username),
    groups: orUndefined(() => readFileSync('/etc/group', 'utf8')) ?? '',
  };
}

/** What to do, in one sentence. */
export function accessAdvice({ groupId, groupIds, user, groups }: SocketAccess): string {
  const otherwise = 'or point DOCKER_HOST at an engine that this user may use';
  // The group of the superuser opens far more than an engine.
  if (groupId === undefined || groupId === 0) return `run this as root, ${otherwise}`;
  const entry = groups
    .split('\n')
    .map(line => line.split(':'))
    .find(([, , id]) => id === String(groupId));
  const [name = String(groupId), , , members = ''] = entry ?? [];
  const isMember = user !== undefined && members.split(',').includes(user);
  if (isMember && !groupIds.includes(groupId)) {
    return `this session began before the user joined the group ${name}: log in again, or run newgrp ${name}`;
  }
  const who = user ?? 'USER';
  return `add the user to the group ${name} (sudo usermod -aG ${name} ${who}) and log in again, ${otherwise}`;
}

function orUndefined<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
