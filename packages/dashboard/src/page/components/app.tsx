/** The whole page: the graph with its time, and beside it what can be done and what is known. */
import type { VNode } from 'preact';
import { hasPanels } from '../presentation.ts';
import { history, isWaiting, source, sourceNote } from '../state.ts';
import { ActPanel } from './act-panel.tsx';
import { Legend } from './legend.tsx';
import { StageView } from './stage-view.tsx';
import { Tabs } from './tabs.tsx';
import { TimeBar } from './time-bar.tsx';
import { TopBar } from './top-bar.tsx';

/** See the module's header. */
export function App(): VNode {
  if (history.value === undefined) return <Opening />;
  return (
    <>
      <TopBar />
      <main>
        <section class="pane" aria-label="The lab">
          <StageView />
          <Legend />
          <TimeBar />
        </section>
        {hasPanels.value && (
          <aside aria-label="Actions and facts">
            <ActPanel />
            <Tabs />
          </aside>
        )}
      </main>
    </>
  );
}

function Opening(): VNode {
  const text =
    source.value === 'lost'
      ? 'The server does not answer. Retrying …'
      : isWaiting.value
        ? 'The lab is starting …'
        : sourceNote.value || 'Opening the lab …';
  return (
    <main class="opening">
      <h1>Peerlab</h1>
      <p role="status">{text}</p>
    </main>
  );
}
