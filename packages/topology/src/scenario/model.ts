/** A scenario, read and checked: what packages/scenario runs. What the file may say: scenario-schema.ts. */
import type { Fault } from '@peerlab/conditions';
import type { CommandLine } from '../program-model.ts';

/** The steps of a file, in their order, and how long they may take. */
export interface Scenario {
  /** How long the whole run may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How long one step may take, in milliseconds, where it does not say otherwise. */
  readonly stepTimeoutMs: number;
  readonly steps: readonly Step[];
}

/** What every step has. */
export interface StepBase {
  /** What it is for, in the author's words. */
  readonly name?: string | undefined;
  /** When it begins, in milliseconds since the start of its list of steps; default: when the step before has ended. */
  readonly atMs?: number | undefined;
  /** How long it may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Where it stands: from 1; 0 where there is no file. */
  readonly line: number;
  /** Its path in the document, such as `scenario[2]`. */
  readonly path: string;
}

/** A step. Peers are names. */
export type Step = StepBase &
  (
    | BroadcastStep
    | DmStep
    | LoadStep
    | { readonly kind: 'expect'; readonly expect: Expectation }
    | { readonly kind: 'checks'; readonly checks: readonly string[] }
    | { readonly kind: 'wait-settled' }
    | ExecStep
    | LogStep
    | FaultStep
    | {
        readonly kind: 'heal';
        /** How long the links may take to return, in milliseconds. */
        readonly withinMs?: number | undefined;
        /** What is proven once they are back. */
        readonly checks: readonly string[];
      }
    | { readonly kind: 'parallel'; readonly steps: readonly Step[] }
    | { readonly kind: 'repeat'; readonly times: number; readonly steps: readonly Step[] }
  );

/** The verbs of a step. */
export type StepKind = Step['kind'];

/** A flood from one peer. */
export interface BroadcastStep {
  readonly kind: 'broadcast';
  readonly from: string;
  readonly ttl?: number | undefined;
  readonly text?: string | undefined;
  readonly expect: Expectation;
}

/** A direct message. */
export interface DmStep {
  readonly kind: 'dm';
  readonly from: string;
  readonly to: string;
  readonly ttl?: number | undefined;
  readonly text?: string | undefined;
  readonly expect: Expectation;
}

/** Broadcasts at a steady rate, from these peers in turn. */
export interface LoadStep {
  readonly kind: 'load';
  readonly from: readonly string[];
  /** Broadcasts a second, of all origins together. */
  readonly ratePerSecond: number;
  /** Payload of each, in bytes. */
  readonly sizeBytes: number;
  readonly durationMs: number;
  readonly ttl?: number | undefined;
  readonly expect: Expectation;
}

/** A program that is run beside peers, and what its answer must be. */
export interface ExecStep {
  readonly kind: 'exec';
  readonly on: readonly string[];
  /** Its words are templates. */
  readonly run: CommandLine;
  /** @default 0 */
  readonly status?: number | 'any' | undefined;
  /** A template, then a regular expression for what it prints. */
  readonly match?: string | undefined;
  /** How many matches; without `match`, how many lines of standard output. */
  readonly count?: Comparison | undefined;
  /** How long the answer may take to become so, in milliseconds; left out: it is judged once. */
  readonly withinMs?: number | undefined;
  /** How long one run may take, in milliseconds. */
  readonly runTimeoutMs?: number | undefined;
}

/** A line that peers print. */
export interface LogStep {
  readonly kind: 'log';
  readonly on: readonly string[];
  /** A template, then a regular expression for one line. */
  readonly match: string;
  /** As of {@link ExecStep}. */
  readonly withinMs?: number | undefined;
}

/** Something to break. */
export interface FaultStep {
  readonly kind: 'fault';
  readonly fault: Fault;
  /** Reverts by itself after so many milliseconds. */
  readonly forMs?: number | undefined;
}

/** `<= 4`: what a number must be. */
export interface Comparison {
  readonly operator: '<' | '<=' | '=' | '>=' | '>';
  readonly value: number;
}

/** What must come out. What is left out follows from the graph as it is when the message is sent. */
export interface Expectation {
  /** Who must receive it; `horizon`: those that the graph says. Of peers that are not named the graph decides. */
  readonly reaches?: 'all' | 'none' | 'horizon' | readonly string[] | undefined;
  /** The peers that must not receive it. */
  readonly notReaches?: readonly string[] | undefined;
  /** How often each receiver delivers it. */
  readonly times?: Comparison | undefined;
  /** Links that each delivered copy crossed. */
  readonly hops?: Comparison | undefined;
  /** Data frames that it costs; `predicted`: those of a flood under uniform delay. */
  readonly frames?: 'predicted' | Comparison | undefined;
  /** How long it is waited for until all of it holds, in milliseconds; of a message, from its sending to the last delivery. */
  readonly withinMs?: number | undefined;
  /** The peer that is to send it does not: its program refuses. */
  readonly refused?: true | undefined;
  /** Each of these lists all others of them on its side of a partition, and nobody else. */
  readonly converged?: 'all' | readonly string[] | undefined;
  /** These are connected, by what they list of each other. */
  readonly connected?: 'all' | readonly string[] | undefined;
  /** How many peers each one lists. */
  readonly degree?: { readonly min: number; readonly max: number } | undefined;
  /** The peers that every running peer lists, itself left out. */
  readonly members?: readonly string[] | undefined;
  /** Pairs of peers, of which the first gets an answer of the second. */
  readonly probe?: 'all-pairs' | readonly (readonly [string, string])[] | undefined;
  /** Deliveries that came, of those that had to, 0..1. */
  readonly deliveredRatio?: Comparison | undefined;
  /** `as-drawn`: every link of the file and no other; `as-left`: those that the faults in force leave; or how many. */
  readonly links?: 'as-drawn' | 'as-left' | Comparison | undefined;
}
