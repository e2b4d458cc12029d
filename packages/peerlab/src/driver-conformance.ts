/** The suite that every driver passes, for authors of one: `import { describeDriverConformance } from 'peerlab/driver-conformance'` in a test of vitest. */
export {
  type ConformancePart,
  type ConformanceTarget,
  describeDriverConformance,
  eventually,
} from '@peerlab/driver/conformance';
