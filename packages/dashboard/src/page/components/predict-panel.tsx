/** Predict, then run: pick who a broadcast will reach, send it, and see the difference. */
import { type Signal, signal } from '@preact/signals';
import type { VNode } from 'preact';
import { scoreText } from '../../model/comparison.ts';
import { ttlText } from '../../model/message-words.ts';
import { beginPrediction, compareWith, comparison, endExercise, exercise, runPrediction } from '../exercise.ts';
import { nameOf, namesOf } from '../selection.ts';
import { canAct, chosenPeer, history, picked, version } from '../state.ts';
import { PeerSelect } from './peer-select.tsx';
import { PickList } from './pick-list.tsx';

const ttl: Signal<string> = signal('3');
const told: Signal<string> = signal('');
const chosen: Signal<string> = signal('');

/** Messages of a recording that can be predicted. */
const MAX_OFFERED = 50;

/** See the module's header. */
export function PredictPanel(): VNode {
  const { phase } = exercise.value;
  if (phase === 'off') {
    return (
      <>
        <p>Which peers will a broadcast reach? Pick them on the graph, then run it. The page shows the difference.</p>
        <button type="button" class="primary" onClick={beginPrediction}>
          Begin
        </button>
      </>
    );
  }
  return phase === 'predicting' ? <Question /> : <Answer />;
}

function Question(): VNode {
  return (
    <>
      {canAct.value ? <LiveQuestion /> : <RecordedQuestion />}
      <p class="dim">{picked.value.size} picked. Click peers on the graph, or tick them here.</p>
      <PickList />
      <button type="button" onClick={endExercise}>
        Cancel
      </button>
      {told.value !== '' && (
        <p class="failed" role="alert">
          {told.value}
        </p>
      )}
    </>
  );
}

function LiveQuestion(): VNode {
  const from = chosenPeer.value ?? 0;
  return (
    <form
      class="row"
      onSubmit={async event => {
        event.preventDefault();
        told.value = '';
        const limit = ttl.value === '' ? undefined : Number(ttl.value);
        told.value = (await runPrediction(nameOf(from), limit)) ?? '';
      }}
    >
      <PeerSelect label="A broadcast of" value={from} onChange={place => (chosenPeer.value = place)} />
      <label>
        with TTL
        <input
          type="number"
          min={0}
          max={65_535}
          placeholder="none"
          value={ttl.value}
          onInput={event => (ttl.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary">
        Run
      </button>
    </form>
  );
}

function RecordedQuestion(): VNode {
  version.value;
  const messages = (history.value?.messages ?? []).filter(({ kind, isSummary }) => kind === 'broadcast' && !isSummary);
  const offered = messages.slice(0, MAX_OFFERED);
  const id = chosen.value === '' ? offered[0]?.id : chosen.value;
  return (
    <div class="row">
      <label>
        Message
        <select value={id} onChange={event => (chosen.value = event.currentTarget.value)}>
          {offered.map((message, i) => (
            <option key={message.id} value={message.id}>
              {`${i + 1}: ${nameOf(message.origin)}, ${ttlText(message)}`}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="primary"
        disabled={id === undefined}
        onClick={() => id !== undefined && compareWith(id)}
      >
        Run
      </button>
    </div>
  );
}

function Answer(): VNode {
  const found = comparison.value;
  const isRight = found !== undefined && found.tooMany.length === 0 && found.overlooked.length === 0;
  return (
    <div role="status" class="answer">
      {found === undefined ? (
        <p>In flight: judged when the message rests …</p>
      ) : (
        <>
          <p>
            <strong>{`${isRight ? '✓ ' : ''}${scoreText(found)}`}</strong>
          </p>
          {found.tooMany.length > 0 && <p>× picked, but not reached: {namesOf(found.tooMany).join(' ')}</p>}
          {found.overlooked.length > 0 && <p>? reached, but not picked: {namesOf(found.overlooked).join(' ')}</p>}
        </>
      )}
      <button type="button" class="primary" onClick={beginPrediction}>
        Again
      </button>
      <button type="button" onClick={endExercise}>
        Done
      </button>
    </div>
  );
}
