/** The settings of a link as topology files and the contract write them, as the arithmetic takes them. */
import type { LatencyShape, LinkShape } from '@peerlab/contract';
import type { LatencyModel, LinkSettings } from './link-settings.ts';

/** See the module's header. What a shape leaves out is left out; `down` and `mute` are no settings of a network. */
export function settingsOfShape(shape: LinkShape): Partial<LinkSettings> {
  const { latencyMs, jitterMs, lossRatio, bandwidthKbps, delivery } = shape;
  return {
    ...(latencyMs === undefined ? {} : { latency: latencyModel(latencyMs) }),
    ...(jitterMs === undefined ? {} : { jitterMs }),
    ...(lossRatio === undefined ? {} : { lossRatio }),
    ...(bandwidthKbps === undefined ? {} : { bandwidthKbps }),
    ...(delivery === undefined ? {} : { delivery }),
  };
}

function latencyModel(shape: LatencyShape): LatencyModel {
  if (typeof shape === 'number') return { kind: 'constant', ms: shape };
  if ('uniform' in shape) return { kind: 'uniform', minMs: shape.uniform.min, maxMs: shape.uniform.max };
  if ('exponential' in shape) return { kind: 'exponential', meanMs: shape.exponential.mean };
  return { kind: 'log-normal', medianMs: shape.logNormal.median, sigma: shape.logNormal.sigma };
}
