/** What was done from the page, the command of `lab` that does the same, and what came of it. */
import type { VNode } from 'preact';
import { VERDICT_MARKS } from '../../model/verdict-words.ts';
import { type Deed, deeds } from '../commands.ts';

/** See the module's header. The latest is shown; those before it are folded away. */
export function Deeds(): VNode {
  const [latest, ...earlier] = deeds.value;
  return (
    <>
      <ol class="deeds" aria-live="polite" aria-label="Latest action">
        {latest !== undefined && (
          <li key={latest.number}>
            <Outcome deed={latest} />
          </li>
        )}
      </ol>
      {earlier.length > 0 && (
        <details class="earlier">
          <summary>Earlier actions ({earlier.length})</summary>
          <ol class="deeds" aria-label="Earlier actions">
            {earlier.map(deed => (
              <li key={deed.number}>
                <Outcome deed={deed} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
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
