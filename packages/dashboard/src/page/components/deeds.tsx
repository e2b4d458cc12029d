/** What was done from the page, the command of `lab` that does the same, and what came of it. */
import type { VNode } from 'preact';
import { VERDICT_MARKS } from '../../model/verdict-words.ts';
import { type Deed, deeds } from '../commands.ts';

/** Deeds that are shown. */
const MAX_SHOWN = 5;

/** See the module's header. */
export function Deeds(): VNode {
  return (
    <ol class="deeds" aria-live="polite" aria-label="Actions so far">
      {deeds.value.slice(0, MAX_SHOWN).map(deed => (
        <li key={deed.number}>
          <Outcome deed={deed} />
        </li>
      ))}
    </ol>
  );
}

function Outcome({ deed: { action, result } }: { readonly deed: Deed }): VNode {
  if (result === undefined) return <p class="dim">{action.do === 'fault' ? action.fault.verb : action.do} …</p>;
  const verdict = result.ok ? (result.verdict ?? 'proven') : 'failed';
  return (
    <>
      {result.command !== undefined && <code>{result.command}</code>}
      <p class={verdict}>
        {`${VERDICT_MARKS[verdict]} `}
        {result.ok ? result.text : result.error}
        {!result.ok && result.advice !== undefined && ` — ${result.advice}`}
      </p>
    </>
  );
}
