/** The time: play and hold, a hop forth and back, slower and faster, anywhere by the scale, on either clock. */
import type { VNode } from 'preact';
import { durationText } from '../../model/message-words.ts';
import { type Clock, on } from '../../model/timeline.ts';
import {
  beginMs,
  chooseMessage,
  clock,
  endMs,
  history,
  isPlaying,
  panelMs,
  SPEEDS,
  scrubTo,
  setClock,
  source,
  speed,
  step,
  togglePlaying,
  version,
} from '../state.ts';
import { Icon } from './icon.tsx';

/** Marks on the scale, at most. */
const MAX_TICKS = 150;

/** See the module's header. */
export function TimeBar(): VNode {
  const known = history.value;
  const end = endMs.value;
  const begin = beginMs.value;
  const at = Math.max(begin, Math.min(panelMs.value, end));
  const isLive = source.value === 'live' || source.value === 'lost';
  return (
    <fieldset class="time" aria-label="Time">
      <button type="button" onClick={() => scrubTo(0)} aria-label="Go to the beginning">
        <Icon name="beginning" />
      </button>
      <button type="button" onClick={() => step(-1)} aria-label="Step back one hop">
        <Icon name="back" />
      </button>
      <button type="button" class="primary" onClick={togglePlaying} aria-label={isPlaying.value ? 'Hold' : 'Play'}>
        <Icon name={isPlaying.value ? 'hold' : 'play'} />
      </button>
      <button type="button" onClick={() => step(1)} aria-label="Step forward one hop">
        <Icon name="on" />
      </button>
      <button type="button" onClick={() => chooseMessage(undefined)} aria-label={isLive ? 'Go live' : 'Go to the end'}>
        <Icon name="end" />
      </button>
      <div class="scale">
        <input
          type="range"
          min={begin}
          max={Math.max(begin + 1, end)}
          step="any"
          value={at}
          aria-label="Moment"
          aria-valuetext={`${durationText(at - begin)} of ${durationText(end - begin)}`}
          onInput={event => scrubTo(Number(event.currentTarget.value))}
        />
        <Ticks />
      </div>
      <output>{durationText(at - begin)}</output>
      <label>
        <span class="wide">Speed</span>
        <select
          aria-label="Speed"
          value={String(speed.value)}
          onChange={event => (speed.value = Number(event.currentTarget.value))}
        >
          {SPEEDS.map(value => (
            <option key={value} value={String(value)}>
              {value < 1 ? `1/${Math.round(1 / value)}` : `${value}×`}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="wide">Clock</span>
        <select aria-label="Clock" value={clock.value} onChange={event => setClock(event.currentTarget.value as Clock)}>
          <option value="hops">hop by hop</option>
          <option value="time">{known?.header.clock === 'virtual' ? 'virtual time' : "the lab's time"}</option>
        </select>
      </label>
    </fieldset>
  );
}

/** Messages, faults and failed checks on the scale. */
function Ticks(): VNode | null {
  version.value;
  const known = history.value;
  const [begin, end] = [beginMs.value, endMs.value];
  if (known === undefined || end <= begin) return null;
  const at = [
    ...known.messages.slice(-MAX_TICKS).map(({ start }) => ({ kind: 'message', ms: on(clock.value, start) })),
    ...known.marks.slice(-MAX_TICKS).map(mark => ({ kind: mark.kind, ms: on(clock.value, mark) })),
    ...known.checks
      .filter(({ verdict }) => verdict === 'failed')
      .slice(-MAX_TICKS)
      .map(check => ({ kind: 'failed', ms: on(clock.value, check) })),
  ];
  return (
    <div class="ticks" aria-hidden="true">
      {at.map(({ kind, ms }, i) => (
        <i key={i} class={kind} style={{ left: `${(100 * (ms - begin)) / (end - begin)}%` }} />
      ))}
    </div>
  );
}
