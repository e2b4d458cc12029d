/** An endpoint that the user has to correct is a mistake in what was typed or set, not an engine that fails: refused before any engine is asked. */
import { type EngineSpec, LabError } from '@peerlab/driver';
import { EngineAddressError } from './engine-address.ts';
import { specAddress } from './spec-address.ts';
import { theseSurroundings } from './surroundings.ts';

/** The refusal of an endpoint. */
export function wrongEndpoint({ name, endpoint }: EngineSpec, cause: EngineAddressError): LabError {
  return new LabError('NOT_SUPPORTED', cause.message, {
    advice: cause.advice,
    details: { engine: endpoint, engineName: name },
    cause,
  });
}

/** @throws {LabError} `NOT_SUPPORTED` for an endpoint that cannot be understood, or that is not safe */
export function requireEndpoints(specs: readonly EngineSpec[]): void {
  for (const spec of specs) {
    try {
      specAddress(spec, theseSurroundings());
    } catch (error) {
      if (!(error instanceof EngineAddressError)) throw error;
      throw wrongEndpoint(spec, error);
    }
  }
}
