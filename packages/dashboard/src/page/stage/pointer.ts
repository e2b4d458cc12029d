/** What a pointer does on the stage beside moving the camera: drags a peer, or draws a lasso round some while Shift is held. */
import type Sigma from 'sigma';
import type { MouseCoords } from 'sigma/types';
import type { Pixel } from './shapes.ts';

/** Pixels that a pointer may move within a click. */
const CLICK_SLACK = 4;

/** What the pointer acts on. */
export interface PointerHost {
  /** The peer at a pixel; -1 for none. */
  peerAt(x: number, y: number): number;
  movePeer(place: number, to: Pixel): void;
  /** The lasso so far; undefined once it is closed. */
  lassoIs(line: readonly Pixel[] | undefined): void;
  /** A lasso was closed. */
  lassoed(line: readonly Pixel[]): void;
}

type Gesture =
  | { readonly kind: 'drag'; readonly place: number; readonly from: Pixel; isMoving: boolean }
  | { readonly kind: 'lasso'; readonly line: Pixel[] };

/** Listens to sigma. */
export function listenToPointer(sigma: Sigma, host: PointerHost): void {
  let gesture: Gesture | undefined;
  const down = ({ event }: { readonly event: MouseCoords }): void => {
    const { x, y, original } = event;
    const place = host.peerAt(x, y);
    if (place !== -1) gesture = { kind: 'drag', place, from: { x, y }, isMoving: false };
    else if (original instanceof MouseEvent && original.shiftKey) gesture = { kind: 'lasso', line: [{ x, y }] };
    else return;
    document.addEventListener('mouseup', up, { once: true });
  };
  const up = (): void => {
    const done = gesture;
    gesture = undefined;
    host.lassoIs(undefined);
    if (done?.kind === 'lasso' && done.line.length > 2) host.lassoed(done.line);
  };
  sigma.on('downNode', down);
  sigma.on('downStage', down);
  sigma.on('moveBody', payload => {
    if (gesture === undefined) return;
    // The camera stays where it is.
    payload.preventSigmaDefault();
    const { x, y } = payload.event;
    if (gesture.kind === 'lasso') {
      gesture.line.push({ x, y });
      host.lassoIs([...gesture.line]);
      return;
    }
    gesture.isMoving ||= Math.hypot(x - gesture.from.x, y - gesture.from.y) > CLICK_SLACK;
    if (gesture.isMoving) host.movePeer(gesture.place, { x, y });
  });
}
