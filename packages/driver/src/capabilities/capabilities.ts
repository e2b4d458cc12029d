/** What a lab may be able to do beyond RunningLab, by name. A new one is a row here and a part of the conformance suite. */

import type { AsksTogether } from './asks-together.ts';
import type { CanCapture } from './can-capture.ts';
import type { CanDial } from './can-dial.ts';
import type { CanExec } from './can-exec.ts';
import type { CanIsolate } from './can-isolate.ts';
import type { CanPause } from './can-pause.ts';
import type { CarriesFiles } from './carries-files.ts';
import type { CutsNetwork } from './cuts-network.ts';
import type { IsReproducible } from './is-reproducible.ts';
import type { Lacking } from './lacking.ts';
import type { MeasuresUsage } from './measures-usage.ts';
import type { PassesTime } from './passes-time.ts';
import type { PublishesPorts } from './publishes-ports.ts';
import type { ShapesInterface } from './shapes-interface.ts';

/** See the module's header. */
export interface Capabilities {
  readonly exec: CanExec;
  readonly files: CarriesFiles;
  readonly pause: CanPause;
  readonly isolate: CanIsolate;
  readonly cut: CutsNetwork;
  readonly capture: CanCapture;
  readonly dial: CanDial;
  readonly ports: PublishesPorts;
  readonly usage: MeasuresUsage;
  readonly shapeInterface: ShapesInterface;
  readonly passTime: PassesTime;
  readonly reproduce: IsReproducible;
  readonly together: AsksTogether;
}

export type CapabilityName = keyof Capabilities;

/** What a lab offers: for each name the capability, or why it lacks it here. A name that is absent is lacking, without a reason. */
export type OfferedCapabilities = { readonly [Name in CapabilityName]?: Capabilities[Name] | Lacking };

/** The members of each capability. */
export const CAPABILITY_MEMBERS: { readonly [Name in CapabilityName]: readonly (keyof Capabilities[Name])[] } = {
  exec: ['exec'],
  files: ['copyOut', 'copyIn'],
  pause: ['pause', 'unpause'],
  isolate: ['isolate', 'rejoin'],
  cut: ['cuts', 'cut', 'restore'],
  capture: ['capture'],
  dial: ['dial'],
  ports: ['published'],
  usage: ['usage'],
  shapeInterface: ['shapeInterface'],
  passTime: ['nowMs', 'passTime'],
  reproduce: ['seed', 'traceHash', 'aside'],
  together: ['tallyCounters', 'tallyLinks', 'dialTogether'],
};
