/** Bounds of the kernel of this machine that many peers come near; of an engine elsewhere nothing is known. */
import { readFileSync } from 'node:fs';

/** Each undefined where this machine does not tell. */
export interface KernelLimits {
  /** Entries of the table of neighbours, of all network namespaces together. */
  readonly neighbours?: number | undefined;
  /** Connections that the packet filter follows. */
  readonly connections?: number | undefined;
  /** Open files of all processes. */
  readonly files?: number | undefined;
}

/** Where each is, and is raised: sysctl(8). */
export const SYSCTLS: Readonly<Record<keyof KernelLimits, string>> = {
  neighbours: 'net.ipv4.neigh.default.gc_thresh3',
  connections: 'net.netfilter.nf_conntrack_max',
  files: 'fs.file-max',
};

/** Those of this machine. */
export function kernelLimits(): KernelLimits {
  return { neighbours: read('neighbours'), connections: read('connections'), files: read('files') };
}

function read(name: keyof KernelLimits): number | undefined {
  try {
    const value = Number(readFileSync(`/proc/sys/${SYSCTLS[name].replaceAll('.', '/')}`, 'utf8'));
    return value > 0 ? value : undefined;
  } catch {
    return undefined;
  }
}
