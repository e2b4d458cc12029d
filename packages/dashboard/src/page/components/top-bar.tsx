/** Which lab this is, whether it is live, and how the page looks. */
import type { VNode } from 'preact';
import { KEYS } from '../keys.ts';
import { isPresenting, togglePresenting } from '../presentation.ts';
import { history, source, sourceNote, version } from '../state.ts';
import { nextTheme, theme } from '../theme.ts';

const SOURCES = {
  connecting: 'opening',
  live: 'live',
  lost: 'connection lost, retrying',
  replay: 'recording',
} as const;

/** See the module's header. */
export function TopBar(): VNode {
  version.value;
  const known = history.value;
  const driver = known === undefined ? '' : `${known.header.driver}, ${known.peers.length} peers`;
  return (
    <header class="top">
      <h1>
        <span class="brand">Peerlab</span> {known?.header.lab}
      </h1>
      <span class={`chip ${source.value}`} role="status">
        {SOURCES[source.value]}
      </span>
      <span class="dim">{driver}</span>
      {sourceNote.value !== '' && <span class="note">{sourceNote.value}</span>}
      <Accuracy />
      <span class="grow" />
      <details class="keys">
        <summary>Keys</summary>
        <dl>
          {KEYS.map(({ label, text }) => (
            <div key={label}>
              <dt>
                <kbd>{label}</kbd>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </details>
      <button type="button" aria-pressed={isPresenting.value} onClick={togglePresenting}>
        Present
      </button>
      <button type="button" onClick={nextTheme} aria-label={`Colours: ${theme.value}. Change`}>
        {theme.value === 'auto' ? '◐ auto' : theme.value === 'light' ? '☀ light' : '☾ dark'}
      </button>
    </header>
  );
}

/** Says what the numbers do not hold. */
function Accuracy(): VNode | null {
  const known = history.value;
  if (known === undefined) return null;
  const lost = known.lostEvents > 0 ? `${known.lostEvents} events are missing: their peers could not report them` : '';
  const old =
    known.summarised > 0 ? `the page keeps only totals of ${known.summarised} older messages, not their frames` : '';
  const text = [lost, old].filter(one => one !== '').join('; ');
  return text === '' ? null : <span class="note">{text}</span>;
}
