/** The loader that an ELF program names (System V ABI, "Program Header"). */
import { closeSync, openSync, readSync } from 'node:fs';

/** `PT_INTERP`: the type of the segment that holds the loader's path. */
const INTERPRETER_SEGMENT = 3;

/** Where the header's fields are, in bytes, by the file's class. */
const LAYOUTS = {
  32: { table: 28, entrySize: 42, entries: 44, offset: 4, size: 16, entry: 32 },
  64: { table: 32, entrySize: 54, entries: 56, offset: 8, size: 32, entry: 56 },
} as const;

/**
 * The content of the program's PT_INTERP segment, a path. Undefined for a static program, and for what is no ELF file.
 */
export function elfInterpreter(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const header = read(file, 0, 64);
    if (header.length < 64 || header.subarray(0, 4).toString('latin1') !== '\x7fELF') return undefined;
    const bits = header[4] === 2 ? 64 : 32;
    const layout = LAYOUTS[bits];
    const isLittle = header[5] === 1;
    const half = (bytes: Buffer, at: number): number => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
    const word = (bytes: Buffer, at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
    const address = (bytes: Buffer, at: number): number => {
      if (bits === 32) return word(bytes, at);
      return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    };
    const size = half(header, layout.entrySize);
    const table = read(file, address(header, layout.table), size * half(header, layout.entries));
    for (let at = 0; size > 0 && at + layout.entry <= table.length; at += size) {
      if (word(table, at) !== INTERPRETER_SEGMENT) continue;
      const text = read(file, address(table, at + layout.offset), address(table, at + layout.size));
      return text.toString('utf8').replace(/\0.*$/s, '');
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

function read(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const taken = readSync(file, buffer, 0, length, position);
  return buffer.subarray(0, taken);
}
