/** Writes pcapng, which Wireshark and tshark read: draft-ietf-opsawg-pcapng. Interfaces carry the names of peers. */
import type { Packet } from './packet.ts';

/** Where bytes go. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
  /** Nothing more comes. */
  end(): void;
}

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Options: `if_name`, `if_tsresol` (9: nanoseconds), `shb_userappl`. */
const IF_NAME = 2;
const IF_TSRESOL = 9;
const USER_APPLICATION = 4;

/** One file. What is written is whole after every call: a file that is left so can be read. */
export class PcapngWriter {
  readonly #sink: ByteSink;
  readonly #interfaces: Map<string, number> = new Map();

  constructor(sink: ByteSink) {
    this.#sink = sink;
    const fixed = Buffer.alloc(16);
    fixed.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
    fixed.writeUInt16LE(1, 4);
    // The length of the section is not known: all ones.
    fixed.fill(0xff, 8);
    this.#block(SECTION_HEADER, [fixed, option(USER_APPLICATION, Buffer.from('peerlab')), END_OF_OPTIONS]);
  }

  /** Declares the interface of a peer, unless it is there. @returns its number */
  interfaceOf(peer: string, linkType: number): number {
    const key = `${linkType} ${peer}`;
    const known = this.#interfaces.get(key);
    if (known !== undefined) return known;
    const id = this.#interfaces.size;
    this.#interfaces.set(key, id);
    const fixed = Buffer.alloc(8);
    fixed.writeUInt16LE(linkType, 0);
    const name = option(IF_NAME, Buffer.from(peer));
    this.#block(INTERFACE, [fixed, name, option(IF_TSRESOL, Buffer.from([9])), END_OF_OPTIONS]);
    return id;
  }

  /** Writes a packet that a peer's interface saw. */
  write(peer: string, { timeNs, linkType, data, length }: Packet): void {
    const fixed = Buffer.alloc(20);
    fixed.writeUInt32LE(this.interfaceOf(peer, linkType), 0);
    fixed.writeUInt32LE(Number(timeNs >> 32n), 4);
    fixed.writeUInt32LE(Number(timeNs & 0xffffffffn), 8);
    fixed.writeUInt32LE(data.length, 12);
    fixed.writeUInt32LE(length, 16);
    this.#block(ENHANCED_PACKET, [fixed, padded(data)]);
  }

  end(): void {
    this.#sink.end();
  }

  #block(type: number, parts: readonly Uint8Array[]): void {
    const length = 12 + parts.reduce((sum, part) => sum + part.length, 0);
    const head = Buffer.alloc(8);
    head.writeUInt32LE(type, 0);
    head.writeUInt32LE(length, 4);
    const tail = Buffer.alloc(4);
    tail.writeUInt32LE(length, 0);
    this.#sink.write(Buffer.concat([head, ...parts, tail]));
  }
}

const END_OF_OPTIONS: Uint8Array = Buffer.alloc(4);

function option(code: number, value: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, padded(value)]);
}

/** Blocks are of whole 32-bit words. */
function padded(bytes: Uint8Array): Uint8Array {
  const rest = bytes.length % 4;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - rest)]);
}
