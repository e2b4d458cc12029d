/** The environment of a peer's process: a few variables of the user's, and what the contract says. */
import type { LabPlan, PlannedPeer } from '@peerlab/driver';
import { peerEnvironment, STARTER_VARIABLE, thisProcess, writeIdentity } from '@peerlab/driver';
import { KEEPER_VARIABLE } from '../keeper-processes.ts';
import type { Place } from './loopback.ts';

/** What programs need to run at all; the rest stays out, so that a peer does not depend on the shell that ran `up`. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'LD_LIBRARY_PATH',
] as const;

/** The variables of a process environment that are passed on to the keeper, and by it to the peers. */
export function passedOn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(PASSED_ON.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** The keeper, for who finds its peers without it. */
const STARTER = writeIdentity(thisProcess());

/**
 * The variables for one peer. `PEERLAB_EPHEMERAL` is always 1 here: the owner of a local peer is the lab's keeper, also in
 * a lab that stays, and with the keeper's end, however it comes, the peer's standard input ends.
 */
export function peerProcessEnvironment(plan: LabPlan, peer: PlannedPeer, place: Place): Record<string, string> {
  return {
    ...passedOn(process.env),
    ...peerEnvironment(plan, peer, `${place.address}:${place.port}`),
    PEERLAB_EPHEMERAL: '1',
    [KEEPER_VARIABLE]: process.env[KEEPER_VARIABLE] ?? '',
    [STARTER_VARIABLE]: STARTER,
  };
}
