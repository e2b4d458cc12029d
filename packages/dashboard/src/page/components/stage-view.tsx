/** The graph and what happens on it: draws a picture whenever the browser wants one. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ttlText } from '../../model/message-words.ts';
import { clickLink, clickTwice, hovered, lassoed } from '../direct.ts';
import { comparison, exercise } from '../exercise.ts';
import { clickPeer, nameOf } from '../selection.ts';
import { Stage } from '../stage/stage.ts';
import {
  chosenMessage,
  chosenPeer,
  clock,
  drawnNow,
  history,
  isAtRest,
  layout,
  picked,
  play,
  playheadMs,
  shownMessage,
  version,
} from '../state.ts';
import { theme } from '../theme.ts';
import { HoverFacts } from './hover-facts.tsx';
import { PickedBar } from './picked-bar.tsx';

/** See the module's header. */
export function StageView(): VNode {
  const container = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage>(null);
  const known = history.value;
  const places = layout.value;
  useEffect(() => {
    if (container.current === null) return;
    const made = new Stage(container.current, {
      onPeer: clickPeer,
      onTwice: clickTwice,
      onLink: clickLink,
      onHover: at => (hovered.value = at),
      onLasso: lassoed,
    });
    stage.current = made;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const restyle = (): void => made.restyle();
    dark.addEventListener('change', restyle);
    let frame = 0;
    const tick = (nowMs: number): void => {
      frame = requestAnimationFrame(tick);
      play(nowMs);
      paint(made);
    };
    frame = requestAnimationFrame(tick);
    return () => {
      cancelAnimationFrame(frame);
      dark.removeEventListener('change', restyle);
      made.dispose();
    };
  }, []);
  useEffect(() => {
    if (known !== undefined) stage.current?.show(known, places.points);
  }, [known, places]);
  const chosen = theme.value;
  useEffect(() => stage.current?.restyle(), [chosen]);
  return (
    <>
      <Caption />
      <div class="stage-frame">
        <div
          ref={container}
          class="stage"
          role="img"
          aria-label={`The graph of ${known?.header.lab}: ${known?.peers.length} peers, drawn ${places.shape === 'other' ? 'by a force layout' : `as a ${places.shape}`}`}
        />
        <HoverFacts />
        <PickedBar />
        <fieldset class="camera" aria-label="View">
          <button type="button" onClick={() => stage.current?.zoom(1)} aria-label="Closer">
            +
          </button>
          <button type="button" onClick={() => stage.current?.zoom(-1)} aria-label="Further away">
            −
          </button>
          <button type="button" onClick={() => stage.current?.fit()} aria-label="Show the whole graph">
            ⤢
          </button>
        </fieldset>
      </div>
    </>
  );
}

let lastVersion = -1;

function paint(stage: Stage): void {
  const known = history.peek();
  if (known === undefined) return;
  if (lastVersion !== version.peek()) stage.invalidate();
  lastVersion = version.peek();
  const message = exercise.peek().phase === 'predicting' ? undefined : shownMessage.peek();
  const drawn = stage.draw({
    history: known,
    clock: clock.peek(),
    ms: playheadMs.peek(),
    message,
    isAtRest: message !== undefined && isAtRest(message),
    hasOthers: chosenMessage.peek() === undefined,
    chosenPeer: chosenPeer.peek(),
    picked: picked.peek(),
    comparison: comparison.peek(),
  });
  const before = drawnNow.peek();
  const isSame =
    before.lit === drawn.lit &&
    before.flying === drawn.flying &&
    before.duplicates === drawn.duplicates &&
    before.undrawn === drawn.undrawn &&
    before.message === message?.id;
  if (!isSame) drawnNow.value = { ...drawn, message: message?.id };
}

/** The picture in words: for those who cannot see it, and for those at the back of the room. */
function Caption(): VNode {
  const { lit, flying, duplicates, undrawn } = drawnNow.value;
  const message = exercise.value.phase === 'predicting' ? undefined : shownMessage.value;
  if (message === undefined) {
    const text =
      exercise.value.phase === 'predicting'
        ? `${picked.value.size} ${picked.value.size === 1 ? 'peer' : 'peers'} picked: click the peers that it will reach`
        : 'no message yet';
    return <p class="caption">{text}</p>;
  }
  version.value;
  const { expected, kind, origin, target } = message;
  const what =
    kind === 'dm' ? `direct message ${nameOf(origin)} → ${nameOf(target)}` : `broadcast of ${nameOf(origin)}`;
  return (
    <p class="caption" data-lit={lit} data-flying={flying} data-duplicates={duplicates} data-message={message.id}>
      <strong>{what}</strong>
      {`, ${ttlText(message)}: ${lit} of ${expected.length} reached, ${flying} ${flying === 1 ? 'frame' : 'frames'} in flight`}
      {duplicates > 0 && `, ${duplicates} ${duplicates === 1 ? 'duplicate' : 'duplicates'}`}
      {undrawn > 0 && <em>{` (${undrawn} more frames are counted but not drawn)`}</em>}
    </p>
  );
}
