/** The links that exist are exactly the topology's, the same session at both ends, no more. */
import { surveyLinks } from '../wiring.ts';
import { type CheckContext, type CheckResult, MAX_EXPLANATIONS, plural } from './check.ts';

/** See the module's header. Links of peers that do not run count as missing. */
export async function checkLinks(context: CheckContext): Promise<CheckResult> {
  const startedAtMs = performance.now();
  const { drawn, up, faults } = await surveyLinks(context.topology, context.endpoints);
  const passed = faults.length === 0;
  const detail = passed ? `${up} of ${drawn}, as drawn` : `${up} of ${drawn}; ${plural(faults.length, 'fault')}`;
  return {
    name: 'links',
    passed,
    expected: `${drawn} links, as drawn`,
    observed: passed ? `${up} links, as drawn` : `${up} of them, ${plural(faults.length, 'fault')}`,
    detail,
    notes: [],
    failures: faults.slice(0, MAX_EXPLANATIONS).map(({ detail: text }) => ({ kind: 'link', text })),
    timeMs: performance.now() - startedAtMs,
  };
}
