/** What is known of the lab, a panel at a time. */
import { type Signal, signal } from '@preact/signals';
import type { ComponentType, VNode } from 'preact';
import { ActivityPanel } from './activity-panel.tsx';
import { ChecksPanel } from './checks-panel.tsx';
import { LessonsPanel } from './lessons-panel.tsx';
import { MessagesPanel } from './messages-panel.tsx';
import { PeerPanel } from './peer-panel.tsx';
import { PredictPanel } from './predict-panel.tsx';
import { SpaceTimePanel } from './space-time-panel.tsx';
import { TreePanel } from './tree-panel.tsx';

/** One of them. */
export type Tab = 'messages' | 'tree' | 'spacetime' | 'peer' | 'checks' | 'activity' | 'predict' | 'lessons';

const TABS: Readonly<Record<Tab, readonly [string, ComponentType]>> = {
  messages: ['Messages', MessagesPanel],
  tree: ['Tree', TreePanel],
  spacetime: ['Space-time', SpaceTimePanel],
  peer: ['Peer', PeerPanel],
  checks: ['Checks', ChecksPanel],
  activity: ['Activity', ActivityPanel],
  predict: ['Predict', PredictPanel],
  lessons: ['Lessons', LessonsPanel],
};

const NAMES = Object.keys(TABS) as Tab[];

export const shownTab: Signal<Tab> = signal('messages');

/** See the module's header. */
export function Tabs(): VNode {
  const [, Panel] = TABS[shownTab.value];
  return (
    <section class="tabs">
      <div role="tablist" aria-label="Panels" onKeyDown={byKey}>
        {NAMES.map(name => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={shownTab.value === name}
            aria-controls="panel"
            tabIndex={shownTab.value === name ? 0 : -1}
            onClick={() => (shownTab.value = name)}
          >
            {TABS[name][0]}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it */}
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${shownTab.value}`} tabIndex={0}>
        <Panel />
      </div>
    </section>
  );
}

/** The arrows go from tab to tab, round. */
function byKey(event: KeyboardEvent): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const next = NAMES[(NAMES.indexOf(shownTab.value) + by + NAMES.length) % NAMES.length];
  if (next === undefined) return;
  shownTab.value = next;
  document.getElementById(`tab-${next}`)?.focus();
}
