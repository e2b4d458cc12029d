/** The driver: makes labs, and knows those of this process by name. lab.js is a lab, peer.js one process of it. */
import { hostname, userInfo } from 'node:os';
import { LabError } from 'peerlab/driver';
import { takeAddresses } from './addresses.js';
import { ChildrenLab, LabHandle } from './lab.js';

const NAME = 'children';

/** The labs of this process. Every instance of the driver sees them, as every client of an engine sees its containers. */
const LABS = new Map();

/**
 * @param {string} peerProgram path of the project's own peer
 * @returns {import('peerlab/driver').Driver}
 */
export function createChildrenDriver(peerProgram) {
  return {
    name: NAME,
    probe: async () => ({ available: true, reason: 'peers are child processes of this one' }),
    up: async (plan, context) => await up(plan, context, peerProgram),
    find: async name => {
      const lab = LABS.get(name);
      return lab === undefined ? undefined : new LabHandle(lab, { isMaker: false });
    },
    list: async () => [...LABS.values()].map(summaryOf),
    // Whatever is left of a lab ends with this process, for each peer's input ends then.
    leftovers: async () => [],
    removeLeftover: async () => {},
  };
}

async function up(plan, { signal, report }, peerProgram) {
  throwIfAborted(signal, plan);
  requireCommands(plan);
  const existing = LABS.get(plan.name);
  if (existing !== undefined) requireFree(existing, plan);
  const lab = existing ?? new ChildrenLab(plan, NAME, peerProgram, () => LABS.delete(plan.name));
  // Before the first wait: of two callers at the same moment, the other one finds it.
  LABS.set(plan.name, lab);
  lab.isBusy = true;
  const started = [];
  try {
    report({ step: 'network', state: 'started', detail: 'a block of loopback addresses' });
    lab.addresses ??= await takeAddresses(plan);
    report({ step: 'network', state: 'done', detail: lab.addresses.network.subnet });
    throwIfAborted(signal, plan);
    report({ step: 'peers', state: 'started', detail: `${plan.peers.length} to start` });
    for (const peer of lab.peers.filter(({ isRunning }) => !isRunning)) {
      throwIfAborted(signal, plan);
      started.push(peer);
      await peer.start(lab.addresses.of(peer.planned.index));
      report({ step: 'peers', state: 'running', detail: `${peer.planned.index + 1} of ${plan.peers.length}` });
    }
    throwIfAborted(signal, plan);
    report({ step: 'peers', state: 'done', detail: `${plan.peers.length} up, ${plan.peers.length} addresses` });
    return new LabHandle(lab, { isMaker: existing === undefined });
  } catch (error) {
    // What this call made goes, and nothing else.
    await Promise.all(started.map(peer => peer.end('SIGKILL')));
    if (existing === undefined) await lab.remove();
    throw error;
  } finally {
    lab.isBusy = false;
  }
}

/** @throws {LabError} `NAME_TAKEN` */
function requireFree(lab, plan) {
  if (lab.plan.hash === plan.hash && !lab.isBusy) return;
  const what = lab.isBusy ? 'is being made by another caller' : 'runs with another topology';
  throw new LabError('NAME_TAKEN', `the lab ${plan.name} ${what}`, { details: { lab: plan.name } });
}

/** @throws {LabError} `NOT_SUPPORTED` for a kind that is an image, not a command */
function requireCommands({ name, peers }) {
  const peer = peers.find(({ kind }) => kind !== undefined && (kind.program?.run ?? kind.command) === undefined);
  if (peer === undefined) return;
  throw new LabError('NOT_SUPPORTED', `the kind ${peer.kind.name}, of ${peer.name}, is an image, not a process`, {
    advice: 'add command: to the kind, or use --driver docker',
    details: { lab: name, peer: peer.name },
  });
}

function throwIfAborted(signal, plan) {
  if (signal.aborted) throw new LabError('ABORTED', `cancelled while ${plan.name} was starting`);
}

function summaryOf({ plan, addresses, peers, createdAtMs }) {
  return {
    name: plan.name,
    driver: NAME,
    hash: plan.hash,
    subnet: addresses?.network.subnet ?? '',
    peers: peers.length,
    running: peers.filter(({ isRunning }) => isRunning).length,
    ephemeral: plan.ephemeral,
    createdAtMs,
    owner: `${userInfo().username}@${hostname()}:${process.pid}`,
  };
}
