/**
 * One connection of a driver to the keeper. Messages to it are bounded: a controller that does not read is told so with
 * its last message and cut off, and never grows the keeper's memory.
 */

import type { Socket } from 'node:net';
import { LabError } from '@peerlab/driver';
import { startTimer, stopTimer } from '@peerlab/timers';
import { encodeFrame, FrameDecoder } from '../frames.ts';
import type { Asked, Telling, WireError } from '../messages.ts';

/** How long a controller that was cut off has to read what waits for it, in milliseconds. */
const LAST_READ_MS = 10_000;

/** What the keeper does with a connection. */
export interface ControllerEvents {
  readonly onAsked: (controller: Controller, asked: Asked) => void;
  readonly onGone: (controller: Controller) => void;
}

/** A connected driver. */
export class Controller {
  readonly #socket: Socket;
  readonly #backlogBytes: number;
  #open = true;

  constructor(socket: Socket, backlogBytes: number, events: ControllerEvents) {
    this.#socket = socket;
    this.#backlogBytes = backlogBytes;
    const decoder = new FrameDecoder(message => events.onAsked(this, message as Asked));
    socket.on('data', (chunk: Buffer) => {
      try {
        decoder.push(chunk);
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#open = false;
      events.onGone(this);
    });
  }

  /** Sends a message; `sent` is called when the system has taken it, or when the controller is gone. */
  tell(message: Telling, sent?: () => void): void {
    if (!this.#open || !this.#socket.writable) {
      sent?.();
      return;
    }
    this.#socket.write(encodeFrame(message), () => sent?.());
    const waiting = this.#socket.writableLength;
    if (waiting > this.#backlogBytes) this.#cutOff(waiting);
  }

  /** Answers a question with a result. */
  answer(id: number, result: unknown, sent?: () => void): void {
    this.tell({ id, result }, sent);
  }

  /** Answers a question with an error. */
  refuse(id: number, error: unknown): void {
    this.tell({ id, error: toWire(error) });
  }

  #cutOff(waiting: number): void {
    this.#open = false;
    this.#socket.end(encodeFrame({ cutOff: `disconnected: the controller did not read ${waiting} queued bytes` }));
    const destroying = startTimer(() => this.#socket.destroy(), LAST_READ_MS);
    this.#socket.once('close', () => stopTimer(destroying));
  }
}

/** The lab is being removed: the driver asks again once it has ended. */
export class EndingError extends Error {
  override readonly name = 'EndingError';
}

function toWire(error: unknown): WireError {
  if (error instanceof EndingError) {
    return { code: 'ENDING', message: 'the lab is being removed', details: {}, definite: true };
  }
  if (error instanceof LabError) {
    const { code, message, advice, details, definite } = error;
    return { code, message, advice, details, definite };
  }
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    code: 'ENGINE_REFUSED',
    message: `the lab keeper failed: ${String(error)}`,
    details: { stack },
    definite: false,
  };
}
