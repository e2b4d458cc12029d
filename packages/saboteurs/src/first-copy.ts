/** Floods as most tutorials do: only the first copy of a message counts, so a TTL falls short where a longer way is faster. */
import { Agent } from '@peerlab/agent';
import { run } from './run.ts';

await run((settings, host) => new Agent({ ...settings, options: { ...settings.options, exactTtlMax: 0 } }, host));
