/** Verdicts of checks and what was done to the lab, the latest first, up to the shown moment. */
import type { VNode } from 'preact';
import type { CheckMark, Mark } from '../../model/history.ts';
import { durationText } from '../../model/message-words.ts';
import { on } from '../../model/timeline.ts';
import { VERDICT_MARKS, VERDICT_WORDS } from '../../model/verdict-words.ts';
import { act } from '../commands.ts';
import { canAct, clock, history, panelMs, scrubTo, version } from '../state.ts';

/** Entries that are shown. */
const MAX_ENTRIES = 60;

const WORDS = { fault: 'fault', heal: 'healed', note: 'note', lost: 'not told' } as const;

/** See the module's header. */
export function ChecksPanel(): VNode {
  version.value;
  const known = history.value;
  const entries = [...(known?.checks ?? []), ...(known?.marks ?? [])]
    .filter(entry => on(clock.value, entry) <= panelMs.value)
    .sort((a, b) => b.atMs - a.atMs);
  return (
    <>
      {canAct.value && (
        <button type="button" class="primary" onClick={() => act({ do: 'verify' })}>
          Run the checks
        </button>
      )}
      {entries.length === 0 && <p class="empty">No checks have run yet.</p>}
      <ol class="entries">
        {entries.slice(0, MAX_ENTRIES).map((entry, i) => (
          <li key={`${entry.atMs} ${i}`}>{'verdict' in entry ? <Check check={entry} /> : <Done mark={entry} />}</li>
        ))}
      </ol>
      {entries.length > MAX_ENTRIES && <p class="dim">and {entries.length - MAX_ENTRIES} before these</p>}
    </>
  );
}

function Check({ check }: { readonly check: CheckMark }): VNode {
  const { name, verdict, reason, expected, observed, evidence, explanations } = check;
  return (
    <details class={`check ${verdict}`} open={verdict !== 'proven'}>
      <summary>
        <strong>
          {VERDICT_MARKS[verdict]} {VERDICT_WORDS[verdict]}
        </strong>{' '}
        {name} <span class="dim">{durationText(check.atMs)}</span>
      </summary>
      <p>
        {observed} <When of={check} />
      </p>
      {reason !== undefined && <p class="why">{reason}</p>}
      {explanations.map(({ text }) => (
        <p key={text} class="why">
          {text}
        </p>
      ))}
      <dl class="facts">
        <dt>Expected</dt>
        <dd>{expected}</dd>
        <dt>Observed</dt>
        <dd>{observed}</dd>
      </dl>
      {evidence.map(text => (
        <p key={text} class="dim">
          {text}
        </p>
      ))}
    </details>
  );
}

function Done({ mark }: { readonly mark: Mark }): VNode {
  return (
    <p class={`mark ${mark.kind}`}>
      <strong>{WORDS[mark.kind]}</strong> {mark.text} <When of={mark} />
    </p>
  );
}

function When({ of }: { readonly of: CheckMark | Mark }): VNode {
  return (
    <button
      type="button"
      class="link dim"
      onClick={() => scrubTo(on(clock.value, of))}
      aria-label={`Go to ${durationText(of.atMs)}`}
    >
      {durationText(of.atMs)}
    </button>
  );
}
