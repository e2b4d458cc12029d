/** Every message: its expected and actual receivers, its actual and predicted cost. */
import { type Signal, signal } from '@preact/signals';
import type { VNode } from 'preact';
import type { Message } from '../../model/message.ts';
import { durationText } from '../../model/message-words.ts';
import { VERDICT_MARKS } from '../../model/verdict-words.ts';
import { nameOf } from '../selection.ts';
import { chooseMessage, chosenMessage, history, shownMessage, version } from '../state.ts';

/** Rows that are shown, and so many more at a time. */
const ROWS = 100;

/** Only messages that somebody sent: the checks send many, and the lab judges those as a whole. */
const isBrief: Signal<boolean> = signal(false);

const rowsShown: Signal<number> = signal(ROWS);

/** See the module's header. */
export function MessagesPanel(): VNode {
  version.value;
  const all = history.value?.messages ?? [];
  const messages = isBrief.value ? all.filter(({ outcome }) => outcome !== undefined) : all;
  if (all.length === 0) return <p class="empty">No message yet.</p>;
  const rows = messages.slice(-rowsShown.value).reverse();
  return (
    <>
      {all.length > 1 && (
        <label>
          <input type="checkbox" checked={isBrief.value} onChange={() => (isBrief.value = !isBrief.value)} />
          without messages of the checks
        </label>
      )}
      <table class="messages">
        <thead>
          <tr>
            <th>Message</th>
            <th>TTL</th>
            <th title="peers that have it, out of those that must">Reached</th>
            <th title="data frames, and the number that the graph predicts">Frames</th>
            <th title="copies that changed nothing">Dup.</th>
            <th title="from sending to the last delivery">Time</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(message => (
            <Row key={message.id} message={message} />
          ))}
        </tbody>
      </table>
      {messages.length > rows.length && (
        <p>
          <button type="button" onClick={() => (rowsShown.value += ROWS)}>
            more: {messages.length - rows.length} before these
          </button>
        </p>
      )}
      <Failures message={shownMessage.value} />
    </>
  );
}

function Row({ message }: { readonly message: Message }): VNode {
  // The message is the same object with other numbers in it.
  version.value;
  const { id, kind, origin, target, receptions, expected, frameCount, predictedFrames, duplicates, outcome } = message;
  const reached = expected.filter(peer => receptions.has(peer)).length;
  const isShown = shownMessage.value === message;
  const mark = outcome === undefined ? '' : `${VERDICT_MARKS[outcome.verdict]} `;
  return (
    <tr class={`${isShown ? 'shown' : ''} ${outcome?.verdict ?? ''}`}>
      <td>
        <button
          type="button"
          class="link"
          aria-pressed={chosenMessage.value === id}
          onClick={() => chooseMessage(message)}
          title={outcome?.reason === undefined ? message.payload : `not proven: ${outcome.reason}`}
        >
          {mark}
          {kind === 'dm' ? `${nameOf(origin)} → ${target === undefined ? 'nobody' : nameOf(target)}` : nameOf(origin)}
        </button>
      </td>
      <td>{message.ttl ?? '–'}</td>
      <td class={reached < expected.length ? 'short' : ''}>{`${reached}/${expected.length}`}</td>
      <td>{predictedFrames === undefined ? frameCount : `${frameCount}/${predictedFrames}`}</td>
      <td>{duplicates}</td>
      <td>{durationText(message.coverMs)}</td>
    </tr>
  );
}

/** Why the shown message failed, or is not proven. */
function Failures({ message }: { readonly message: Message | undefined }): VNode | null {
  version.value;
  const { explanations = [], reason } = message?.outcome ?? {};
  const texts = [...explanations.map(({ text }) => text), ...(reason === undefined ? [] : [`not proven: ${reason}`])];
  if (texts.length === 0) return null;
  return (
    <ul class="failures">
      {texts.map(text => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
