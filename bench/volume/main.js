/**
 * Volume against one peer: mutated frames in this process, then connections over TCP to a peer in a process of its own. Usage, after
 * `npm run build`: node bench/volume/main.js [--frames 100000] [--seconds 5] [--limit-mib 256] [--security sealed] [--only NAME]
 * The long form: --frames 10000000 --seconds 1800.
 */
import { readOptions } from '../../scripts/read-options.js';
import { ATTACKS, attackProcess } from './connections.js';
import { mutatedFrames } from './mutated.js';

const options = readOptions(
  'main.js [--frames N] [--seconds N] [--limit-mib N] [--security open|signed|sealed] [--only NAME]',
  {
    frames: { type: 'number', default: 100_000 },
    seconds: { type: 'number', default: 5 },
    limitMib: { type: 'number', default: 256 },
    security: { type: 'string', default: 'sealed' },
    only: { type: 'string', default: '' },
  },
);
const { frames, seconds, limitMib, security, only } = options;

let failed = 0;
const tell = (name, result, isGood) => {
  if (!isGood) failed++;
  console.log(`${isGood ? 'held' : 'FAILED'}  ${name}: ${JSON.stringify(result)}`);
};
if (security !== 'open' && (only === '' || only === 'mutated')) {
  const result = mutatedFrames(frames, security);
  tell('mutated frames', result, result.growthMiB < limitMib);
}
for (const name of Object.keys(ATTACKS)) {
  if (only !== '' && only !== name) continue;
  const result = await attackProcess(name, { seconds, security });
  tell(
    name,
    result,
    result.peakMiB < limitMib &&
      result.served > 0 &&
      result.unserved === 0 &&
      result.lost === 0 &&
      result.newcomers > 0,
  );
}
process.exitCode = failed === 0 ? 0 : 1;
